// The script's side of a session with a script that the host runs: what the host's thread does at a stop.

extension DebugSession {
    /// Makes a session of a script that the host runs: the host's thread waits at each stop, and answers commands meanwhile.
    ///
    /// Called on the thread that runs the script; it takes the place of ``Debugger/onStop``. The host goes on using the debugger:
    /// a detach, or the end of the Lua state, closes the session. `script` is what the host runs there: its name is that of the
    /// chunk, and its text, where there is any, is shown in listings; neither is run. Starting and restarting throw `.hostRuns`.
    ///
    /// Who makes the session holds it, and is waited for at each stop. Once it is in a ``SessionRegistry``, who attaches there
    /// holds it, and ``HostSettings/whenNobodyIsAttached`` says what happens without.
    ///
    /// Throws `.detached`, and `.alreadyAttached` where there is a session already.
    public convenience init(
        hosting debugger: Debugger, script: Script, settings: HostSettings = HostSettings()
    ) throws(DebugError) {
        _ = try debugger.usable()
        guard debugger.onLeave == nil else {
            throw DebugError(.alreadyAttached, "There is a session for this debugger already; close it first.")
        }
        let runner = SessionRunner(script, wishes: debugger.wishes, host: settings)
        if !script.source.isEmpty { debugger.provideSource(script.source, for: script.name) }
        let hosted = HostedScript(runner, settings)
        debugger.onStop = { [unowned debugger] script in hosted.wait(at: script, of: debugger) }
        debugger.endCauseOfSession = { runner.endCause }
        debugger.onLeave = { runner.gone() }
        self.init(runner)
    }

    /// The host runs the script: it cannot be started or restarted from here.
    public var isHosted: Bool { runner.host != nil }
}

/// Lives on the thread that runs the script.
final class HostedScript {
    private let runner: SessionRunner
    private let settings: HostSettings
    /// A breakpoint that is passed a million times must not fill the host's log.
    private static let logPause: UInt64 = 1_000_000_000
    private var lastLogged: UInt64 = 0
    private var unlogged = 0

    init(_ runner: SessionRunner, _ settings: HostSettings) {
        self.runner = runner
        self.settings = settings
    }

    func wait(at script: StoppedScript, of debugger: Debugger) -> Resume {
        let stop = script.stop
        // Somebody may come or go between the judgement and the wait: then it is judged again.
        while true {
            switch runner.judge(stop) {
            case .leave: return .detach
            case .end: return .abort
            case .pass: return .continue
            case .skip:
                log("passed a stop", stop)
                return .continue
            case .wait:
                settings.callbacks.stopped?(stop)
                let begun = Clock.now
                let release = runner.wait(at: script, of: debugger)
                settings.callbacks.resumed?(stop, .nanoseconds(Clock.now - begun))
                switch release {
                case nil: continue
                case .close?: return .detach
                case .resume(let verb)?:
                    if runner.hasGivenUp(stop) { log("has waited in vain at a stop", stop) }
                    if case .detach = verb { return .finish }
                    return verb
                }
            }
        }
    }

    private func log(_ what: String, _ stop: Stop) {
        guard let log = settings.callbacks.log ?? runner.logOfAll else { return }
        let now = Clock.now
        guard lastLogged == 0 || now - lastLogged >= Self.logPause else {
            unlogged += 1
            return
        }
        let reasons = stop.reasons.map(\.description).joined(separator: ", ")
        let before = unlogged == 0 ? "" : " (\(unlogged) more since the last such line)"
        lastLogged = now
        unlogged = 0
        log("luadebug: \(runner.script.name) \(what) at \(stop.location), \(reasons): nobody is attached\(before)")
    }
}
