// Consoles on sockets: real clients, what comes while a script runs, and clients that are lost.

import Foundation
import LuaDebugConsole
import LuaDebugCore
import Synchronization
import Testing

@testable import LuaDebugServer

@Suite("The console on a socket", .timeLimit(.minutes(5)))
struct ConsoleWireTests {
    // MARK: - Real clients

    private static let typed = ["b 3, i == 2", "", "c", "p sum, i", "nothing(", "c"]
    private static let transcript = """
        luadebug, process 1, host.lua
        host.lua:1 in the main chunk: nothing has run yet
        -> 1   local sum = 0
        (luadebug) Breakpoint 0 at host.lua:3
        (luadebug) (luadebug) host.lua:3 in the main chunk: breakpoint 0
        -> 3     sum = sum + i
        (luadebug) 1, 2
        (luadebug) *** (evaluation):1: unexpected symbol near <eof>
        (luadebug) The script has ended and returned 6.

        """

    @Test(
        "a session in real clients, with LF and with CRLF",
        arguments: [
            ("nc -N 127.0.0.1 PORT", "\n"), ("nc -N 127.0.0.1 PORT", "\r\n"),
            ("socat -t 30 - TCP:127.0.0.1:PORT", "\n"),
            ("socat -t 30 - TCP:127.0.0.1:PORT,crnl", "\n"),
        ])
    func clients(command: String, end: String) async throws {
        let host = try await ConsoleHost()
        let folder = try Folder()
        try folder.write(Self.typed.map { $0 + end }.joined(), to: "typed")
        let line = command.replacingOccurrences(of: "PORT", with: "\(host.port)")
        let (text, _) = try await offPool {
            try Running("timeout 60 \(line) < '\(folder.path)/typed' 2>&1").finish()
        }
        #expect(text.replacingOccurrences(of: "\r\n", with: "\n") == Self.transcript)
        #expect(text.contains("\r\n") == (end == "\r\n"), "what comes is ended as what was sent")
        await host.close()
    }

    // The signal is not blocked for it, as it is on the threads that run tests.
    @Test("telnet: it negotiates, its Ctrl-C stops an endless script, and quit leaves the host's script running")
    func telnet() async throws {
        let host = try await ConsoleHost(ConsoleHost.endless)
        let terminal = try PseudoTerminal("env --default-signal=INT telnet 127.0.0.1 \(host.port)")
        await terminal.expect("(luadebug) |")
        terminal.type("p 6 * 7\r")
        await terminal.until { $0.rows.suffix(2) == ["42", "(luadebug)"] }
        terminal.type("c\r")
        await eventually { if case .running = host.session.state { true } else { false } }
        terminal.type("\u{03}")
        await terminal.until { $0.text.contains(": interrupted") && $0.line == "(luadebug) |" }
        terminal.type("!stop = true\rquit\r")
        _ = try await terminal.finish()
        await eventually { if case .ended = host.session.state { true } else { false } }
        #expect(host.session.state == .ended(.returned([.text("host"), .boolean(true)])))
        await host.close()
    }

    // MARK: - While the script runs

    @Test("interrupt, breakpoints and quit are carried out while the script runs; what was typed ahead waits")
    func whileRunning() async throws {
        let host = try await ConsoleHost(ConsoleHost.endless)
        let typist = try Typist(host.endpoint)
        try await typist.hear(ConsoleHost.prompt)
        try typist.type("c\n")
        await eventually { if case .running = host.session.state { true } else { false } }
        // At once it could have been typed ahead.
        let start = ContinuousClock.now
        while ContinuousClock.now - start < .milliseconds(150) { await Task.yield() }
        try typist.type("b 3\n")
        try await typist.hear("Breakpoint 0 at host.lua:3\n")
        try await typist.hear(": breakpoint 0\n")
        try await typist.hear(ConsoleHost.prompt)
        try typist.type("clear\nc\np 'ahead'\ninterrupt\n")
        // The last two were typed ahead of the stop that an interrupt of its own has to make.
        await eventually { if case .running = host.session.state { true } else { false } }
        try typist.type("interrupt\n")
        try await typist.hear(": interrupted\n")
        try await typist.hear("\"ahead\"\n")
        try await typist.hear("*** The script does not run.\n")
        try typist.type("c\n")
        await eventually { if case .running = host.session.state { true } else { false } }
        try typist.type("kill\n")
        try await typist.hear("The script was ended.\n")
        try typist.type("restart\n")
        try await typist.hear("*** This script is run by the host")
        typist.socket.close()
        await host.close()
    }

