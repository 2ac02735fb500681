// What must not wait behind a running script: a pause, a kill, a client that is gone.

internal import LuaDebugCore
internal import Synchronization

/// The session that a connection's command is waiting for, for those that must not wait.
final class RunningSession: Sendable {
    private struct State: Sendable {
        var session: DebugSession?
        /// Held, running or not.
        var held: DebugSession?
        /// Begun by this client.
        var isOwn = false
        /// Asked for between the command that lets the script run and its running.
        var wantsPause = false
        var begun: (@Sendable () -> Void)?
    }
    private let state = Mutex(State())

    func set(_ session: DebugSession?) {
        state.withLock { ($0.session, $0.wantsPause) = (session, false) }
    }

    /// Called when the script has begun to run.
    func whenBegun(_ body: @escaping @Sendable () -> Void) { state.withLock { $0.begun = body } }

    /// The script runs now: what was asked for meanwhile is carried out.
    func begun() {
        let (session, wantsPause, begun) = state.withLock { state in
            defer { state.wantsPause = false }
            return (state.session, state.wantsPause, state.begun)
        }
        if wantsPause { session?.pause() }
        begun?()
    }
    func hold(_ session: DebugSession?, isOwn: Bool) { state.withLock { ($0.held, $0.isOwn) = (session, isOwn) } }

    func pause() -> Bool {
        state.withLock { state in
            guard let session = state.session else { return false }
            if case .running = session.state { session.pause() } else { state.wantsPause = true }
            return true
        }
    }

    func kill() -> Bool {
        guard let session = state.withLock(\.session) else { return false }
        // Where it is refused, the reply to it in its turn says why.
        return (try? session.kill(by: "SCRIPT KILL")) != nil
    }

    /// Sees to a script whose client is gone.
    ///
    /// What must not end is paused, for it would else stop later and wait for nobody: it is let run on as soon as its command
    /// has come back.
    func lose(_ policy: DebugService.LostClient) {
        let (held, isOwn) = state.withLock { ($0.held, $0.isOwn) }
        if isOwn, policy == .abort {
            held?.abort(by: "client lost")
        } else if let held, held.isHosted {
            held.leave()
        } else {
            held?.pause()
        }
    }
}
