// The connection before its peer has proven who it is: tries, and the time they may take.

internal import LuaDebugCore
internal import Synchronization

extension ConsoleConnection {
    /// False, and said, while the address has to wait.
    func mayTry() -> Bool {
        guard let pause = service.logins.pause(for: address) else { return true }
        output.say(
            "*** Too many wrong answers have come from \(address); try again in \(pause.components.seconds + 1) s.")
        return false
    }

    /// A peer that does not say who it is holds no place for ever.
    func limitLogin() {
        let limit = Task { [weak self, seconds = service.configuration.loginSeconds] in
            guard (try? await Task.sleep(for: .seconds(seconds))) != nil else { return }
            guard let self, inbox.withLock({ !$0.isTrusted && !$0.isClosed }) else { return }
            output.say("*** No answer has come in \(seconds) s.")
            leave()
        }
        let isHere = inbox.withLock { inbox in
            if !inbox.isClosed { inbox.loginLimit = limit }
            return !inbox.isClosed
        }
        if !isHere { limit.cancel() }
    }

    /// False when the connection is to be closed.
    func attempt(_ order: ConsoleInbox.Order, _ login: ConsoleLogin) async -> Bool {
        var login = login
        // Others of the same address may have used up its tries meanwhile.
        guard mayTry() else { return false }
        if case .line(let line) = order, login.accepts(line) {
            service.logins.succeed(address)
            return await enter()
        }
        let (delay, left) = service.logins.fail(address)
        try? await Task.sleep(for: delay)
        guard left > 0 else {
            output.say(
                "*** That is not the answer; the next try can be made in \(service.configuration.pauseSeconds) s.")
            return false
        }
        output.say("*** That is not the answer; \(left) \(left == 1 ? "try is" : "tries are") left.")
        output.say("challenge \(login.challenge.text)")
        inbox.withLock { [login] in $0.login = login }
        return true
    }
}
