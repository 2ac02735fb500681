// Any bytes from a peer of the console: however they are cut, they are the same lines.

@testable import LuaDebugConsole

/// One input.
func fuzzTelnet(_ bytes: [UInt8]) {
    let input = Pieces(bytes)
    func cut(_ pieces: [ArraySlice<UInt8>]) -> [LineCutter.Piece] {
        var cutter = LineCutter(limit: 40)
        return pieces.flatMap { cutter.feed(Array($0)) } + cutter.finish()
    }
    let whole = cut([input.bytes[...]])
    precondition(whole == cut(input.pieces), "the same, however it is cut")
    for case .line(let line, _) in whole {
        precondition(line.count <= 40, "no line is longer than it may")
        precondition(!line.contains(10), "no line has an end within")
    }
}
