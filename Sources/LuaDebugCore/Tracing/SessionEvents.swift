// The stream of events, for one reader.

/// What happens while the script runs, in the order in which it happened: trace records, log messages, what the script says.
///
/// Read it in a loop, or ask for what is there with ``read()``; two readers would share the events between them. Whether anybody
/// reads is nothing to the script: past the buffer's size events are dropped, and ``SessionEvent/lost(_:)`` stands where they
/// are missing. The loop ends when the session is closed, or the debugger detached.
public struct SessionEvents: AsyncSequence, Sendable {
    /// An event.
    public typealias Element = SessionEvent
    /// Nothing is thrown.
    public typealias Failure = Never
    let journal: Journal

    /// What is there now, oldest first; empty when there is nothing.
    ///
    /// Call it again for more: one call gives a bounded number.
    public func read() -> [SessionEvent] { journal.read() }

    /// Waits for events, and takes them in batches.
    public struct Iterator: AsyncIteratorProtocol {
        let journal: Journal
        private var batch: ArraySlice<SessionEvent> = []

        init(_ journal: Journal) { self.journal = journal }

        /// The next event; nil after the end, or when the task is cancelled.
        public mutating func next() async -> SessionEvent? {
            if batch.isEmpty { batch = (await journal.next() ?? [])[...] }
            return batch.popFirst()
        }
    }

    /// A reader.
    public func makeAsyncIterator() -> Iterator { Iterator(journal) }
}
