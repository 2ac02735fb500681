// Copies Lua values out, within limits, by raw access only: no metamethod runs, the script's own stack does not grow.

internal import CLuaShim

/// One capture; its limits and its memory of tables span all values that it copies.
struct Capture {
    private let context: LuaContext
    private let stop: UInt64
    private var limits: ValueLimits
    private var path: Set<UInt> = []
    private var seen: Set<UInt> = []

    /// `stop` 0 hands out no references.
    init(_ context: LuaContext, limits: ValueLimits, stop: UInt64) {
        self.context = context
        self.limits = limits
        self.stop = stop
    }

    /// The value on top of the stack of `state`, which is popped.
    mutating func pop(_ state: OpaquePointer) -> Value {
        guard let scratch = unsafe ldbg_scratch(context.raw), unsafe lua_checkstack(scratch, 2) != 0 else {
            unsafe lua_settop(state, -2)
            return .opaque(type: "value (no memory to look at it)", identity: 0)
        }
        if unsafe scratch != state { unsafe lua_xmove(state, scratch, 1) }
        defer { unsafe lua_settop(scratch, -2) }
        return unsafe top(scratch, depth: limits.depth)
    }

    /// The value on top of the scratch thread, which stays.
    private mutating func top(_ state: OpaquePointer, depth: Int) -> Value {
        switch unsafe lua_type(state, -1) {
        case LUA_TNIL: return .nil
        case LUA_TBOOLEAN: return .boolean(unsafe lua_toboolean(state, -1) != 0)
        case LUA_TNUMBER:
            if unsafe lua_isinteger(state, -1) != 0 { return .integer(Int64(unsafe lua_tointegerx(state, -1, nil))) }
            return .number(unsafe lua_tonumberx(state, -1, nil))
        case LUA_TSTRING: return unsafe .string(string(state))
        case LUA_TTABLE: return unsafe .table(table(state, depth: depth))
        case LUA_TFUNCTION: return unsafe .function(function(state))
        case let type:
            let name = unsafe String(cString: lua_typename(state, type))
            return .opaque(type: name, identity: unsafe identity(state))
        }
    }

    private func identity(_ state: OpaquePointer) -> UInt { unsafe UInt(bitPattern: lua_topointer(state, -1)) }

