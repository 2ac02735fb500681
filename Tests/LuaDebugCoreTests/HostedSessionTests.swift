// The asynchronous door to a script that the host runs: commands from any task, the host's thread waits.

import CLuaShim
import Synchronization
import Testing

@testable import LuaDebugCore

private let sum = """
    local sum = 0
    for i = 1, 3 do
        sum = sum + i
    end
    result = sum
    """

private let endless = "n = 0\nwhile not done do\n  n = n + 1\nend\nresult = 'done'"

@Suite("A session with a script of the host's")
struct HostedSessionTests {
    @Test("breakpoint, stop, frames, variables, evaluation, steps; the host gets its result")
    func stops() async throws {
        try await hosted { host in
            let session = host.session
            #expect(session.isHosted && session.state == .running)
            try session.breakpoints.add(.line(3, in: "host.lua"), where: "i == 2")
            let result = host.begin(sum)
            #expect(try await stop(session).location.line == 3)
            #expect(try await session.frames().count == 1)
            #expect(try await session.variables().map { "\($0.name)=\($0.value)" }.contains("sum=1"))
            #expect(try await session.evaluate("sum + i") == [.integer(3)])
            #expect(try await session.execute("sum = 100").isEmpty)
            _ = try await session.resume(.stepOver)
            let next = try await stop(session)
            #expect(next.location.line == 2 && next.reasons == [.step])
            session.letGo()
            #expect(await result.value == "105")
            #expect(session.state == .running)
            #expect(await code { _ = try await session.frames() } == .running)
        }
    }

    @Test("the host starts its script: a start, a restart are refused with a full sentence, stopped or running")
    func hostRuns() async throws {
        try await hosted { host in
            let session = host.session
            for _ in 1...2 {
                #expect(await code { try await session.start() } == .hostRuns)
                #expect(await code { try await session.resume(.restart()) } == .hostRuns)
                session.pause()
                if session.stop == nil { break }
            }
            let result = host.begin(sum)
            _ = try await stop(session)
            #expect(await code { try await session.resume(.restart()) } == .hostRuns)
            session.letGo()
            #expect(await result.value == "6")
        }
    }

    @Test("a resume waits over the host's calls for the next stop; a pause is kept for the next call")
    func overCalls() async throws {
        try await hosted { host in
            let session = host.session
            session.pause()
            let first = host.begin(sum)
            #expect(try await stop(session).location.line == 1)
            async let outcome = session.run()
            #expect(await first.value == "6")
            #expect(await host.call(sum) == "6")
            session.pause()
            let last = host.begin(sum)
            _ = try await outcome
            let next = try await stop(session)
            #expect(next.reasons == [.pause] && next.location.line == 1)
            // A step ends where the host's call does.
            session.letGo()
            #expect(await last.value == "6")
        }
    }

    @Test("an abort ends the host's call, stopped or endless, once; who waits is told; the next call is a new one")
    func abort() async throws {
        try await hosted { host in
            let session = host.session
            session.pause()
            let first = host.begin(endless)
            _ = try await stop(session)
            #expect(try await session.resume(.abort) == .aborted(.command(by: "abort")))
            #expect(await first.value == "failed")
            #expect(await host.call(sum) == "6")

            session.pause()
            let second = host.begin("pcall(function() while true do end end)")
            _ = try await stop(session)
            async let outcome = session.run()
            while session.state != .running { await Task.yield() }
            session.abort(by: "ada")
            #expect(try await outcome == .aborted(.command(by: "ada")))
            #expect(await second.value == "failed")
            #expect(await host.call(sum) == "6")

            // In the middle of an endless expression.
            session.pause()
            let third = host.begin(endless)
            _ = try await stop(session)
            async let value = session.execute(
                "while true do end", budget: .unlimited)
            session.abort()
            #expect(await third.value == "failed")
            _ = try? await value
            #expect(await host.call(sum) == "6")
        }
    }

    @Test("an abort that meets a stop on its way: the call ends, and no call after it")
    func abortMeetsStop() async throws {
        try await hosted { host in
            let session = host.session
            try session.breakpoints.add(.line(3, in: "host.lua"))
            for round in 1...200 {
                let result = host.begin("go = true\nwhile go do\n  n = 1\nend\nresult = 'done'")
                // It stops again and again, and an end comes at any time between.
                _ = try await stop(session)
                session.letGo()
                for _ in 0..<(round % 7) { await Task.yield() }
                session.abort()
                #expect(await result.value == "failed")
                #expect(session.state == .running)
                #expect(await host.call("result = 'fine'") == "fine", "round \(round)")
            }
        }
    }

