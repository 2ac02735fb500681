// Reads what the hook layer wrote down: records, their sections, values. No pointer is used and no length trusted.

internal import CLuaShim

/// Values as bytes; what is malformed ends the reading, which cannot happen but must not crash.
struct ValueReader {
    private let bytes: ArraySlice<UInt8>
    private var at: Int

    struct Malformed: Error {}

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        at = bytes.startIndex
    }

    var isAtEnd: Bool { at >= bytes.endIndex }

    mutating func unsigned(_ size: Int) throws(Malformed) -> UInt64 {
        guard size <= bytes.endIndex - at else { throw Malformed() }
        var value: UInt64 = 0
        // The writer is this very machine; Swift has none of the other byte order.
        for i in 0..<size { value |= UInt64(bytes[at + i]) << (8 * UInt64(i)) }
        at += size
        return value
    }

    mutating func byte() throws(Malformed) -> UInt8 { UInt8(try unsigned(1)) }
    mutating func number() throws(Malformed) -> UInt32 { UInt32(try unsigned(4)) }
    mutating func int() throws(Malformed) -> Int { Int(Int32(truncatingIfNeeded: try unsigned(4))) }

    mutating func text() throws(Malformed) -> [UInt8] {
        let count = Int(try number())
        guard count <= bytes.endIndex - at else { throw Malformed() }
        defer { at += count }
        return Array(bytes[at..<(at + count)])
    }

    mutating func slice(_ count: Int) throws(Malformed) -> ArraySlice<UInt8> {
        guard count <= bytes.endIndex - at else { throw Malformed() }
        defer { at += count }
        return bytes[at..<(at + count)]
    }

    mutating func values() throws(Malformed) -> [Value] {
        var values: [Value] = []
        while !isAtEnd { values.append(try value()) }
        return values
    }

    mutating func value(depth: Int = 0) throws(Malformed) -> Value {
        guard depth < 100 else { throw Malformed() }
        switch Int(try byte()) {
        case LDBG_VALUE_NIL: return .nil
        case LDBG_VALUE_FALSE: return .boolean(false)
        case LDBG_VALUE_TRUE: return .boolean(true)
        case LDBG_VALUE_INTEGER: return .integer(Int64(bitPattern: try unsigned(8)))
        case LDBG_VALUE_NUMBER: return .number(Double(bitPattern: try unsigned(8)))
        case LDBG_VALUE_STRING:
            let length = Int(truncatingIfNeeded: try unsigned(8))
            return .string(StringValue(bytes: try text(), length: length))
        case LDBG_VALUE_TABLE: return try table(depth: depth)
        case LDBG_VALUE_FUNCTION: return try function()
        case LDBG_VALUE_OTHER:
            let type = Self.typeNames[Int(try byte())] ?? "userdata"
            return .opaque(type: type, identity: UInt(try unsigned(8)))
        default: throw Malformed()
        }
    }

    private static let typeNames: [Int: String] = [
        Int(LUA_TLIGHTUSERDATA): "userdata", Int(LUA_TUSERDATA): "userdata", Int(LUA_TTHREAD): "thread",
        Int(LUA_TFUNCTION): "function",
    ]

    private mutating func table(depth: Int) throws(Malformed) -> Value {
        let identity = UInt(try unsigned(8))
        let length = Int(truncatingIfNeeded: try unsigned(8))
        let hasMetatable = try byte() != 0
        let content: TableValue.Content
        switch Int(try byte()) {
        case LDBG_TABLE_CYCLE: content = .cycle
        case LDBG_TABLE_ENTRIES:
            let count = Int(try number())
            let omitted = try byte() != 0
            var entries: [TableValue.Entry] = []
            for _ in 0..<count {
                entries.append(.init(key: try value(depth: depth + 1), value: try value(depth: depth + 1)))
            }
            content = .entries(TableValue.ordered(entries, length: length), omitted: omitted)
        default: content = .cut
        }
        return .table(
            TableValue(
                identity: identity, length: length, hasMetatable: hasMetatable, content: content, reference: nil))
    }

    private mutating func function() throws(Malformed) -> Value {
        let identity = UInt(try unsigned(8))
        if try byte() != 0 {
            return .function(
                FunctionValue(identity: identity, isC: true, chunk: nil, lines: nil, reference: nil, code: nil))
        }
        let chunk = String(decoding: try text(), as: UTF8.self)
        let first = try int()
        let last = try int()
        return .function(
            FunctionValue(
                identity: identity, isC: false, chunk: chunk, lines: last < first ? nil : first...last, reference: nil,
                code: nil))
    }
}

/// One record's head and sections.
struct RecordReader {
    let bytes: ArraySlice<UInt8>
    let kind: Int
    let isCut: Bool
    let what: UInt32
    let serial: UInt64
    let nanoseconds: UInt64
    let coroutine: Coroutine.ID
    let function: UInt32
    let line: Int
    let depth: Int

    static let headSize = MemoryLayout<ldbg_record>.size

    /// The record at the beginning of `bytes`, and what is behind it.
    static func next(_ bytes: ArraySlice<UInt8>) throws(ValueReader.Malformed) -> (
        record: RecordReader, rest: ArraySlice<UInt8>
    ) {
        var reader = ValueReader(bytes)
        let size = Int(try reader.number())
        guard size >= headSize, size <= bytes.count else { throw ValueReader.Malformed() }
        let end = bytes.startIndex + size
        return (try RecordReader(bytes[bytes.startIndex..<end]), bytes[end...])
    }

    private init(_ bytes: ArraySlice<UInt8>) throws(ValueReader.Malformed) {
        var reader = ValueReader(bytes)
        _ = try reader.number()
        kind = Int(try reader.byte())
        isCut = try reader.byte() != 0
        what = UInt32(try reader.unsigned(2))
        serial = try reader.unsigned(8)
        nanoseconds = try reader.unsigned(8)
        coroutine = Coroutine.ID(try reader.number())
        function = try reader.number()
        line = try reader.int()
        depth = try reader.int()
        self.bytes = bytes.dropFirst(Self.headSize)
    }

    /// The inside of a section; nil when the record has none of that tag.
    func section(_ wanted: Int) -> ValueReader? {
        var reader = ValueReader(bytes)
        while let tag = try? reader.byte(), tag != 0, let count = try? reader.number(),
            let inside = try? reader.slice(Int(count))
        {
            if Int(tag) == wanted { return ValueReader(inside) }
        }
        return nil
    }
}
