// A pause wants the next line of Lua, wherever the host is when it is asked for: in C, between calls, in any coroutine.

import CLuaShim
import Synchronization
import Testing

@testable import LuaDebugCore

/// What happens while the host is in its own C function: the test's, one at a time.
private let inside = Mutex<(@Sendable () -> Void)?>(nil)

/// The host's own function, which scripts call.
private func hostFunction(_ state: OpaquePointer?) -> Int32 {
    inside.withLock { $0 }?()
    return 0
}

@Suite("A pause", .serialized)
struct PauseTests {
    /// A script that calls `host()`, and the line that must be stopped at.
    struct Story: Sendable, CustomStringConvertible {
        let description: String
        let calls: [String]
        let line: Int
        var coroutine: Coroutine.ID = 0
    }

    private static let stories = [
        Story(description: "a line follows", calls: ["host()\nlocal a = 1"], line: 2),
        Story(description: "the same line goes on", calls: ["host() local a = 1\nlocal b = 2"], line: 2),
        Story(description: "nothing follows in this call", calls: ["host()", "local a = 1\nlocal b = 2"], line: 1),
        Story(
            description: "nothing follows in this call, nor in the next", calls: ["host()", "", "local a = 1"], line: 1),
        Story(
            description: "in a tail call", calls: ["local function f() return host() end\nf()\nlocal a = 1"], line: 3),
        Story(
            description: "in a function called by a C function",
            calls: ["local t = {2, 1}\ntable.sort(t, function(a, b)\n  host()\n  return a < b\nend)"], line: 4),
        Story(
            description: "in a coroutine, which goes on",
            calls: ["local c = coroutine.wrap(function()\n  host()\n  local a = 1\nend)\nc()"], line: 3, coroutine: 1),
        Story(
            description: "in a coroutine, which ends",
            calls: ["local c = coroutine.wrap(function() host() end)\nc()\nlocal a = 1"], line: 3),
        Story(
            description: "in a coroutine; another is resumed next",
            calls: [
                """
                local b = coroutine.create(function()
                    local x = 1
                    coroutine.yield()
                    x = 2
                end)
                coroutine.resume(b)
                local a = coroutine.wrap(function() host() end)
                a() coroutine.resume(b)
                local z = 1
                """
            ], line: 4, coroutine: 1),
        Story(
            description: "an error unwinds to a protected call",
            calls: ["pcall(function() host() error('x') end)\nlocal a = 1"], line: 2),
        Story(
            description: "an error unwinds to the host", calls: ["host() error('x')", "local a = 1\nlocal b = 2"],
            line: 1),
    ]

    @Test("asked for inside a host's C function, it comes at the next line", arguments: stories)
    func insideC(_ story: Story) async throws {
        try await hosted(prepare: {
            unsafe lua_pushcclosure($0.state, hostFunction, 0); $0.setGlobal("host")
        }) { host in
            let session = host.session
            inside.withLock { $0 = { session.pause() } }
            let calls = story.calls
            let all = host.begin { run in calls.map { run.run($0, name: "host.lua") } }
            let place = try await stop(session)
            #expect(
                place.reasons == [.pause] && place.location.line == story.line && place.coroutine == story.coroutine)
            inside.withLock { $0 = nil }
            session.letGo()
            #expect(await all.value.count == calls.count)
            #expect(await host.with { $0.hookIsInstalled } == false)
        }
    }

    @Test("asked for between calls: calls of C functions leave it be, the first line of Lua has it")
    func betweenCalls() async throws {
        try await hosted(prepare: {
            unsafe lua_pushcclosure($0.state, hostFunction, 0); $0.setGlobal("host")
        }) { host in
            let session = host.session
            session.pause()
            let all = host.begin { run in
                for _ in 1...3 {
                    unsafe lua_getglobal(run.state, "host")
                    unsafe #expect(lua_pcallk(run.state, 0, 0, 0, 0, nil) == LUA_OK)
                }
                return run.run("local a = 1\nresult = 7", name: "host.lua")
            }
            let place = try await stop(session)
            #expect(place.location.line == 1)
            session.letGo()
            #expect(await all.value == LUA_OK)
        }
    }

    @Test("the first line may be one of a coroutine that the host itself resumes, made long before or just now")
    func hostsCoroutine() async throws {
        for isNew in [false, true] {
            try await hosted { host in
                let session = host.session
                let text = "local a = 1\ncoroutine.yield()\na = 2\nresult = a"
                @Sendable func make(_ run: AttachedRun) {
                    let thread = unsafe lua_newthread(run.state)
                    unsafe #expect(luaL_loadbufferx(thread, text, text.utf8.count, "@host.lua", nil) == LUA_OK)
                    if !isNew { unsafe #expect(lua_resume(thread, nil, 0) == LUA_YIELD) }
                }
                if !isNew { await host.with(make) }
                session.pause()
                let all = host.begin { run in
                    if isNew { make(run) }
                    return unsafe lua_resume(lua_tothread(run.state, -1), nil, 0)
                }
                let place = try await stop(session)
                #expect(place.reasons == [.pause] && place.coroutine != 0)
                session.letGo()
                #expect(await all.value == (isNew ? LUA_YIELD : LUA_OK))
                // A kill of what the host resumes is over with the next coroutine that it begins.
                session.pause()
                let killed = host.begin { run in
                    let endless = "while true do end"
                    let thread = unsafe lua_newthread(run.state)
                    unsafe #expect(luaL_loadbufferx(thread, endless, endless.utf8.count, "@host.lua", nil) == LUA_OK)
                    return unsafe lua_resume(thread, nil, 0)
                }
                _ = try await stop(session)
                try session.kill(by: "ada")
                #expect(await killed.value == LUA_ERRRUN)
                let next = await host.with { run in
                    let text = "result = 'fine'"
                    let thread = unsafe lua_newthread(run.state)
                    unsafe #expect(luaL_loadbufferx(thread, text, text.utf8.count, "@host.lua", nil) == LUA_OK)
                    return unsafe (lua_resume(thread, nil, 0), run.global("result"))
                }
                #expect(next == (LUA_OK, "fine"))
                await host.with { unsafe lua_settop($0.state, 0) }
            }
        }
    }
}
