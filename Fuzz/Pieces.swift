// Bytes of the fuzzer's, the first of which says how to cut the others.

struct Pieces {
    let bytes: [UInt8]
    let seed: UInt8

    init(_ all: [UInt8]) {
        seed = all.first ?? 0
        bytes = Array(all.dropFirst())
    }

    /// Byte by byte for seed 0, otherwise pieces of changing length.
    var pieces: [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var rest = bytes[...]
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
