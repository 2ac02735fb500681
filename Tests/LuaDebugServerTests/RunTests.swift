// luadebug run: its options, the statuses that a script can use, and a console on a socket.

import Foundation
import Testing

@testable import LuaDebugServer

@Suite("luadebug run", .timeLimit(.minutes(5)))
struct RunTests {
    private let folder: Folder

    init() throws {
        folder = try Folder()
        try folder.write("local n = 1\nn = n + #{...}\nprint('n', n)\nreturn n\n", to: "good.lua")
        try folder.write("local function f(x)\n  return x.y\nend\nf(nil)\n", to: "bad.lua")
        try folder.write("# keeps\nb 3\nc\np n * 100\nc\n", to: "commands.txt")
        try folder.write("q\n", to: "quit.txt")
    }

    /// What it prints for what is typed, with the folder's path left out, and its status.
    private func run(_ arguments: String, typed: String = "") async throws -> (text: String, status: Int32) {
        try folder.write(typed, to: "typed")
        let path = folder.path
        let (text, status) = try await offPool {
            try Running("cd '\(path)' && timeout 60 '\(Running.program)' \(arguments) < typed 2>&1").finish()
        }
        return (text, status)
    }

    @Test(
        "what becomes of the script is told by the status",
        arguments: [
            ("run good.lua", "c\n", Int32(0)), ("good.lua", "c\n", 0), ("run bad.lua", "c\n", 1), ("bad.lua", "c\n", 1),
            ("run good.lua", "", 3), ("run good.lua", "n\nq\n", 3), ("run good.lua", "kill\n", 3), ("good.lua", "", 3),
            ("run good.lua", "detach\n", 0), ("run -x commands.txt good.lua", "", 0),
            ("run -x quit.txt good.lua", "", 3),
            ("run --break-on-error bad.lua", "", 1), ("run --break-on-error bad.lua", "kill\n", 3),
            ("run nowhere.lua", "", 1), ("run", "", 2), ("run --trace=what good.lua", "", 2),
            ("run --lisp 0 good.lua", "", 2),
            ("run --allow-other-addresses --listen 0.0.0.0:0 good.lua", "", 2),
            ("run --listen nowhere good.lua", "", 2),
            ("run -x nowhere good.lua", "", 1),
        ])
    func statuses(arguments: String, typed: String, status: Int32) async throws {
        let result = try await run(arguments, typed: typed)
        #expect(result.status == status, "\(result.text)")
    }