    private mutating func string(_ state: OpaquePointer) -> StringValue {
        var length = 0
        let start = unsafe lua_tolstring(state, -1, &length)
        let count = min(length, limits.bytes)
        limits.bytes -= count
        return StringValue(bytes: unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: count)), length: length)
    }

    private func reference(_ state: OpaquePointer) -> ValueReference? {
        guard stop != 0 else { return nil }
        // One handle for one table, however often it is looked at: the kept values do not grow by looking again.
        let identity = unsafe identity(state)
        if let known = context.kept[identity] { return ValueReference(stop: stop, number: known) }
        unsafe lua_pushvalue(state, -1)
        let number = unsafe ldbg_keep(context.raw, state)
        guard number != 0 else { return nil }
        context.kept[identity] = number
        return ValueReference(stop: stop, number: number)
    }

    private func function(_ state: OpaquePointer) -> FunctionValue {
        var activation = unsafe lua_Debug()
        unsafe lua_pushvalue(state, -1)
        _ = unsafe lua_getinfo(state, ">S", &activation)
        let isC = unsafe activation.what.pointee == CChar(bitPattern: UInt8(ascii: "C"))
        let chunk = unsafe withUnsafeMutablePointer(to: &activation) { unsafe RawFunction.shortSource(of: $0) }
        let first = unsafe Int(activation.linedefined)
        let last = unsafe Int(activation.lastlinedefined)
        return FunctionValue(
            identity: unsafe identity(state), isC: isC, chunk: isC ? nil : chunk,
            lines: isC || last < first ? nil : first...last, reference: unsafe reference(state),
            code: isC ? unsafe UInt(bitPattern: ldbg_function_code(context.raw, state)) : nil)
    }

    // MARK: Tables

    private mutating func table(_ state: OpaquePointer, depth: Int) -> TableValue {
        let identity = unsafe identity(state)
        let length = unsafe Int(lua_rawlen(state, -1))
        let hasMetatable = unsafe lua_getmetatable(state, -1) != 0
        if hasMetatable { unsafe lua_settop(state, -2) }
        let content: TableValue.Content
        if path.contains(identity) {
            content = .cycle
        } else if !limits.repeatsTables, seen.contains(identity) {
            content = .shared
        } else if unsafe depth <= 0 || lua_checkstack(state, 6) == 0 {
            content = .cut
        } else {
            seen.insert(identity)
            path.insert(identity)
            let (entries, omitted) = unsafe page(
                state, from: 0, count: limits.entries, length: length, depth: depth - 1)
            path.remove(identity)
            content = .entries(entries, omitted: omitted)
        }
        return TableValue(
            identity: identity, length: length, hasMetatable: hasMetatable, content: content,
            reference: unsafe reference(state))
    }

    /// Entries `from ..< from + count` of the table on top, in the fixed order.
    private mutating func page(
        _ state: OpaquePointer, from: Int, count: Int, length: Int, depth: Int
    ) -> (entries: [TableValue.Entry], omitted: Bool) {
        var entries: [TableValue.Entry] = []
        var index = from
        while index < length, entries.count < count, limits.entries > 0 {
            limits.entries -= 1
            unsafe lua_rawgeti(state, -1, lua_Integer(index + 1))
            entries.append(.init(key: .integer(Int64(index + 1)), value: unsafe top(state, depth: depth)))
            unsafe lua_settop(state, -2)
            index += 1
        }
        if index < length { return (entries, true) }
        // Keys outside the array part are put in order, so that two looks at one table show the same. Of a very large table
        // only the first keys of the VM's own order are looked at.
        let keys = unsafe sortedKeys(state, length: length, most: 10_000)
        var skipped = max(0, from - length)
        for key in keys.keys {
            if skipped > 0 {
                skipped -= 1
                continue
            }
            guard entries.count < count, limits.entries > 0 else { return (entries, true) }
            limits.entries -= 1
            if let entry = unsafe entry(state, key: key, depth: depth) { entries.append(entry) }
        }
        return (entries, keys.omitted)
    }

    private func sortedKeys(_ state: OpaquePointer, length: Int, most: Int) -> (keys: [TableKey], omitted: Bool) {
        var keys: [TableKey] = []
        var position = 0
        unsafe lua_pushnil(state)
        // lua_next raises only for a key that is not in the table; nothing changes the table here.
        while unsafe lua_next(state, -2) != 0 {
            unsafe lua_settop(state, -2)
            position += 1
            switch unsafe lua_type(state, -1) {
            case LUA_TBOOLEAN: keys.append(.boolean(unsafe lua_toboolean(state, -1) != 0))
            case LUA_TNUMBER:
                if unsafe lua_isinteger(state, -1) != 0 {
                    let key = Int64(unsafe lua_tointegerx(state, -1, nil))
                    if key < 1 || key > Int64(length) { keys.append(.integer(key)) }
                } else {
                    keys.append(.number(unsafe lua_tonumberx(state, -1, nil)))
                }
            case LUA_TSTRING:
                var count = 0
                let start = unsafe lua_tolstring(state, -1, &count)
                keys.append(.string(unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: count))))
            default: keys.append(.other(position: position))
            }
            if keys.count >= most {
                unsafe lua_settop(state, -2)
                keys.sort(by: <)
                return (keys, true)
            }
        }
        keys.sort(by: <)
        return (keys, false)
    }

    /// Finds the key again by walking: pushing a string could raise, walking cannot.
    ///
    /// Keys that can be pushed without allocation are looked up.
    private mutating func entry(_ state: OpaquePointer, key: TableKey, depth: Int) -> TableValue.Entry? {
        switch key {
        case .boolean(let value): unsafe lua_pushboolean(state, value ? 1 : 0)
        case .integer(let value): unsafe lua_pushinteger(state, lua_Integer(value))
        case .number(let value): unsafe lua_pushnumber(state, value)
        case .string(let bytes):
            guard unsafe pushKey(state, matching: bytes) else { return nil }
        case .other(let position):
            guard unsafe pushKey(state, at: position) else { return nil }
        }
        let keyValue = unsafe top(state, depth: 0)
        unsafe lua_rawget(state, -2)
        defer { unsafe lua_settop(state, -2) }
        return TableValue.Entry(key: keyValue, value: unsafe top(state, depth: depth))
    }

    private func pushKey(_ state: OpaquePointer, matching bytes: [UInt8]) -> Bool {
        unsafe bytes.withCharacters { start, count in unsafe ldbg_push_string(state, start, count) }
    }

    private func pushKey(_ state: OpaquePointer, at position: Int) -> Bool {
        unsafe lua_pushnil(state)
        var left = position
        while unsafe lua_next(state, -2) != 0 {
            unsafe lua_settop(state, -2)
            left -= 1
            if left == 0 { return true }
        }
        return false
    }

    // MARK: Expanding

    /// A page of the table that a reference leads to; nil when it is no table.
    mutating func page(of reference: ValueReference, from: Int, count: Int) -> (
        entries: [TableValue.Entry], omitted: Bool
    )? {
        guard let state = unsafe push(reference) else { return nil }
        defer { unsafe lua_settop(state, -2) }
        guard unsafe lua_type(state, -1) == LUA_TTABLE else { return nil }
        let length = unsafe Int(lua_rawlen(state, -1))
        path.insert(unsafe identity(state))
        limits.entries = max(limits.entries, count)
        return unsafe page(state, from: max(0, from), count: count, length: length, depth: limits.depth)
    }

    mutating func metatable(of reference: ValueReference) -> Value? {
        guard let state = unsafe push(reference) else { return nil }
        defer { unsafe lua_settop(state, -2) }
        guard unsafe lua_getmetatable(state, -1) != 0 else { return nil }
        return unsafe pop(state)
    }

    func upvalues(of reference: ValueReference) -> [Variable]? {
        guard let state = unsafe push(reference) else { return nil }
        defer { unsafe lua_settop(state, -2) }
        guard unsafe lua_type(state, -1) == LUA_TFUNCTION else { return nil }
        return unsafe upvalues(state)
    }

    /// Of the function on top of `state`, which stays.
    func upvalues(_ state: OpaquePointer) -> [Variable] {
        var variables: [Variable] = []
        var index: Int32 = 1
        while let name = unsafe lua_getupvalue(state, -1, index) {
            let text = unsafe String(cString: name)
            // All globals hang on _ENV: whoever wants to see them asks for them.
            var fresh = Capture(context, limits: text == "_ENV" ? .flat : limits, stop: stop)
            let value = unsafe fresh.pop(state)
            variables.append(
                Variable(
                    name: text.isEmpty ? "(upvalue \(index))" : text, kind: .upvalue, value: value, isShadowed: false))
            index += 1
        }
        return variables
    }

    func push(_ reference: ValueReference) -> OpaquePointer? { unsafe ldbg_push_kept(context.raw, reference.number) }
}
