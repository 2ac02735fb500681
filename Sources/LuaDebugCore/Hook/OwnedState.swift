// A Lua state that a session makes, runs one script in, and closes.

internal import CLuaShim

/// The state of one run.
///
/// Belongs to the script's thread.
@safe final class OwnedState {
    let pointer: OpaquePointer
    /// What host functions are called through; it outlives the state.
    var bridge: HostBridge?

    init() throws(DebugError) {
        guard let pointer = unsafe ldbg_new_state() else {
            throw DebugError(.outOfMemory, "There is no memory for a Lua state.")
        }
        unsafe self.pointer = pointer
    }

    func attach(_ delegate: any HookDelegate) throws(DebugError) -> LuaContext {
        try unsafe LuaContext(attachingTo: pointer, delegate: delegate)
    }

    /// `debugbreak` and the others.
    ///
    /// Throws `.badArgument`, `.outOfMemory`.
    func installScriptFunctions(in table: String) throws(DebugError) {
        try unsafe Debugger.installScriptFunctions(in: pointer, table: table)
    }

    /// Runs finalizers, as the end of any program does.
    func close() { unsafe lua_close(pointer) }

    /// Leaves the chunk's function on the stack, or throws with Lua's message.
    func load(_ script: Script) throws(DebugError) {
        if script.source.first == 0x1B, !script.allowsBinary {
            throw DebugError(
                .binaryRefused,
                "The script \"\(script.name)\" is a binary chunk; only text is run unless the host allows it.")
        }
        let name = [CChar](("@" + script.name).utf8CString)
        var text = script.source
        // Its end stays, for the numbers of the lines.
        if script.skipsFirstLine { text.removeFirst(text.firstIndex(of: 10) ?? text.count) }
        let status = unsafe text.withCharacters { start, count in
            unsafe ldbg_load(pointer, start, count, name, script.allowsBinary)
        }
        guard status == LUA_OK else {
            var length = 0
            let text = unsafe lua_type(pointer, -1) == LUA_TSTRING ? lua_tolstring(pointer, -1, &length) : nil
            let message = unsafe String(decoding: UnsafeRawBufferPointer(start: text, count: length), as: UTF8.self)
            unsafe lua_settop(pointer, -2)
            throw DebugError(.doesNotCompile, message.isEmpty ? "not enough memory" : message)
        }
    }

    /// The functions of the chunk on the stack.
    func functions() -> [CodeRange] { unsafe dumpedFunctions(pointer) }

    /// Global tables of strings.
    func setLists(_ lists: [String: [[UInt8]]]) throws(DebugError) {
        let failure = DebugError(.outOfMemory, "There is no memory for the script's keys and arguments.")
        for (name, strings) in lists.sorted(by: { $0.key < $1.key }) {
            guard unsafe ldbg_begin_arguments(pointer, Int32(clamping: strings.count)) else { throw failure }
            for bytes in strings {
                let pushed = unsafe bytes.withCharacters { start, count in
                    unsafe ldbg_push_string(pointer, start, count)
                }
                guard pushed else { throw failure }
            }
            guard unsafe ldbg_set_list(pointer, name, Int32(clamping: strings.count)) else { throw failure }
        }
    }

    /// `arg` as the stock interpreter sets it, and the same strings on the stack as `...`.
    func pushArguments(_ script: Script) throws(DebugError) {
        let failure = DebugError(.outOfMemory, "There is no memory for the script's arguments.")
        guard unsafe ldbg_begin_arguments(pointer, Int32(clamping: script.arguments.count)) else { throw failure }
        for bytes in script.arguments {
            let pushed = unsafe bytes.withCharacters { start, count in unsafe ldbg_push_string(pointer, start, count) }
            guard pushed else { throw failure }
        }
        guard unsafe ldbg_set_arguments(pointer, script.name, Int32(clamping: script.arguments.count)) else {
            throw failure
        }
    }

    /// Calls the function below the arguments.
    ///
    /// Results or the error value stay on the stack, all of them at 1...count.
    func call(_ context: LuaContext, arguments: Int) -> (failed: Bool, results: Int) {
        let status = unsafe ldbg_call(context.raw, pointer, Int32(arguments), LUA_MULTRET)
        return (status != LUA_OK, Int(unsafe lua_gettop(pointer)))
    }

    /// A prelude has said that the script only prepares what is to be run.
    var hasStarter: Bool { unsafe ldbg_has_starter(pointer) }

    /// Calls the function below the arguments, without stops; an error value stays on the stack.
    func prepare(_ context: LuaContext, arguments: Int) -> Bool {
        unsafe ldbg_call_unseen(context.raw, pointer, Int32(arguments)) == LUA_OK
    }

    /// Leaves what is to be run on the stack, a function below its arguments, and answers how many these are.
    ///
    /// Throws `.preludeFailed`.
    func start() throws(DebugError) -> Int {
        guard unsafe ldbg_start(pointer) == LUA_OK else { throw preludeFailure("The prelude has failed.") }
        return Int(unsafe lua_gettop(pointer)) - 1
    }

    /// Takes the values off the stack.
    func takeResults(_ context: LuaContext, limits: ValueLimits) -> [Value] {
        var capture = Capture(context, limits: limits, stop: 0)
        var values: [Value] = []
        for index in 1...max(1, unsafe lua_gettop(pointer)) where unsafe index <= lua_gettop(pointer) {
            if let value = unsafe context.value(at: index, of: LuaThread(pointer: pointer), capture: &capture) {
                values.append(value)
            }
        }
        unsafe lua_settop(pointer, 0)
        return values
    }
}

extension LuaContext {
    /// The traceback of the error that ended the call, without frames of ours.
    var traceback: String {
        var length = 0
        guard let text = unsafe ldbg_traceback(raw, &length) else { return "" }
        return unsafe String(decoding: UnsafeRawBufferPointer(start: text, count: length), as: UTF8.self)
    }

    func redirectPrint() -> Bool { unsafe ldbg_redirect_print(raw) == LUA_OK }
    func limitMemory(to bytes: Int) { unsafe ldbg_set_memory_limit(raw, bytes) }
    var memoryWasRefused: Bool { unsafe ldbg_memory_was_refused(raw) }
    var memoryUsed: Int { unsafe ldbg_memory_used(raw) }
    func timeLimitEnds(_ ends: Bool) { unsafe ldbg_set_time_limit_ends(raw, ends) }
    func releaseReferences() {
        kept = [:]
        unsafe ldbg_release_kept(raw)
    }
    /// How many coroutines carry a hook of ours.
    var armedCoroutines: Int { Int(unsafe ldbg_armed_coroutines(raw)) }
}
