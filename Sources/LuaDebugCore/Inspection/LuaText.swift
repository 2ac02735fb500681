// Lua code as bytes: what a person types need not be UTF-8.

/// An expression or statements, byte for byte; a string literal is one.
public struct LuaText: Sendable, Hashable, ExpressibleByStringInterpolation, CustomStringConvertible {
    /// What Lua compiles.
    public let bytes: [UInt8]
    /// The bytes.
    public init(bytes: [UInt8]) { self.bytes = bytes }
    /// The text's UTF-8.
    public init(_ text: String) { bytes = [UInt8](text.utf8) }
    /// The literal's UTF-8.
    public init(stringLiteral text: String) { self.init(text) }
    /// Read as UTF-8, with replacement characters where it is not.
    public var description: String { String(decoding: bytes, as: UTF8.self) }

    /// Without white space at both ends: two texts that differ in nothing else are one.
    var trimmed: LuaText {
        func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
        guard let first = bytes.firstIndex(where: { !isSpace($0) }),
            let last = bytes.lastIndex(where: { !isSpace($0) })
        else { return LuaText(bytes: []) }
        return LuaText(bytes: Array(bytes[first...last]))
    }
}
