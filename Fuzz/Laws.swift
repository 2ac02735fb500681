// What must hold of the codec for any bytes whatever; for libFuzzer it is compiled into the same module.

#if canImport(LuaDebugRESP)
    @testable import LuaDebugRESP
#endif

/// What both targets of the codec are given.
struct Input {
    private let cut: Pieces

    init(_ bytes: [UInt8]) { cut = Pieces(bytes) }

    /// Small enough that the fuzzer can reach each, large enough that it can get past them.
    static let limits = RESPLimits(bulkBytes: 64, elements: 16, depth: 5, inlineBytes: 48, totalBytes: 400)

    var wire: [UInt8] { cut.bytes }
    var whole: [ArraySlice<UInt8>] { [wire[...]] }
    var pieces: [ArraySlice<UInt8>] { cut.pieces }
}

/// What a decoder gave for pieces, and why it stopped.
struct Outcome<Value> {
    var values: [Value] = []
    var error: RESPError?
    var isMidValue = false

    init(_ pieces: [ArraySlice<UInt8>], _ read: (inout RESPDecoder) throws(RESPError) -> Value?) {
        var decoder = RESPDecoder(limits: Input.limits)
        var fed = 0
        for piece in pieces {
            decoder.feed(piece)
            fed += piece.count
            do throws(RESPError) {
                while let value = try read(&decoder) { values.append(value) }
            } catch {
                precondition(self.error == nil || self.error == error, "stays failed")
                self.error = error
            }
            precondition(decoder.buffer.work <= 3 * fed, "linear")
            precondition(error == nil || decoder.buffer.capacity == 0 && !decoder.isMidValue, "a failed one is empty")
        }
        isMidValue = decoder.isMidValue
    }

    /// However bytes are cut, they are the same.
    func mustBe(_ other: Outcome) {
        precondition(String(describing: values) == String(describing: other.values), "values")
        guard error == other.error && isMidValue == other.isMidValue else {
            fatalError(
                "\(String(describing: error)) \(isMidValue), and \(String(describing: other.error)) \(other.isMidValue)"
            )
        }
    }
}

func encoded(_ values: [RESPValue], _ version: RESPVersion) -> [UInt8] {
    var wire: [UInt8] = []
    for value in values { RESPEncoder(version: version).encode(value, into: &wire) }
    return wire
}

/// Everything that bytes decode to, with limits that are no matter.
func decoded(_ wire: [UInt8]) -> [RESPValue] {
    var decoder = RESPDecoder()
    decoder.feed(wire)
    var values: [RESPValue] = []
    do throws(RESPError) {
        while let value = try decoder.next() { values.append(value) }
    } catch {
        preconditionFailure("what was encoded is malformed: \(error)")
    }
    precondition(!decoder.isMidValue, "what was encoded is whole")
    return values
}
