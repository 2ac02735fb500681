// The laws of the design, a test by the name of each (law 1 has the corpus besides).

import CLuaShim
import Foundation
import Stories
import Testing

@testable import LuaDebugCore

@Suite("Laws")
struct LawTests {
    // MARK: 1. Transparent

    @Test("law 1: no global, no registry name, no frame in a traceback, no changed function")
    func transparent() async throws {
        let source = """
            local names = {}
            for k in pairs(_G) do names[#names + 1] = tostring(k) end
            for k in pairs(debug) do names[#names + 1] = "debug." .. k end
            for k in pairs(debug.getregistry()) do if type(k) == "string" then names[#names + 1] = "registry." .. k end end
            table.sort(names)
            print(table.concat(names, " "))
            print(debug.traceback("here"))
            print(debug.gethook())
            for _, f in ipairs {pcall, xpcall, debug.sethook, debug.gethook, print} do
              local i = debug.getinfo(f) print(i.what, i.nups, i.short_src, i.currentline, debug.getupvalue(f, 1))
            end
            print(pcall(), pcall(error, "x"))
            """
        let script = Script(
            source.replacingOccurrences(of: "print(pcall(), ", with: "print(pcall(pcall), "), name: "law.lua")
        let file = Corpus.folder.appendingPathComponent("../law.lua.txt")
        try String(decoding: script.source, as: UTF8.self).write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        let plain = withoutBase(
            try stock([
                "-e", "arg = {} f = loadfile('../law.lua.txt') load(string.dump(f), '@law.lua')", "../law.lua.txt",
            ])
        )
        .replacingOccurrences(of: "../law.lua.txt", with: "law.lua")
        .replacingOccurrences(of: " f ", with: " ")
        let stepped = try await observe(script, onStop: { _ in .stepInto }, stepFromEntry: true)
        #expect(withoutBase(stepped.output) == plain)
    }

    @Test(
        "law 1: the script's and the host's own hooks fire as without us, and are back after detach",
        arguments: ["l", "c", "r", "crl"])
    func ownHooks(mask: String) async throws { try await hooksFireAlike(mask, 0) }

    @Test(
        "law 1: a count hook of the script's own fires as without us, and is back after detach",
        .enabled(if: knowsLayouts, "instructions are counted by Lua in a place that only the layouts tell"),
        arguments: [("", 1), ("", 7), ("", 100), ("l", 13)])
    func ownCountHooks(mask: String, count: Int) async throws { try await hooksFireAlike(mask, count) }

    private func hooksFireAlike(_ mask: String, _ count: Int) async throws {
        let script = Script(
            """
            local events = {}
            local function hook(event, line) events[#events + 1] = event .. (line or "") end
            local function f(n) if n < 1 then return 0 end return 1 + f(n - 1) end
            debug.sethook(hook, "\(mask)", \(count))
            local sum = 0
            for i = 1, 20 do sum = sum + f(i % 4) end
            pcall(function() error("x") end)
            local h, m, c = debug.gethook()
            debug.sethook()
            print(h == hook, m, c, #events, table.concat(events, " "))
            """, name: "hooks.lua")
        let plain = try await observe(script)
        var stepped = try await observe(script, onStop: { _ in .stepInto }, stepFromEntry: true)
        stepped.stops = []
        #expect(stepped == plain)
        let conditions = try await observe(
            script,
            prepare: { debugger in
                for line in 1...9 { try debugger.breakpoints.add(.line(line, in: "hooks.lua"), where: "false") }
            })
        #expect(conditions == plain)
    }

    // MARK: 2. Nothing armed, nothing paid