    @Test("what follows the script's name is for the script; commands come from a file first")
    func arguments() async throws {
        let result = try await run("run -x commands.txt good.lua -x --trace '' ")
        #expect(
            result.text == """
                Breakpoint 0 at good.lua:3
                good.lua:3 in the main chunk: breakpoint 0
                -> 3   print('n', n)
                400
                n\t4
                The script has ended and returned 4.

                """)
    }

    @Test("an uncaught error stops with its frames alive")
    func breakOnError() async throws {
        let result = try await run("run --break-on-error bad.lua", typed: "w\nup\np f\nc\n")
        #expect(result.text.contains("bad.lua:2 in f: an error that nothing catches, breakpoint 0\n"), "\(result.text)")
        #expect(result.text.contains("> #0 bad.lua:2 in f\n"))
        #expect(result.text.contains("<function bad.lua:1>\n"))
        #expect(result.text.contains("The script has failed: bad.lua:2: attempt to index a nil value (local 'x')\n"))
        #expect(result.status == 1)
    }

    @Test("a trace on the way, and a profile in a file")
    func traceAndProfile() async throws {
        let traced = try await run("run --trace code good.lua a")
        #expect(traced.text.contains("trace good.lua:3  print('n', n)\n"), "\(traced.text)")
        let bare = try await run("run --trace --profile out.folded good.lua a")
        #expect(bare.text.contains("trace good.lua:3\n"), "\(bare.text)")
        #expect(bare.status == 0)
        let stacks = try String(contentsOfFile: folder.path + "/out.folded", encoding: .utf8)
        #expect(stacks.hasPrefix("main chunk (good.lua) "))
        let lost = try await run("run --profile no/where good.lua")
        #expect(lost.text.contains("luadebug: cannot write no/where: No such file or directory"), "\(lost.text)")
        #expect(lost.status == 1)
    }

    @Test("a console on a socket: the first free port of a range; the next one is told when none is left")
    func listening() async throws {
        // Two ports that are free now, the first of which is taken.
        var taken: SocketServer?
        var first = 0
        while taken == nil {
            let port = Int.random(in: 20_000..<30_000)
            let server = SocketServer { Echo($0) }
            if (try? server.listen(on: .tcp(host: "127.0.0.1", port: port))) != nil { (taken, first) = (server, port) }
        }
        let program = try Running(
            "cd '\(folder.path)' && exec '\(Running.program)' run --listen \(first)-\(first + 5) good.lua x < /dev/null"
        )
        let line = try await offPool { program.line() }
        let port = Int(line.dropFirst("luadebug: console on 127.0.0.1:".count)) ?? 0
        #expect((first + 1)...(first + 5) ~= port, "\(line)")
        let busy = try await run("run --listen \(first) good.lua")
        #expect(busy.text == "luadebug: Somebody listens on 127.0.0.1:\(first) already.\n")
        #expect(busy.status == 1)

        let (text, _) = try await offPool {
            try Running("printf 'b 3\\nc\\np n\\n' | nc -N 127.0.0.1 \(port)").finish()
        }
        #expect(text.contains("(luadebug) 2\n"), "\(text)")
        let (rest, _) = try await offPool {
            try Running("printf 'clear\\nc\\nq\\n' | nc -N 127.0.0.1 \(port)").finish()
        }
        #expect(rest.contains("The script has ended and returned 2.\n"), "\(rest)")
        let end = try await offPool { program.finish() }
        #expect(end.text == "n\t2\n")
        #expect(end.status == 0)
        await taken?.close()
    }

    @Test(
        "a socket's file that a dead process has left is replaced; the last client gone after the end ends the program")
    func unixSocket() async throws {
        try folder.leaveStaleSocket("console")
        try folder.write("secret\n", to: "password")
        let program = try Running(
            "cd '\(folder.path)' && exec '\(Running.program)' run --listen unix:console --password-file password --plain-password --break-on-error bad.lua < /dev/null"
        )
        #expect(try await offPool { program.line() } == "luadebug: console on unix:console")
        #expect(folder.mode(of: "console") == 0o600)
        let path = folder.path
        let (text, _) = try await offPool {
            try Running("cd '\(path)' && printf 'secret\\nw\\nc\\n' | nc -N -U console").finish()
        }
        #expect(text.contains("The script has failed: bad.lua:2:"), "\(text)")
        #expect(try await offPool { program.finish() }.status == 1)
        #expect(folder.mode(of: "console") == nil)
    }

    @Test("a signal ends it, with the status of a script that was ended")
    func signal() async throws {
        let program = try Running(
            "cd '\(folder.path)' && exec '\(Running.program)' run --listen 0 good.lua < /dev/null")
        _ = try await offPool { program.line() }
        program.signal(SIGTERM)
        #expect(try await offPool { program.finish() }.status == 3)
    }

    @Test("the guided tour finds the bug")
    func tour() async throws {
        let (text, status) = try await offPool { try Running("'\(Running.program)' < /dev/null 2>&1").finish() }
        #expect(status == 0)
        #expect(!text.contains("*** "), "\(text)")
        #expect(text.contains("log 0: Ada at 6: 3 before this one\n"))
        #expect(text.contains("display count: 3"))
        #expect(text.contains("(luadebug) p count > limit, count >= limit\nfalse, true\n"))
    }
}

@Suite("Ctrl-C and lists of commands on a terminal", .timeLimit(.minutes(5)))
struct ConsoleTerminalTests {
    private let folder: Folder
    init() throws { folder = try Folder() }

    @Test("Ctrl-C during an endless script and during an endless expression both come back to the prompt")
    func interrupting() async throws {
        try folder.write("local n = 0\nwhile true do\n  n = n + 1\nend\n", to: "a.lua")
        let terminal = try PseudoTerminal("'\(Running.program)' run '\(folder.path)/a.lua'")
        await terminal.expect("(luadebug) |")
        terminal.type("c\r")
        await terminal.until { $0.rows.last == "" && $0.rows.contains("(luadebug) c") || $0.line == "|" }
        terminal.type("\u{03}")
        await terminal.until { $0.text.contains(": interrupted") && $0.line == "(luadebug) |" }
        terminal.type("!while true do n = n + 1 end\r")
        // On a very busy machine its budget may end it first.
        await terminal.until { $0.line == "|" || $0.text.contains("*** ") }
        terminal.type("\u{03}")
        await terminal.until { $0.text.contains("*** ") && $0.line == "(luadebug) |" }
        // An empty line repeats the last command; not the one that stops and goes on by itself.
        terminal.type("clear\rb 3\rcommands\r")
        await terminal.expect("(commands) |")
        terminal.type("silent\r\rc\rend\r")
        await terminal.expect("(luadebug) |")
        terminal.type("c\r")
        await terminal.until { $0.line == "|" }
        terminal.type("\u{03}")
        await terminal.expect("(luadebug) |")
        terminal.type("p 6 * 7\r\r")
        await terminal.until { $0.rows.suffix(4) == ["42", "(luadebug)", "42", "(luadebug)"] }
        terminal.type("kill\r")
        await terminal.expect("End the script? (y/n) |")
        terminal.type("y\r")
        await terminal.until { $0.text.contains("The script was ended.") && $0.line == "(luadebug) |" }
        terminal.type("\u{04}")
        #expect(try await terminal.finish() == 3)
    }
}
