// Reads a Lua 5.3 binary chunk for the lines of its functions. A pure parser: it owns no pointer and trusts no length.
//
// `lua_dump` shows every nested function with its line table, none of which has to run for it; `lua_getinfo` can only show
// a function that one holds.

/// Format: ldump.c of Lua 5.3.
///
/// Sizes of C types are read from the header, never assumed.
struct ChunkReader {
    private let bytes: [UInt8]
    private var at = 0
    private var intSize = 0
    private var sizeSize = 0
    private var instructionSize = 0
    private var integerSize = 0
    private var numberSize = 0

    private struct Malformed: Error {}

    /// The dumped function and all nested in it; empty when the bytes are no chunk that we understand.
    static func functions(of bytes: [UInt8]) -> [CodeRange] {
        var reader = ChunkReader(bytes: bytes)
        var found: [CodeRange] = []
        do {
            try reader.header()
            try reader.function(into: &found, depth: 0)
        } catch {
            return []
        }
        return found
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func skip(_ count: Int) throws {
        guard count >= 0, count <= bytes.count - at else { throw Malformed() }
        at += count
    }

    private mutating func byte() throws -> UInt8 {
        guard at < bytes.count else { throw Malformed() }
        defer { at += 1 }
        return bytes[at]
    }

    private mutating func unsigned(_ size: Int) throws -> UInt64 {
        guard size <= 8, size <= bytes.count - at else { throw Malformed() }
        var value: UInt64 = 0
        for i in 0..<size { value |= UInt64(bytes[at + i]) << (8 * UInt64(i)) }
        at += size
        return value
    }

    private mutating func int() throws -> Int {
        let value = try unsigned(intSize)
        guard value <= UInt64(Int32.max) else { throw Malformed() }
        return Int(value)
    }

    private mutating func skipVector(of size: Int) throws {
        let count = try int()
        guard size == 0 || count <= (bytes.count - at) / size else { throw Malformed() }
        try skip(count * size)
    }

    private mutating func skipString() throws {
        var size = UInt64(try byte())
        if size == 0xFF { size = try unsigned(sizeSize) }
        guard size > 0 else { return }
        guard size - 1 <= UInt64(bytes.count - at) else { throw Malformed() }
        try skip(Int(size - 1))
    }

    private mutating func header() throws {
        guard Array(bytes.prefix(6)) == [0x1B, 0x4C, 0x75, 0x61, 0x53, 0x00] else { throw Malformed() }
        try skip(12)
        intSize = Int(try byte())
        sizeSize = Int(try byte())
        instructionSize = Int(try byte())
        integerSize = Int(try byte())
        numberSize = Int(try byte())
        try skip(integerSize + numberSize)
        try skip(1)
    }

    private mutating func function(into found: inout [CodeRange], depth: Int) throws {
        guard depth < 250 else { throw Malformed() } // LUAI_MAXCCALLS bounds the nesting that compiles
        try skipString()
        let first = try int()
        let last = try int()
        try skip(3)
        try skipVector(of: instructionSize)
        try skipConstants()
        try skipVector(of: 2)
        let place = found.count
        found.append(CodeRange(firstLine: first, lastLine: last, lines: []))
        for _ in 0..<(try int()) { try function(into: &found, depth: depth + 1) }
        var lines: Set<Int> = []
        for _ in 0..<(try int()) { lines.insert(try int()) }
        for _ in 0..<(try int()) {
            try skipString()
            try skip(2 * intSize)
        }
        for _ in 0..<(try int()) { try skipString() }
        found[place] = CodeRange(firstLine: first, lastLine: last, lines: lines.sorted())
    }

    private mutating func skipConstants() throws {
        for _ in 0..<(try int()) {
            switch try byte() {
            case 0: break // nil
            case 1: try skip(1) // boolean
            case 3: try skip(numberSize) // float
            case 3 | 16: try skip(integerSize) // integer
            case 4, 4 | 16: try skipString() // short, long string
            default: throw Malformed()
            }
        }
    }
}
