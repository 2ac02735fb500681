// The unsafe door: attaching to a Lua state that the host owns.

internal import CLuaShim

extension Debugger {
    /// Attaches to the Lua state that `state` (a `lua_State *`) belongs to; the host runs its scripts as before.
    ///
    /// The state must come from the liblua5.3 that this library is linked to, and must stay open until `detach()` or be
    /// closed on this thread. Everything but `breakpoints`, `watches`, `skipping`, `tracing`, `events` and `control` belongs to
    /// the thread that runs the script. The debugger stays alive while it is attached, even if nobody holds it.
    ///
    /// Throws `.alreadyAttached`, `.foreignLua`, `.outOfMemory`.
    public convenience init(attachingTo state: OpaquePointer) throws(DebugError) {
        self.init()
        try unsafe connect(LuaContext(attachingTo: state, delegate: self))
    }

    /// Puts `debugbreak`, `debugmode`, `debugtrace`, `debugeval`, `debugprint` and the trace constants into a global table of the
    /// state, which is made when it is not there, in place of any other global of that name.
    ///
    /// No debugger need be attached: without one they do nothing, so a host may put them into every state.
    ///
    /// Throws `.badArgument` where something else has that name, `.outOfMemory`.
    public static func installScriptFunctions(
        in state: OpaquePointer, table: String = "redis"
    ) throws(DebugError) {
        switch Int(unsafe ldbg_install_script_api(state, table)) {
        case LDBG_OK: return
        case LDBG_NOT_A_TABLE:
            throw DebugError(.badArgument, "The global \"\(table)\" is there already, and is no table.")
        default: throw DebugError(.outOfMemory, "There is no memory for the script's own debug functions.")
        }
    }

    /// Makes a coroutine known that existed before attach; others are found when they are first stepped into.
    ///
    /// Throws `.detached`, `.outOfMemory`.
    public func adopt(coroutine state: OpaquePointer) throws(DebugError) {
        guard unsafe try usable().adopt(LuaThread(pointer: state)) else {
            throw DebugError(.outOfMemory, "There is no memory to keep track of this coroutine.")
        }
    }

    /// `lua_pcall` with a message handler of ours, so that error breakpoints stop before the stack unwinds.
    ///
    /// The function and its arguments are on the stack, as for `lua_pcall`; so are the results or the error value
    /// afterwards. Returns Lua's status. Throws `.detached`.
    public func call(_ state: OpaquePointer, arguments: Int, results: Int) throws(DebugError) -> Int32 {
        let context = try usable()
        return unsafe context.call(state, arguments: arguments, results: results)
    }
}
