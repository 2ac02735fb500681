// The one thing that other threads may ask of a running script: to look up.

internal import CLuaShim
internal import Synchronization

/// Reaches the hook layer from any thread, as long as the state is there.
///
/// `@unchecked`: the pointer is read and cleared only with the lock held, so it cannot be used after it is cleared; what is
/// called with it is tagged [race] in CLuaShim.h.
final class Kicker: @unchecked Sendable {
    enum Request { case synchronize, pause, end, time, interrupt }

    /// What the script is doing, as far as requests go.
    enum Phase {
        /// It may be anywhere: hooks are set from outside.
        case running
        /// It waits.
        ///
        /// Changed breakpoints are looked at when it goes on; the rest is noted, and heeded by what is evaluated.
        case stopped
        /// Its run is over: only an evaluation can be interrupted, or ended for good where the session is closed.
        case resting
    }

    private struct Target {
        var address: UInt = 0
        var phase = Phase.running
        /// What ends the waiting of the host function that waits now.
        var interrupt: (@Sendable () -> Void)?
    }
    private let target = Mutex(Target())

    func connect(_ context: LuaContext) {
        target.withLock { $0 = Target(address: UInt(bitPattern: unsafe context.raw)) }
    }
    /// Before the context goes.
    func disconnect() { target.withLock { $0 = Target() } }

    /// A run is under way, or may come at any time.
    var isActive: Bool { target.withLock { $0.address != 0 && $0.phase != .resting } }

    func setPhase(_ phase: Phase) { target.withLock { $0.phase = phase } }

    /// An end was asked for that the script has not seen yet.
    var isEndAsked: Bool {
        target.withLock { target in
            guard let raw = unsafe OpaquePointer(bitPattern: target.address) else { return false }
            return unsafe ldbg_is_asked(raw, UInt32(LDBG_ATTEND_END))
        }
    }

    /// Takes it back.
    func withdrawEnd() {
        target.withLock { target in
            guard let raw = unsafe OpaquePointer(bitPattern: target.address) else { return }
            unsafe ldbg_withdraw(raw, UInt32(LDBG_ATTEND_END))
        }
    }

    func send(_ request: Request) {
        let what =
            switch request {
            case .synchronize: LDBG_ATTEND_SYNC
            case .pause: LDBG_ATTEND_PAUSE
            case .end: LDBG_ATTEND_END
            case .time: LDBG_ATTEND_TIME
            case .interrupt: LDBG_ATTEND_INTERRUPT
            }
        target.withLock { target in
            guard let raw = unsafe OpaquePointer(bitPattern: target.address) else { return }
            switch (target.phase, request) {
            case (_, .interrupt), (.stopped, .pause), (.stopped, .end), (.stopped, .time), (.resting, .end):
                // (The time runs again a moment before the stop is over.)
                unsafe ldbg_note(raw, UInt32(what))
            case (.running, _): unsafe ldbg_attend(raw, UInt32(what))
            default: break
            }
            // With the lock held: later, another function might wait.
            if let interrupt = target.interrupt, unsafe request == .end || ldbg_end_is_due(raw) { interrupt() }
        }
    }

    /// On the script's thread: calls `interrupt` as soon as nobody wants to hear what `body` answers.
    func waiting<Result, Failure: Error>(
        interrupt: @escaping @Sendable () -> Void, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        target.withLock { target in
            target.interrupt = interrupt
            // Asked for since the last event.
            if let raw = unsafe OpaquePointer(bitPattern: target.address), unsafe ldbg_end_is_due(raw) { interrupt() }
        }
        defer { target.withLock { $0.interrupt = nil } }
        return try body()
    }
}
