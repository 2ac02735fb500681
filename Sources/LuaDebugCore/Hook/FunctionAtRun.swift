// A function that is about to run: where it comes from, which lines it has, and the plan that it is told.

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
        guard unsafe ldbg_push_path(state, path) else { return false }
        defer { unsafe lua_settop(state, -2) }
        return unsafe ldbg_function_code(context.raw, state) == ldbg_running_code(context.raw, state, activation)
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

// MARK: - The plan

extension LuaContext {
    /// One breakpoint as the hook looks for it.
    struct PlanEntry {
        let number: UInt32
        let counter: HitCounter
        let isOnce: Bool
        let condition: String?
        /// It stops at errors of this kind.
        var error: ErrorKind?

        enum ErrorKind { case uncaught, any }
    }

    /// Replaces what the hook looks for; returns each entry's index.
    func plan(_ entries: [PlanEntry], lines: Bool, functions: Bool) {
        unsafe ldbg_plan_begin(raw)
        for entry in entries {
            let text = entry.condition.map { [UInt8]($0.utf8) }
            if let text {
                unsafe text.withUnsafeBufferPointer { buffer in
                    unsafe buffer.withMemoryRebound(to: CChar.self) { chars in
                        _ = unsafe ldbg_plan_add(
                            raw, entry.number, entry.counter.raw, entry.isOnce, chars.baseAddress, chars.count)
                    }
                }
            } else {
                _ = unsafe ldbg_plan_add(raw, entry.number, entry.counter.raw, entry.isOnce, nil, 0)
            }
        }
        unsafe ldbg_plan_end(raw, lines, functions, functions)
        for (index, entry) in entries.enumerated() {
            guard let error = entry.error else { continue }
            unsafe ldbg_plan_error(raw, Int32(index), error == .any)
        }
    }

    /// From `hookMeets`: the function holds entry `index` of the plan at `line` (0: at its beginning).
    func holds(line: Int, index: Int) { unsafe ldbg_code_add(raw, Int32(line), Int32(index)) }
    /// From `hookMeets`: do not remember that this function holds nothing.
    func askAgain() { unsafe ldbg_code_ask_again(raw) }
}

/// Hits and ignore count of one breakpoint: counted by the hook, read from anywhere.
///
/// `@unchecked`: the C side is four atomic words' worth of functions tagged [race]; the pointer never changes. The hook may
/// still use it after a removal, until the next plan, so the breakpoint list keeps removed counters until then.
@safe final class HitCounter: @unchecked Sendable {
    let raw: OpaquePointer

    init() {
        guard let raw = unsafe ldbg_counter_new() else { fatalError("HitCounter: no memory for 16 bytes") }
        unsafe self.raw = raw
    }

    deinit { unsafe ldbg_counter_free(raw) }

    var hits: Int { Int(unsafe ldbg_counter_hits(raw)) }
    var ignore: Int {
        get { Int(unsafe ldbg_counter_ignore(raw)) }
        set { unsafe ldbg_counter_set_ignore(raw, Int64(newValue)) }
    }
    func reset() { unsafe ldbg_counter_reset(raw) }
}

extension UInt8 {
    fileprivate var signed: CChar { CChar(bitPattern: self) }
}
