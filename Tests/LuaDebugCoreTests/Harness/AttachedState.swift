// A Lua state that the test owns as a host would, with a debugger attached to it.

import CLuaShim
import Testing

@testable import LuaDebugCore

/// The host's side: makes the state, runs scripts by `lua_pcall`.
@safe final class AttachedRun {
    let state: OpaquePointer
    let debugger: Debugger
    let context: LuaContext
    private let source: String
    var stops = 0

    init(_ source: String) throws {
        guard let state = unsafe luaL_newstate() else { throw DebugError(.outOfMemory, "no state") }
        unsafe luaL_openlibs(state)
        unsafe self.state = state
        self.source = source
        debugger = try unsafe Debugger(attachingTo: state)
        context = try debugger.usable()
    }

    var hookIsInstalled: Bool { unsafe lua_gethook(state) != nil }

    /// Calls the script; how often each event reached the hook.
    func call() -> [Int] {
        debugger.onStop = { [unowned self] _ in
            stops += 1
            return .continue
        }
        let before = counts
        #expect(run(source) == LUA_OK)
        return zip(counts, before).map { $0 - $1 }
    }

    /// What the last failed call has raised.
    private(set) var lastError: String?

    /// By the host's own means.
    ///
    /// Lua's status; results are dropped.
    func run(_ text: String, name: String = "law.lua") -> Int32 {
        unsafe #expect(luaL_loadbufferx(state, text, text.utf8.count, "@" + name, "t") == LUA_OK)
        let status = unsafe lua_pcallk(state, 0, 0, 0, 0, nil)
        if status != LUA_OK {
            lastError = unsafe lua_tolstring(state, -1, nil).map { unsafe String(cString: $0) }
            unsafe lua_settop(state, -2)
        }
        return status
    }

    /// Pops the value.
    func setGlobal(_ name: String) { unsafe lua_setglobal(state, name) }

    func global(_ name: String) -> String {
        unsafe lua_getglobal(state, name)
        defer { unsafe lua_settop(state, -2) }
        return unsafe lua_tolstring(state, -1, nil).map { unsafe String(cString: $0) } ?? "nil"
    }

    /// Events that have reached the hook.
    var eventCount: Int { counts.reduce(0, +) }

    private var counts: [Int] {
        let events = unsafe ldbg_read_counts(context.raw).events
        return [events.0, events.1, events.2, events.3, events.4].map { Int($0) }
    }
}

func withState(_ source: String, _ body: (AttachedRun) throws -> Void) throws {
    let run = try AttachedRun(source)
    defer { unsafe lua_close(run.state) }
    try body(run)
    run.debugger.detach()
    #expect(!run.hookIsInstalled, "a hook was left behind")
}
