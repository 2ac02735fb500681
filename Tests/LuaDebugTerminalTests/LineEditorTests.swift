// The line editor: bytes of keys in, the line and its cursor out.

import Testing

@testable import LuaDebugTerminal

/// An editor and its decoder; what is typed stops at the first effect that ends a line.
struct Typist {
    var editor: LineEditor
    var decoder = KeyDecoder()

    init(_ history: [String] = []) { editor = LineEditor(history: LineHistory(history)) }

    /// The effects beyond `.none`.
    @discardableResult
    mutating func type(_ bytes: some Sequence<UInt8>) -> [LineEditor.Effect] {
        decoder.feed(Array(bytes))
        var effects: [LineEditor.Effect] = []
        while let key = decoder.next() {
            let effect = editor.press(key)
            if effect != .none { effects.append(effect) }
        }
        return effects
    }

    @discardableResult
    mutating func type(_ text: String) -> [LineEditor.Effect] { type(text.utf8) }

    /// The line with a bar at the cursor.
    var line: String {
        String(editor.characters[..<editor.cursor]) + "|" + String(editor.characters[editor.cursor...])
    }
}

@Suite("Line editor")
struct LineEditorTests {
    @Test(
        "keys move, insert and remove",
        arguments: [
            ("abc", "abc|"), ("abc\u{1B}[D", "ab|c"), ("abc\u{02}\u{02}\u{06}x", "abx|c"), ("abc\u{01}x", "x|abc"),
            ("abc\u{1B}[Hx\u{1B}[Fy", "xabcy|"), ("abc\u{1B}OHx\u{1B}OFy", "xabcy|"),
            ("abc\u{1B}[1~\u{1B}[3~\u{1B}[4~", "bc|"), ("abc\u{7F}\u{08}", "a|"), ("abc\u{01}\u{04}", "|bc"),
            ("one two\u{1B}b", "one |two"), ("one two\u{1B}[1;5D\u{1B}[1;5D\u{1B}[1;5C", "one| two"),
            ("one two\u{01}\u{1B}f\u{1B}d", "one|"), ("one two\u{01}\u{0B}\u{19}", "one two|"),
            ("a.b c.d\u{17}", "a.b |"), ("a.b c.d\u{1B}\u{7F}", "a.b c.|"),
            ("one two\u{15}\u{19}\u{19}", "one twoone two|"),
            ("one two\u{17}\u{17}\u{19}", "one two|"), ("abc\u{14}", "acb|"), ("abc\u{02}\u{14}", "acb|"),
            ("ab\u{1B}[5~\u{1B}[Zc", "abc|"), ("a\u{1B}[200~b\r\nc\rd\n\u{1B}[201~e", "ab\nc\nde|"),
        ])
    func editing(keys: String, line: String) {
        var typist = Typist()
        typist.type(keys)
        #expect(typist.line == line)
        // However the bytes were cut.
        var slow = Typist()
        for byte in keys.utf8 { slow.type([byte]) }
        #expect(slow.line == line)
    }

    @Test("a character is removed and passed over as a whole, whatever it is made of")
    func characters() {
        var typist = Typist()
        typist.type("日é👩‍🚀e")
        typist.type("\u{301}")
        #expect(typist.editor.characters.count == 4)
        typist.type("\u{1B}[D\u{1B}[D\u{7F}")
        #expect(typist.line == "日|👩‍🚀é")
        typist.type([0xFF, 0xE6, 0x97])
        typist.type("x")
        #expect(typist.line == "日\u{FFFD}\u{FFFD}x|👩‍🚀é")
    }

    @Test("what ends a line, and what is asked of others")
    func effects() {
        var typist = Typist()
        #expect(typist.type("ab\u{1B}\r") == [.entered("ab")])
        typist.editor.begin()
        #expect(typist.type("\u{04}") == [.ended])
        #expect(typist.type("x\u{04}\u{03}\u{0C}\u{1A}") == [.bell, .cancelled, .clearScreen, .suspend])
        #expect(typist.type("\t\tx\t") == [.complete(again: false), .complete(again: true), .complete(again: false)])
    }