    @Test("an endless expression is ended by an interrupt, and by its budget")
    func endlessExpression() async throws {
        let host = try await ConsoleHost()
        let typist = try Typist(host.endpoint)
        try await typist.hear(ConsoleHost.prompt)
        try typist.type("!while true do end\n")
        #expect(try await typist.hear("*** The evaluation was ended: it took more than").count < 100)
        // By its budget this one ends after two seconds, as each round takes long and few instructions; on a busy machine the
        // first may be over before the interrupt comes.
        try typist.type(String(repeating: "!while true do local s = ('x'):rep(1e6) end\n", count: 5))
        let isHeard = Atomic(false)
        async let heard = typist.hear("*** The evaluation was interrupted.\n")
        let asking = Task {
            while !isHeard.load(ordering: .relaxed) {
                try typist.type("interrupt\n")
                try await Task.sleep(for: .milliseconds(5))
            }
        }
        _ = try await heard
        isHeard.store(true, ordering: .relaxed)
        try await asking.value
        try typist.type("p 1\n")
        try await typist.hear("1\n")
        await host.close()
    }

    @Test("a trace is shown live; a peer that does not read loses records of it, and the script runs on")
    func trace() async throws {
        let host = try await ConsoleHost("for i = 1, 300000 do\n  local x = i\nend\nreturn 'through'\n")
        let typist = try Typist(host.endpoint)
        try await typist.hear(ConsoleHost.prompt)
        try typist.type("trace code\nn\n")
        try await typist.hear("trace host.lua:2    local x = i\n")
        try typist.type("c\n")
        // Nothing is read; the script does not care.
        await eventually { if case .ended = host.session.state { true } else { false } }
        let rest = try await typist.hear("returned \"through\".\n")
        #expect(rest.contains("events are lost: they came faster than they were read"))
        await host.close()
    }

    // MARK: - Clients that are lost

    @Test("a hundred clients attach, stop the host's script, and vanish or leave; it goes on to its right result")
    func attachAndDetach() async throws {
        let host = try await ConsoleHost(ConsoleHost.endless)
        let ends = ["", "detach\n", "quit\n", "q\n", "c\n", "p 1\n", "b 3\nc\n"]
        for round in 0..<100 {
            let typist = try Typist(host.endpoint)
            try await typist.hear("host.lua")
            if case .running = host.session.state {
                try await typist.hear("help lists the commands.\n")
                try typist.type("interrupt\n")
            }
            try await typist.hear(ConsoleHost.prompt)
            try typist.type("b 3\nwatch n < 0\ndisplay n\ntrace line\ntrace off\n" + ends[round % ends.count])
            if round % ends.count < 4 || round.isMultiple(of: 2) { try await typist.hear("display n") }
            typist.socket.close()
            await eventually { host.service.holder == nil }
            await eventually { if case .running = host.session.state { true } else { false } }
        }
        #expect(host.session.breakpoints.all.filter(\.isEnabled).isEmpty)
        #expect(host.session.watches.all.isEmpty)
        #expect(host.session.tracing.trace == nil)
        host.session.pause()
        await host.session.settled()
        try await host.session.execute("stop = true")
        #expect(try await host.session.run() == .returned([.text("host"), .boolean(true)]))
        await host.close()
    }

