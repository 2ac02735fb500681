// Abort, restart and limits: whatever the script does, its end comes, and has a reason.

import Foundation
import Stories
import Testing

@testable import LuaDebugCore

@Suite("Ending")
struct EndingTests {
    /// Scripts that try to survive; each stops at `-- @here` or runs forever.
    static let survivors: [(what: String, source: String)] = [
        ("an endless loop", "while true do end"),
        ("pcall in an endless loop", "while true do pcall(function() while true do end end) end"),
        (
            "nested pcalls in endless loops",
            """
            local function forever(f) while true do pcall(f) end end
            forever(function() forever(function() forever(function() local x = 1 end) end) end)
            """
        ),
        (
            "an xpcall handler that raises",
            "while true do xpcall(function() while true do end end, function(m) error(m) end) end"
        ),
        (
            "an xpcall handler that loops",
            "while true do xpcall(function() while true do end end, function() while true do end end) end"
        ),
        (
            "a coroutine made for each turn",
            """
            while true do
              local co = coroutine.create(function() while true do pcall(coroutine.yield) end end)
              coroutine.resume(co)
              coroutine.resume(co)
            end
            """
        ),
        (
            "an endless loop in a coroutine in a coroutine",
            """
            local inner = coroutine.wrap(function() while true do end end)
            local outer = coroutine.wrap(function() pcall(inner) while true do end end)
            while true do pcall(outer) end
            """
        ),
        (
            "finalizers that swallow errors",
            """
            while true do
              pcall(function()
                setmetatable({}, {__gc = function() pcall(error, "x") end})
                collectgarbage()
              end)
            end
            """
        ),
        (
            "a comparator that never agrees",
            "while true do pcall(table.sort, {3, 2, 1}, function() while true do end end) end"
        ),
        ("recursion caught again and again", "local function f() pcall(f) f() end while true do pcall(f) end"),
        (
            "a metamethod",
            "local t = setmetatable({}, {__index = function(t, k) while true do end end}) while true do pcall(function() return t.x end) end"
        ),
        (
            "an endless gsub callback",
            "while true do pcall(string.gsub, 'abc', '.', function() while true do end end) end"
        ),
        ("an endless reader", "while true do load(function() while true do end end) end"),
        (
            "its own hook",
            "debug.sethook(function() end, 'l') while true do pcall(function() while true do end end) end"
        ),
    ]

    @Test("cannot be survived", arguments: survivors.map(\.what))
    func abortWhileRunning(what: String) async throws {
        let source = try #require(Self.survivors.first { $0.what == what }).source
        try await scenario(source) { s in
            try await s.start()
            let end = try await s.whileRunning { s.session.abort(by: "test") }
            #expect(end == .aborted(.command(by: "test")))
        }
    }

    @Test("cannot be survived when it was stopped inside", arguments: survivors.map(\.what))
    func abortWhileStopped(what: String) async throws {
        let source = try #require(Self.survivors.first { $0.what == what }).source
        try await scenario(source) { s in
            try await s.start()
            let paused = try await s.whileRunning { s.session.pause() }
            guard case .stopped(let stop) = paused else {
                Issue.record("not stopped")
                return
            }
            #expect(stop.reasons == [.pause])
            #expect(try await s.session.resume(.abort) == .aborted(.command(by: "abort")))
        }
    }

    @Test("restart begins anew from anywhere", arguments: survivors.map(\.what))
    func restart(what: String) async throws {
        let source = try #require(Self.survivors.first { $0.what == what }).source
        try await scenario(source) { s in
            try await s.start()
            _ = try await s.whileRunning { s.session.pause() }
            let again = try await s.session.resume(.restart())
            guard case .stopped(let stop) = again else {
                Issue.record("\(again)")
                return
            }
            #expect(stop.reasons == [.entry])
            s.session.abort()
        }
    }

    @Test("a time limit ends it", arguments: survivors.map(\.what))
    func timeLimit(what: String) async throws {
        let source = try #require(Self.survivors.first { $0.what == what }).source
        try await scenario(source, limits: RunLimits(time: .milliseconds(500))) { s in
            try await s.start()
            #expect(try await s.go() == "aborted time limit")
        }
    }

