// The program as a server and as a client, run as its users run it.

import Foundation
import LuaDebugCore
import LuaDebugRESP
import Testing

@testable import LuaDebugServer

@Suite("luadebug serve and connect", .timeLimit(.minutes(5)))
struct ProgramTests {
    // MARK: - connect

    @Test("C-023 a session typed to a server: replies, stops with source, the end with its value, the prompt's words")
    func session() async throws {
        let shown = try await typed(
            #"""
            PING
            DEVAL "local t = {}\nfor i = 1, 2 do\n  t[i] = i * 2.5\nend\nreturn t[2]" 0
            BADD 3
            RUN
            DOEVAL "i, t"
            TRON CODE
            STEPOVER
            RUN
            RUN
            GETCODE 99
            END
            RUN
            NOPE "
            exit
            PING
            """#)
        #expect(
            shown == #"""
                PONG
                (integer) 1
                -> 1    local t = {}
                   2    for i = 1, 2 do
                   3      t[i] = i * 2.5
                   4    end
                   5    return t[2]
                (integer) 0
                (integer) 0
                Breakpoint 0: LINE 3, hits: 1
                   1    local t = {}
                   2    for i = 1, 2 do
                ->#3      t[i] = i * 2.5
                   4    end
                   5    return t[2]
                (integer) 1
                1) (integer) 3
                2) "  t[i] = i * 2.5"
                > trace [2 "for i = 1, 2 do"]
                (integer) 2
                   1    local t = {}
                -> 2    for i = 1, 2 do
                  #3      t[i] = i * 2.5
                   4    end
                   5    return t[2]
                > trace [3 "  t[i] = i * 2.5"]
                (integer) 0
                Breakpoint 0: LINE 3, hits: 2
                   1    local t = {}
                   2    for i = 1, 2 do
                ->#3      t[i] = i * 2.5
                   4    end
                   5    return t[2]
                > trace [2 "for i = 1, 2 do"]
                > trace [5 "return t[2]"]
                OK
                (integer) 5
                (error) ERR line 99 is out of range: the script has 5 lines
                (integer) 5
                (error) NOSESSION no debug session: DEVAL begins one
                Invalid argument(s)

                """#)
    }

    @Test("Ctrl-C while RUN is pending stops the script, and the session goes on")
    func interrupting() async throws {
        let service = DebugService()
        let server = LuaDebugServer(service: service)
        let endpoint = try server.listen(on: Endpoint("0"))
        let folder = try Folder()
        try folder.write("DEVAL \"while true do\\nend\" 0\nRUN\nPING after\nABORT\nPING last\n", to: "typed")
        let client = try Running("exec '\(Running.program)' connect \(endpoint) < '\(folder.path)/typed' 2>&1")
        // What it prints after each command is seen at once: now it sends RUN.
        let begun = try await offPool { (0..<3).map { _ in client.line() } }
        #expect(begun == ["(integer) 1", "-> 1    while true do", "   2    end"])
        await eventually { if case .running? = service.sessions.first?.state { true } else { false } }
        client.signal(SIGINT)
        let (shown, status) = try await offPool { client.finish() }
        #expect(status == 0)
        #expect(
            shown == """

                (nil)
                -> 1    while true do
                   2    end
                "after"
                OK
                "last"

