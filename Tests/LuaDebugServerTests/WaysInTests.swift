// The ways into a process that runs already: found by number or name, through an endpoint, with a secret; and what doctor says.

import Foundation
import LuaDebugCore
import LuaDebugRESP
import Synchronization
import Testing

@testable import LuaDebugServer

@Suite("luadebug attach, list and doctor", .timeLimit(.minutes(5)))
struct WaysInTests {
    private let folder: Folder

    init() throws {
        folder = try Folder()
        try folder.write("local n = 0\nfor i = 1, 3 do\n  n = n + i\nend\nreturn n\n", to: "sum.lua")
        try folder.write("local n = 0\nwhile true do\n  n = n + 1\nend\n", to: "endless.lua")
        try folder.write("sesame\n", to: "secret")
    }

    /// Everything of this test finds each other here, and nobody else.
    private var program: String { "XDG_RUNTIME_DIR='\(folder.path)' exec '\(Running.program)'" }

    /// A script that waits for somebody at a console.
    private func host(_ script: String, _ options: String = "") async throws -> (Running, Endpoint) {
        let host = try Running("cd '\(folder.path)'; \(program) run --listen 0 \(options) \(script) 2>&1")
        let line = try await offPool { host.line() }
        return (host, try Endpoint(String(line.dropFirst("luadebug: console on ".count))))
    }

    /// What the program prints, and its status.
    private func luadebug(
        _ arguments: String, typed: String = "", variables: String = ""
    ) async throws -> (text: String, status: Int32) {
        let command = "cd '\(folder.path)'; printf '\(typed)' | (\(variables) \(program) \(arguments)) 2>&1"
        return try await offPool { try Running(command).finish() }
    }

    @Test("processes are found by number, by name, or alone; a piped attach shows replies and no prompts")
    func finding() async throws {
        #expect(try await luadebug("list").text == "Nothing on this machine can be debugged by this user.\n")
        let none = try await luadebug("attach")
        #expect(none.status == 1)
        #expect(none.text == "luadebug: there is no process with a console here; see luadebug list\n")

        let (sum, first) = try await host("sum.lua")
        let alone = try await luadebug("attach", typed: "p 6 * 7\\n")
        #expect(alone.status == 0)
        #expect(
            alone.text.hasSuffix("sum.lua:1 in the main chunk: nothing has run yet\n-> 1   local n = 0\n42\n"),
            "\(alone.text)")