    @Test("law 2: nothing wanted, no hook; elsewhere only, no line event; the hook is called as often as it must")
    func nothingPaid() throws {
        try withState(
            "local function hot(n) local s = 0\nfor i = 1, n do\ns = s + i\nend\nreturn s end\nlocal function cold()\nreturn 1\nend\nfor i = 1, 10 do hot(100) end"
        ) { run in
            #expect(run.hookIsInstalled == false)
            #expect(run.call() == [0, 0, 0, 0, 0])
            // In a chunk that never runs: call events only.
            try run.debugger.breakpoints.add(.line(1, in: "elsewhere.lua"))
            #expect(run.call() == [11, 0, 0, 0, 0])
            run.debugger.breakpoints.removeAll()
            #expect(run.call() == [1, 0, 0, 0, 0]) // the event at which the script takes note
            #expect(run.hookIsInstalled == false)
            #expect(run.call() == [0, 0, 0, 0, 0])
            // In a function of the same chunk that never runs: still no line event, no return event.
            // (One count event: the chunk's lines are learnt at its first call, which is a change of the plan.)
            try run.debugger.breakpoints.add(.line(7, in: "law.lua"))
            #expect(run.call() == [11, 0, 0, 1, 0])
            #expect(run.call() == [11, 0, 0, 0, 0])
            // A never-true condition in the hot function: its lines, and few others.
            run.debugger.breakpoints.removeAll()
            try run.debugger.breakpoints.add(.line(3, in: "law.lua"), where: "false")
            let counts = run.call()
            #expect(counts[LUA_HOOKCALL.index] <= 11 && counts[LUA_HOOKRET.index] <= 11)
            #expect(counts[LUA_HOOKLINE.index] == 10 * (1 + 1 + 100 + 100 + 1) || counts[LUA_HOOKLINE.index] > 2000)
            #expect(counts[LUA_HOOKLINE.index] < 2100)
            #expect(run.stops == 0)
        }
    }

    // MARK: 3. No longjmp over a Swift frame

    @Test(
        "law 3: errors raised under a stop, in conditions, evaluations and output come back as values; no frame is skipped"
    )
    func noLongjmp() async throws {
        // Each of these unwinds inside C while Swift frames wait above: a skipped one would leak its references.
        final class Token: Sendable {}
        weak var token: Token?
        try await scenario("local x = 1 -- @here\nprint(x)\nreturn x") { s in
            try await s.start()
            let held = Token()
            token = held
            for text in [
                "error({})", "nil + 1", "setmetatable({}, {__index = error}).x", "string.rep()", "coroutine.yield()",
            ] {
                _ = try await s.session.inspect { [held] (script) throws(DebugError) in
                    defer { withExtendedLifetime(held) {} }
                    return (try? script.evaluate(LuaText(text)))?.count
                }
            }
            #expect(try await s.go() == "returned 1")
        }
        #expect(token == nil)
    }

    // MARK: 4. A parked script can always be released

    @Test("law 4: let go of, closed, aborted, detached: each releases a parked script")
    func released() async throws {
        let parked = Script("local x = 1\nreturn x")
        var session: DebugSession? = DebugSession(parked)
        try await session?.start()
        session = nil

        let closed = DebugSession(parked)
        try await closed.start()
        await closed.close()
        await closed.close()
        #expect(closed.state == .closed)
        let error = await #expect(throws: DebugError.self) { try await closed.run() }
        #expect(error?.code == .closed)

        let detached = DebugSession(parked)
        try await detached.start()
        try detached.breakpoints.add(.line(2, in: "script.lua"))
        #expect(try await detached.resume(.detach) == .returned([.integer(1)]))
        await detached.close()

        // Closed while it runs, and while it evaluates something endless.
        let running = DebugSession(Script("while true do pcall(function() while true do end end) end"))
        try await running.start()
        let end = Task { try await running.run() }
        while running.state != .running { await Task.yield() }
        await running.close()
        #expect(try await end.value == .aborted(.closed))

        let (begun, environment) = HostEnvironment.withBegin()
        let evaluating = DebugSession(parked, environment: environment)
        try await evaluating.start()
        let value = Task { () -> DebugError.Code? in
            do throws(DebugError) {
                _ = try await evaluating.evaluate("(function() begin() while true do end end)()", budget: .unlimited)
                return nil
            } catch { return error.code }
        }
        for await _ in begun {}
        await evaluating.close()
        #expect(await value.value == .interrupted)
    }

    @Test("law 4: closed while something endless is evaluated after the script's end")
    func closedAfterTheEnd() async throws {
        let (begun, environment) = HostEnvironment.withBegin()
        let session = DebugSession(Script("return 1"), environment: environment)
        try await session.start()
        #expect(try await session.run() == .returned([.integer(1)]))
        let value = Task { () -> DebugError.Code? in
            do throws(DebugError) {
                _ = try await session.evaluate("(function() begin() while true do end end)()", budget: .unlimited)
                return nil
            } catch { return error.code }
        }
        for await _ in begun {}
        await session.close()
        #expect(session.state == .closed)
        #expect(await value.value == .interrupted)
    }

