// Who may talk to a console on a socket: secrets, patience, and web pages.

import Foundation
import LuaDebugConsole
import LuaDebugCore
import Testing

@testable import LuaDebugServer

@Suite("Who may talk to a console", .timeLimit(.minutes(5)))
struct ConsoleLoginTests {
    @Test("a secret is proven without being sent; wrong answers take longer and longer, and then the address waits")
    func login() async throws {
        let host = try await ConsoleHost {
            $0.secret = bytes("open sesame")
            $0.tries = 2
        }
        func challenge(_ typist: Typist) async throws -> String {
            try await typist.hear("challenge ")
            return try await String(typist.hear("\n").dropLast())
        }
        let typist = try Typist(host.endpoint)
        let first = try await challenge(typist)
        // With python, as somebody would who writes a client.
        let program = "import hmac, sys; print(hmac.new(b'open sesame', sys.argv[1].encode(), 'sha256').hexdigest())"
        let answer = try await offPool { try Running("exec python3 -c \"\(program)\" \(first)").line() }
        try typist.type(answer + "\r\n")
        try await typist.hear(ConsoleHost.prompt)
        try typist.type("quit\n")
        _ = try await typist.rest()

        let wrong = try Typist(host.endpoint)
        let other = try await challenge(wrong)
        #expect(other != first)
        // An answer that was overheard, then the secret itself; commands behind them are not looked at.
        let start = ContinuousClock.now
        try wrong.type("\(answer)\nopen sesame\np 1\n")
        try await wrong.hear("*** That is not the answer; 1 try is left.\n")
        let rest = try await wrong.rest()
        #expect(rest.hasSuffix("*** That is not the answer; the next try can be made in 60 s.\n"), "\(rest)")
        #expect(ContinuousClock.now - start >= .milliseconds(600))
        let late = try Typist(host.endpoint)
        #expect(try await late.rest().hasPrefix("luadebug, process 1, host.lua\n*** Too many wrong answers"))
        #expect(host.service.holder == nil)
        await host.close()
    }

    @Test("before the login nothing is answered but wrong answers: no command, no interrupt, no line too long")
    func beforeLogin() async throws {
        let host = try await ConsoleHost { $0.secret = bytes("x") }
        let typist = try Typist(host.endpoint)
        try await typist.hear("digits.\n")
        try typist.type("\u{03}kill\n")
        #expect(try await typist.hear("left.\n") == "*** That is not the answer; 4 tries are left.\n")
        #expect(host.session.stop != nil)
        typist.socket.close()
        await host.close()
    }

    @Test("who does not say who it is is let go of")
    func loginPatience() async throws {
        let host = try await ConsoleHost {
            $0.secret = bytes("x")
            $0.loginSeconds = 0
        }
        #expect(try await Typist(host.endpoint).rest().hasSuffix("*** No answer has come in 0 s.\n"))
        await host.close()
    }

    @Test("where the host allows it, the secret can be typed on this machine")
    func plain() async throws {
        let host = try await ConsoleHost {
            $0.secret = bytes("open sesame")
            $0.allowsPlainSecret = true
        }
        let typist = try Typist(host.endpoint)
        try await typist.hear("or with the secret.\n")
        try typist.type("open sesame\r\n")
        try await typist.hear(ConsoleHost.prompt)
        await host.close()
    }

    @Test("what a web page has its browser send is not carried out")
    func webPage() async throws {
        let host = try await ConsoleHost()
        let long = "GET /" + String(repeating: "a", count: 70_000) + " HTTP/1.1"
        for (line, reply) in [
            ("POST / HTTP/1.1", "*** This is no web server; the connection is closed."),
            ("GET /x HTTP/1.0", "*** This is no web server; the connection is closed."),
            (long, "*** The line is longer than 65536 bytes; it was not read."),
        ] {
            let typist = try Typist(host.endpoint)
            try typist.type("\(line)\r\nHost: 127.0.0.1\r\n\r\n!n = 1000\r\nkill\r\n")
            let rest = try await typist.rest()
            #expect(rest.contains(reply), "\(rest)")
        }
        await eventually { if case .ended = host.session.state { true } else { false } }
        #expect(host.session.state == .ended(.returned([.integer(6)])))
        await host.close()
    }

    @Test("what it sends behind its first line is not carried out at its end either, while a script runs")
    func webPageThatEnds() async throws {
        let host = try await ConsoleHost(ConsoleHost.endless, isOwned: true)
        async let outcome = host.session.run()
        await eventually { host.session.state == .running }
        let typist = try Typist(host.endpoint)
        try typist.type("POST / HTTP/1.1\r\n\r\nkill")
        typist.socket.endSending()
        #expect(try await typist.rest().contains("This is no web server"))
        // Whoever comes next finds it running.
        let next = try Typist(host.endpoint)
        try await next.hear("The script is running")
        #expect(host.session.state == .running)
        host.session.abort(by: "test")
        #expect(try await outcome == .aborted(.command(by: "test")))
        await host.close()
    }
}
