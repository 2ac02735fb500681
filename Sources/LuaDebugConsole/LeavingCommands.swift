// The commands that end the script, or leave it alone: the places where an attached script differs from an owned one.

import LuaDebugCore

extension Console {
    static let leavingCommands = [
        ConsoleCommand(
            "interrupt", "Stop the running script at its next line; end an endless expression.", whileRunning: true
        ) { console, _ in
            if console.underWay == 1 {
                guard case .running = console.session.state else { throw Complaint("The script does not run.") }
            }
            console.interrupt()
        },
        ConsoleCommand(
            "detach", "Leave the script: it goes on without this console's breakpoints.", whileRunning: true
        ) { console, _ in try await console.detach() },
        ConsoleCommand(
            "quit q", "End the script and leave; leave a script that the host runs.", whileRunning: true
        ) { console, _ in console.quit() },
        ConsoleCommand("kill", "End the script.", whileRunning: true) { console, _ in try await console.kill() },
    ]

    private func quit() {
        isOver = true
        isQuitting = true
        if isOwned { session.abort(by: "quit") } else { letGo() }
    }

    private func detach() async throws {
        guard isOwned else {
            isOver = true
            return letGo()
        }
        // There is nobody to leave a script to that was started from here: it runs to its end without stops.
        guard session.stop != nil else { throw Complaint("The script does not wait at a stop.") }
        switchOff()
        try await resume(.finish)
        isOver = true
    }

    private func kill() async throws {
        switch session.state {
        case .stopped, .running: break
        default: throw Complaint("The script has ended already.")
        }
        if let ask, session.stop != nil, !(await ask("End the script?")) { return }
        if session.stop != nil { return try await resume(.abort) }
        // Whoever waits for it says how it has ended.
        try session.kill(by: attachment?.client.name ?? "kill")
    }

    /// The other side is gone: a script of the host's goes on, one that is owned waits for the next who comes.
    func lose() {
        pending = []
        isInterrupted = true
        feed?.cancel()
        session.interruptEvaluation()
        isOver = true
        if isOwned { isLost = true } else { letGo() }
    }

    /// For another session.
    func leave() {
        isOver = true
        letGo()
    }

    /// Nothing of this console's is left in the host's script, which goes on.
    private func letGo() {
        guard !isDetached else { return }
        isDetached = true
        pending = []
        if let attachment {
            lookout?.cancel()
            return attachment.detach()
        }
        switchOff()
        if session.stop != nil { goOn() }
    }

    /// A stop of the host's script that nobody has come for since is passed over, unless the host itself has asked for it.
    func goOn() {
        guard attachment == nil, isAlone() else { return }
        Task { [session, isAlone] in
            while case .stopped(let stop)? = try? await session.resume(.continue), isAlone(),
                !stop.reasons.contains(.pause)
            {}
        }
    }

    private func switchOff() {
        for id in ownBreakpoints { try? session.breakpoints.setEnabled(false, id) }
        for id in ownWatches { try? session.watches.remove(id) }
        if hasTraced { session.tracing.stop() }
        if hasProfiled { session.tracing.stopProfile() }
        pending = []
    }

    /// Only the host can start its own scripts.
    func checkOwned() throws(Complaint) {
        guard isOwned else { throw Complaint("This script is run by the host: only the host can start it again.") }
    }
}
