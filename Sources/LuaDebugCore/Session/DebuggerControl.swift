// What may be asked of a running script from any thread.

/// The requests that reach a running script from any thread.
public final class DebuggerControl: Sendable {
    private let kicker: Kicker
    init(kicker: Kicker) { self.kicker = kicker }

    /// Stops a running script at its next line.
    ///
    /// While nothing runs it is kept for the host's next call.
    public func pause() { kicker.send(.pause) }
    /// Ends the script's run; nothing in the script can catch it.
    ///
    /// The host's call returns an error.
    ///
    /// While nothing runs it is kept for the host's next call.
    public func abort() { kicker.send(.end) }
    /// Ends what is being evaluated at a stop.
    public func interruptEvaluation() { kicker.send(.interrupt) }
    func synchronize() { kicker.send(.synchronize) }
}
