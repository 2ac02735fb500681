// Section 6 of the command contract, as far as it is about watch breakpoints: line, function and error breakpoints have their
// own tests.

import Testing

@testable import LuaDebugCore

@Suite("Watch breakpoints")
struct WatchBreakpointTests {
    /// The stops from here to the end, each with why.
    private func stops(_ s: Scenario, _ verb: Resume = .continue, limit: Int = 100) async throws -> [String] {
        var found: [String] = []
        while found.count < limit, case .stopped(let stop) = try await s.session.resume(verb) {
            found.append(s.place(stop.location) + ": " + stop.reasons.map(\.description).joined(separator: "; "))
        }
        return found
    }

    private static let loop = """
        local n = 0 -- @n
        for i = 1, 3 do -- @for
          n = n + i -- @add
        end
        return n -- @end
        """

    @Test("C-170 C-171 C-173 they share their numbers with the others, and stop at each line while they are true")
    func levelTriggered() async throws {
        try await scenario(Self.loop) { s in
            #expect(try s.breakAt("end").id.number == 0)
            let watch = try s.session.breakpoints.add(.watch("n == 3"))
            #expect(watch.id.number == 1 && watch.resolution == .armed)
            try await s.start()
            #expect(
                try await stops(s) == [
                    "for: breakpoint 1, it is true", "add: breakpoint 1, it is true", "end: breakpoint 0",
                ])
            #expect(s.session.breakpoints[watch.id]?.hitCount == 2)
        }
    }

    @Test(
        "C-172 truth is Lua's", arguments: [("0", true), ("''", true), ("{}", true), ("nil", false), ("false", false)])
    func truth(expression: String, stops: Bool) async throws {
        try await scenario("local a = 1\nreturn a") { s in
            try s.session.breakpoints.add(.watch(LuaText(expression)))
            try await s.start()
            #expect(try await s.go() == (stops ? "line 2" : "returned 1"))
        }
    }

    @Test("C-174 one that fails is false, stops nothing, ends nothing, and tells how it failed")
    func failing() async throws {
        try await scenario("local t\nlocal a = 1\nt = {x = 1}\nreturn t.x") { s in
            let id = try s.session.breakpoints.add(.watch("t.x == 1")).id
            try await s.start()
            #expect(s.session.breakpoints[id]?.failureCount == 1)
            #expect(try await s.go() == "line 4")
            let shown = s.session.breakpoints[id]
            #expect(shown?.failureCount == 3)
            #expect(shown?.failure?.contains("attempt to index a nil value") == true)
            try await s.session.resume(.restart())
            #expect(s.session.breakpoints[id]?.failureCount == 1, "the first line of the new run")
        }
    }

    @Test("C-175 it is looked at in the frame that is about to run, in every coroutine; out of scope is nil")
    func frames() async throws {
        let source = """
            local function f(v) -- @f
              local w = v -- @in
            end -- @fEnd
            f(1) -- @call
            local co = coroutine.wrap(function(v) -- @co
              coroutine.yield(v) -- @yield
            end) -- @coEnd
            co(2) -- @resume
            return v -- @end
            """
        try await scenario(source) { s in
            try s.session.breakpoints.add(.watch("v ~= nil"))
            try await s.start()
            #expect(
                try await stops(s).map { $0.prefix { $0 != ":" } } == ["in", "fEnd", "yield"])
        }
    }

    @Test("C-176 what it calls does not stop, is no step, and is bounded")
    func callsAreQuiet() async throws {
        try await scenario(
            """
            count = 0
            function look()
              count = count + 1 -- @look
              return false
            end
            local a = 1 -- @a
            local b = 2 -- @b
            return count
            """
        ) { s in
            _ = try s.breakAt("look")
            try s.session.breakpoints.add(.watch("look and look()"))
            try s.session.breakpoints.add(.function("look"))
            try await s.start()
            let end = try await s.go()
            #expect(end == "returned 3", "at line 7, at line 8 and at the last")
        }
    }

    @Test("one that never ends is put to rest and says so; the script goes on")
    func endless() async throws {
        try await scenario("local n = 0\nfor i = 1, 1000 do\nn = n + i\nend\nreturn n") { s in
            let id = try s.session.breakpoints.add(.watch("(function() while true do end end)()")).id
            let caught = try s.session.breakpoints.add(.watch("(function() while true do pcall(error) end end)()")).id
            try await s.start()
            #expect(try await s.go() == "returned 500500")
            for id in [id, caught] {
                #expect(s.session.breakpoints[id]?.failureCount == 1)
                #expect(s.session.breakpoints[id]?.failure?.contains("took too long") == true)
            }
            try s.session.breakpoints.remove(caught)
            try await s.session.resume(.restart())
            _ = try await s.go(.stepInto)
            #expect(s.session.breakpoints[id]?.failureCount == 1, "anew in a new run, then resting")
            try s.session.breakpoints.setEnabled(false, id)
            try s.session.breakpoints.setEnabled(true, id)
            _ = try await s.go(.stepInto)
            #expect(s.session.breakpoints[id]?.failureCount == 2, "switched on, it is tried again")
        }
    }

    @Test("C-182 an expression that does not compile is refused", arguments: ["x +", "", "x = 1", "1) or (true"])
    func refused(expression: String) async throws {
        let breakpoints = DebugSession(Script("return 1")).breakpoints
        let error = #expect(throws: DebugError.self) { try breakpoints.add(.watch(LuaText(expression))) }
        #expect(error?.code == .syntax)
        #expect(breakpoints.all.isEmpty)
    }

    @Test("A-06 the same expression is the same breakpoint, switched on again")
    func same() throws {
        let breakpoints = DebugSession(Script("return 1")).breakpoints
        let first = try breakpoints.add(.watch("x > 1"))
        try breakpoints.setEnabled(false, first.id)
        let again = try breakpoints.add(.watch("  x > 1\n"))
        #expect(again.id == first.id && again.isEnabled)
        #expect(try breakpoints.add(.watch("x > 1", onChange: true)).id != first.id)
        #expect(breakpoints.all.count == 2)
    }

    @Test("C-039 C-185 C-187 C-191 with others at one line; off, on, removed, all removed")
    func among() async throws {
        try await scenario(Self.loop) { s in
            let line = try s.breakAt("for", where: "n == 6").id
            let watch = try s.session.breakpoints.add(.watch("n == 6")).id
            try await s.start()
            guard case .stopped(let stop) = try await s.session.run() else { return }
            #expect(stop.breakpoints == [line, watch])
            #expect(stop.reasons == [.breakpoint(line), .watch(watch, value: .boolean(true))])
            #expect([line, watch].map { s.session.breakpoints[$0]?.hitCount } == [1, 1])
            try s.session.breakpoints.setEnabled(false, watch)
            try await s.session.resume(.restart())
            guard case .stopped(let other) = try await s.session.run() else { return }
            #expect(other.breakpoints == [line])
            try s.session.breakpoints.remove(watch)
            #expect(s.session.breakpoints.all.map(\.id) == [line])
            s.session.breakpoints.removeAll()
            #expect(try await s.go() == "returned 6")
        }
    }

    @Test("a condition, an ignore count and once go with it")
    func options() async throws {
        try await scenario(Self.loop) { s in
            try s.session.breakpoints.add(.watch("n > 0"), where: "i == 2 or i == 3", ignoring: 1, once: true)
            try await s.start()
            #expect(try await s.go() == "add")
            #expect(try await s.evaluate("i") == "3")
            #expect(s.session.breakpoints.all.isEmpty)
            #expect(try await s.go() == "returned 6")
        }
    }

    // MARK: - On change

    @Test("on change: where the value is another, with the old and the new one")
    func onChange() async throws {
        try await scenario(Self.loop) { s in
            try s.session.breakpoints.add(.watch("n", onChange: true))
            try await s.start()
            #expect(
                try await stops(s) == [
                    "for: breakpoint 0, it was 0 and is 1", "for: breakpoint 0, it was 1 and is 3",
                    "for: breakpoint 0, it was 3 and is 6",
                ])
        }
    }

    @Test(
        "on change: integers are no floats, NaN is itself, strings by content, tables by identity",
        arguments: [
            ("1", "1.0", true), ("0/0", "0/0", false), ("'a'", "'a'", false), ("'a'", "'b'", true),
            ("('x'):rep(1000)", "('x'):rep(1000)", false), ("('x'):rep(1000)", "('x'):rep(999) .. 'y'", true),
            ("t", "t", false), ("t", "{}", true), ("nil", "false", true), ("-0.0", "0.0", true),
            ("print", "print", false),
        ])
    func changes(from: String, to: String, stops: Bool) async throws {
        try await scenario("t = {} x = \(from)\nlocal a = 1\nx = \(to) t.k = 1\nreturn 1 -- @after") { s in
            try await s.start()
            _ = try await s.go(.stepInto)
            try s.session.breakpoints.add(.watch("x", onChange: true))
            #expect(try await s.go() == (stops ? "after" : "returned 1"))
        }
    }

    @Test("on change: a global that another function, or another coroutine, changes; once, where it is next seen")
    func global() async throws {
        let source = """
            x = 1 -- @x
            local function f() -- @f
              x = 2 -- @set
              local a = 1 -- @seen
            end
            f() -- @call
            local co = coroutine.wrap(function() -- @co
              x = 3 -- @coSet
              coroutine.yield() -- @coSeen
              x = 4
            end)
            co() -- @resume
            co() -- @resumeAgain
            return x -- @end
            """
        try await scenario(source) { s in
            try s.session.breakpoints.add(.watch("x", onChange: true))
            try await s.start()
            let places = try await stops(s).map { String($0.prefix { $0 != ":" }) }
            #expect(places == ["line 5", "seen", "coSeen", "line 11"])
        }
    }

    @Test("on change: a local of each activation is its own, in recursion and in one call after another")
    func locals() async throws {
        let source = """
            local function f(n) -- @f
              local x = n -- @x
              if n > 0 then f(n - 1) end -- @deeper
              x = x * 10 -- @change
            end -- @end
            f(2) -- @one
            f(1) -- @two
            """
        try await scenario(source) { s in
            try s.session.breakpoints.add(.watch("x", onChange: true))
            try await s.start()
            #expect(
                try await stops(s) == [
                    // 0 * 10 is 0, and no change.
                    "end: breakpoint 0, it was 1 and is 10", "end: breakpoint 0, it was 2 and is 20",
                    "end: breakpoint 0, it was 1 and is 10",
                ])
        }
    }

    @Test(
        "on change: a closure's change is seen once, in the closure; its maker sees nothing new",
        .enabled(if: knowsLayouts))
    func closures() async throws {
        let source = """
            local n = 0
            local function bump() -- @bump
              n = n + 1 -- @in
            end -- @bumpEnd
            bump() -- @call
            local a = 1 -- @after
            bump() -- @again
            return n -- @end
            """
        try await scenario(source) { s in
            try s.session.breakpoints.add(.watch("n", onChange: true))
            try await s.start()
            #expect(
                try await stops(s) == [
                    "bumpEnd: breakpoint 0, it was 0 and is 1", "bumpEnd: breakpoint 0, it was 1 and is 2",
                ])
        }
    }

    @Test("on change: an expression that changes what it watches sees a change at each line, and the script its effect")
    func changesItself() async throws {
        try await scenario("n = 0\nfunction bump() n = n + 1 return n end\nlocal a = 1\nlocal b = 2\nreturn n") { s in
            try s.session.breakpoints.add(.watch("bump and bump()", onChange: true))
            try await s.start()
            #expect(
                try await stops(s) == [
                    "line 3: breakpoint 0, it was nil and is 1", "line 4: breakpoint 0, it was 1 and is 2",
                    "line 5: breakpoint 0, it was 2 and is 3",
                ])
        }
    }

    @Test("on change: what was seen last is kept while other breakpoints come and go")
    func keptOverPlans() async throws {
        try await scenario("local n = 1 -- @a\nlocal a = 1 -- @b\nn = 2 -- @c\nreturn n -- @d") { s in
            try s.session.breakpoints.add(.watch("n", onChange: true))
            try await s.start(stoppingAt: "c")
            _ = try s.breakAt("b")
            #expect(try await s.go() == "d")
        }
    }

    // MARK: - What it costs

    @Test("100,000 times: compiled a bounded number of times, stack and registry as they were")
    func bounded() async throws {
        let source = """
            local function f(i, a) local b = i + a return b end
            local n = 0
            for i = 1, 50000 do
              n = f(i, n) % 7
            end
            return n
            """
        try await scenario(source) { s in
            try s.session.breakpoints.add(.watch("b == -1 and n == i"))
            try s.session.breakpoints.add(.watch("i == -1", onChange: false), where: "a == 1")
            try s.session.watches.add("n + i")
            s.session.tracing.start(.watch)
            let end = try s.breakAt("none", line: 6)
            try await s.start()
            let before = try await s.session.inspect { (script) throws(DebugError) in script.memoryAndRegistry }
            guard case .stopped(let stop) = try await s.session.run() else {
                Issue.record("it should have stopped at its end")
                return
            }
            #expect(stop.breakpoints == [end.id] && stop.depth == 1)
            let after = try await s.session.inspect { (script) throws(DebugError) in script.memoryAndRegistry }
            #expect(after.compiled <= 20, "a set of names in scope compiles once")
            #expect(after.registry - before.registry <= 1)
            #expect(after.memory - before.memory < 64 << 10)
            #expect(after.top == before.top)
        }
    }
}

extension Scenario {
    fileprivate func breakAt(_ name: String, line: Int) throws -> Breakpoint {
        try session.breakpoints.add(.line(line, in: chunk))
    }
}
