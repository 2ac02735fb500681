// What a peer of a console has to prove before anything is answered.

import LuaDebugCore

/// What one connection still has to prove.
struct ConsoleLogin: Sendable {
    private let secret: [UInt8]
    private let allowsPlain: Bool
    private(set) var challenge = LoginChallenge()

    init(secret: [UInt8], allowsPlain: Bool) {
        self.secret = secret
        self.allowsPlain = allowsPlain
    }

    var question: String {
        "challenge \(challenge.text)\nAnswer with its HMAC-SHA-256 under the secret, in hexadecimal digits"
            + (allowsPlain ? ", or with the secret." : ".")
    }

    /// Whether a line is the right answer; a wrong one brings a new challenge.
    mutating func accepts(_ line: [UInt8]) -> Bool {
        // Both are always looked at: which of them was meant is nobody's business.
        let isAnswer = challenge.isAnswered(by: line, secret: secret)
        let isSecret = HMAC.isSecret(line, secret) && allowsPlain
        if isAnswer || isSecret { return true }
        challenge = LoginChallenge()
        return false
    }
}