    @Test("a line has a bound: what is too long is refused as a whole")
    func bound() {
        var typist = Typist()
        typist.type(String(repeating: "x", count: LineEditor.limit - 1))
        #expect(typist.type("\u{1B}[200~yy\u{1B}[201~") == [.bell])
        #expect(typist.type("y") == [])
        #expect(typist.type("y") == [.bell])
        #expect(typist.editor.characters.count == LineEditor.limit)
    }

    // MARK: - History

    @Test("up and down walk through the history; what was typed, or changed on the way, is not lost")
    func walking() {
        var typist = Typist(["first", "second"])
        typist.type("new\u{1B}[A")
        #expect(typist.line == "second|")
        typist.type("!\u{10}")
        #expect(typist.line == "first|")
        #expect(typist.type("\u{1B}[A") == [.bell])
        typist.type("\u{0E}")
        #expect(typist.line == "second!|")
        typist.type("\u{1B}[B")
        #expect(typist.line == "new|")
        typist.editor.begin()
        typist.type("\u{10}")
        #expect(typist.line == "second|", "entries themselves stay as they were entered")
    }

    @Test("Ctrl-R searches backwards, Ctrl-S forwards; Ctrl-G brings the line back, other keys take what was found")
    func searching() {
        var typist = Typist(["break 3", "next", "break 5", "step"])
        typist.type("new\u{12}bre")
        #expect(typist.line == "|break 5")
        #expect(typist.editor.searchPrompt == "(search) 'bre': ")
        typist.type("\u{12}")
        #expect(typist.line == "|break 3")
        #expect(typist.type("\u{12}") == [.bell])
        #expect(typist.editor.searchPrompt == "(nothing) 'bre': ")
        typist.type("\u{13}")
        #expect(typist.line == "|break 5")
        typist.type("\u{7F}\u{7F}\u{7F}\u{07}")
        #expect(typist.line == "new|")
        #expect(typist.editor.searchPrompt == nil)
        typist.type("\u{12}k 3\u{05}!\u{1B}[B")
        #expect(typist.line == "next|", "what was found is taken in its place")
        typist.editor.begin()
        #expect(typist.type("\u{12}5\r") == [.entered("break 5")])
    }

    @Test("the history keeps no repetition, no empty line, no password, and no more than its bound")
    func keeping() {
        var history = LineHistory()
        for line in [
            "next", "next", "", "  ", "AUTH secret", "  auth user secret", "\"AUTH\" secret", "authx", "p password",
            "HELLO 3 AUTH user secret", "HELLO 3", "a\nb", "next", String(repeating: "x", count: 9000),
        ] {
            history.add(line)
        }
        #expect(history.lines == ["next", "HELLO 3", "next"])
        #expect(LineHistory(file: history.file).lines == history.lines)
        #expect(LineHistory(file: Array("AUTH x\n\nnext\nnext\n\u{1B}[A".utf8)).lines == ["next", "\u{1B}[A"])
        for number in 0..<2000 { history.add("\(number)") }
        #expect(history.lines.count == 1000)
        #expect(history.lines.last == "1999")
    }

    @Test("whatever bytes come, however they are cut: the line stays whole, and the cursor in it")
    func anything() {
        var random = SystemRandomNumberGenerator()
        let pieces: [[UInt8]] = [
            [0x1B], [0x1B, 0x5B], Array("\u{1B}[200~".utf8), Array("\u{1B}[201~".utf8), [9], [13], [0x12], [0x13], [7],
            [0x14], [0x17], [0x19], [0x10], [0x0E], Array("日e\u{301}👩‍🚀🇩🇪".utf8), [0xE6], [0xFF], Array("ab c".utf8),
            Array("\u{1B}[A".utf8), Array("\u{1B}[D".utf8), [0x7F], [1], [0x0B], [0x15], [4],
        ]
        for _ in 0..<200 {
            var typist = Typist(["first", "sec日ond", "b c"])
            var view = LineView()
            for _ in 0..<100 {
                let piece = pieces.randomElement(using: &random) ?? []
                for effect in typist.type(Bool.random() ? piece : [UInt8.random(in: 0...255)]) {
                    if case .entered(let line) = effect {
                        typist.editor.history.add(line)
                        typist.editor.begin()
                    }
                }
                let editor = typist.editor
                #expect(0...editor.characters.count ~= editor.cursor)
                let row = view.row(
                    prompt: editor.searchPrompt ?? "> ", line: editor.characters, cursor: editor.cursor, columns: 20)
                #expect(row.column < 20 && ShownText.width(row.text) < 20)
                #expect(!row.text.unicodeScalars.contains { $0.value < 32 || 127..<160 ~= $0.value })
            }
        }
    }

