// HMAC-SHA-256, as RFC 2104 defines it, and a comparison whose time tells nothing.

/// Proves that one knows a secret, without telling it.
package enum HMAC {
    /// The code of a message under a secret.
    package static func code(of message: some Sequence<UInt8>, secret: [UInt8]) -> [UInt8] {
        let short = secret.count > SHA256.blockSize ? SHA256.hash(secret) : secret
        let key = short + [UInt8](repeating: 0, count: SHA256.blockSize - short.count)
        var inner = SHA256()
        inner.update(key.map { $0 ^ 0x36 })
        inner.update(message)
        var outer = SHA256()
        outer.update(key.map { $0 ^ 0x5c })
        outer.update(inner.finish())
        return outer.finish()
    }

    /// The same in hexadecimal digits.
    package static func digits(of message: some Sequence<UInt8>, secret: [UInt8]) -> String {
        hexadecimal(code(of: message, secret: secret))
    }

    /// Whether two byte strings are equal: the time tells only how long they are.
    package static func isEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        var difference = a.count ^ b.count
        for index in 0..<min(a.count, b.count) { difference |= Int(a[index] ^ b[index]) }
        return difference == 0
    }

    /// Whether a secret was given as it is.
    ///
    /// Hashes are compared, for those are of one length, whatever was given.
    package static func isSecret(_ given: [UInt8], _ secret: [UInt8]) -> Bool {
        isEqual(SHA256.hash(given), SHA256.hash(secret))
    }

    /// Two digits for each byte.
    package static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
