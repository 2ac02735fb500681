// A host that owns its Lua state and runs its scripts as it always did: the debugger looks in and is asked at each stop.

import CLuaShim
import LuaDebugCore

let source = """
    local function add(total, price)
        return total + price
    end
    local total = 0
    for _, price in ipairs {3, 4} do
        total = add(total, price)
    end
    return total
    """

// The host, as before.
guard let state = unsafe luaL_newstate() else { fatalError("no memory for a Lua state") }
unsafe luaL_openlibs(state)

// The debugger: ten lines.
let debugger = try unsafe Debugger(attachingTo: state)
try debugger.breakpoints.add(.line(6, in: "cart.lua"), where: "price == 4")
debugger.onStop = { script in
    let why = script.stop.breakpoints.isEmpty ? "step" : "breakpoint"
    let variables = (try? script.variables(limits: .flat)) ?? []
    let locals = variables.filter { $0.kind != .upvalue }.map { "\($0.name) = \($0.value)" }
    print("\(why) at \(script.stop.location):", locals.joined(separator: ", "))
    return script.stop.depth == 1 ? .stepInto : .continue
}

// The host, as before.
guard unsafe luaL_loadbufferx(state, source, source.utf8.count, "@cart.lua", "t") == LUA_OK,
    unsafe lua_pcallk(state, 0, 1, 0, 0, nil) == LUA_OK
else { fatalError("the script failed") }
print("total:", unsafe lua_tointegerx(state, -1, nil))

debugger.detach()
unsafe lua_close(state)
