// The console on a real terminal: keys are pressed, and what a person sees is compared.

import Foundation
import Testing

@testable import LuaDebugServer

@Suite("The console on a terminal", .timeLimit(.minutes(5)))
struct TerminalTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    private var history: String { folder.path + "/history" }
    private var kept: [String] {
        let text = (try? String(contentsOfFile: history, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map(String.init)
    }

    private static let up = "\u{1B}[A", left = "\u{1B}[D"

    /// The console on a script, at its first prompt.
    private func console(_ source: String, columns: UInt16 = 72) async throws -> PseudoTerminal {
        try folder.write(source, to: "a.lua")
        let terminal = try PseudoTerminal(
            "'\(Running.program)' '\(folder.path)/a.lua'", history: history, columns: columns)
        await terminal.expect("(luadebug) |")
        return terminal
    }

    @Test(
        "lines are edited, recalled and searched; Ctrl-C gives a new prompt, Ctrl-D leaves, and the next run remembers")
    func editing() async throws {
        var terminal = try await console("local a = 1\nlocal b = 2\nreturn a + b\n")
        terminal.type("1 +x\u{01}p \u{1B}[Fy" + Self.left + "\u{7F}\u{1B}[3~ 4\r")
        await terminal.until { $0.rows.suffix(3) == ["(luadebug) p 1 + 4", "5", "(luadebug)"] }
        terminal.type("p '日本'" + Self.left + Self.left + "x\u{05}")
        await terminal.expect("(luadebug) p '日x本'|")
        terminal.type("\r")
        await terminal.until { $0.rows.suffix(2) == ["\"日x本\"", "(luadebug)"] }
        terminal.type("nothing of this\u{03}")
        await terminal.until { $0.rows.suffix(2) == ["(luadebug) nothing of this^C", "(luadebug)"] }
        terminal.type(Self.up)
        await terminal.expect("(luadebug) p '日x本'|")
        terminal.type("\u{0E}\u{12}1 +")
        await terminal.expect("(search) '1 +': p |1 + 4")
        terminal.type("\u{07}\u{04}")
        #expect(try await terminal.finish() == 0)
        #expect(terminal.isRestored)
        #expect(kept == ["p 1 + 4", "p '日x本'"])
        #expect(folder.mode(of: "history") == 0o600)

        terminal = try await console("return 1\n")
        terminal.type(Self.up + Self.up)
        await terminal.expect("(luadebug) p 1 + 4|")
        terminal.type("\u{15}\u{04}")
        #expect(try await terminal.finish() == 0)
    }

    @Test("Tab completes commands, names in scope and fields, and runs nothing of the script's")
    func completing() async throws {
        let source = """
            local methods = {deposit = function() end, limit = 3}
            local account = setmetatable({balance = 1, owner = {name = "Ada"}}, {__index = methods})
            local strict = setmetatable({}, {__index = function() error("looked at") end})
            local text = "x"
            local last = _ENV
            """
        let terminal = try await console(source)
        terminal.type("cont\t")
        await terminal.until { $0.bells == 1 }
        terminal.type("\t")
        await terminal.until { $0.rows.suffix(3) == ["(luadebug) cont", "cont      continue", "(luadebug) cont"] }
        terminal.type("\u{15}unti\t5\r")
        await terminal.until { $0.rows.contains("(luadebug) until 5") && $0.line == "(luadebug) |" }
        terminal.type("p acc\t.ow\t.na\t")
        await terminal.expect("(luadebug) p account.owner.name|")
        terminal.type("\u{15}!account:\t")
        await terminal.expect("(luadebug) !account:deposit|")
        terminal.type("\u{15}p account.\t\t")
        await terminal.until { $0.rows.contains("balance  deposit  limit    owner") }
        terminal.type("\u{15}p text:rev\t .. string.rep\t")
        await terminal.expect("(luadebug) p text:reverse .. string.rep|")
        terminal.type("\u{15}b print, strict.l\t")
        await terminal.until { $0.bells == 3 }
        terminal.type("\u{15}help wh\t")
        await terminal.until { $0.bells == 4 }
        terminal.type("a\t")
        await terminal.expect("(luadebug) help whatis|")
        terminal.type("\u{15}c\r")
        await terminal.until { $0.rows.contains("The script has ended.") && $0.line == "(luadebug) |" }
        terminal.type("p string.for\t")
        await terminal.expect("(luadebug) p string.format|")
        terminal.type("\u{15}q\r")
        #expect(try await terminal.finish() == 0)
    }

    @Test("pasted lines wait for Enter, then are entered one after another; questions are not answered by them")
    func pasting() async throws {
        let terminal = try await console("local a = 1\nlocal b = 2\nreturn a + b\n")
        terminal.type("\u{1B}[200~b 2\rclear\r\rp 1\r\u{1B}[201~")
        await terminal.expect("(luadebug) b 2^Jclear^J^Jp 1|")
        terminal.type("\r")
        await terminal.until { $0.line == "Clear all breakpoints? (y/n) |" }
        terminal.type("y\r")
        await terminal.until { $0.rows.suffix(3) == ["(luadebug) p 1", "1", "(luadebug)"] }
        #expect(terminal.screen.rows.contains { $0.hasPrefix("Removed breakpoint") })
        #expect(terminal.screen.rows.contains("(luadebug) b 2"))
        #expect(!terminal.screen.text.contains("^J"))
        terminal.type("q\r")
        #expect(try await terminal.finish() == 0)
        #expect(kept == ["b 2", "clear", "p 1", "q"])
    }

    @Test("long lines scroll, a new size of the window counts at once, and what is typed does not steer the terminal")
    func drawing() async throws {
        let terminal = try await console("return 1\n", columns: 40)
        terminal.type("0123456789012345678901234567890123456789")
        await terminal.until { $0.line.hasPrefix("(luadebug) <") && $0.line.hasSuffix("9|") }
        terminal.resize(columns: 72)
        await terminal.expect("(luadebug) 0123456789012345678901234567890123456789|")
        terminal.type("\u{15}x\u{1B}[200~\u{1B}[2J\u{9B}2J\u{1B}[201~\u{01}")
        await terminal.expect("(luadebug) |x^[[2J\\u{9b}2J")
        terminal.type("\u{03}!do io.write('no end') end\r")
        await terminal.until { $0.rows.suffix(2) == ["no end", "(luadebug)"] }
        terminal.type("\u{0C}")
        await terminal.until { $0.rows == ["(luadebug)"] }
        terminal.type("\u{04}")
        #expect(try await terminal.finish() == 0)
    }

    @Test("a signal that ends the program leaves the terminal as it was; after Ctrl-Z and fg the line goes on")
    func signals() async throws {
        var terminal = try await console("return 1\n")
        terminal.type("half a li")
        await terminal.expect("(luadebug) half a li|")
        #expect(!terminal.isRestored)
        terminal.program.signal(SIGTERM)
        #expect(try await terminal.finish() == 128 + SIGTERM)
        #expect(terminal.isRestored)

        terminal = try PseudoTerminal("env 'PS1=$ ' bash --norc --noprofile -i", history: history)
        await terminal.expect("$ |")
        terminal.type("'\(Running.program)' '\(folder.path)/a.lua'\r")
        await terminal.expect("(luadebug) |")
        terminal.type("half\u{1A}")
        await terminal.expect("$ |")
        terminal.type("fg\r")
        await terminal.expect("(luadebug) half|")
        terminal.type("\u{15}p 6 * 7\r")
        await terminal.until { $0.rows.suffix(2) == ["42", "(luadebug)"] }
        terminal.type("\u{04}")
        await terminal.expect("$ |")
        terminal.type("exit\r")
        #expect(try await terminal.finish() == 0)
    }

    @Test("without a terminal that moves its cursor, lines are read as they come")
    func dumb() async throws {
        try folder.write("return 1\n", to: "a.lua")
        let terminal = try PseudoTerminal("env TERM=dumb '\(Running.program)' '\(folder.path)/a.lua'", history: history)
        await terminal.expect("(luadebug) |")
        #expect(terminal.isRestored)
        terminal.type("p 6 * 7\r")
        await terminal.until { $0.rows.suffix(2) == ["42", "(luadebug)"] }
        terminal.type("q\r")
        #expect(try await terminal.finish() == 0)
        #expect(kept.isEmpty)
    }

    @Test(
        "a history that cannot be read or written is no error, and nothing else is replaced by it",
        arguments: ["", "nowhere/history", "folder", "fifo", "link"])
    func noHistory(name: String) async throws {
        try folder.write("return 1\n", to: "a.lua")
        let files = FileManager.default
        try files.createDirectory(atPath: folder.path + "/folder", withIntermediateDirectories: false)
        unsafe mkfifo(folder.path + "/fifo", 0o600)
        try files.createSymbolicLink(atPath: folder.path + "/link", withDestinationPath: folder.path + "/nothing")
        let terminal = try PseudoTerminal(
            "env HOME='\(folder.path)' '\(Running.program)' '\(folder.path)/a.lua'",
            history: name.isEmpty ? "" : folder.path + "/" + name)
        await terminal.expect("(luadebug) |")
        terminal.type("p 6 * 7\r")
        await terminal.until { $0.rows.suffix(2) == ["42", "(luadebug)"] }
        terminal.type(Self.up)
        await terminal.expect("(luadebug) p 6 * 7|")
        terminal.type("\u{15}q\r")
        #expect(try await terminal.finish() == 0)
        #expect(try files.contentsOfDirectory(atPath: folder.path).sorted() == ["a.lua", "fifo", "folder", "link"])
        let types = try ["fifo", "link"].map {
            try files.attributesOfItem(atPath: folder.path + "/" + $0)[.type] as? FileAttributeType
        }
        #expect(types == [.typeUnknown, .typeSymbolicLink])
    }

    @Test("without the variable the history is in the home folder")
    func historyAtHome() async throws {
        try folder.write("return 1\n", to: "a.lua")
        let terminal = try PseudoTerminal(
            "env -u LUADEBUG_HISTORY HOME='\(folder.path)' '\(Running.program)' '\(folder.path)/a.lua'")
        await terminal.expect("(luadebug) |")
        terminal.type("q\r")
        #expect(try await terminal.finish() == 0)
        #expect(try String(contentsOfFile: folder.path + "/.luadebug_history", encoding: .utf8) == "q\n")
        #expect(folder.mode(of: ".luadebug_history") == 0o600)
    }

    @Test("a history that is a link stays one, and another program's lines stay in it")
    func linkedHistory() async throws {
        try folder.write("before\n", to: "real")
        try FileManager.default.createSymbolicLink(
            atPath: history, withDestinationPath: folder.path + "/real")
        let terminal = try await console("return 1\n")
        try folder.write("before\nmeanwhile\n", to: "real")
        terminal.type("p 1\r")
        await terminal.until { $0.rows.suffix(2) == ["1", "(luadebug)"] }
        terminal.type(Self.up + Self.up)
        await terminal.expect("(luadebug) before|")
        terminal.type("\u{15}\u{04}")
        #expect(try await terminal.finish() == 0)
        #expect(kept == ["before", "meanwhile", "p 1"])
        let type = try FileManager.default.attributesOfItem(atPath: history)[.type] as? FileAttributeType
        #expect(type == .typeSymbolicLink)
        #expect(folder.mode(of: "real") == 0o600)
    }
}
