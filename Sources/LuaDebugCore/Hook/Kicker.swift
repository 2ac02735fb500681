// The one thing that other threads may ask of a running script: to look up.

internal import CLuaShim
internal import Synchronization

/// Reaches the hook layer from any thread, as long as the state is there.
///
/// `@unchecked`: the pointer is read and cleared only with the lock held, so it cannot be used after it is cleared; what is
/// called with it is tagged [race] in CLuaShim.h.
final class Kicker: @unchecked Sendable {
    enum Request { case synchronize, pause, end, time, interrupt }

    private let target = Mutex<UInt>(0)

    func connect(_ context: LuaContext) { target.withLock { $0 = UInt(bitPattern: unsafe context.raw) } }
    /// Before the context goes.
    func disconnect() { target.withLock { $0 = 0 } }

    func send(_ request: Request) {
        let what =
            switch request {
            case .synchronize: LDBG_ATTEND_SYNC
            case .pause: LDBG_ATTEND_PAUSE
            case .end: LDBG_ATTEND_END
            case .time: LDBG_ATTEND_TIME
            case .interrupt: LDBG_ATTEND_INTERRUPT
            }
        target.withLock { address in
            guard let raw = unsafe OpaquePointer(bitPattern: address) else { return }
            unsafe ldbg_attend(raw, UInt32(what))
        }
    }
}
