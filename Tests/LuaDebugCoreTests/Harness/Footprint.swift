// What the debugger leaves in a stopped script's state.

import CLuaShim

@testable import LuaDebugCore

/// Measures of the state, taken without changing it.
struct Footprint: Sendable {
    let registry: Int
    let memory: Int
    let top: Int
    let compiled: Int
}

extension StoppedScript {
    var memoryAndRegistry: Footprint { debugger.footprint }
}

extension Debugger {
    var footprint: Footprint {
        guard let context = try? usable() else { return Footprint(registry: 0, memory: 0, top: 0, compiled: 0) }
        let state = unsafe context.main.pointer
        var entries = 0
        unsafe lua_pushnil(state)
        while unsafe lua_next(state, LUA_REGISTRYINDEX) != 0 {
            unsafe lua_settop(state, -2)
            entries += 1
        }
        return Footprint(
            registry: entries, memory: context.memoryUsed, top: Int(unsafe lua_gettop(state)),
            compiled: context.expressionsCompiled)
    }
}

private let LUA_REGISTRYINDEX: Int32 = -1_001_000