    @Test("an abort that meets a stop on its way still ends the run, and only that run", .timeLimit(.minutes(5)))
    func abortMeetsStop() async throws {
        try await scenario("while true do\n  local x = 1 -- @body\nend") { s in
            _ = try s.breakAt("body")
            try await s.start()
            for round in 1...2000 {
                // A breakpoint at each turn: the script stops at about the time of the abort, now before it, now after.
                let session = s.session
                let before = session.state
                let running = Task { try? await session.run() }
                while session.state == before { await Task.yield() }
                for _ in 0..<(round % 500) { _ = session.state }
                session.abort(by: "test")
                _ = await running.value
                let end = await session.settled()
                guard end == .ended(.aborted(.command(by: "test"))) else {
                    Issue.record("round \(round): \(end)")
                    return
                }
                let again = try await s.session.resume(.restart())
                #expect(again.isStopped(at: 2) || again.isStopped(at: 1), "\(again)")
            }
        }
    }

    // MARK: Restart

    @Test("restart is fresh: no global, metatable or counted hit of the run before is left; breakpoints are kept")
    func fresh() async throws {
        try await scenario(
            """
            seen = (seen or 0) + 1 -- @first
            getmetatable("").__index.mark = 1
            return seen, getmetatable("").__index.mark -- @last
            """
        ) { s in
            let breakpoint = try s.breakAt("last")
            try await s.start()
            for _ in 1...3 {
                #expect(try await s.go() == "last")
                #expect(try await s.evaluate("seen") == "1")
                #expect(s.session.breakpoints[breakpoint.id]?.hitCount == 1)
                #expect(try await s.go(.restart()) == "first")
                #expect(s.session.breakpoints[breakpoint.id]?.hitCount == 0)
            }
            #expect(try await s.go(.restart(flush: true)) == "first")
            #expect(s.session.breakpoints.all.isEmpty)
            #expect(try await s.go() == "returned 1 1")
            #expect(try await s.go(.restart()) == "first")
            #expect(try await s.go() == "returned 1 1")
        }
    }

    @Test("restart after an error, three calls deep, in a coroutine, in a comparator")
    func restartPlaces() async throws {
        try await scenario(
            """
            local first = 1 -- @first
            local function c() return 1 end -- @deep
            local function b() return (c()) end
            local function a() return (b()) end
            a()
            coroutine.wrap(function()
              local x = 1 -- @coroutine
            end)()
            table.sort({2, 1}, function(p, q)
              return p < q -- @comparator
            end)
            error("at the end")
            """
        ) { s in
            for mark in ["deep", "coroutine", "comparator"] {
                let breakpoint = try s.breakAt(mark)
                _ = try await (s.session.state == .notStarted ? s.session.start() : s.session.resume(.restart()))
                #expect(try await s.go() == mark)
                #expect(try await s.go(.restart()) == "first")
                try s.session.breakpoints.remove(breakpoint.id)
            }
            #expect(try await s.go() == "failed scenario.lua:12: at the end")
            #expect(try await s.go(.restart()) == "first")
        }
    }

    // MARK: Limits