    // MARK: - Completion

    @Test("one candidate is inserted; of several the common part, and the second Tab lists them")
    func completing() {
        var typist = Typist()
        typist.type("p acc x\u{02}\u{02}")
        let one = typist.editor.complete(Completion(start: 2, candidates: ["account"], suffix: " "), again: false)
        #expect(one.effect == .none && !one.lists)
        #expect(typist.line == "p account | x")
        typist.editor.begin()
        typist.type("b")
        let several = Completion(start: 0, candidates: ["break", "break2", "breath", "break"])
        #expect(several.candidates == ["break", "break2", "breath"])
        let first = typist.editor.complete(several, again: false)
        #expect(first.effect == .bell && !first.lists)
        #expect(typist.line == "brea|")
        let second = typist.editor.complete(several, again: true)
        #expect(second.lists)
        #expect(several.table(columns: 18) == "break   breath\nbreak2\n")
        #expect(typist.editor.complete(.none, again: true).effect == .bell)
    }
}

@Suite("What is drawn")
struct LineViewTests {
    private func row(_ line: String, at cursor: Int, columns: Int = 20, prompt: String = "> ") -> LineView.Row {
        var view = LineView()
        return view.row(prompt: prompt, line: Array(line), cursor: cursor, columns: columns)
    }

    @Test("wide characters take two columns, and none steers the terminal")
    func cells() {
        #expect(row("日本x", at: 2) == LineView.Row(text: "> 日本x", column: 6))
        #expect(row("e\u{301}x", at: 1).column == 3)
        #expect(row("👩‍🚀x", at: 1).column == 4)
        #expect(row("a\nb\tc", at: 5) == LineView.Row(text: "> a^Jb^Ic", column: 9))
        let steering = row("\u{1B}[2J\u{9B}1\u{202E}", at: 7, columns: 80)
        #expect(steering == LineView.Row(text: "> ^[[2J\\u{9b}1\\u{202e}", column: 22))
    }

    @Test("a line that is too long is scrolled, with marks where there is more")
    func scrolling() {
        let line = "abcdefghijklmnopqrstuvwxyz"
        #expect(row(line, at: 0) == LineView.Row(text: "> abcdefghijklmnop>", column: 2))
        #expect(row(line, at: 26) == LineView.Row(text: "> <pqrstuvwxyz", column: 14))
        #expect(row("abcdefghijklmnop", at: 16) == LineView.Row(text: "> abcdefghijklmnop", column: 18))
        // Wherever the cursor goes, in whatever width, it stays in the window.
        for columns in [1, 9, 20, 21] {
            var view = LineView()
            let wide = Array("日本語 \u{202E}" + line + "日本語\u{1B}日本語")
            for cursor in Array(0...wide.count) + Array((0...wide.count).reversed()) + [0, 30, 5, 38] {
                let row = view.row(prompt: "> ", line: wide, cursor: cursor, columns: columns)
                let width = ShownText.width(row.text)
                #expect(width < max(8, columns) && row.column < max(8, columns), "\(row) \(columns)")
                #expect(row.column <= width)
            }
        }
    }

    @Test("of a prompt that leaves no room the end is shown")
    func longPrompt() {
        let row = row("x", at: 1, columns: 40, prompt: "unix:/a/very/long/path/to/a/socket (debug)> ")
        #expect(row == LineView.Row(text: "o/a/socket (debug)> x", column: 21), "\(row)")
    }
}
