// What must hold for any bytes whatever, said once for all fuzz targets: the codec is compiled into the same module.

/// Bytes of the fuzzer's, the first of which say how to cut the others.
struct Input {
    let wire: [UInt8]
    let seed: UInt8

    init(_ start: UnsafePointer<UInt8>?, _ count: Int) {
        let all = unsafe Array(UnsafeBufferPointer(start: start, count: count))
        seed = all.first ?? 0
        wire = Array(all.dropFirst())
    }

    /// Small enough that the fuzzer can reach each, large enough that it can get past them.
    static let limits = RESPLimits(bulkBytes: 64, elements: 16, depth: 5, inlineBytes: 48, totalBytes: 400)

    var whole: [ArraySlice<UInt8>] { [wire[...]] }
    /// Byte by byte for seed 0, otherwise pieces of changing length.
    var pieces: [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var rest = wire[...]
        var state = UInt32(seed)
        while !rest.isEmpty {
            state = state &* 1_664_525 &+ 1_013_904_223
            let piece = rest.prefix(seed == 0 ? 1 : Int(state >> 24) % 9 + 1)
            pieces.append(piece)
            rest = rest.dropFirst(piece.count)
        }
        return pieces
    }
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
