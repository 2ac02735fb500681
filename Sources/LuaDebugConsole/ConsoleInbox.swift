// What a peer of the console has sent and what waits for its turn: bounded, and without a thread of its own.

/// The lines of one peer, in the order in which they came; the connection holds it behind its lock.
struct ConsoleInbox: Sendable {
    /// Lines, and bytes of them, that wait for their turn before a peer is cut off.
    static let mostQueued = 10_000, mostQueuedBytes = 1 << 20
    private static let mostUrgent = 100

    enum Order: Sendable {
        case line([UInt8])
        case complaint(String)

        var bytes: Int { if case .line(let line) = self { line.count } else { 0 } }
    }

    var cutter: LineCutter
    private(set) var queue: [Order] = []
    private var queuedBytes = 0
    /// What must not wait behind a running script.
    private(set) var urgent: [String] = []
    var isWorking = true // until the greeting is said
    var isUrgentWorking = false
    var isTrusted = false
    /// What has to be proven first.
    var login: ConsoleLogin?
    /// Ends a login that takes too long.
    var loginLimit: Task<Void, Never>? { didSet { oldValue?.cancel() } }
    /// Nothing has come yet.
    var isFresh = true
    /// Since when a line is being carried out.
    var busySince: ContinuousClock.Instant?
    /// The peer sends no more, or too much: the connection is closed when all before is answered.
    var isEnded = false
    var isClosed = false
    var isOver: Bool { isEnded || isClosed }

    init(lineBytes: Int) { cutter = LineCutter(limit: max(1, lineBytes)) }

    /// To the end of the queue; what is more than may wait takes its place, and is the peer's last.
    mutating func append(_ order: Order) {
        queuedBytes += order.bytes
        if queue.count >= Self.mostQueued || queuedBytes > Self.mostQueuedBytes {
            forgetLines()
            queue = [.complaint("More lines are waiting than may; the connection is closed.")]
            isEnded = true
        } else {
            queue.append(order)
        }
    }

    mutating func next() -> Order? {
        guard !queue.isEmpty else { return nil }
        let order = queue.removeFirst()
        queuedBytes -= order.bytes
        return order
    }

    var mayHurry: Bool { urgent.count < Self.mostUrgent }

    mutating func hurry(_ text: String) { urgent.append(text) }

    mutating func nextUrgent() -> String? { urgent.isEmpty ? nil : urgent.removeFirst() }

    mutating func forgetLines() {
        queue = []
        queuedBytes = 0
    }

    mutating func forgetUrgent() { urgent = [] }
}
