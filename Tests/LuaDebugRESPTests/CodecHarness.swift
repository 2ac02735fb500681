// What the codec's tests share: feeding in pieces, comparing, and values out of a seed.

import LuaDebugRESP

/// The bytes of a text.
func bytes(_ text: String) -> [UInt8] { [UInt8](text.utf8) }

extension RESPValue {
    /// A text that is the same for two values that are the same, nan included.
    var shown: String { String(describing: self) }
}

/// What a decoder gave, and why it stopped.
struct Decoded<Value: Sendable>: CustomStringConvertible {
    var values: [Value] = []
    var error: RESPError?
    var isMidValue = false

    var description: String { "\(values) \(error.map { "\($0.code): \($0)" } ?? "-") \(isMidValue)" }
}

/// Feeds the pieces one by one and reads after each as far as it goes.
func decode<Value: Sendable>(
    _ pieces: some Sequence<some Collection<UInt8>>,
    limits: RESPLimits = .standard,
    _ read: (inout RESPDecoder) throws(RESPError) -> Value?
) -> Decoded<Value> {
    var decoder = RESPDecoder(limits: limits)
    var decoded = Decoded<Value>()
    for piece in pieces {
        decoder.feed(piece)
        do throws(RESPError) {
            while let value = try read(&decoder) { decoded.values.append(value) }
        } catch {
            // The same again, whatever else may come.
            if let before = decoded.error, before != error { decoded.values = [] }
            decoded.error = error
        }
    }
    decoded.isMidValue = decoder.isMidValue
    return decoded
}

func readValue(_ decoder: inout RESPDecoder) throws(RESPError) -> RESPValue? { try decoder.next() }
func readCommand(_ decoder: inout RESPDecoder) throws(RESPError) -> [[UInt8]]? { try decoder.nextCommand() }

/// Every way to cut bytes that the tables are fed in: whole, byte by byte, and in two at every place.
func cuts(_ wire: [UInt8]) -> [[ArraySlice<UInt8>]] {
    var ways = [[wire[...]], wire.indices.map { wire[$0...$0] }]
    for at in wire.indices.dropFirst() { ways.append([wire[..<at], wire[at...]]) }
    return ways
}

/// SplitMix64: the same numbers for the same seed, everywhere.
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func below(_ count: Int) -> Int { Int.random(in: 0..<count, using: &self) }

    mutating func bytes(upTo count: Int, _ range: ClosedRange<UInt8> = 0...255) -> [UInt8] {
        (0..<below(count + 1)).map { _ in UInt8.random(in: range, using: &self) }
    }

    /// Pieces of random lengths, empty ones among them.
    mutating func cut(_ wire: [UInt8]) -> [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var rest = wire[...]
        while !rest.isEmpty {
            let piece = rest.prefix(below(20))
            pieces.append(piece)
            rest = rest.dropFirst(piece.count)
        }
        return pieces
    }

    /// A value of any type; aggregates nest no deeper than `depth`.
    mutating func value(depth: Int) -> RESPValue {
        switch below(depth > 0 ? 15 : 10) {
        case 0: return .simpleString(bytes(upTo: 8, 14...255))
        case 1: return .error(bytes(upTo: 8, 14...255))
        case 2: return .integer(Int64(bitPattern: next()) >> Int64(below(64)))
        case 3, 4: return .bulkString(bytes(upTo: 12))
        case 5: return .null
        case 6: return .double(double())
        case 7: return .boolean(below(2) == 0)
        case 8: return .bigNumber((below(2) == 0 ? [45] : []) + [49] + bytes(upTo: 40, 48...57))
        case 9: return .verbatim(format: below(2) == 0 ? "txt" : "a:~", bytes(upTo: 12))
        case 10: return .array(values(depth))
        case 11: return .set(values(depth))
        case 12: return .push(values(depth))
        case 13: return .map(pairs(depth))
        default: return .attribute(pairs(depth), value(depth: depth - 1))
        }
    }

    private mutating func double() -> Double {
        switch below(6) {
        case 0:
            return [0, -0.0, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, .greatestFiniteMagnitude][below(7)]
        case 1: return Double(below(1_000_000)) / 1000
        default:
            let any = Double(bitPattern: next())
            return any.isNaN ? .nan : any
        }
    }

    private mutating func values(_ depth: Int) -> [RESPValue] { (0..<below(5)).map { _ in value(depth: depth - 1) } }

    private mutating func pairs(_ depth: Int) -> [RESPValue.Pair] {
        (0..<below(4)).map { _ in RESPValue.Pair(value(depth: depth - 1), value(depth: depth - 1)) }
    }
}
