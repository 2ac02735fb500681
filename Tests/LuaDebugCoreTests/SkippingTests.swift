// Code that is not one's own: steps go through it, breakpoints there still stop.

import Testing

@testable import LuaDebugCore

@Suite("Skipping")
struct SkippingTests {
    private static let source = """
        local map = load("return function(f, n)\\n local r = 0\\n for i = 1, n do\\n r = r + f(i)\\n end\\n return r\\nend", "@lib/map.lua")()
        local function double(x) -- @double
          return x * 2 -- @in
        end
        local a = map(double, 2) -- @call
        local b = a -- @after
        return b -- @last
        """

    @Test("stepping into skipped code goes on to the script's own that it calls, and out of it to the caller")
    func stepInto() async throws {
        try await scenario(Self.source) { s in
            s.session.skipping.set([.chunk("map.lua")])
            try await s.start(stoppingAt: "call")
            #expect(try await s.visit(.stepInto) == ["in", "in", "after", "last", "returned 6"])
        }
    }

    @Test(
        "by chunk, with and without folders, by function, by pattern",
        arguments: [
            (SkipList.Rule.chunk("lib/map.lua"), true), (.chunk("lib/*"), true), (.chunk("*.lua"), false),
            (.chunk("ma?.lua"), true),
            (.chunk("other"), false), (.function("map"), true), (.function("m*"), true), (.function("double"), false),
        ])
    func rules(rule: SkipList.Rule, skipsOnlyTheLibrary: Bool) async throws {
        try await scenario(Self.source) { s in
            try await s.start(stoppingAt: "call")
            s.session.skipping.set([rule])
            let next = try await s.go(.stepInto)
            switch rule {
            case .chunk("*.lua"): #expect(next == "returned 6", "everything is skipped")
            case _ where skipsOnlyTheLibrary: #expect(next == "in")
            default: #expect(next == "lib/map.lua:2")
            }
        }
    }

    @Test("over and out of a callback that skipped code calls")
    func overAndOut() async throws {
        try await scenario(Self.source) { s in
            s.session.skipping.set([.chunk("map.lua")])
            _ = try s.breakAt("in", where: "x == 2")
            try await s.start()
            #expect(try await s.go() == "in")
            #expect(try await s.go(.stepOver) == "after")
            try await s.session.resume(.restart())
            #expect(try await s.go() == "in")
            #expect(try await s.go(.stepOut) == "after")
        }
    }

    @Test("breakpoints, debugbreak and a pause stop in skipped code")
    func stops() async throws {
        let source = """
            local lib = load("local n = 0\\nredis.debugbreak()\\nwhile go do n = n + 1 end\\nreturn n", "@lib.lua")
            go = true
            return lib()
            """
        try await scenario(source, scriptFunctions: "redis") { s in
            s.session.skipping.set([.chunk("lib.lua")])
            let id = try s.session.breakpoints.add(.line(1, in: "lib.lua")).id
            try await s.start()
            #expect(try await s.go() == "lib.lua:1")
            #expect(s.session.stop?.breakpoints == [id])
            #expect(try await s.go() == "lib.lua:2")
            guard case .stopped(let stop) = try await s.whileRunning({ s.session.pause() }) else {
                Issue.record("the pause did not stop it")
                return
            }
            #expect(stop.location.chunk == "lib.lua" && stop.reasons == [.pause])
            try await s.session.execute("go = false")
            guard case .returned = try await s.session.resume(.stepInto) else {
                Issue.record("a step ends in skipped code")
                return
            }
        }
    }

    @Test("no rules, no skipping")
    func none() async throws {
        try await scenario(Self.source) { s in
            s.session.skipping.set([.chunk("map.lua")])
            s.session.skipping.set([])
            #expect(s.session.skipping.rules.isEmpty)
            try await s.start(stoppingAt: "call")
            #expect(try await s.go(.stepInto) == "lib/map.lua:2")
        }
    }

    @Test(
        "patterns",
        arguments: [
            ("*", "", true), ("", "", true), ("", "a", false), ("a*b", "ab", true), ("a*b", "axxb", true),
            ("a*b", "axxbc", false), ("?", "", false), ("?", "x", true), ("*a*a*", "banana", true),
            ("a**b", "ab", true),
            ("*ab", "aab", true), ("[a]", "[a]", true), ("a.b", "axb", false),
        ])
    func patterns(pattern: String, name: String, matches: Bool) {
        #expect(NamePattern(pattern).matches(name) == matches)
    }

    @Test("a pattern of many stars does not take forever")
    func stars() {
        let pattern = String(repeating: "*a", count: 50) + "b"
        #expect(!NamePattern(pattern).matches(String(repeating: "a", count: 5000)))
    }
}