    @Test("time spent stopped does not count")
    func stoppedTime() async throws {
        try await scenario("local x = 1 -- @a\nlocal y = 2\nreturn x + y", limits: RunLimits(time: .seconds(2))) {
            s in
            try await s.start()
            // Stopped for longer than the limit: an evaluation that uses up its own budget of time.
            await #expect(throws: DebugError.self) {
                try await s.session.evaluate(
                    "(function() while true do end end)()",
                    budget: EvaluationBudget(instructions: 0, milliseconds: 2_200)
                )
            }
            #expect(try await s.go(.stepOver) == "line 2")
            #expect(try await s.go() == "returned 3")
        }
    }

    @Test("an abort by a resume ends what is evaluated without end, too")
    func abortOverEvaluation() async throws {
        let (begun, environment) = HostEnvironment.withBegin()
        let session = DebugSession(Script("return 1"), environment: environment)
        try await session.start()
        let endless: LuaText = "(function() begin() while true do end end)()"
        let value = Task { try? await session.evaluate(endless, budget: .unlimited) }
        for await _ in begun {}
        #expect(try await session.resume(.abort) == .aborted(.command(by: "abort")))
        #expect(await value.value == nil)
        await session.close()
    }

    @Test("a time limit can stop instead of end, and the script goes on")
    func timeStops() async throws {
        let limits = RunLimits(time: .milliseconds(500), stopsWhenTimeIsOver: true)
        try await scenario("while not done do end\nreturn 5 -- @end", limits: limits) { s in
            try await s.start()
            let outcome = try await s.session.run()
            guard case .stopped(let stop) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(stop.reasons == [.timeLimit])
            try await s.session.execute("done = true")
            #expect(try await s.go() == "returned 5")
        }
    }

    @Test("a stop that lasts too long is over; one that is resumed in time is not", .timeLimit(.minutes(5)))
    func stopLimit() async throws {
        let source = "local a = 1\nlocal b = 2\nreturn a + b"
        try await scenario(source, limits: RunLimits(stop: .milliseconds(300))) { s in
            try await s.start()
            if case .running = await s.session.settled() { Issue.record("it was told of while it ran") }
            while s.session.stop != nil { await Task.yield() }
            #expect(await s.session.settled() == .ended(.aborted(.stopLimit)))
        }
        var limits = RunLimits(stop: .milliseconds(300))
        limits.whenStopIsOver = .finish
        try await scenario(source, limits: limits) { s in
            try s.session.breakpoints.add(.line(2, in: "scenario.lua"))
            try await s.start()
            while s.session.stop != nil { await Task.yield() }
            #expect(await s.session.settled() == .ended(.returned([.integer(3)])))
        }
        try await scenario(source, limits: RunLimits(stop: .seconds(3600))) { s in
            try await s.start()
            #expect(try await s.visit(.stepInto) == ["line 2", "line 3", "returned 3"])
        }
    }

    @Test("a memory limit is Lua's own error in the script, which may catch it")
    func memoryLimit() async throws {
        let limits = RunLimits(memory: 2 << 20)
        try await scenario(
            """
            local ok, message = pcall(function()
              local t = {}
              while true do t[#t + 1] = ("x"):rep(1000) .. #t end
            end)
            return ok, message
            """, limits: limits
        ) { s in
            try await s.start()
            #expect(try await s.go() == "returned false \"not enough memory\"")
        }
        try await scenario("local t = {} for i = 1, 1 << 40 do t[i] = i end", limits: limits) { s in
            try await s.start()
            guard case .failed(let failure) = try await s.session.run() else {
                Issue.record("not failed")
                return
            }
            #expect(failure.message == "not enough memory")
            #expect(failure.isMemoryLimit)
        }
    }

    // MARK: Outcomes

    @Test("an error value of any type comes out, with the script's own traceback")
    func failures() async throws {
        let rows: [(source: String, message: String, value: Value)] = [
            ("error('text', 0)", "text", .text("text")),
            ("error()", "(error object is a nil value)", .nil),
            ("error(12)", "(error object is a number value)", .integer(12)),
            ("error(true)", "(error object is a boolean value)", .boolean(true)),
            (
                "local t = nil; return t.x", "scenario.lua:1: attempt to index a nil value (local 't')",
                .text("scenario.lua:1: attempt to index a nil value (local 't')")
            ),
        ]
        for row in rows {
            try await scenario(row.source) { s in
                try await s.start()
                guard case .failed(let failure) = try await s.session.run() else {
                    Issue.record("not failed")
                    return
                }
                #expect(failure.message == row.message)
                #expect(failure.value == row.value)
            }
        }
        try await scenario("local function f()\n  error({code = 7})\nend\nf()") { s in
            try await s.start()
            guard case .failed(let failure) = try await s.session.run() else {
                Issue.record("not failed")
                return
            }
            #expect(failure.value.description == "{ code = 7 }")
            #expect(
                failure.traceback == """
                    stack traceback:
                    \t[C]: in function 'error'
                    \tscenario.lua:2: in local 'f'
                    \tscenario.lua:4: in main chunk
                    """)
        }
    }

    @Test("the same traceback as stock Lua prints")
    func traceback() async throws {
        let source = """
            local t = setmetatable({}, {__index = function(t, k) return k.x.y end})
            local function g(n) if n == 0 then return t.a end return (g(n - 1)) end
            local co = coroutine.wrap(function() g(2) end)
            co()
            """
        let file = Corpus.folder.appendingPathComponent("../traceback.lua.txt")
        try source.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        let expected = try stock(["-e", "loadfile = nil", "../traceback.lua.txt"])
        try await scenario(source, name: "../traceback.lua.txt") { s in
            try await s.start()
            guard case .failed(let failure) = try await s.session.run() else {
                Issue.record("not failed")
                return
            }
            #expect("lua5.3: \(failure.message)\n\(failure.traceback)\n" == withoutBase(expected))
        }
    }

    @Test("an empty script has one line, and returns nothing")
    func empty() async throws {
        try await scenario("") { s in
            let first = try await s.start()
            #expect(first.isStopped(at: 1))
            #expect(try await s.go() == "returned")
        }
    }

    @Test("all values returned, arguments as in the stock interpreter")
    func values() async throws {
        try await scenario("return ..., arg[0], #arg, 1.0, nil, nil", arguments: ["a", "b"]) { s in
            try await s.start()
            #expect(try await s.go() == "returned \"a\" \"scenario.lua\" 2 1.0 nil nil")
        }
    }
}

extension Outcome {
    func isStopped(at line: Int) -> Bool {
        if case .stopped(let stop) = self { stop.location.line == line } else { false }
    }
}
