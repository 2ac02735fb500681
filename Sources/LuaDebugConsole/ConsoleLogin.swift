// A login by challenge and response: the secret itself never crosses the wire.

import LuaDebugCore

/// What one connection still has to prove.
struct ConsoleLogin: Sendable {
    private let secret: [UInt8]
    private let allowsPlain: Bool
    private(set) var challenge: String

    init(secret: [UInt8], allowsPlain: Bool) {
        self.secret = secret
        self.allowsPlain = allowsPlain
        challenge = Self.newChallenge()
    }

    // Never used again, so that an answer that was overheard is worth nothing. The generator is the system's own.
    private static func newChallenge() -> String {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
        return "luadebug-" + HMAC.hexadecimal(bytes)
    }

    var question: String {
        "challenge \(challenge)\nAnswer with its HMAC-SHA-256 under the secret, in hexadecimal digits"
            + (allowsPlain ? ", or with the secret." : ".")
    }

    /// Whether a line is the right answer; a wrong one brings a new challenge.
    mutating func accepts(_ line: [UInt8]) -> Bool {
        let expected = [UInt8](HMAC.digits(of: challenge.utf8, secret: secret).utf8)
        let given = [UInt8](String(decoding: line, as: UTF8.self).trimmed.lowercased().utf8)
        // Both are always looked at: which of them was meant is nobody's business.
        let isAnswer = HMAC.isEqual(given, expected)
        let isSecret = HMAC.isSecret(line, secret) && allowsPlain
        if isAnswer || isSecret { return true }
        challenge = Self.newChallenge()
        return false
    }
}
