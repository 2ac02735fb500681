// Evaluation: it sees and changes what the frame does, within a budget, and cannot harm the script.

import Testing

@testable import LuaDebugCore

@Suite("Evaluation")
struct EvaluationTests {
    static let scene = """
        global = "g"
        local up = 1
        local function f(a, ...)
          local b = a + 1
          local inc = function() up = up + 1 return up end
          local x = 0 -- @here
          return a, b, up, ... -- @after
        end
        local results = table.pack(f(10, "v1", "v2"))
        return table.unpack(results)
        """

    @Test(
        "what it sees",
        arguments: [
            ("a", "10"), ("b", "11"), ("up", "1"), ("global", "\"g\""), ("...", "\"v1\", \"v2\""), ("a, b", "10, 11"),
            ("select('#', ...)", "2"), ("nowhere", "nil"), ("inc()", "2"), ("a .. global", "\"10g\""), ("x", "nil"),
            ("_ENV.global", "\"g\""), ("(function() return a end)()", "10"), ("[[text]] -- a comment", "\"text\""),
            ("type(f)", "\"nil\""),
        ])
    func sees(expression: String, value: String) async throws {
        try await scenario(Self.scene) { s in
            try await s.start(stoppingAt: "here")
            #expect(try await s.evaluate(expression) == value)
        }
    }

    @Test("what it changes, the script sees: locals, upvalues, globals; of outer frames too")
    func changes() async throws {
        try await scenario(Self.scene) { s in
            try await s.start(stoppingAt: "here")
            try await s.session.execute("a = 100; b = 1.0; up = 7; global = nil; fresh = true; local gone = 1")
            #expect(try await s.evaluate("a, b, up, global, fresh, gone") == "100, 1.0, 7, nil, true, nil")
            #expect(try await s.evaluate("inc()") == "8")
            try await s.session.execute("up = up * 10", frame: 1)
            #expect(try await s.go() == "returned 100 1.0 80 \"v1\" \"v2\"")
        }
    }

    @Test("a float written over an equal integer is not lost")
    func subtype() async throws {
        try await scenario("local n = 1\nlocal x = 0 -- @here\nreturn n") { s in
            try await s.start(stoppingAt: "here")
            try await s.session.execute("n = 1.0")
            #expect(try await s.go() == "returned 1.0")
        }
    }

    @Test("a function's own _ENV is what names mean there")
    func environment() async throws {
        try await scenario(
            "local function f()\n  local _ENV = {only = 5}\n  local x = only -- @here\n  return made\nend\nlocal r = f()\nreturn r"
        ) { s in
            try await s.start(stoppingAt: "here")
            #expect(try await s.evaluate("only, print") == "5, nil")
            try await s.session.execute("made = 9")
            #expect(try await s.evaluate("made", frame: 1) == "nil")
            #expect(try await s.go() == "returned 9")
        }
    }

    @Test(
        "errors come back as values, the script goes on as if nothing had been",
        arguments: [
            ("error('text', 0)", "raised: text"), ("error({})", "raised: (error object is a table value)"),
            ("error()", "raised: (error object is a nil value)"),
            ("error(7)", "raised: (error object is a number value)"),
            ("nil + 1", "raised: (evaluation):1: attempt to perform arithmetic on a nil value"),
            ("a.b.c", "raised: (evaluation):1: attempt to index a number value (upvalue 'a')"),
            ("x =", "syntax: (evaluation):1: <eof> expected near '='"),
            ("a = 1", "syntax: (evaluation):1: <eof> expected near '='"),
            ("", "syntax: An expression is wanted"),
            ("1 end, function() return 2", "syntax: (evaluation):1: <eof> expected near 'end'"),
            ("coroutine.yield(1)", "raised: attempt to yield across a C-call boundary"),
            (
                "(function() local function r(a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,s,t,u) return r() + 1 end return r() end)()",
                "raised: (evaluation):1: stack overflow"
            ),
            ("string.rep('x', 1 << 40)", "raised: (evaluation):1: resulting string too large"),
            (
                "(function() while true do end end)()",
                "overBudget: The evaluation was ended: it took more than 1000000 instructions."
            ),
            (
                "pcall(function() while true do end end)",
                "overBudget: The evaluation was ended: it took more than 1000000 instructions."
            ),
            (
                "xpcall(function() while true do end end, function() while true do end end)",
                "overBudget: The evaluation was ended: it took more than 1000000 instructions."
            ),
            (
                "coroutine.wrap(function() while true do pcall(function() while true do end end) end end)()",
                "overBudget: The evaluation was ended: it took more than 1000000 instructions."
            ),
            ("sleeper()", "overBudget: The evaluation was ended: it took more than 1000000 instructions."),
        ])
    func errors(expression: String, says: String) async throws {
        try await scenario(
            "sleeper = coroutine.wrap(function() coroutine.yield() while true do end end) sleeper()\n" + Self.scene
        ) { s in
            try await s.start(stoppingAt: "here")
            let before = try await s.session.frames()
            var said = "accepted"
            do throws(DebugError) {
                _ = try await s.session.evaluate(
                    LuaText(expression), budget: EvaluationBudget(instructions: 1_000_000, milliseconds: 0))
            } catch {
                said = "\(error.code): \(error.message)"
            }
            #expect(said.hasPrefix(says), "\(said)")
            #expect(try await s.session.frames() == before)
            #expect(try await s.go() == "returned 10 11 1 \"v1\" \"v2\"")
        }
    }

