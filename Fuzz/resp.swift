// Any bytes as values: the same in any pieces; and what they mean survives both versions of the encoder.

#if canImport(LuaDebugRESP)
    @testable import LuaDebugRESP
#endif

/// One input.
func fuzzResp(_ bytes: [UInt8]) {
    let input = Input(bytes)
    let whole = Outcome<RESPValue>(input.whole) { decoder throws(RESPError) in try decoder.next() }
    whole.mustBe(Outcome(input.pieces) { decoder throws(RESPError) in try decoder.next() })

    // A bulk error becomes a line at the first writing; from then on nothing changes.
    for version in [RESPVersion.resp3, .resp2] {
        let wire = encoded(whole.values, version)
        let again = decoded(wire)
        precondition(again.count == whole.values.count, "as many values")
        precondition(encoded(again, version) == wire, "encoding is stable")
    }
}
