// The synchronous door: a host that owns its Lua state attaches, runs as before, and is asked at each stop.

import CLuaShim
import Foundation
import Stories
import Synchronization
import Testing

@testable import LuaDebugCore

@Suite("Attaching")
struct AttachTests {
    @Test("a breakpoint, its stop, locals, a step, and the script's own result")
    func stops() throws {
        try withState("") { run in
            try run.debugger.breakpoints.add(.line(2, in: "limits.lua"), where: "count > 1")
            var seen: [String] = []
            run.debugger.onStop = { script in
                let locals = (try? script.variables()) ?? []
                seen.append("\(script.stop.location) \(locals.map { "\($0.name)=\($0.value)" }.joined(separator: " "))")
                return script.stop.reasons.contains(.step) ? .continue : .stepOver
            }
            #expect(
                run.run(
                    "local function f(count)\nlocal twice = count * 2\nreturn twice\nend\nresult = f(1) + f(2)",
                    name: "limits.lua") == LUA_OK)
            #expect(seen == ["limits.lua:2 count=2", "limits.lua:3 count=2 twice=4"])
            #expect(run.global("result") == "6")
        }
    }

    @Test("a breakpoint on the first line of a script that the host runs later, set while nothing runs")
    func firstLine() throws {
        try withState("") { run in
            try run.debugger.breakpoints.add(.line(1, in: "one.lua"))
            var stops = 0
            run.debugger.onStop = { _ in
                stops += 1
                return .continue
            }
            for expected in 1...3 {
                #expect(run.run("x = 1", name: "one.lua") == LUA_OK)
                #expect(stops == expected)
            }
        }
    }

    @Test("what was wanted of one call does not reach into the host's next")
    func nextCall() throws {
        for verb in [Resume.stepInto, .stepOver, .stepOut, .untilGreaterLine, .finish] {
            try withState("") { run in
                var stops = 0
                run.debugger.onStop = { _ in
                    stops += 1
                    return verb
                }
                try run.debugger.stopAtNextCall()
                #expect(run.run("local function f() error('x') end\nf()") != LUA_OK)
                #expect(stops > 0)
                let before = stops
                #expect(run.run("local a = 1\nlocal b = 2\nresult = a + b") == LUA_OK)
                #expect(stops == before, "\(verb)")
            }
        }
    }

    @Test("an abort ends the host's call with an error; the next call is a new one")
    func abort() throws {
        try withState("") { run in
            run.debugger.onStop = { _ in .abort }
            try run.debugger.stopAtNextCall()
            #expect(run.run("while true do pcall(function() while true do end end) end") != LUA_OK)
            run.debugger.onStop = nil
            #expect(run.run("result = 'fine'") == LUA_OK)
            #expect(run.global("result") == "fine")
        }
    }

    @Test("an abort and a pause from another thread reach an endless script")
    func otherThread() async throws {
        let result = await withCheckedContinuation { (answer: CheckedContinuation<[String], Never>) in
            @Sendable func live() {
                var seen: [String] = []
                try? withState("") { run in
                    let control = run.debugger.control
                    run.debugger.onStop = { script in
                        seen.append("\(script.stop.reasons)")
                        do { try ScriptThread.start { control.abort() } } catch { return .abort }
                        return .continue
                    }
                    try ScriptThread.start { control.pause() }
                    seen.append(run.run("while true do local x = 1 end") == LUA_OK ? "ended" : "aborted")
                }
                answer.resume(returning: seen)
            }
            do { try ScriptThread.start(live) } catch { answer.resume(returning: ["\(error)"]) }
        }
        #expect(result == ["[pause]", "aborted"])
    }

    @Test("detach inside a stop: the script goes on by itself, everything is as it was")
    func detachWhileStopped() throws {
        let run = try AttachedRun("")
        defer { unsafe lua_close(run.state) }
        try run.debugger.breakpoints.add(.line(2, in: "law.lua"))
        var stops = 0
        var expired: DebugError?
        run.debugger.onStop = { script in
            stops += 1
            _ = try? script.evaluate("1 + 1")
            run.debugger.detach()
            do throws(DebugError) { _ = try script.frames() } catch { expired = error }
            return .continue
        }
        #expect(run.run("result = 0\nfor i = 1, 3 do result = result + i\nend") == LUA_OK)
        #expect(stops == 1 && expired?.code == .expired)
        #expect(run.global("result") == "6")
        #expect(!run.hookIsInstalled && !run.debugger.isAttached)
        #expect(throws: DebugError.self) { try run.debugger.stopAtNextCall() }
        // And it may be attached to anew.
        let again = try unsafe Debugger(attachingTo: run.state)
        again.detach()
        again.detach()
    }

    @Test("a second attach is refused; after detach it is not")
    func second() throws {
        try withState("") { run in
            let error = #expect(throws: DebugError.self) { try unsafe Debugger(attachingTo: run.state) }
            #expect(error?.code == .alreadyAttached)
        }
    }

    @Test("the host closes the state while attached: no crash, and every later use says so")
    func closed() throws {
        let run = try AttachedRun("")
        try run.debugger.breakpoints.add(.line(1, in: "law.lua"))
        unsafe lua_close(run.state)
        #expect(!run.debugger.isAttached)
        let error = #expect(throws: DebugError.self) { try run.debugger.stopAtNextCall() }
        #expect(error?.code == .detached)
        run.debugger.control.pause()
        run.debugger.breakpoints.removeAll()
        run.debugger.detach()
    }

    @Test("a script that takes every hook away still stops at its breakpoints and steps, in its coroutines too")
    func hooksTakenAway() throws {
        try withState("") { run in
            try run.debugger.breakpoints.add(.line(5, in: "law.lua"))
            try run.debugger.breakpoints.add(.line(11, in: "law.lua"))
            var seen: [String] = []
            run.debugger.onStop = { script in
                seen.append("\(script.stop.location)")
                return script.stop.reasons.contains(.step) ? .continue : .stepOver
            }
            let text = """
                local co
                co = coroutine.create(function()
                  debug.sethook() debug.sethook(co)
                  coroutine.yield()
                  local x = 1
                  debug.sethook()
                  return x
                end)
                coroutine.resume(co) coroutine.resume(co)
                debug.sethook() debug.sethook(co)
                local y = 2
                local z = 3
                result = y + z
                """
            #expect(run.run(text) == LUA_OK)
            #expect(seen == ["law.lua:5", "law.lua:6", "law.lua:11", "law.lua:12"])
            #expect(run.global("result") == "5")
        }
    }

    // The sanitizers forbid what loads a second copy; the C layer's tests do it under valgrind.
    @Test("a state of another copy of Lua in the process is refused", .disabled(if: isSanitized))
    func twoCopies() throws {
        // A copy of the library under another name is another library to the loader.
        let original = try #require(
            ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib"].map { $0 + "/liblua5.3.so.0" }
                .first { FileManager.default.fileExists(atPath: $0) })
        let copy = FileManager.default.temporaryDirectory.appendingPathComponent("another-lua-\(UUID().uuidString).so")
        try FileManager.default.copyItem(at: URL(fileURLWithPath: original).resolvingSymlinksInPath(), to: copy)
        defer { try? FileManager.default.removeItem(at: copy) }
        let library = unsafe try #require(unsafe dlopen(copy.path, RTLD_NOW | RTLD_LOCAL | 0x8 /* RTLD_DEEPBIND */))
        defer { unsafe dlclose(library) }
        typealias NewState = @convention(c) () -> OpaquePointer?
        typealias Close = @convention(c) (OpaquePointer?) -> Void
        let newState = unsafe unsafeBitCast(try #require(dlsym(library, "luaL_newstate")), to: NewState.self)
        let close = unsafe unsafeBitCast(try #require(dlsym(library, "lua_close")), to: Close.self)
        let state = unsafe try #require(unsafe newState())
        defer { unsafe close(state) }
        let error = #expect(throws: DebugError.self) { try unsafe Debugger(attachingTo: state) }
        #expect(error?.code == .foreignLua)
    }

    @Test("coroutines made before attach: met when stepped into, or handed over")
    func earlierCoroutines() throws {
        for handOver in [false, true] {
            guard let state = unsafe luaL_newstate() else { return }
            defer { unsafe lua_close(state) }
            unsafe luaL_openlibs(state)
            let setUp = "co = coroutine.create(function()\nlocal x = 1\ncoroutine.yield(x)\nlocal y = 2\nend)"
            unsafe #expect(luaL_loadbufferx(state, setUp, setUp.utf8.count, "@co.lua", nil) == LUA_OK)
            unsafe #expect(lua_pcallk(state, 0, 0, 0, 0, nil) == LUA_OK)
            let debugger = try unsafe Debugger(attachingTo: state)
            defer { debugger.detach() }
            var seen: [String] = []
            debugger.onStop = { script in
                seen.append("\(script.stop.location)")
                return handOver ? .continue : .stepInto
            }
            if handOver {
                unsafe lua_getglobal(state, "co")
                let coroutine = unsafe try #require(unsafe lua_tothread(state, -1))
                unsafe lua_settop(state, -2)
                try unsafe debugger.adopt(coroutine: coroutine)
                try debugger.breakpoints.add(.line(2, in: "co.lua"))
            } else {
                try debugger.stopAtNextCall()
            }
            let text = "coroutine.resume(co)\nlocal z = 3"
            unsafe #expect(luaL_loadbufferx(state, text, text.utf8.count, "@main.lua", nil) == LUA_OK)
            unsafe #expect(lua_pcallk(state, 0, 0, 0, 0, nil) == LUA_OK)
            #expect(seen == (handOver ? ["co.lua:2"] : ["main.lua:1", "co.lua:2", "co.lua:3", "main.lua:2"]))
        }
    }

    @Test("uncaught errors stop where the host calls through the debugger")
    func hostCall() throws {
        try withState("") { run in
            try run.debugger.breakpoints.add(.error())
            var seen: [String] = []
            run.debugger.onStop = { script in
                seen.append(
                    "\(script.stop.reasons.first.map { "\($0)" } ?? "") \(script.stop.error?.description ?? "")")
                return .continue
            }
            let text = "local function f() error('mine', 0) end\nf()"
            unsafe #expect(luaL_loadbufferx(run.state, text, text.utf8.count, "@main.lua", nil) == LUA_OK)
            #expect(try unsafe run.debugger.call(run.state, arguments: 0, results: 0) == LUA_ERRRUN)
            #expect(unsafe String(cString: lua_tolstring(run.state, -1, nil)) == "mine")
            unsafe lua_settop(run.state, 0)
            #expect(seen == ["uncaught error \"mine\""])
        }
    }

    @Test("the host's C hook goes on firing, and is there again after detach")
    func hostHook() throws {
        guard let state = unsafe luaL_newstate() else { return }
        defer { unsafe lua_close(state) }
        unsafe luaL_openlibs(state)
        unsafe lua_sethook(state, countingHook, 1 << LUA_HOOKLINE, 0)
        func lines(_ text: String) throws -> Int {
            hostEvents.store(0, ordering: .relaxed)
            unsafe #expect(luaL_loadbufferx(state, text, text.utf8.count, "@main.lua", nil) == LUA_OK)
            unsafe #expect(lua_pcallk(state, 0, 0, 0, 0, nil) == LUA_OK)
            return hostEvents.load(ordering: .relaxed)
        }
        let text = "local s = 0\nfor i = 1, 10 do\ns = s + i\nend\ncoroutine.wrap(function()\ns = 1\nend)()\nreturn s"
        let plain = try lines(text)
        #expect(plain > 20)
        let debugger = try unsafe Debugger(attachingTo: state)
        #expect(try lines(text) == plain, "idle")
        debugger.onStop = { _ in .stepInto }
        try debugger.stopAtNextCall()
        #expect(try lines(text) == plain, "stepped")
        debugger.onStop = nil
        try debugger.breakpoints.add(.line(3, in: "main.lua"), where: "false")
        #expect(try lines(text) == plain, "with a condition")
        debugger.detach()
        #expect(try lines(text) == plain, "after detach")
        #expect(unsafe lua_gethookmask(state) == 1 << LUA_HOOKLINE)
    }

    @Test("everything works without the knowledge of Lua's layouts, by the public way only", .enabled(if: knowsLayouts))
    func withoutLayout() async throws {
        #expect(ldbg_layout_is_proven())
        ldbg_layout_disable(true)
        defer { ldbg_layout_disable(false) }
        try withState(
            "local function hot() local s = 0\nfor i = 1, 10 do\ns = s + i\nend\nreturn s end\nfor i = 1, 3 do hot() end"
        ) { run in
            try run.debugger.breakpoints.add(.line(3, in: "law.lua"), where: "i == 5")
            _ = run.call()
            #expect(run.stops == 3)
        }
    }
}

private let hostEvents = Atomic(0)

private func countingHook(_ state: OpaquePointer?, _ activation: UnsafeMutablePointer<lua_Debug>?) {
    hostEvents.add(1, ordering: .relaxed)
}
