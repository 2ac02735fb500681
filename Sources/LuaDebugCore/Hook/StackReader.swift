// Reads stacks: frames, variables, coroutines. Everything here is a query that cannot raise.

internal import CLuaShim

extension LuaContext {
    /// Frames from `base` on, innermost first, at most `limit`.
    func frames(of thread: LuaThread, base: Int, limit: Int) -> [Frame] {
        var frames: [Frame] = []
        var activation = unsafe lua_Debug()
        while frames.count < limit,
            unsafe lua_getstack(thread.pointer, Int32(base + frames.count), &activation) != 0
        {
            unsafe frames.append(frame(of: thread, &activation, level: frames.count))
        }
        return frames
    }

    /// A client's level may be any number; the frames of ours below it come on top.
    private static func level(_ base: Int, _ level: Int) -> Int32 {
        let (sum, isTooFar) = base.addingReportingOverflow(level)
        return isTooFar ? .max : Int32(clamping: sum)
    }

    func frame(of thread: LuaThread, base: Int, level: Int) -> Frame? {
        var activation = unsafe lua_Debug()
        guard unsafe level >= 0 && lua_getstack(thread.pointer, Self.level(base, level), &activation) != 0 else {
            return nil
        }
        return unsafe frame(of: thread, &activation, level: level)
    }

    private func frame(of thread: LuaThread, _ activation: UnsafeMutablePointer<lua_Debug>, level: Int) -> Frame {
        _ = unsafe lua_getinfo(thread.pointer, "nSlt", activation)
        let what = unsafe String(cString: activation.pointee.what)
        let kind: Frame.Kind = what == "C" ? .c : what == "main" ? .main : .lua
        let line = unsafe Int(activation.pointee.currentline)
        let first = unsafe Int(activation.pointee.linedefined)
        let last = unsafe Int(activation.pointee.lastlinedefined)
        let name = unsafe activation.pointee.name.map { unsafe String(cString: $0) }
        let source = unsafe String(cString: activation.pointee.source)
        let chunk =
            kind == .c ? "[C]" : ChunkName(source: source, short: unsafe RawFunction.shortSource(of: activation)).shown
        return Frame(
            level: level, function: name, kind: kind, isTailCall: unsafe activation.pointee.istailcall != 0,
            location: Location(chunk: chunk, line: line > 0 ? line : nil),
            lines: kind == .lua && first > 0 && first <= last ? first...last : nil)
    }

    func depth(of thread: LuaThread) -> Int { Int(unsafe ldbg_depth(thread.pointer)) }

    /// False where the coroutine is gone.
    private func beginLook(at thread: LuaThread) throws(DebugError) -> Bool {
        switch Int(unsafe ldbg_begin_look(raw, thread.pointer)) {
        case LDBG_LOOK_OK: return true
        case LDBG_LOOK_MEMORY:
            throw DebugError(
                .outOfMemory, "There is not enough memory in the script's state to look at this coroutine.")
        default: return false
        }
    }

    /// Parameters, varargs, locals and upvalues, in that order.
    ///
    /// Each is looked at by itself: a table that several variables hold is shown in each.
    func variables(
        of thread: LuaThread, base: Int, level: Int, limits: ValueLimits, stop: UInt64
    ) throws(DebugError) -> [Variable]? {
        let state = unsafe thread.pointer
        guard try beginLook(at: thread) else { return nil }
        defer { unsafe ldbg_end_look(raw, state) }
        func pop() -> Value {
            var capture = Capture(self, limits: limits, stop: stop)
            return unsafe capture.pop(state)
        }
        var activation = unsafe lua_Debug()
        guard unsafe level >= 0 && lua_getstack(state, Self.level(base, level), &activation) != 0,
            unsafe lua_checkstack(state, 3) != 0
        else { return nil }
        _ = unsafe lua_getinfo(state, "uS", &activation)
        let isC = unsafe activation.what.pointee == CChar(bitPattern: UInt8(ascii: "C"))
        let parameters = unsafe Int32(activation.nparams)
        var found: [(name: String, kind: Variable.Kind, value: Value)] = []
        var index: Int32 = 1
        while let name = unsafe lua_getlocal(state, &activation, index) {
            var text = unsafe String(cString: name)
            let value = pop()
            let isParameter = isC || index <= parameters
            if isC { text = "(argument \(index))" }
            if isC || !text.hasPrefix("(") { found.append((text, isParameter ? .parameter : .local, value)) }
            index += 1
        }
        let named = found.filter { $0.kind == .parameter }
        var varargs: [(name: String, kind: Variable.Kind, value: Value)] = []
        index = 1
        while !isC, let _ = unsafe lua_getlocal(state, &activation, -index) {
            varargs.append(("(vararg \(index))", .vararg, pop()))
            index += 1
        }
        let ordered = named + varargs + found.filter { $0.kind == .local }
        var variables: [Variable] = []
        for (position, variable) in ordered.enumerated() {
            let isShadowed = ordered[(position + 1)...].contains { $0.name == variable.name }
            variables.append(
                Variable(name: variable.name, kind: variable.kind, value: variable.value, isShadowed: isShadowed))
        }
        guard unsafe lua_getinfo(state, "f", &activation) != 0 else { return variables }
        defer { unsafe lua_settop(state, -2) }
        let hidden = Set(ordered.map(\.name))
        for upvalue in unsafe Capture(self, limits: limits, stop: stop).upvalues(state) {
            variables.append(
                Variable(
                    name: upvalue.name, kind: .upvalue, value: upvalue.value, isShadowed: hidden.contains(upvalue.name))
            )
        }
        return variables
    }

