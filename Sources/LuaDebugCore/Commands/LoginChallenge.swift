// A login by challenge and response: the secret itself never crosses the wire.

/// What one connection is asked, once.
///
/// Never used again, so that an answer that was overheard is worth nothing. The generator is the system's own.
package struct LoginChallenge: Sendable {
    /// What the HMAC-SHA-256 is wanted of, under the secret.
    package let text: String

    package init() {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
        text = "luadebug-" + HMAC.hexadecimal(bytes)
    }

    /// Whether these are the hexadecimal digits of the answer; the time does not tell how many of them are right.
    package func isAnswered(by given: [UInt8], secret: [UInt8]) -> Bool {
        let expected = [UInt8](HMAC.digits(of: text.utf8, secret: secret).utf8)
        return HMAC.isEqual([UInt8](String(decoding: given, as: UTF8.self).trimmed.lowercased().utf8), expected)
    }
}