        let (endless, second) = try await host("endless.lua")
        let list = try await luadebug("list").text.split(separator: "\n").dropFirst().map {
            $0.split(separator: " ").map(String.init)
        }
        #expect(
            Set(list) == [
                ["\(sum.number)", "sum.lua", "console", "\(first)"],
                ["\(endless.number)", "endless.lua", "console", "\(second)"],
            ])
        let which = try await luadebug("attach")
        #expect(which.status == 2 && which.text.hasPrefix("luadebug: which one? "), "\(which.text)")
        for meant in ["sum.lua", "\(sum.number)", "\(first)"] {
            #expect(try await luadebug("attach \(meant)", typed: "p n\\n").text.hasSuffix("nil\n"), "\(meant)")
        }
        #expect(try await luadebug("attach nobody").status == 2)
        #expect(try await luadebug("attach 1 2").status == 2)

        // The end of the input leaves the script; quit ends it, and with it its entry in the list.
        _ = try await luadebug("attach sum.lua", typed: "q\\n")
        #expect(try await offPool { sum.finish() }.status == 3)
        #expect(try await luadebug("list").text.split(separator: "\n").count == 2)
        endless.signal(SIGKILL)
        _ = try await offPool { endless.finish() }
        #expect(try await luadebug("list").text == "Nothing on this machine can be debugged by this user.\n")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/luadebug").isEmpty)
    }

    @Test(
        "at a terminal: Ctrl-C stops an endless script and an endless expression, Ctrl-D leaves it for the next who comes"
    )
    func terminal() async throws {
        let (host, _) = try await host("endless.lua")
        let environment = "env XDG_RUNTIME_DIR='\(folder.path)'"
        let terminal = try PseudoTerminal("\(environment) '\(Running.program)' attach endless.lua")
        await terminal.expect("(luadebug) |")
        terminal.type("contin\t")
        await terminal.expect("(luadebug) continue|")
        terminal.type("\r")
        await terminal.until { $0.line == "|" }
        terminal.type("\u{03}")
        await terminal.until { $0.text.contains("interrupted") && $0.line == "(luadebug) |" }
        terminal.type("!while true do end\r")
        // Its own budget may have ended it before it is seen.
        await terminal.until { $0.line == "|" || $0.text.contains("*** ") }
        terminal.type("\u{03}")
        await terminal.until { $0.text.contains("*** ") && $0.line == "(luadebug) |" }
        terminal.type("p n > 0\r")
        await terminal.until { $0.rows.contains("true") && $0.line == "(luadebug) |" }
        terminal.type("\u{04}")
        #expect(try await terminal.finish() == 0)
        #expect(terminal.isRestored)
        let next = try await luadebug("attach", typed: "kill\\n")
        #expect(next.text.contains("endless.lua:"), "\(next.text)")
        #expect(try await offPool { host.finish() }.status == 3)
    }

    @Test("at one of many workers, which runs: a breakpoint stops it, and it goes on when it is left")
    func worker() async throws {
        let workers = (Running.program as NSString).deletingLastPathComponent + "/Workers"
        let script = """
            cd '\(folder.path)'; export XDG_RUNTIME_DIR="$PWD"; mkfifo held; mkfifo said
            '\(workers)' 3 <held >said & exec 3>held 4<said; read -r console <&4
            '\(Running.program)' attach "${console#console on }" <typed
            echo end >&3; wait
            """
        try folder.write("attach worker 2\nb worker.lua:4\np n >= i\nw\ndetach\nq\n", to: "typed")
        let text = try await offPool { try Running(script + "\n").finish().text }
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines.contains("Attached to worker 2."), "\(text)")
        #expect(lines.contains("worker.lua:4 in a function of line 1: breakpoint 0") && lines.contains("true"))
        #expect(lines.contains("> #0 worker.lua:4 in a function of line 1"))
        #expect(lines.contains("Detached; the script goes on."))
    }

    @Test("the secret never crosses the wire; without it, or with another, one line says what to do")
    func secret() async throws {
        let (host, endpoint) = try await host("sum.lua", "--password-file secret")
        let none = try await luadebug("attach")
        #expect(none.status == 1)
        #expect(
            none.text.hasSuffix("luadebug: \(endpoint) wants a secret: --password-file, or LUADEBUG_PASSWORD_FILE\n"),
            "\(none.text)")
        try folder.write("simsim\n", to: "other")
        let wrong = try await luadebug("attach --password-file other")
        #expect(wrong.status == 1)
        #expect(
            wrong.text.hasSuffix("luadebug: \(endpoint): That is not the answer; 4 tries are left.\n"), "\(wrong.text)")

        let relay = try Relay(to: endpoint)
        let right = try await luadebug(
            "attach \(relay.endpoint)", typed: "p 1 + 1\\nq\\n", variables: "LUADEBUG_PASSWORD_FILE=secret")
        #expect(right.text.contains("\n2\n"), "\(right.text)")
        #expect(!right.text.contains("challenge") && !right.text.contains("HMAC"))
        let seen = relay.seen
        #expect(seen.contains("p 1 + 1\n") && !seen.contains("sesame"), "\(seen)")
        await relay.close()
        #expect(try await offPool { host.finish() }.status == 3)
    }

    @Test("over RESP the password does not cross the wire either, and a server can insist on that")
    func secretOverRESP() async throws {
        let server = try Running(
            "cd '\(folder.path)'; \(program) serve --resp 0 --password-file secret --challenge-only")
        let endpoint = try Endpoint(String(try await offPool { server.line() }.dropFirst("luadebug: RESP on ".count)))
        let relay = try Relay(to: endpoint)
        let reply = try await luadebug("connect --password-file secret \(relay.endpoint)", typed: "PING\\n")
        #expect(reply.text == "PONG\n", "\(reply.text)")
        #expect(relay.seen.contains("DCHALLENGE") && !relay.seen.contains("sesame"))
        await relay.close()
        let plain = try ClientSocket(to: endpoint)
        try plain.send(bytes("AUTH sesame\r\nPING\r\n"))
        #expect(try String(decoding: plain.receive(exactly: 10), as: UTF8.self) == "-WRONGPASS")
        #expect(try await luadebug("list").text.contains("luadebug serve  RESP \(endpoint)"))
        server.signal(SIGTERM)
        #expect(try await offPool { server.finish() }.status == 0)
        #expect(try await luadebug("list").text.hasPrefix("Nothing"))
    }

    // MARK: - doctor

    @Test(
        "doctor says what the environment asks for, and what is wrong with that",
        arguments: [
            ("", "note  Neither LUADEBUG_LISTEN nor DEBUG_PORT is set here", Int32(0)),
            ("DEBUG_PORT=4444", "ok    DEBUG_PORT: 127.0.0.1:4444, reached from this machine.", 0),
            (
                "LUADEBUG_LISTEN=unix:/run/x LUADEBUG_WAIT=9",
                "ok    LUADEBUG_WAIT: a stop waits for somebody for 9 s.", 0
            ),
            (
                "LUADEBUG_LISTEN=0.0.0.0:4444",
                "WRONG LUADEBUG_LISTEN: 0.0.0.0:4444 can be reached from other machines", 1
            ),
            ("LUADEBUG_LISTEN=0.0.0.0:4444 LUADEBUG_PASSWORD_FILE=secret", "reached from other machines.", 0),
            ("LUADEBUG_LISTEN=nowhere", "WRONG LUADEBUG_LISTEN: \"nowhere\" is no endpoint", 1),
            ("DEBUG_PORT=x", "WRONG DEBUG_PORT: \"x\" is no port", 1),
            ("DEBUG_PORT=4444 LUADEBUG_WAIT=soon", "WRONG LUADEBUG_WAIT: \"soon\" is neither", 1),
            ("LUADEBUG_PASSWORD_FILE=nowhere", "luadebug: Cannot read the secret in nowhere: No such file", 1),
            ("LUADEBUG=0 DEBUG_PORT=4444", "note  LUADEBUG switches everything off", 0),
        ])
    func doctorOnEnvironment(variables: String, line: String, status: Int32) async throws {
        let result = try await luadebug("doctor", variables: variables)
        #expect(result.text.contains(line), "\(result.text)")
        #expect(result.status == status)
    }

    @Test("doctor tells what listens, from where it is reached and whether it wants a secret, and disturbs nobody")
    func doctorOnProcesses() async throws {
        let (host, endpoint) = try await host("sum.lua")
        let held = try ClientSocket(to: endpoint)
        _ = try held.receive()
        let seen = try await luadebug("doctor")
        #expect(
            seen.text.contains(
                "ok    sum.lua, process \(host.number): console on \(endpoint), reached from this machine.\n"),
            "\(seen.text)")
        #expect(seen.status == 0)
        let asked = try await luadebug("doctor \(endpoint) 127.0.0.1:1")
        #expect(
            asked.text.contains(
                "ok    \(endpoint): a console, without a secret: luadebug, process \(host.number), sum.lua\n"))
        #expect(asked.text.contains("WRONG Nobody listens on 127.0.0.1:1.\n"))
        #expect(asked.status == 1)
        try held.send(bytes("quit\n"))
        #expect(try await offPool { host.finish() }.status == 3)

        // Announced by a process that lives, of an endpoint where nobody is any more.
        try folder.write(
            "luadebug 1\nprocess \(ThisProcess.number) \(ThisProcess.start(of: ThisProcess.number) ?? 0)\nname test\nconsole \(endpoint)\n",
            to: "luadebug/x")
        let gone = try await luadebug("doctor")
        #expect(
            gone.text.contains(
                "WRONG test, process \(ThisProcess.number): console on \(endpoint) was announced, and nobody listens there.\n"
            ), "\(gone.text)")
    }

    // MARK: - The folder

    @Test("a folder that others may write to, or that is no folder, is not used; rubbish in it is passed over")
    func folders() async throws {
        let place = folder.path + "/luadebug"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
        for mode in [0o777, 0o750] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: place)
            expect(.notPermitted) { try Discovery(path: place).processes() }
        }
        let list = try await luadebug("list")
        #expect(
            list.status == 1
                && list.text == "luadebug: \(place) is no folder that only this user can read; it is not used.\n")
        // The host does not mind.
        let (host, endpoint) = try await host("sum.lua")
        #expect(try await luadebug("attach", typed: "q\\n").status == 1)
        // Nor does who knows the endpoint.
        #expect(try await luadebug("attach \(endpoint)", typed: "q\\n").status == 0)
        host.signal(SIGTERM)
        _ = try await offPool { host.finish() }

        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: place)
        let start = ThisProcess.start(of: ThisProcess.number) ?? 0
        for (name, text) in [
            ("a", ""), ("b", "luadebug 2\nprocess 1 1\n"), ("c", "luadebug 1\nprocess x y\n"),
            ("d", "luadebug 1\nprocess \(ThisProcess.number) \(start)\nname\nconsole nowhere\nwhat else\n"),
            ("e", "luadebug 1\nprocess \(ThisProcess.number) \(start + 1)\nname later\n"),
            ("f", String(repeating: "x", count: 9000)),
        ] { try folder.write(text, to: "luadebug/" + name) }
        try FileManager.default.createSymbolicLink(atPath: place + "/g", withDestinationPath: "/etc/passwd")
        let found = try Discovery(path: place).processes()
        #expect(found == [DebuggedProcess(number: ThisProcess.number, name: "", consoles: [], services: [])])
        // The number of a process that lives, and not its start: it was another one's.
        #expect(folder.mode(of: "luadebug/e") == nil && folder.mode(of: "luadebug/d") != nil)
    }

    @Test("a server announces what it listens on, also later, and is gone when it is closed; a name has no second line")
    func announcing() async throws {
        let discovery = Discovery(path: folder.path + "/found")
        let server = LuaDebugServer(service: DebugService())
        try server.announce(as: "my\nhost", in: discovery)
        #expect(folder.mode(of: "found") == 0o700)
        #expect(try discovery.processes().map(\.name) == ["my?host"])
        let endpoint = try server.listen(on: Endpoint("0"))
        #expect(try discovery.processes().map(\.services) == [[endpoint]])
        let other = LuaDebugServer(service: DebugService())
        try other.announce(as: "second", in: discovery)
        #expect(try discovery.processes().count == 2)
        await server.close()
        #expect(try discovery.processes().map(\.name) == ["second"])
        await other.close()
        #expect(try discovery.processes().isEmpty)
    }
}

