// Where libFuzzer comes in. Which function is fed, `target`, is written by scripts/fuzz.sh.

/// What libFuzzer calls.
@_cdecl("LLVMFuzzerTestOneInput")
public func entry(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    target(unsafe Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