                """)
        await server.close()
    }

    @Test("the client tells when nobody listens, when the server goes, and when it is none that speaks RESP")
    func failing() async throws {
        let server = SocketServer { door in
            door.send(bytes("HTTP/1.1 400\r\n"))
            return Echo(door)
        }
        let endpoint = try server.listen(on: Endpoint("0"))
        let other = try await offPool { try Running("'\(Running.program)' connect \(endpoint) 2>&1").finish() }
        #expect(other.status == 1)
        #expect(other.text.hasPrefix("luadebug: The server does not speak RESP: "), "\(other.text)")
        await server.close()
        let nobody = try await offPool { try Running("'\(Running.program)' connect \(endpoint) 2>&1").finish() }
        #expect(nobody.status == 1)
        #expect(nobody.text == "luadebug: Nobody listens on \(endpoint).\n")
    }

    /// What the client prints for these lines, on a server of its own.
    private func typed(_ lines: String) async throws -> String {
        let server = LuaDebugServer(service: DebugService())
        let endpoint = try server.listen(on: Endpoint("0"))
        let folder = try Folder()
        try folder.write(lines + "\n", to: "typed")
        let (text, status) = try await offPool {
            try Running("'\(Running.program)' connect \(endpoint) < '\(folder.path)/typed' 2>&1").finish()
        }
        #expect(status == 0)
        await server.close()
        return text
    }

    // MARK: - serve

    @Test("the server tells where it listens, asks for the password, and leaves nothing when it is told to end")
    func serving() async throws {
        let folder = try Folder()
        try folder.write("#secret\n", to: "password")
        let server = try Running(
            "exec '\(Running.program)' serve --resp 0 --resp=unix:\(folder.path)/socket --password-file '\(folder.path)/password'"
        )
        let tcp = try await offPool { server.line() }
        #expect(tcp.hasPrefix("luadebug: RESP on 127.0.0.1:"))
        #expect(try await offPool { server.line() } == "luadebug: RESP on unix:\(folder.path)/socket")
        for endpoint in [try Endpoint(String(tcp.dropFirst(18))), .unix(path: folder.path + "/socket")] {
            let client = try ClientSocket(to: endpoint)
            try client.send(bytes("PING\r\nAUTH #secret\r\nPING\r\nDEVAL \"while true do end\" 0\r\nRUN\r\n"))
            let reply = bytes("-NOAUTH Authentication required.\r\n+OK\r\n+PONG\r\n:1\r\n")
            #expect(try client.receive(exactly: reply.count) == reply)
        }
        let again = try await offPool {
            try Running("'\(Running.program)' serve --resp unix:\(folder.path)/socket 2>&1").finish()
        }
        #expect(again.status == 1)
        #expect(again.text == "luadebug: Somebody listens on unix:\(folder.path)/socket already.\n")
        server.signal(SIGTERM)
        #expect(try await offPool { server.finish() }.status == 0)
        #expect(folder.mode(of: "socket") == nil)
    }

    @Test("C-237 the limits of running time and of a stop's time end a script, and its client is told which it was")
    func limits() async throws {
        let endless = "\"local function f() while true do local s = ('x'):rep(1e5) end end\\nf()\" 0"
        // The evaluation ends by its own budget of time, two seconds, if not by the limit.
        for (option, commands, cause) in [
            ("--time", "RUN\nABORT", "time limit"),
            // Which command is the first to hear of the end depends on how busy the machine is.
            ("--stop-time", "STEPINTO\nDOEVAL f()\nRUN", "it was stopped for too long"),
        ] {
            let server = try Running("exec '\(Running.program)' serve --resp 0 \(option) 1")
            let endpoint = String(try await offPool { server.line() }.dropFirst(18))
            let folder = try Folder()
            try folder.write("DEVAL \(endless)\n\(commands)\n", to: "typed")
            let (text, status) = try await offPool {
                try Running("'\(Running.program)' connect \(endpoint) < '\(folder.path)/typed' 2>&1").finish()
            }
            #expect(status == 0)
            #expect(text.contains("KILLED the script was ended (\(cause))"), "\(text)")
            server.signal(SIGTERM)
            #expect(try await offPool { server.finish() }.status == 0)
        }
    }

    @Test("without a descriptor for one more peer the others go on, waiting costs nothing, and later it is accepted")
    func noDescriptors() async throws {
        // Without those that it would inherit of the tests beside this one: it needs some for itself.
        let script = """
            for file in /proc/$$/fd/*; do file=${file##*/}; if ((file > 2)); then eval "exec $file>&-"; fi; done
            ulimit -n 64
            exec "$0" serve --resp 0
            """
        let server = try Running("exec bash -c '\(script)' '\(Running.program)' 2>&1")
        let line = try await offPool { server.line() }
        let endpoint = try Endpoint(String(line.dropFirst(18)))
        func ping(_ client: ClientSocket, _ timeout: Duration) throws {
            try client.send(bytes("PING\r\n"))
            try #require(try client.receive(timeout: timeout) == bytes("+PONG\r\n"))
        }
        let first = try ClientSocket(to: endpoint)
        try ping(first, .seconds(30))
        // More than it can accept: the last ones wait in the system's queue.
        let others = try (0..<100).map { _ in try ClientSocket(to: endpoint) }
        for other in others { try other.send(bytes("PING\r\n")) }
        #expect(throws: ServerError.self) { try others[99].receive(timeout: .milliseconds(300)) }
        let spent = server.processorTicks()
        #expect(throws: ServerError.self) { try others[99].receive(timeout: .milliseconds(500)) }
        #expect(server.processorTicks() - spent < 25, "half a second of spinning would be 50 ticks")
        try ping(first, .seconds(30))
        for other in others[..<99] { other.close() }
        #expect(try others[99].receive() == bytes("+PONG\r\n"))
        server.signal(SIGINT)
        let end = try await offPool { server.finish() }
        #expect(end.status == 0, "\(end)")
    }

    @Test(
        "command lines that are wrong end with 2, and say why",
        arguments: [
            ("serve --resp nowhere", "\"nowhere\" is no endpoint"), ("serve --rasp 1", "serve has no option --rasp"),
            ("serve here", "serve takes no here"), ("serve --resp", "--resp lacks its value"),
            ("serve --idle soon", "--idle takes a number from 1"), ("connect a:1 b:2", "connect takes one endpoint"),
            ("connect :1", "\":1\" is no endpoint"),
            ("serve --allow-other-addresses --resp 0.0.0.0:0", "--allow-other-addresses needs a --password-file"),
        ])
    func wrongCommandLine(arguments: String, message: String) async throws {
        let (text, status) = try await offPool { try Running("'\(Running.program)' \(arguments) 2>&1").finish() }
        #expect(status == 2)
        #expect(text.hasPrefix("luadebug: " + message), "\(text)")
    }
}

/// A command of the shell that runs beside the test; `exec` in it lets it have the number that signals go to.
///
/// By `popen`: Foundation's Process leaks a little, which the address sanitizer minds. `@unchecked`: one test uses it, one call
/// after the other.
@safe final class Running: @unchecked Sendable {
    private let pipe: UnsafeMutablePointer<FILE>
    private var process: Int32 = 0
    /// The process' number, for a command with `exec`.
    var number: Int { Int(process) }
    private var isFinished = false

    /// Built beside the program that runs this test.
    static let program =
        Bundle.main.executableURL?.deletingLastPathComponent().appendingPathComponent("luadebug").path ?? ""

    struct CannotRun: Error {}

    init(_ command: String) throws {
        // The threads of Swift's pool block all signals, and so would the program: nobody could tell it to end.
        var none = sigset_t(), before = sigset_t()
        unsafe sigemptyset(&none)
        unsafe pthread_sigmask(SIG_SETMASK, &none, &before)
        let opened = unsafe popen("echo $$; " + command, "r")
        unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
        guard let pipe = unsafe opened else { throw CannotRun() }
        unsafe self.pipe = pipe
        process = Int32(line()) ?? 0
    }

    deinit {
        guard !isFinished else { return }
        // The test has failed: nothing is left behind.
        signal(SIGKILL)
        unsafe pclose(pipe)
    }

    func line() -> String {
        var line: [UInt8] = []
        while case let byte = unsafe fgetc(pipe), byte != EOF, byte != 10 { line.append(UInt8(byte)) }
        return String(decoding: line, as: UTF8.self)
    }

    /// Only for a command with `exec`, before `finish`.
    func signal(_ number: Int32) { if process > 1 { kill(process, number) } }

    /// The rest of what it prints, and its status, once it has ended.
    func finish() -> (text: String, status: Int32) {
        var text: [UInt8] = []
        while case let byte = unsafe fgetc(pipe), byte != EOF { text.append(UInt8(byte)) }
        isFinished = true
        let status = unsafe pclose(pipe)
        return (String(decoding: text, as: UTF8.self), status & 127 == 0 ? status >> 8 & 255 : 128 + status & 127)
    }

    /// Hundredths of seconds of the processor, as the system counts them for the process.
    func processorTicks() -> Int {
        let line = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
        let fields = line.split(separator: ")").last?.split(separator: " ").compactMap { Int($0) } ?? []
        // `utime` and `stime`; the state before them is a letter, which is dropped.
        return fields.count > 11 ? fields[10] + fields[11] : 0
    }
}