    @Test("effects of statements before an error remain; what is returned is given")
    func statements() async throws {
        try await scenario(Self.scene) { s in
            try await s.start(stoppingAt: "here")
            await #expect(throws: DebugError.self) { try await s.session.execute("a = 5 error('x') a = 6") }
            #expect(try await s.evaluate("a") == "5")
            #expect(
                try await s.session.execute("local t = {} for i = 1, 3 do t[i] = i end return #t, t[2]") == [
                    .integer(3), .integer(2),
                ])
            let either = try await s.session.inspect { (script) throws(DebugError) in
                (try script.evaluateOrExecute("a + 1"), try script.evaluateOrExecute("a = 8"), try script.evaluate("a"))
            }
            #expect(either.0 == [.integer(6)] && either.1 == [] && either.2 == [.integer(8)])
        }
    }

    @Test("breakpoints in what is evaluated do not stop, nor do coroutines made by it")
    func noNesting() async throws {
        try await scenario(
            "local function f()\n  return 1 -- @in\nend\nlocal x = 1 -- @here\nlocal y = 2\nreturn f()"
        ) { s in
            _ = try s.breakAt("in")
            try await s.start(stoppingAt: "here")
            #expect(try await s.evaluate("f()") == "1")
            #expect(try await s.evaluate("coroutine.wrap(f)()") == "1")
            #expect(s.session.breakpoints.all.first?.hitCount == 0)
            #expect(try await s.go(.stepOver) == "line 5")
            #expect(try await s.go() == "in")
        }
    }

    @Test("a coroutine that evaluated code makes and keeps is the script's from then on")
    func keptCoroutine() async throws {
        try await scenario(
            "local function f()\n  local a = 1 -- @in\n  return a\nend\nlocal x = 1 -- @here\nreturn co()"
        ) { s in
            try await s.start(stoppingAt: "here")
            try await s.session.execute("co = coroutine.wrap(function() return f() end)")
            _ = try s.breakAt("in")
            #expect(try await s.go() == "in")
            #expect(try await s.go() == "returned 1")
        }
    }

    @Test("an endless evaluation is interrupted from another task")
    func interrupted() async throws {
        try await scenario("local x = 1 -- @here\nreturn x") { s in
            try await s.start()
            let session = s.session
            let running = Task { () -> DebugError.Code? in
                do throws(DebugError) {
                    _ = try await session.evaluate(
                        "(function() while true do pcall(function() mark = 1 while true do end end) end end)()",
                        budget: .unlimited)
                    return nil
                } catch {
                    return error.code
                }
            }
            // An interruption that comes before the evaluation is without effect, so ask until it took.
            let asking = Task {
                while !Task.isCancelled {
                    session.interruptEvaluation()
                    await Task.yield()
                }
            }
            #expect(await running.value == .interrupted)
            asking.cancel()
            await asking.value
            #expect(try await s.go() == "returned 1")
        }
    }

    @Test("under a memory limit an evaluation fails alone")
    func memory() async throws {
        try await scenario("local x = 1 -- @here\nreturn x", limits: RunLimits(memory: 1 << 20)) { s in
            try await s.start()
            let error = await #expect(throws: DebugError.self) {
                try await s.session.evaluate("(function() local t = {} while true do t[#t + 1] = {} end end)()")
            }
            #expect(error?.code == .outOfMemory)
            #expect(try await s.go() == "returned 1")
        }
    }

    @Test("after the end only globals are there")
    func afterEnd() async throws {
        try await scenario("local a = 1\nb = 2\nreturn 3") { s in
            try await s.start()
            #expect(try await s.go() == "returned 3")
            #expect(try await s.evaluate("b, a") == "2, nil")
            let error = await #expect(throws: DebugError.self) { try await s.session.variables() }
            #expect(error?.code == .ended)
        }
    }

    @Test("an hour of evaluations leaves nothing: the registry and the script's memory stay as they were")
    func leavesNothing() async throws {
        try await scenario(
            """
            local function count() local n = 0 for _ in pairs(debug.getregistry()) do n = n + 1 end return n end
            collectgarbage() local before, size = count(), collectgarbage("count")
            local t = {} -- @here
            local x = 1 -- @after
            collectgarbage() collectgarbage()
            return count() - before, collectgarbage("count") - size < 12
            """
        ) { s in
            try await s.start(stoppingAt: "here")
            for i in 1...300 { _ = try await s.session.evaluate("\(i) + #[[t]] .. 'x'") }
            try await s.session.resume(.stepOver)
            // One entry of ours pins the thread that evaluations run on; it is under no name.
            #expect(try await s.go() == "returned 1 true")
        }
    }
}
