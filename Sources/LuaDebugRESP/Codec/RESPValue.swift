// What goes over the wire: every type of RESP2 and RESP3.

/// One value of the Redis serialization protocol.
public enum RESPValue: Sendable, Hashable {
    /// A field and its value; the order is the sender's.
    public struct Pair: Sendable, Hashable {
        /// The field.
        public let key: RESPValue
        /// Its value.
        public let value: RESPValue
        /// A pair.
        public init(_ key: RESPValue, _ value: RESPValue) {
            self.key = key
            self.value = value
        }
    }

    /// `+`, a line without CR and LF.
    case simpleString([UInt8])
    /// `-`, a line without CR and LF; RESP3 also `!`, which may have them.
    case error([UInt8])
    /// `:`.
    case integer(Int64)
    /// `$`.
    case bulkString([UInt8])
    /// `_`; in RESP2 `$-1` (and, when read, `*-1`).
    case null
    /// `*`.
    case array([RESPValue])
    /// `,`; in RESP2 a bulk string.
    case double(Double)
    /// `#`; in RESP2 the integers 1 and 0.
    case boolean(Bool)
    /// `(`, decimal digits with a sign; in RESP2 a bulk string.
    case bigNumber([UInt8])
    /// `=`, three characters of format and a text; in RESP2 a bulk string.
    case verbatim(format: String, [UInt8])
    /// `%`; in RESP2 an array of fields and values by turns.
    case map([Pair])
    /// `~`; in RESP2 an array.
    case set([RESPValue])
    /// `>`, out of the order of replies; in RESP2 an array.
    case push([RESPValue])
    /// `|`, something said about the value that follows; in RESP2 left out.
    indirect case attribute([Pair], RESPValue)
}

extension RESPValue {
    /// A bulk string of the text's UTF-8.
    public static func text(_ text: String) -> RESPValue { .bulkString([UInt8](text.utf8)) }
    /// `+OK`.
    public static var ok: RESPValue { .simpleString([UInt8]("OK".utf8)) }
}

/// Which version of the protocol a connection speaks.
public enum RESPVersion: Int, Sendable, Hashable {
    case resp2 = 2
    case resp3 = 3
}
