// Strings as rows of bits; the first bit is the highest of the first byte.

internal import LuaDebugRESP

extension KeyspaceCommand {
    static let bitCommands: [KeyspaceCommand] = [
        KeyspaceCommand("setbit", 4, .growth) { try $0.setbit() },
        KeyspaceCommand("getbit", 3, .fastRead) { try $0.getbit() },
        KeyspaceCommand("bitcount", -2, .readonly) { try $0.bitcount() },
        KeyspaceCommand("bitpos", -3, .readonly) { try $0.bitpos() },
        KeyspaceCommand("bitop", -4, .growth, .range(first: 2, last: -1, step: 1)) { try $0.bitop() },
    ]
}

extension Execution {
    private func bitOffset(_ index: Int) throws -> Int {
        let failure = Failure("bit offset is not an integer or out of range")
        return try integer(index, in: 0...(longestString * 8 - 1), or: failure)
    }

    private static func mask(_ offset: Int) -> UInt8 { 128 >> UInt8(offset & 7) }

    private static func bit(_ text: Bytes, _ offset: Int) -> Bool {
        offset >> 3 < text.count && text[offset >> 3] & mask(offset) != 0
    }

    fileprivate mutating func setbit() throws -> RESPValue {
        let offset = try bitOffset(2)
        let isSet = try integer(3, in: 0...1, or: Failure("bit is not an integer or out of range")) == 1
        return flag(
            try update(words[1], as: Bytes.self) { text in
                let missing = offset >> 3 + 1 - text.count
                if missing > 0 { text += repeatElement(0, count: missing) }
                let old = Self.bit(text, offset)
                let mask = Self.mask(offset)
                if isSet { text[offset >> 3] |= mask } else { text[offset >> 3] &= ~mask }
                return old
            })
    }

    fileprivate mutating func getbit() throws -> RESPValue {
        let offset = try bitOffset(2)
        return flag(Self.bit(try read(words[1], as: Bytes.self) ?? [], offset))
    }

    /// Whether the word says that indices count bits.
    private func countsBits(_ index: Int) throws -> Bool {
        if index >= count || says(index, "byte") { return false }
        guard says(index, "bit") else { throw Failure.syntax }
        return true
    }

    fileprivate mutating func bitcount() throws -> RESPValue {
        guard let text = try read(words[1], as: Bytes.self) else { return .integer(0) }
        if count == 2 { return number(text.reduce(0) { $0 + $1.nonzeroBitCount }) }
        guard count == 4 || count == 5 else { throw Failure.syntax }
        let (first, last) = (try integer(2), try integer(3))
        if first < 0, last < 0, first > last { return .integer(0) }
        let isBits = try countsBits(4)
        let range = Self.textRange(first, last, of: isBits ? text.count * 8 : text.count)
        if isBits { return number(range.reduce(0) { $0 + (Self.bit(text, $1) ? 1 : 0) }) }
        return number(text[range].reduce(0) { $0 + $1.nonzeroBitCount })
    }

    fileprivate mutating func bitpos() throws -> RESPValue {
        let wanted = try integer(2)
        guard wanted == 0 || wanted == 1 else { throw Failure("The bit argument must be 1 or 0.") }
        guard let text = try read(words[1], as: Bytes.self) else { return .integer(wanted == 1 ? -1 : 0) }
        guard count <= 6 else { throw Failure.syntax }
        let first = count > 3 ? try integer(3) : 0
        let isBits = try countsBits(5)
        let last = count > 4 ? try integer(4) : -1
        let size = isBits ? text.count * 8 : text.count
        // An index before the beginning is the beginning, at the end of a range too.
        let range = size == 0 ? 0..<0 : Self.range(first, last < 0 ? max(0, size &+ last) : last, of: size)
        if range.isEmpty { return .integer(-1) }
        let bits = isBits ? range : (range.lowerBound * 8)..<(range.upperBound * 8)
        if let found = bits.first(where: { Self.bit(text, $0) == (wanted == 1) }) { return number(found) }
        // Behind a string that is all ones there are zeros, if nobody said where to end.
        return number(wanted == 0 && count < 5 ? bits.upperBound : -1)
    }

    fileprivate mutating func bitop() throws -> RESPValue {
        let operations: [(String, (UInt8, UInt8) -> UInt8)] = [
            ("and", { $0 & $1 }), ("or", { $0 | $1 }), ("xor", { $0 ^ $1 }), ("not", { one, _ in ~one }),
        ]
        guard let operation = operations.first(where: { says(1, $0.0) }) else { throw Failure.syntax }
        if operation.0 == "not", count != 4 {
            throw Failure("BITOP NOT must be called with a single source key.")
        }
        let texts = try words[3...].map { try read($0, as: Bytes.self) ?? [] }
        let size = texts.map(\.count).max() ?? 0
        var result = texts[0] + repeatElement(0, count: size - texts[0].count)
        if operation.0 == "not" { result = result.map { ~$0 } }
        for text in texts.dropFirst() {
            for index in result.indices {
                result[index] = operation.1(result[index], index < text.count ? text[index] : 0)
            }
        }
        if result.isEmpty { delete(words[2]) } else { put(words[2], result) }
        return number(size)
    }
}
