// What the codec refuses, and why: one struct with a code that can grow.

/// Why bytes are no value of the protocol, or not one that is taken.
public struct RESPError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong, for programs.
    ///
    /// More codes may come in minor releases.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The code's own name.
        public let description: String
        private init(_ name: String) { description = name }

        /// The bytes are not RESP, whatever may follow.
        public static let malformed = Code("malformed")
        /// A string, an aggregate, a line or the whole is larger than ``RESPLimits`` allow.
        public static let tooLarge = Code("tooLarge")
        /// Aggregates nest deeper than ``RESPLimits/depth``.
        public static let tooDeep = Code("tooDeep")
        /// What carries the bytes failed; the codec itself never says so.
        public static let failed = Code("failed")
    }

    /// What went wrong, for programs.
    public let code: Code
    /// A full sentence that names what was wrong.
    public let message: String

    /// An error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }

    static func malformed(_ message: String) -> RESPError { RESPError(.malformed, message) }

    /// Bytes of a peer's in quotes, safe for a log: no more than 32, and only printable ASCII as itself.
    static func shown(_ bytes: some Collection<UInt8>) -> String {
        var text = "\""
        for byte in bytes.prefix(32) {
            switch byte {
            case UInt8(ascii: "\""): text += "\\\""
            case UInt8(ascii: "\\"): text += "\\\\"
            case 32..<127: text.unicodeScalars.append(Unicode.Scalar(byte))
            default: text += (byte < 16 ? "\\x0" : "\\x") + String(byte, radix: 16)
            }
        }
        return text + (bytes.count > 32 ? "\"..." : "\"")
    }
}
