// What a script returns, as a reply: Redis' rules of what is cut and what ends an array.

internal import LuaDebugCore
internal import LuaDebugRESP

struct LuaToReply {
    struct TooDeep: Error {}

    /// The version that the script asked for; in RESP2 there are no booleans.
    let version: RESPVersion
    /// The version that the reply is sent in: RESP2 writes a double as it writes scores.
    let sent: RESPVersion

    static func reply(_ value: Value, _ version: RESPVersion, sentAs sent: RESPVersion) -> RESPValue {
        do {
            return try LuaToReply(version: version, sent: sent).reply(value)
        } catch {
            return .error([UInt8]("ERR reached lua stack limit".utf8))
        }
    }

    private func reply(_ value: Value) throws(TooDeep) -> RESPValue {
        switch value {
        case .string(let string):
            guard !string.isCut else { throw TooDeep() }
            return .bulkString(string.bytes)
        case .integer(let number): return .integer(number)
        case .number(let number): return .integer(Self.cut(number))
        case .boolean(let truth):
            if version == .resp3 { return .boolean(truth) }
            return truth ? .integer(1) : .null
        case .table(let table): return try reply(table)
        case .nil, .function, .opaque: return .null
        }
    }

    /// Towards zero; what no integer of 64 bits holds is the least of them, as the processor has it.
    static func cut(_ number: Double) -> Int64 { Int64(exactly: number.rounded(.towardZero)) ?? .min }

    private func reply(_ table: TableValue) throws(TooDeep) -> RESPValue {
        guard case .entries(_, omitted: false) = table.content else { throw TooDeep() }
        if let message = text(table["err"]) { return .error(oneLine(message)) }
        if let status = text(table["ok"]) { return .simpleString(oneLine(status)) }
        if let number = number(table["double"]) {
            return sent == .resp3 ? .double(number) : .bulkString(Numbers.text(score: number))
        }
        if case .table(let map) = table["map"] {
            var pairs: [RESPValue.Pair] = []
            for entry in try entries(map) { pairs.append(.init(try reply(entry.key), try reply(entry.value))) }
            return .map(pairs)
        }
        if case .table(let set) = table["set"] {
            var elements: [RESPValue] = []
            for entry in try entries(set) { elements.append(try reply(entry.key)) }
            return .set(elements)
        }
        if let digits = text(table["big_number"]) { return .bigNumber(oneLine(digits)) }
        if case .table(let verbatim) = table["verbatim_string"], let format = text(verbatim["format"]),
            let string = text(verbatim["string"])
        {
            return .verbatim(format: String(decoding: format, as: UTF8.self), string)
        }
        return try array(table)
    }

    /// Up to the first nil.
    private func array(_ table: TableValue) throws(TooDeep) -> RESPValue {
        var elements: [RESPValue] = []
        for entry in table.entries {
            guard entry.key == .integer(Int64(elements.count + 1)), entry.value != .nil else { break }
            elements.append(try reply(entry.value))
        }
        return .array(elements)
    }

    private func entries(_ table: TableValue) throws(TooDeep) -> [TableValue.Entry] {
        guard case .entries(let entries, omitted: false) = table.content else { throw TooDeep() }
        return entries.filter { $0.value != .nil }
    }

    /// A string; a number is none here.
    private func text(_ value: Value) -> [UInt8]? { if case .string(let string) = value { string.bytes } else { nil } }

    private func number(_ value: Value) -> Double? {
        switch value {
        case .integer(let number): Double(number)
        case .number(let number): number
        default: nil
        }
    }

    private func oneLine(_ text: [UInt8]) -> [UInt8] { text.map { $0 == 13 || $0 == 10 ? 32 : $0 } }
}
