// Lines from bytes: line ends, telnet's own words, and what is too long.

import Testing

@testable import LuaDebugConsole

@Suite("Cutting lines")
struct LineCutterTests {
    private func bytes(_ text: String) -> [UInt8] { [UInt8](text.utf8) }

    /// The same pieces come however the bytes are cut.
    private func pieces(_ bytes: [UInt8], limit: Int = 100) -> [LineCutter.Piece] {
        var whole = LineCutter(limit: limit)
        let all = whole.feed(bytes)
        var cut = LineCutter(limit: limit)
        #expect(bytes.flatMap { cut.feed([$0]) } == all)
        return all
    }

    @Test("LF, CRLF, telnet's CR NUL, and a last line without an end")
    func ends() {
        #expect(
            pieces(bytes("a\nb\r\n\r\nc\r\0\0d\re\n")) == [
                .line(bytes("a"), hasReturn: false), .line(bytes("b"), hasReturn: true), .line([], hasReturn: true),
                .line(bytes("c"), hasReturn: true), .line(bytes("d\re"), hasReturn: false),
            ])
        var cutter = LineCutter(limit: 10)
        #expect(cutter.feed(bytes("last")) == [])
        #expect(cutter.finish() == [.line(bytes("last"), hasReturn: false)])
        #expect(cutter.finish() == [])
    }

    @Test("telnet's negotiations are taken out and refused, each once; a timing mark is answered each time")
    func telnet() {
        let negotiation: [UInt8] = [255, 250, 31, 0, 80, 255, 255, 0, 24, 255, 240]
        #expect(
            pieces(bytes("a") + [255, 253, 1, 255, 251, 31, 255, 253, 1] + negotiation + bytes("b\n")) == [
                .answer([255, 252, 1]), .answer([255, 254, 31]), .line(bytes("ab"), hasReturn: false),
            ])
        let mark: [UInt8] = [255, 253, 6]
        #expect(pieces(mark + mark) == [.answer([255, 252, 6]), .answer([255, 252, 6])])
        #expect(pieces([255, 252, 1, 255, 254, 3, 255, 241, 255, 255, 10]) == [.line([255], hasReturn: false)])
        #expect(pieces(bytes("half a") + [255, 244]) == [.interrupt])
        #expect(pieces([255, 236]) == [.end])
    }

    @Test("Ctrl-C takes back what was typed; Ctrl-D is an end on an empty line only; nothing else is interpreted")
    func keys() {
        #expect(pieces(bytes("abc\u{03}d\n")) == [.interrupt, .line(bytes("d"), hasReturn: false)])
        #expect(pieces(bytes("a\u{04}\n")) == [.line(bytes("a\u{04}"), hasReturn: false)])
        #expect(pieces(bytes("a\n\u{04}")) == [.line(bytes("a"), hasReturn: false), .end])
        #expect(pieces(bytes("a\u{08}\u{7F}\n")) == [.line(bytes("a\u{08}\u{7F}"), hasReturn: false)])
    }

    @Test("a line that is too long is refused when that is known, not kept, and the next one is read")
    func long() {
        #expect(
            pieces(bytes("12345\n123456\n1234567890123\nab\n"), limit: 5) == [
                .line(bytes("12345"), hasReturn: false), .tooLong, .tooLong, .line(bytes("ab"), hasReturn: false),
            ])
    }
}