    // MARK: 5. Only the script waits

    @Test(
        "law 5: 200 sessions stopped at once; none blocks another nor the cooperative pool; each is resumed and ended")
    func onlyTheScriptWaits() async throws {
        let sessions = (0..<200).map { n in
            DebugSession(Script("local n = \(n)\nlocal m = n * 2\nreturn m", name: "s\(n).lua"))
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for session in sessions { group.addTask { _ = try await session.start() } }
            try await group.waitForAll()
        }
        #expect(sessions.allSatisfy { $0.stop != nil })
        // With all of them parked, the pool still runs tasks, and any one session still answers.
        #expect(await Task { 42 }.value == 42)
        for (n, session) in sessions.enumerated() {
            try await session.resume(.stepOver)
            #expect(try await session.evaluate("n") == [.integer(Int64(n))])
        }
        for (n, session) in sessions.enumerated() {
            #expect(try await session.run() == .returned([.integer(Int64(n * 2))]))
        }
        for session in sessions { await session.close() }
        #expect(sessions.allSatisfy { $0.state == .closed })
    }

    // MARK: 6. Measured, never counted

    @Test("law 6: 301 errors that unwind 100 frames each do not make a step lose its place")
    func measured() async throws {
        try await scenario(
            """
            local function deep(n) if n == 0 then error("x") end deep(n - 1) end
            local function work()
              for i = 1, 301 do pcall(deep, 100) end -- @loop
              return 101 -- @end
            end
            local r = work() -- @call
            return r -- @after
            """
        ) { s in
            try await s.start(stoppingAt: "loop")
            #expect(try await s.go(.untilGreaterLine) == "end")
            #expect(s.session.stop?.depth == 2)
            #expect(try await s.go(.stepOut) == "after")
            #expect(s.session.stop?.depth == 1)
        }
    }

    // MARK: 7. Bounded and checked

    @Test("law 7: what is past a bound is marked or refused, never lost silently")
    func bounded() async throws {
        try await scenario("local x = 1") { s in
            try await s.start()
            let cut = try await s.session.evaluate("{1, 2, 3, 4}", limits: ValueLimits(entries: 2)).first
            #expect(cut?.description == "{ 1, 2, ... }")
            let names = (1...300).map { "v\($0)" }.joined(separator: "+")
            let error = await #expect(throws: DebugError.self) { try await s.session.evaluate(LuaText(names)) }
            #expect(error?.code == .raised)
            let many = try await s.session.execute("return table.unpack({}, 1, 5000)")
            #expect(many.count == 5000)
            try s.session.watches.add((1..<WatchList.most).map { LuaText("x + \($0)") })
            let past = #expect(throws: DebugError.self) { try s.session.watches.add(["x", "x"]) }
            #expect(past?.code == .tooMany && s.session.watches.all.count == WatchList.most - 1)
            try s.session.watches.add("x")
        }
    }

    // MARK: 8. Bytes are bytes

    @Test("law 8: sources, arguments, output and values may be any bytes")
    func bytes() async throws {
        let any: [UInt8] = [0xFF, 0x00, 0xC3, 0x28]
        let source =
            [UInt8]("local s = ... print(s) return s == '\\xff\\0\\xc3\\x28', '".utf8) + [0xFE] + [UInt8]("'".utf8)
        let captured = Scenario.Captured()
        let session = DebugSession(Script(source, arguments: [any]), output: { captured.append($0) })
        try await session.start()
        let expected = Value.string(StringValue(bytes: [0xFE], length: 1))
        #expect(try await session.run() == .returned([.boolean(true), expected]))
        #expect(captured.bytes == any + [10])
        await session.close()
    }

    // MARK: 10. Limits are said

    @Test("law 10: a finalizer's lines cannot be stopped at, and nothing pretends otherwise")
    func limits() async throws {
        try await scenario(
            "setmetatable({}, {__gc = function()\n  ran = true -- @gc\nend})\ncollectgarbage()\nreturn ran"
        ) { s in
            let breakpoint = try s.breakAt("gc")
            try await s.start()
            #expect(try await s.go() == "returned true")
            #expect(s.session.breakpoints[breakpoint.id]?.hitCount == 0)
        }
    }
}

extension Int32 {
    fileprivate var index: Int { Int(self) }
}