/// Stands between a client and a server, and keeps what the client sends.
private final class Relay: Sendable {
    private final class Handler: ConnectionHandler {
        private let far: ClientSocket
        private let note: @Sendable ([UInt8]) -> Void

        init(_ door: ConnectionDoor, _ far: ClientSocket, _ note: @escaping @Sendable ([UInt8]) -> Void) throws {
            self.far = far
            self.note = note
            let chunks = try far.chunks()
            Task.detached {
                for await chunk in chunks { door.send(chunk) }
                door.close()
            }
        }
        func receive(_ bytes: [UInt8]) {
            note(bytes)
            try? far.send(bytes)
        }
        func ended() { far.endSending() }
        func closed() { far.close() }
    }
    private final class Notes: Sendable { let bytes = Mutex<[UInt8]>([]) }

    let endpoint: Endpoint
    private let server: SocketServer
    private let notes = Notes()

    init(to far: Endpoint) throws {
        server = SocketServer { [notes] door in
            guard let socket = try? ClientSocket(to: far),
                let handler = try? Handler(door, socket, { bytes in notes.bytes.withLock { $0 += bytes } })
            else { return Answers { _ in } }
            return handler
        }
        endpoint = try server.listen(on: Endpoint("0"))
    }

    var seen: String { String(decoding: notes.bytes.withLock { $0 }, as: UTF8.self) }
    func close() async { await server.close() }
}
