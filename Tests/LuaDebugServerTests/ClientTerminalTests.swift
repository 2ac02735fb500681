// luadebug connect on a real terminal: keys are pressed, and what a person sees is compared.

import Foundation
import LuaDebugCore
import LuaDebugRESP
import Testing

@testable import LuaDebugServer

@Suite("A client on a terminal", .timeLimit(.minutes(5)))
struct ClientTerminalTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    private var history: String { folder.path + "/history" }
    private var kept: [String] {
        let text = (try? String(contentsOfFile: history, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map(String.init)
    }

    private static let left = "\u{1B}[D"

    @Test("what the server pushes is printed above the line that is being typed, which goes on below")
    func pushing() async throws {
        let server = LuaDebugServer(service: DebugService())
        let endpoint = try server.listen(on: Endpoint("0"))
        let terminal = try PseudoTerminal("'\(Running.program)' connect \(endpoint)", history: history)
        await terminal.expect("\(endpoint)> |")
        terminal.type("SUBSCRIBE trace\r")
        await terminal.until { $0.text.contains("subscribe") && $0.line == "\(endpoint)> |" }
        terminal.type("PING '日" + Self.left)
        await terminal.expect("\(endpoint)> PING '|日")

        let other = try ClientSocket(to: endpoint)
        try other.send(bytes("DEVAL \"local a = 1\\nlocal b = 2\\nreturn 3\" 0\r\nTRON LINE\r\nSTEPOVER\r\n"))
        await terminal.until { $0.rows.suffix(2).first?.hasPrefix("> ") == true && $0.line == "\(endpoint)> PING '|日" }
        let pushed = terminal.screen.rows.count
        try other.send(bytes("STEPOVER\r\n"))
        await terminal.until { $0.rows.count > pushed && $0.line == "\(endpoint)> PING '|日" }
        #expect(terminal.screen.rows.count { $0.contains("PING") } == 1, "\(terminal.screen.text)")
        terminal.type("x\u{05}'\r")
        await terminal.until { $0.rows.contains("\"x\\xe6\\x97\\xa5\"") && $0.line == "\(endpoint)> |" }
        terminal.type("\u{04}")
        #expect(try await terminal.finish() == 0)
        #expect(terminal.isRestored)
        await server.close()
    }

    @Test("C-022 the prompt tells of a session, until END, ABORT, or a script that fails in END")
    func prompts() async throws {
        let server = LuaDebugServer(service: DebugService())
        let endpoint = try server.listen(on: Endpoint("0"))
        let terminal = try PseudoTerminal("'\(Running.program)' connect \(endpoint)", history: history)
        await terminal.expect("\(endpoint)> |")
        for (typed, reply, isDebugging) in [
            ("DEVAL \"return 41 + 1\" 0", "(integer) 1", true), ("END", "(integer) 42", false),
            ("DEVAL \"x =\" 0", "(error) ERR user_script:1: unexpected symbol near <eof>", false),
            ("DEVAL \"error('no')\" 0", "(integer) 1", true), ("BCOUNT", "(integer) 0", true),
            ("END", "(error) ERR user_script:1: no", false), ("DEVAL \"return 1\" 0", "(integer) 1", true),
            ("ABORT", "OK", false),
        ] {
            let before = terminal.screen.rows.count
            terminal.type(typed + "\r")
            await terminal.until { screen in
                screen.rows.count > before && screen.rows.dropFirst(before - 1).contains(reply)
                    && screen.line == "\(endpoint)\(isDebugging ? " (debug)" : "")> |"
            }
        }
        terminal.type("\u{04}")
        #expect(try await terminal.finish() == 0)
        await server.close()
    }

    @Test("Tab completes the server's commands, switches and variables; no password comes into the history")
    func completingForServer() async throws {
        var configuration = DebugService.Configuration()
        configuration.password = bytes("s3cret")
        let server = LuaDebugServer(service: DebugService(configuration: configuration))
        let endpoint = try server.listen(on: Endpoint("0"))
        let terminal = try PseudoTerminal("'\(Running.program)' connect \(endpoint)", history: history)
        await terminal.expect("\(endpoint)> |")
        terminal.type("dev\t")
        await terminal.until { $0.bells == 1 }
        terminal.type("\u{15}auth s3cret\r")
        await terminal.until { $0.rows.contains("OK") && $0.line == "\(endpoint)> |" }
        terminal.type("dev\t")
        await terminal.expect("\(endpoint)> deval |")
        terminal.type("\"local count, t = 1, {inner = 2}\\nlocal b\\nreturn 1\" 0\r")
        await terminal.expect("\(endpoint) (debug)> |")
        terminal.type("STEPOV\t\r")
        await terminal.until { $0.rows.contains("(integer) 2") && $0.line == "\(endpoint) (debug)> |" }
        terminal.type("DOEVAL \"cou\t + t.in\t")
        await terminal.expect("\(endpoint) (debug)> DOEVAL \"count + t.inner|")
        terminal.type("\"\rBADD WA\t")
        await terminal.expect("\(endpoint) (debug)> BADD WATCH|")
        terminal.type("\u{15}PING s3cret\r")
        await terminal.until { $0.rows.contains("\"s3cret\"") && $0.line == "\(endpoint) (debug)> |" }
        terminal.type("ABORT\rexit\r")
        #expect(try await terminal.finish() == 0)
        #expect(
            kept == [
                "deval \"local count, t = 1, {inner = 2}\\nlocal b\\nreturn 1\" 0", "STEPOVER",
                "DOEVAL \"count + t.inner\"", "ABORT", "exit",
            ])
        await server.close()
    }

    @Test(
        "a terminal that goes away ends the program, and the host's script that it debugged goes on",
        arguments: [false, true])
    func hangUp(ignoresSignal: Bool) async throws {
        let service = DebugService()
        let hosted = DebugSession(Script("local a = 1\nlocal b = 2\nreturn 'done'", name: "host.lua"))
        try await hosted.start()
        let id = service.register(hosted, name: "host.lua")
        let server = LuaDebugServer(service: service)
        let endpoint = try server.listen(on: Endpoint("0"))
        let terminal = try PseudoTerminal(
            "'\(Running.program)' connect \(endpoint)", history: history, trapping: ignoresSignal ? "trap '' HUP;" : "")
        await terminal.expect("\(endpoint)> |")
        terminal.type("DATTACH \(id)\r")
        await terminal.expect("\(endpoint) (debug)> |")
        terminal.type("half a li")
        await terminal.expect("\(endpoint) (debug)> half a li|")
        terminal.hangUp()
        // Whichever comes first, the signal or the end of the keys.
        let status = try await terminal.finish()
        #expect(status == 0 || !ignoresSignal && status == 128 + SIGHUP)
        await eventually { if case .ended = hosted.state { true } else { false } }
        #expect(hosted.state == .ended(.returned([.text("done")])))
        await hosted.close()
        await server.close()
    }
}
