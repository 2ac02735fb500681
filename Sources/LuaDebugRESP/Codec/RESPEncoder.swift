// From values to bytes, in the version that the peer speaks.

/// A writer of RESP2 or RESP3.
public struct RESPEncoder: Sendable {
    /// The version that is written.
    public var version: RESPVersion

    /// An encoder for a version.
    public init(version: RESPVersion = .resp2) { self.version = version }

    /// Writes a value behind what is there already.
    ///
    /// For RESP2 what only RESP3 has becomes what ``RESPValue`` says, at every level. Whatever the value holds, what is
    /// written is one value: a CR or LF in a line becomes a space, a format of a verbatim string that is not three
    /// printable characters becomes `txt`, a big number that is none becomes a bulk string.
    public func encode(_ value: RESPValue, into bytes: inout [UInt8]) {
        switch value {
        case .simpleString(let text): line("+", text, into: &bytes)
        // Never `!`, which would keep the line breaks: clients built on hiredis do not know it.
        case .error(let text): line("-", text, into: &bytes)
        case .integer(let number): RESPNumbers.write(number, as: UInt8(ascii: ":"), into: &bytes)
        case .bulkString(let text): Self.bulk("$", text, into: &bytes)
        case .array(let values): aggregate("*", values, into: &bytes)
        case .attribute(_, let value) where version == .resp2: encode(value, into: &bytes)
        case .attribute(let pairs, let value):
            aggregate("|", pairs, into: &bytes)
            encode(value, into: &bytes)
        case .set(let values): aggregate(version == .resp2 ? "*" : "~", values, into: &bytes)
        case .push(let values): aggregate(version == .resp2 ? "*" : ">", values, into: &bytes)
        case .map(let pairs): aggregate("%", pairs, into: &bytes)
        case .null, .double, .boolean, .bigNumber, .verbatim:
            if version == .resp2 { downgraded(value, into: &bytes) } else { scalar(value, into: &bytes) }
        }
    }

    /// Writes a command as clients do: an array of bulk strings.
    public static func command(_ words: [[UInt8]], into bytes: inout [UInt8]) {
        header("*", words.count, into: &bytes)
        for word in words { bulk("$", word, into: &bytes) }
    }

    private func scalar(_ value: RESPValue, into bytes: inout [UInt8]) {
        switch value {
        case .double(let number): line(",", RESPNumbers.text(number).utf8, into: &bytes)
        case .boolean(let truth): line("#", truth ? "t".utf8 : "f".utf8, into: &bytes)
        case .bigNumber(let digits) where RESPNumbers.isBigNumber(digits[...]): line("(", digits, into: &bytes)
        case .bigNumber(let text): Self.bulk("$", text, into: &bytes)
        case .verbatim(let format, let text):
            let isFormat = format.utf8.count == 3 && format.utf8.allSatisfy { (32..<127).contains($0) }
            Self.bulk("=", [UInt8]((isFormat ? format : "txt").utf8) + [UInt8(ascii: ":")] + text, into: &bytes)
        default: line("_", [], into: &bytes)
        }
    }

    private func downgraded(_ value: RESPValue, into bytes: inout [UInt8]) {
        switch value {
        case .double(let number): Self.bulk("$", [UInt8](RESPNumbers.text(number).utf8), into: &bytes)
        case .boolean(let truth): Self.header(":", truth ? 1 : 0, into: &bytes)
        case .bigNumber(let text), .verbatim(_, let text): Self.bulk("$", text, into: &bytes)
        default: Self.header("$", -1, into: &bytes)
        }
    }

    private func aggregate(_ type: Unicode.Scalar, _ values: [RESPValue], into bytes: inout [UInt8]) {
        Self.header(type, values.count, into: &bytes)
        for value in values { encode(value, into: &bytes) }
    }

    private func aggregate(_ type: Unicode.Scalar, _ pairs: [RESPValue.Pair], into bytes: inout [UInt8]) {
        let isFlat = version == .resp2
        Self.header(isFlat ? "*" : type, isFlat ? 2 * pairs.count : pairs.count, into: &bytes)
        for pair in pairs {
            encode(pair.key, into: &bytes)
            encode(pair.value, into: &bytes)
        }
    }

    private func line(_ type: Unicode.Scalar, _ text: some Collection<UInt8>, into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: type))
        bytes.append(contentsOf: text.lazy.map { $0 == 13 || $0 == 10 ? 32 : $0 })
        bytes.append(13)
        bytes.append(10)
    }

    private static func bulk(_ type: Unicode.Scalar, _ text: [UInt8], into bytes: inout [UInt8]) {
        header(type, text.count, roomFor: text.count + 2, into: &bytes)
        bytes.append(contentsOf: text)
        bytes.append(13)
        bytes.append(10)
    }

    /// Writes a line with a number, and sees to it that what follows needs no more room.
    private static func header(
        _ type: Unicode.Scalar, _ number: Int, roomFor more: Int = 0, into bytes: inout [UInt8]
    ) {
        RESPNumbers.write(Int64(number), as: UInt8(ascii: type), roomFor: more, into: &bytes)
    }
}
