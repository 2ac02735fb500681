// Who may: the password as it is, or the answer to a challenge, and how often one may be wrong.

import LuaDebugCore
internal import Synchronization

/// Whether the client has logged in; its connection knows it before the client does.
final class Trust: Sendable {
    private struct State: Sendable {
        var isGiven: Bool
        var limit: Task<Void, Never>?
    }
    private let state: Mutex<State>
    init(_ isGiven: Bool) { state = Mutex(State(isGiven: isGiven)) }
    var isGiven: Bool { state.withLock(\.isGiven) }

    func give() {
        state.withLock { $0.isGiven = true }
        stopWaiting()
    }

    /// `body` is called after so many seconds, unless trust is given before, or nobody waits for it any more.
    func limit(_ seconds: Int, _ body: @escaping @Sendable () -> Void) {
        let limit = Task { [weak self] in
            guard (try? await Task.sleep(for: .seconds(seconds))) != nil, self?.isGiven == false else { return }
            body()
        }
        state.withLock { $0.limit = limit }
    }

    func stopWaiting() {
        state.withLock { state in
            state.limit?.cancel()
            state.limit = nil
        }
    }
}

extension Interpreter {
    func authenticate(_ arguments: Arguments) async throws -> RESPValue {
        guard service.configuration.password != nil else {
            throw CommandError("AUTH was called, but no password is set")
        }
        try await check(arguments[arguments.count - 1])
        trust.give()
        return .ok
    }

    func newChallenge() throws -> RESPValue {
        guard service.configuration.password != nil else {
            throw CommandError("DCHALLENGE was called, but no password is set")
        }
        let challenge = LoginChallenge()
        self.challenge = challenge
        return .text(challenge.text)
    }

    /// In a time that does not tell how much of it was right; each further wrong one of an address takes twice as long.
    func check(_ given: [UInt8]) async throws {
        guard let password = service.configuration.password else { return }
        if let pause = service.logins.pause(for: address) {
            throw CommandError(
                "too many wrong passwords have come from \(address); try again in \(pause.components.seconds + 1) s",
                code: "WRONGPASS")
        }
        let isAnswer = challenge?.isAnswered(by: given, secret: password) ?? false
        challenge = nil
        let isPassword = HMAC.isSecret(given, password) && service.configuration.allowsPlainPassword
        if isAnswer || isPassword { return service.logins.succeed(address) }
        try? await Task.sleep(for: service.logins.fail(address).delay)
        throw CommandError("invalid username-password pair or user is disabled.", code: "WRONGPASS")
    }
}
