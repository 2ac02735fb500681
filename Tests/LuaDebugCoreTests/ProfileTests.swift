// The profile: counts that are right, times that add up, stacks that flame graph tools read.

import Testing

@testable import LuaDebugCore

@Suite("Profile")
struct ProfileTests {
    private static let source = """
        local function leaf(n)
          local s = 0
          for i = 1, n do s = s + i end
          return s
        end
        local function twice(n)
          return leaf(n) + leaf(n)
        end
        local function fib(n)
          if n < 2 then return n end
          return fib(n - 1) + fib(n - 2)
        end
        local ok = pcall(function() leaf(1) error("x") end)
        local t = {3, 1, 2}
        table.sort(t, function(a, b) return a < b end)
        return twice(1000) + fib(10)
        """

    @Test("exact: hits, calls, own and total times, by function and by line")
    func exact() async throws {
        try await scenario(Self.source) { s in
            try s.session.tracing.profile(.exact)
            #expect(s.session.tracing.profile == .exact)
            try await s.start()
            _ = try await s.go()
            guard let profile = try await s.session.profile() else {
                Issue.record("no profile")
                return
            }
            #expect(profile.mode == .exact && profile.unit == "ns" && !profile.isCut)
            let functions = Dictionary(
                profile.functions.map { ($0.frame.kind == .main ? "main" : $0.frame.function ?? "?", $0) },
                uniquingKeysWith: { first, _ in first })
            #expect(functions["leaf"]?.calls == 3)
            #expect(functions["twice"]?.calls == 1)
            #expect(functions["fib"]?.calls == 177)
            #expect(functions["table.sort"]?.calls == 1)
            #expect(functions["error"]?.calls == 1)
            for cost in profile.functions { #expect(cost.own <= cost.total) }
            // Times add up: what is in no function is in none.
            #expect(profile.functions.map(\.own).reduce(0, +) == functions["main"]?.total)
            #expect(functions["fib"]!.total < functions["main"]!.total)
            #expect(functions["twice"]!.total >= functions["twice"]!.own + 1)
            let hits = Dictionary(uniqueKeysWithValues: profile.lines.map { ($0.location.line ?? 0, $0) })
            #expect(hits[2]?.hits == 3)
            #expect(hits[10]?.hits == 177 && hits[11]?.hits == 88)
            #expect(hits[7]!.total > hits[7]!.own)
            #expect(hits[7]!.total <= functions["twice"]!.total)
        }
    }

    @Test("collapsed stacks: one to a line, a count at the end, the sum of all is the run")
    func collapsed() async throws {
        try await scenario(Self.source) { s in
            try s.session.tracing.profile(.exact)
            try await s.start()
            _ = try await s.go()
            guard let profile = try await s.session.profile() else { return }
            var sum = 0
            var stacks: Set<String> = []
            for line in profile.collapsed.split(separator: "\n") {
                let parts = line.split(separator: " ")
                sum += Int(parts.last ?? "") ?? -1
                stacks.insert(parts.dropLast().joined(separator: " "))
            }
            #expect(sum == profile.functions.map(\.own).reduce(0, +))
            let main = "main chunk (scenario.lua)"
            #expect(stacks.contains("\(main);twice (scenario.lua:6);leaf (scenario.lua:1)"))
            #expect(stacks.contains("\(main);fib (scenario.lua:9);fib (scenario.lua:9);fib (scenario.lua:9)"))
            #expect(stacks.contains("\(main);table.sort ([C]);function (scenario.lua:15)"))
            #expect(stacks.contains("\(main);pcall ([C]);function (scenario.lua:13);error ([C])"))
        }
    }

    @Test("sampling: the stack once in so many instructions, and it says so")
    func sampling() async throws {
        let source =
            "local function busy() local s = 0 for i = 1, 1000000 do s = s + i end return s end\nlocal r = busy()\nreturn r"
        try await scenario(source) { s in
            try s.session.tracing.profile(.sampling(every: 1000))
            try await s.start()
            _ = try await s.go()
            guard let profile = try await s.session.profile() else { return }
            #expect(profile.mode == .sampling(every: 1000) && profile.unit == "samples")
            let busy = profile.functions.first { $0.frame.function == "busy" }
            // Two instructions a turn: an addition and the loop.
            #expect((1900...2100).contains(busy?.own ?? 0))
            #expect(busy?.calls == 0)
            #expect(profile.lines.first { $0.location.line == 1 }?.hits == busy?.own)
            #expect(profile.collapsed.contains("busy (scenario.lua:1) \(busy?.own ?? 0)\n"))
        }
    }

    @Test("while stopped there is what was counted so far; time spent stopped is nobody's")
    func whileStopped() async throws {
        try await scenario("local a = 1\nlocal b = 2 -- @b\nreturn a + b") { s in
            try await s.start()
            #expect(try await s.session.profile() == nil)
            let begun = Clock.now
            try s.session.tracing.profile(.exact)
            try await s.session.resume(.restart())
            try await s.start(stoppingAtNext: "b")
            let before = try await s.session.profile()
            #expect(before?.lines.map(\.hits) == [1, 1])
            let stopped = Clock.now
            while Clock.now < stopped + 50_000_000 { await Task.yield() }
            let waited = Clock.now - stopped
            _ = try await s.go()
            let taken = Clock.now - begun
            let after = try await s.session.profile()
            #expect(after?.lines.map(\.hits) == [1, 1, 1])
            #expect((after?.functions.first { $0.frame.kind == .main }?.total ?? 0) <= taken - waited)
        }
    }

    @Test("begun again it counts from zero; stopped it keeps what it has; each run counts for itself")
    func again() async throws {
        try await scenario("local a = 1\nlocal b = 2\nlocal c = 3\nreturn c") { s in
            try s.session.tracing.profile(.exact)
            try await s.start()
            _ = try await s.go(.stepInto)
            try s.session.tracing.profile(.exact)
            _ = try await s.go(.stepInto)
            #expect(try await s.session.profile()?.lines.map(\.location.line) == [3])
            s.session.tracing.stopProfile()
            #expect(s.session.tracing.profile == nil)
            _ = try await s.go()
            #expect(try await s.session.profile()?.lines.map(\.location.line) == [3])
            try await s.session.resume(.restart())
            #expect(try await s.session.profile() == nil)
        }
    }

    @Test("a stack of a hundred thousand frames is counted, and its collapsed form is bounded")
    func deep() async throws {
        try await scenario("local function f(n) if n > 0 then return 1 + f(n - 1) end return 0 end\nreturn f(100000)") {
            s in
            try s.session.tracing.profile(.exact)
            try await s.start()
            #expect(try await s.go() == "returned 100000")
            guard let profile = try await s.session.profile() else { return }
            #expect(profile.functions.first { $0.frame.function == "f" }?.calls == 100_001)
            #expect(profile.collapsed.utf8.count < 1 << 20)
        }
    }

    @Test("sampling never, or with a period below one, is refused", arguments: [0, -5, .min, .max])
    func refused(every: Int) {
        let tracing = DebugSession(Script("return 1")).tracing
        let error = #expect(throws: DebugError.self) { try tracing.profile(.sampling(every: every)) }
        #expect(error?.code == .badArgument)
    }

    @Test("names that would break a stack's line")
    func names() {
        let frame = Frame(
            level: 0, function: "a;b", kind: .lua, isTailCall: false, location: Location(chunk: "x\ny", line: nil),
            lines: 3...4)
        #expect(Profile.stackName(frame) == "a,b (x,y:3)")
    }
}
