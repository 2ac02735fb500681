// What those who have attached may do to a script of the host's: end it, look on; and how they find it.

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

@Suite("Those at a hosted session")
struct AttendanceTests {
    @Test("a kill reaches a script whoever controls it, stopped or endless; who waits and the host are told who it was")
    func kill() async throws {
        let registry = SessionRegistry()
        try await hosted { host in
            let id = registry.register(host.session, allowsKill: true)
            let ada = try registry.attach(to: id, by: "ada")
            for (isStopped, by) in [(true, "root"), (false, "root"), (true, "ada")] {
                ada.session.pause()
                let result = host.begin { run in
                    let status = run.run("pcall(function() while true do end end)", name: "host.lua")
                    return (status, run.lastError, run.debugger.endCause)
                }
                _ = try await stop(ada.session)
                if by == "ada" {
                    #expect(try await ada.session.resume(.abort) == .aborted(.command(by: "ada")))
                } else if isStopped {
                    try registry.kill(id, by: "root")
                } else {
                    async let outcome = ada.session.run()
                    while host.session.stop != nil { await Task.yield() }
                    try registry.kill(id, by: "root")
                    #expect(try await outcome == .aborted(.command(by: "root")))
                }
                let (status, error, cause) = await result.value
                #expect(status == LUA_ERRRUN && error == "ended by the debugger" && cause == .command(by: by))
                // The next call is a new one, and ends by itself.
                let next = await host.with { run in
                    (run.run("result = 'fine'"), run.global("result"), run.debugger.endCause)
                }
                #expect(next == (LUA_OK, "fine", nil))
            }
            let error = await code { try registry.kill(99, by: "root") }
            #expect(error == .noSuchSession)
        }
    }

    @Test("where the host does not allow it, nobody who has attached can end its script; they are told")
    func noKill() async throws {
        let registry = SessionRegistry()
        try await hosted { host in
            let id = registry.register(host.session)
            let ada = try registry.attach(to: id, by: "ada")
            ada.session.pause()
            let result = host.begin(sum)
            _ = try await stop(ada.session)
            #expect(await code { try registry.kill(id, by: "root") } == .refused)
            #expect(await code { try ada.session.kill(by: "ada") } == .refused)
            #expect(await code { try await ada.session.resume(.abort) } == .refused)
            ada.session.abort()
            #expect(ada.session.stop != nil)
            ada.detach()
            #expect(await result.value == "6")
        }
    }

    @Test("a call by the debugger's own call is ended once, finished once; the next one stops again")
    func ownCall() async throws {
        let registry = SessionRegistry()
        try await hosted(prepare: { try $0.debugger.breakpoints.add(.line(5, in: "host.lua")) }) { host in
            let id = registry.register(host.session, allowsKill: true)
            let ada = try registry.attach(to: id, by: "ada")
            for verb in [Resume.abort, .finish, .continue] {
                let status = host.begin { run in
                    unsafe #expect(luaL_loadbufferx(run.state, sum, sum.utf8.count, "@host.lua", nil) == LUA_OK)
                    defer { unsafe lua_settop(run.state, 0) }
                    return try? unsafe run.debugger.call(run.state, arguments: 0, results: 0)
                }
                #expect(try await stop(ada.session).location.line == 5)
                if verb == .abort {
                    try await ada.session.resume(.abort)
                    #expect(await status.value == LUA_ERRRUN)
                } else {
                    // It waits for the next stop, which is in the next call.
                    let waiting = Task { try await ada.session.resume(verb) }
                    #expect(await status.value == LUA_OK)
                    if verb == .continue { ada.detach() }
                    waiting.cancel()
                }
            }
        }
    }

    @Test("an observer is told of each stop, whoever resumes, until it detaches or the session is closed")
    func stopsObserved() async throws {
        let registry = SessionRegistry()
        try await hosted { host in
            let id = registry.register(host.session)
            let ada = try registry.attach(to: id, by: "ada")
            let bob = try registry.attach(to: id, by: "bob", as: .observer)
            let eve = try registry.attach(to: id, by: "eve", as: .observer)
            try ada.session.breakpoints.add(.line(3, in: "host.lua"))
            let seen = Task {
                var lines: [Int?] = []
                var last: UInt64?
                for _ in 1...4 {
                    let stop = try await bob.session.nextStop(after: last)
                    last = stop.number
                    lines.append(stop.location.line)
                    if lines.count < 4 { try await ada.session.resume(lines.count == 1 ? .stepOver : .continue) }
                }
                return lines
            }
            let result = host.begin(sum)
            #expect(try await seen.value == [3, 2, 3, 3])
            #expect(await code { try await bob.session.run() } == .notController)
            let number = host.session.stop?.number
            let left = Task { await code { _ = try await eve.session.nextStop(after: number) } }
            eve.detach()
            #expect(await left.value == .notController)
            let closed = Task { await code { _ = try await bob.session.nextStop(after: number) } }
            ada.detach()
            #expect(await result.value == "6")
            await host.session.close()
            #expect(await closed.value == .closed)
            #expect(await host.call(sum) == "6")
        }
    }

    @Test("an observer of a session that never began is told when it is closed, and is attached no more")
    func closedBeforeItBegan() async throws {
        let registry = SessionRegistry()
        let session = DebugSession(Script("return 1", name: "own.lua"))
        let bob = try registry.attach(to: registry.register(session), by: "bob", as: .observer)
        let waiting = Task { await code { _ = try await bob.session.nextStop() } }
        while session.runner.shared.withLock(\.watching.isEmpty) { await Task.yield() }
        await session.close()
        #expect(await waiting.value == .closed)
        #expect(!bob.isAttached && session.state == .closed)
    }

    @Test("sessions are found by number or name; what is not there, or is not one, is said")
    func finding() async throws {
        let registry = SessionRegistry()
        let sessions = (1...3).map { _ in DebugSession(Script("return 1", name: "own.lua")) }
        let ids = zip(sessions, ["a", "b", "b"]).map { registry.register($0, name: $1) }
        #expect(try registry.find("a").id == ids[0])
        #expect(try registry.find("\(ids[2])").id == ids[2])
        let choice = try SessionChoice(["a", "OBSERVE"], in: registry)
        #expect(choice.id == ids[0] && choice.role == .observer && !choice.takesOver)
        let refused: [([String], DebugError.Code, String)] = [
            (["c"], .noSuchSession, "no session c"), (["b"], .noSuchSession, "2, 3"), ([], .badArgument, "by its name"),
            (["a", "steal"], .badArgument, "steal"), (["a", "observe", "x"], .badArgument, "observe or takeover"),
        ]
        for (words, code, part) in refused {
            do throws(DebugError) {
                _ = try SessionChoice(words, in: registry)
                Issue.record("\(words) was not refused")
            } catch {
                #expect(error.code == code && error.message.contains(part))
            }
        }
        for session in sessions { await session.close() }
    }
}