    /// Functions of the frame's chunk, as far as the frame's own function shows them, and the chunk's source string.
    func code(
        of thread: LuaThread, base: Int, level: Int
    ) throws(DebugError) -> (name: ChunkName, functions: [CodeRange])? {
        let state = unsafe thread.pointer
        guard try beginLook(at: thread) else { return nil }
        defer { unsafe ldbg_end_look(raw, state) }
        var activation = unsafe lua_Debug()
        guard unsafe lua_getstack(state, Self.level(base, level), &activation) != 0,
            unsafe lua_checkstack(state, 2) != 0,
            unsafe lua_getinfo(state, "Sf", &activation) != 0
        else { return nil }
        defer { unsafe lua_settop(state, -2) }
        let name = unsafe ChunkName(
            source: String(cString: activation.source), short: RawFunction.shortSource(of: &activation))
        return (name, unsafe dumpedFunctions(state))
    }

    // MARK: Coroutines

    func coroutines(running: LuaThread?, base: Int) -> [Coroutine] {
        threads().map { id, thread in
            let isRunning = thread == running
            let skip = isRunning ? base : 0
            let depth = depth(of: thread) - skip
            let frames = frames(of: thread, base: skip, limit: 8)
            let location = frames.first { $0.kind != .c }?.location ?? frames.first?.location
            return Coroutine(
                id: id, status: isRunning ? .running : status(of: thread, depth: depth), location: location,
                depth: depth)
        }
    }

    private func status(of thread: LuaThread, depth: Int) -> Coroutine.Status {
        switch unsafe lua_status(thread.pointer) {
        case LUA_YIELD: .suspended
        case LUA_OK where depth > 0: .normal
        case LUA_OK: unsafe lua_gettop(thread.pointer) == 0 ? .finished : .notStarted
        default: .failed
        }
    }

    func thread(_ id: Coroutine.ID) -> LuaThread? { threads().first { $0.id == id }?.thread }
    func id(of thread: LuaThread) -> Coroutine.ID { unsafe ldbg_coroutine_id(raw, thread.pointer) }

    private func threads() -> [(id: UInt64, thread: LuaThread)] {
        let count = unsafe ldbg_coroutines(raw, nil, 0)
        var buffer = unsafe [ldbg_coroutine](repeating: ldbg_coroutine(), count: count)
        let found = unsafe ldbg_coroutines(raw, &buffer, count)
        var result: [(id: UInt64, thread: LuaThread)] = []
        for index in 0..<min(count, found) {
            guard let pointer = unsafe buffer[index].thread else { continue }
            result.append((unsafe buffer[index].id, unsafe LuaThread(pointer: pointer)))
        }
        return result.sorted { $0.id < $1.id }
    }

    /// A coroutine that was made before attach becomes known.
    func adopt(_ thread: LuaThread) -> Bool { unsafe ldbg_adopt(raw, thread.pointer) == Int32(LDBG_OK) }

    /// What the function returned that a step has just come out of; nil when none did, or one of C.
    func returned(limits: ValueLimits, stop: UInt64) -> [Value]? {
        guard let state = unsafe ldbg_returned(raw) else { return nil }
        var values: [Value] = []
        var capture = Capture(self, limits: limits, stop: stop)
        for index in 0..<(unsafe lua_gettop(state)) {
            if let value = unsafe value(at: index + 1, of: LuaThread(pointer: state), capture: &capture) {
                values.append(value)
            }
        }
        return values
    }

    /// The value at a stack index of a thread, copied.
    func value(at index: Int32, of thread: LuaThread, capture: inout Capture) -> Value? {
        guard index != 0, unsafe lua_checkstack(thread.pointer, 1) != 0 else { return nil }
        unsafe lua_pushvalue(thread.pointer, index)
        return unsafe capture.pop(thread.pointer)
    }
}
