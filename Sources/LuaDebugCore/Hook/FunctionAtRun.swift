// A function that is about to run: where it comes from, and which lines it has.

internal import CLuaShim

/// What the hook layer met; valid only while the callback runs.
@safe struct RawFunction {
    let source: String
    let shortSource: String
    let isC: Bool
    /// Both 0 for a main chunk.
    let firstLine: Int
    let lastLine: Int
    private let context: LuaContext
    private let state: OpaquePointer
    private let activation: UnsafeMutablePointer<lua_Debug>

    init?(context: LuaContext, state: OpaquePointer, activation: UnsafeMutablePointer<lua_Debug>) {
        guard unsafe lua_getinfo(state, "S", activation) != 0 else { return nil }
        self.context = context
        unsafe self.state = state
        unsafe self.activation = activation
        source = unsafe String(cString: activation.pointee.source)
        shortSource = unsafe Self.shortSource(of: activation)
        isC = unsafe activation.pointee.what.pointee == UInt8(ascii: "C").signed
        firstLine = unsafe Int(activation.pointee.linedefined)
        lastLine = unsafe Int(activation.pointee.lastlinedefined)
    }

    static func shortSource(of activation: UnsafeMutablePointer<lua_Debug>) -> String {
        unsafe withUnsafeBytes(of: activation.pointee.short_src) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    /// This function and those nested in it, with their lines, from the VM's own tables.
    func functions() -> [CodeRange] {
        guard unsafe lua_getinfo(state, "f", activation) != 0 else { return [] }
        defer { unsafe lua_settop(state, -2) }
        return unsafe dumpedFunctions(state)
    }

    /// Tells whether the path of names leads to this very function's code.
    func isReached(by path: String) -> Bool {
        guard let found = unsafe ldbg_push_path(context.raw, path) else { return false }
        defer { unsafe lua_settop(found, -2) }
        return unsafe ldbg_function_code(context.raw, found) == ldbg_running_code(context.raw, state, activation)
    }

    /// The C function's address, an identity.
    var cFunction: UInt? {
        guard isC, let code = unsafe ldbg_running_code(context.raw, state, activation) else { return nil }
        return UInt(bitPattern: code)
    }
}

/// The functions below and including the one on top of the stack of `state`.
func dumpedFunctions(_ state: OpaquePointer) -> [CodeRange] {
    var length = 0
    guard let bytes = unsafe ldbg_dump(state, &length) else { return [] }
    defer { unsafe ldbg_dump_free(bytes) }
    let copy = unsafe [UInt8](UnsafeRawBufferPointer(start: bytes, count: length))
    return ChunkReader.functions(of: copy)
}

extension UInt8 {
    fileprivate var signed: CChar { CChar(bitPattern: self) }
}