    @Test("an owned script waits for the next client where the last one has left it; quit ends it")
    func owned() async throws {
        let (left, hasLeft) = AsyncStream.makeStream(of: Void.self)
        let host = try await ConsoleHost(isOwned: true) { $0.whenLeft = { hasLeft.yield() } }
        var leaving = left.makeAsyncIterator()
        let first = try Typist(host.endpoint)
        try await first.hear(ConsoleHost.prompt)
        try first.type("b 3\nc\n")
        try await first.hear("breakpoint 0")
        let second = try Typist(host.endpoint)
        #expect(try await second.rest().hasSuffix("already; it can be had when that has left.\n"))
        first.socket.close()
        await leaving.next()
        let third = try Typist(host.endpoint)
        try await third.hear("host.lua:3 in the main chunk: breakpoint 0\n")
        try third.type("quit\n")
        #expect(try await third.rest().hasPrefix("-> 3"))
        #expect(await host.session.settled() == .ended(.aborted(.command(by: "quit"))))
        await host.close()
    }

    @Test("a connection cut at any byte of a session leaves the host's script its result")
    func cut() async throws {
        let session = "b 3\r\ncommands\r\np sum\r\nend\r\nc\r\nwatch sum > 3\r\nc\r\nn\r\n"
        for count in stride(from: 0, through: session.utf8.count, by: 3) {
            let host = try await ConsoleHost()
            let typist = try Typist(host.endpoint)
            if count.isMultiple(of: 2) { try await typist.hear(ConsoleHost.prompt) }
            try typist.socket.send(Array(bytes(session)[..<count]))
            if count.isMultiple(of: 3) { typist.socket.endSending() }
            typist.socket.close()
            await eventually { if case .ended = host.session.state { true } else { false } }
            #expect(host.session.state == .ended(.returned([.integer(6)])), "cut after \(count) bytes")
            await host.close()
        }
    }

    // MARK: - Bad input

    @Test("lines of 10 MB, garbage, and more than may wait are refused with one line each; the script is not harmed")
    func badInput() async throws {
        let host = try await ConsoleHost()
        let typist = try Typist(host.endpoint)
        try await typist.hear(ConsoleHost.prompt)
        // (As the first line it would be a browser's.)
        let long = bytes("p 1\n") + [UInt8](repeating: UInt8(ascii: "x"), count: 10 << 20) + bytes("\np 'after'\n")
        try await offPool { try typist.socket.send(long) }
        try await typist.hear("*** The line is longer than 65536 bytes; it was not read.\n")
        try await typist.hear("\"after\"\n")
        var generator = SystemRandomNumberGenerator()
        let garbage = (0..<20000).map { _ in UInt8.random(in: 5...254, using: &generator) }
        try await offPool { try typist.socket.send(garbage + bytes("\np 'still'\n")) }
        try await typist.hear("\"still\"\n")
        try typist.type("save /tmp/x\nload /etc/passwd\n")
        try await typist.hear(
            "*** Files are neither read nor written from here; the host can allow it (allowsFiles).\n")
        let many = try Typist(host.endpoint)
        #expect(try await many.rest().contains("is debugged by"))
        let flood = [UInt8]((0..<200_000).flatMap { _ in bytes("p 1\n") })
        try? await offPool { try typist.socket.send(flood) }
        #expect(try await typist.rest().contains("*** More lines are waiting than may; the connection is closed.\n"))
        await eventually { if case .ended = host.session.state { true } else { false } }
        #expect(host.session.state == .ended(.returned([.integer(6)])))
        await host.close()
    }

    @Test("a thousand stops at one breakpoint over one connection")
    func thousandStops() async throws {
        let host = try await ConsoleHost("local n = 0\nfor i = 1, 1000 do\n  n = n + 1\nend\nreturn n\n")
        let typist = try Typist(host.endpoint)
        try typist.type("b 3\n" + String(repeating: "c\n", count: 1001))
        let shown = try await typist.hear("returned 1000.\n")
        #expect(shown.components(separatedBy: ": breakpoint 0\n").count == 1001)
        await host.close()
    }

    @Test("without a console nobody is let in")
    func noConsole() async throws {
        let server = LuaDebugServer()
        let endpoint = try server.listen(console: Endpoint("0"))
        #expect(try await Typist(endpoint).rest() == "*** There is no console here.\n")
        await server.close()
    }
}
