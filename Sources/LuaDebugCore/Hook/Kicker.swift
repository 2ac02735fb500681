// The one thing that other threads may ask of a running script: to look up.

internal import CLuaShim
internal import Synchronization

/// Reaches the hook layer from any thread, as long as the state is there.
///
/// `@unchecked`: the pointer is read and cleared only with the lock held, so it cannot be used after it is cleared; what is
/// called with it is tagged [race] in CLuaShim.h.
final class Kicker: @unchecked Sendable {
    enum Request { case synchronize, pause, end, time, interrupt }

    private struct Target {
        var address: UInt = 0
        var isRunning = false
    }
    private let target = Mutex(Target())

    func connect(_ context: LuaContext) {
        target.withLock { $0 = Target(address: UInt(bitPattern: unsafe context.raw), isRunning: true) }
    }
    /// Before the context goes.
    func disconnect() { target.withLock { $0 = Target() } }

    /// While the script is stopped or has ended, changed breakpoints need no hook: they are looked at when it goes on.
    func setRunning(_ isRunning: Bool) { target.withLock { $0.isRunning = isRunning } }

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
            guard target.isRunning || request != .synchronize else { return }
            guard let raw = unsafe OpaquePointer(bitPattern: target.address) else { return }
            unsafe ldbg_attend(raw, UInt32(what))
        }
    }
}
