// Log points: a message instead of a stop.

import Testing

@testable import LuaDebugCore

@Suite("Log points")
struct LogPointTests {
    private static let loop = "local t = {}\nfor i = 1, 3 do\nt[i] = i * i -- @in\nend\nreturn #t"

    private func messages(_ s: Scenario) -> [String] {
        s.events().compactMap { if case .log(let message) = $0 { message.text } else { nil } }
    }

    @Test("a message for each arrival, with values; the script does not stop")
    func message() async throws {
        try await scenario(Self.loop) { s in
            let id = try s.session.breakpoints.add(
                .line(s.line("in"), in: s.chunk), log: "i is {i}, t is {t}, {{as it is}} {'text'}{nil}{#{1, '}'}}"
            ).id
            try await s.start()
            #expect(try await s.go() == "returned 3")
            let events = s.events()
            let all = events.compactMap { if case .log(let message) = $0 { message } else { nil } }
            #expect(
                all.map(\.text) == [
                    "i is 1, t is {}, {as it is} textnil2", "i is 2, t is { 1 }, {as it is} textnil2",
                    "i is 3, t is { 1, 4 }, {as it is} textnil2",
                ])
            #expect(all.map(\.breakpoint) == [id, id, id])
            #expect(all.map { s.place($0.location) } == ["in", "in", "in"])
            #expect(s.session.breakpoints[id]?.hitCount == 3)
            #expect(s.session.breakpoints[id]?.log?.description.hasPrefix("i is {i}") == true)
        }
    }

    @Test("with a condition, an ignore count, once; taken away it stops again")
    func options() async throws {
        try await scenario(Self.loop) { s in
            let place = Breakpoint.Place.line(s.line("in"), in: s.chunk)
            try s.session.breakpoints.add(place, where: "i > 1", log: "big {i}")
            try s.session.breakpoints.add(place, ignoring: 2, log: "late {i}")
            try s.session.breakpoints.add(place, once: true, log: "first {i}")
            try await s.start()
            #expect(try await s.go() == "returned 3")
            #expect(messages(s) == ["first 1", "big 2", "big 3", "late 3"])
            #expect(s.session.breakpoints.all.count == 2)
            try s.session.breakpoints.setLog(nil, s.session.breakpoints.all[0].id)
            try await s.session.resume(.restart())
            #expect(try await s.go() == "in")
            #expect(try await s.evaluate("i") == "2")
        }
    }

    @Test("on functions, watch expressions and errors, too")
    func places() async throws {
        let source = "function f(x) return x end\nlocal n = 0\nn = 1\nf(7)\npcall(error, 'bad')\nreturn n"
        try await scenario(source) { s in
            try s.session.breakpoints.add(.function("f"), log: "f {x}")
            try s.session.breakpoints.add(.watch("n", onChange: true), log: "n is {n}")
            try s.session.breakpoints.add(.error(any: true), log: "an error")
            try await s.start()
            #expect(try await s.go() == "returned 1")
            #expect(messages(s) == ["n is 1", "f 7", "an error"])
        }
    }

    @Test("a part that fails says so in its place; the breakpoint remembers; the script goes on")
    func failing() async throws {
        try await scenario(Self.loop) { s in
            let id = try s.session.breakpoints.add(
                .line(s.line("in"), in: s.chunk), log: "{i}: {nothing.x} and {(function() while true do end end)()}"
            ).id
            try await s.start()
            #expect(try await s.go() == "returned 3")
            #expect(
                messages(s).first
                    == "1: <(evaluation):1: attempt to index a nil value (global 'nothing')> and <it took too long and was ended>"
            )
            #expect(s.session.breakpoints[id]?.failureCount == 6)
        }
    }

    @Test("a long message is cut, not lost")
    func long() async throws {
        try await scenario("local s = ('x'):rep(100000)\nreturn s -- @here") { s in
            try s.session.breakpoints.add(.line(2, in: s.chunk), log: "{s}")
            try await s.start()
            _ = try await s.go()
            #expect(messages(s).first?.hasSuffix("xxx...") == true)
            #expect(messages(s).isEmpty)
        }
    }

    @Test(
        "braces that do not match, or with nothing in them, or no expression",
        arguments: [
            ("{", "badArgument"), ("}", "badArgument"), ("a {b", "badArgument"), ("a } b", "badArgument"),
            ("{}", "badArgument"), ("{ }", "badArgument"), ("{{}", "badArgument"), ("{'}", "badArgument"),
            ("{x +}", "syntax"), ("{x = 1}", "syntax"), ("{return 1}", "syntax"), ("{a} {b", "badArgument"),
        ])
    func refused(template: String, code: String) {
        let breakpoints = DebugSession(Script("return 1")).breakpoints
        let error = #expect(throws: DebugError.self) {
            try breakpoints.add(.line(1, in: "script.lua"), log: LuaText(template))
        }
        #expect(error?.code.description == code)
        #expect(breakpoints.all.isEmpty)
    }

    @Test("a message without expressions, and an empty one")
    func plain() async throws {
        try await scenario("return 1") { s in
            try s.session.breakpoints.add(.line(1, in: s.chunk), log: "here")
            try s.session.breakpoints.add(.line(1, in: s.chunk), log: "")
            try await s.start()
            #expect(try await s.go() == "returned 1")
            #expect(messages(s) == ["here", ""])
        }
    }
}