    @Test("the state is closed, the debugger detached, the session closed while a client waits: it is told")
    func closedWhileWaiting() async throws {
        for how in ["state", "debugger", "session"] {
            let host = try await HostThread.start()
            let session = host.session
            session.pause()
            let result = host.begin(sum)
            _ = try await stop(session)
            async let waiting = code { try await session.run() }
            while session.stop != nil { await Task.yield() }
            async let settled = session.settled()
            #expect(await result.value == "6")
            if how == "session" { await session.close() }
            if how != "session" { await host.end(closesState: how == "state") }
            #expect(await waiting == .closed)
            #expect(await settled == .closed)
            #expect(session.state == .closed)
            #expect(await code { try await session.run() } == .closed)
            if how == "session" {
                // The host goes on; the debugger lets go at the next line that runs.
                #expect(await host.call(sum) == "6")
                #expect(await host.with { $0.debugger.isAttached || $0.hookIsInstalled } == false)
                await host.end()
            }
            #expect(await session.events.makeAsyncIterator().collected().isEmpty)
        }
    }

    @Test("closed at a stop: the debugger is detached at once, the script goes on; the host may hand over another")
    func closeAtStop() async throws {
        let host = try await HostThread.start()
        let session = host.session
        try session.breakpoints.add(.line(3, in: "host.lua"))
        let result = host.begin(sum)
        _ = try await stop(session)
        await session.close()
        #expect(session.state == .closed)
        #expect(await result.value == "6")
        #expect(await host.with { $0.debugger.isAttached || $0.hookIsInstalled } == false)
        let again = await host.with { run in
            do throws(DebugError) {
                _ = try DebugSession(hosting: run.debugger, script: Script("", name: "x"))
                return nil as DebugError.Code?
            } catch { return error.code }
        }
        #expect(again == .detached)
        await host.end()
    }

    @Test("a debugger is handed over once; a session that nobody holds any more lets the host alone")
    func handedOver() async throws {
        try await hosted { host in
            let second = await host.with { run in
                do throws(DebugError) {
                    _ = try DebugSession(hosting: run.debugger, script: Script("", name: "x"))
                    return nil as DebugError.Code?
                } catch { return error.code }
            }
            #expect(second == .alreadyAttached)
        }
        try withState("") { run in
            try run.debugger.breakpoints.add(.line(1, in: "law.lua"))
            _ = try DebugSession(hosting: run.debugger, script: Script("", name: "law.lua"))
            #expect(run.run("result = 1") == LUA_OK)
            #expect(run.run("result = 2") == LUA_OK)
            #expect(run.global("result") == "2" && !run.hookIsInstalled && !run.debugger.isAttached)
        }
    }

    @Test("a stop may last so long: then the call goes on without stops, or is ended, as the host says")
    func stopLimit() async throws {
        for end in [RunLimits.StopEnd.finish, .abort] {
            let settings = HostSettings(stopLimit: .milliseconds(30), whenStopIsOver: end)
            try await hosted(settings) { host in
                let session = host.session
                try session.breakpoints.add(.line(3, in: "host.lua"))
                let result = host.begin(sum)
                // On a busy machine it may be over before anybody has seen it.
                while host.told.lines.isEmpty { await Task.yield() }
                // Whatever is asked meanwhile.
                let endless = EvaluationBudget.unlimited
                let error = await code {
                    try await session.execute("while true do end", budget: endless)
                }
                #expect([.interrupted, .running].contains(error))
                #expect(await result.value == (end == .finish ? "6" : "failed"))
                // The next call is a new one.
                session.breakpoints.removeAll()
                #expect(await host.call(sum) == "6")
            }
        }
    }

    @Test("the host's own break and an uncaught error stop with the frames alive: one line each")
    func debugBreak() async throws {
        try await hosted(prepare: { try $0.debugger.stopAtErrors() }) { host in
            let session = host.session
            let result = host.begin { run in
                try? run.debugger.breakpoint()
                return run.run(sum, name: "host.lua") == LUA_OK ? run.global("result") : "failed"
            }
            #expect(try await stop(session).location.line == 1)
            session.letGo()
            #expect(await result.value == "6")

            let status = host.begin { run in
                let text = "local function f(x)\n  error('mine ' .. x, 0)\nend\nf(7)"
                unsafe #expect(luaL_loadbufferx(run.state, text, text.utf8.count, "@test.lua", nil) == LUA_OK)
                defer { unsafe lua_settop(run.state, 0) }
                return try? unsafe run.debugger.call(run.state, arguments: 0, results: 0)
            }
            let stopped = try await stop(session)
            #expect(stopped.error == .text("mine 7"))
            #expect(try await session.evaluate("x", frame: 1) == [.integer(7)])
            session.letGo()
            #expect(await status.value == LUA_ERRRUN)
        }
    }
}

extension SessionEvents.Iterator {
    /// All that comes until the end.
    fileprivate func collected() async -> [SessionEvent] {
        var all: [SessionEvent] = []
        var iterator = self
        while let event = await iterator.next() { all.append(event) }
        return all
    }
}
