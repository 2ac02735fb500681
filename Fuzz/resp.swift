// Any bytes as values: the same in any pieces; and what they mean survives both versions of the encoder.

/// What libFuzzer calls.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe Input(start, count)
    let whole = Outcome<RESPValue>(input.whole) { decoder throws(RESPError) in try decoder.next() }
    whole.mustBe(Outcome(input.pieces) { decoder throws(RESPError) in try decoder.next() })

    // A bulk error becomes a line at the first writing; from then on nothing changes.
    for version in [RESPVersion.resp3, .resp2] {
        let wire = encoded(whole.values, version)
        let again = decoded(wire)
        precondition(again.count == whole.values.count, "as many values")
        precondition(encoded(again, version) == wire, "encoding is stable")
    }
    return 0
}
