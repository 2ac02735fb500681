// The plan that the hook looks for: breakpoints as the C layer wants them, and their counters.

internal import CLuaShim

extension LuaContext {
    /// One breakpoint as the hook looks for it.
    struct PlanEntry {
        let number: UInt32
        let counter: HitCounter
        let isOnce: Bool
        let condition: LuaText?
        /// Not empty: it writes a message instead of stopping.
        let log: [LogTemplate.Part]
        /// It stops at errors of this kind.
        var error: ErrorKind?
        /// It stops wherever this is true, or has changed.
        var watch: (expression: LuaText, onChange: Bool)?

        enum ErrorKind { case uncaught, any }
    }

    /// Replaces what the hook looks for; returns each entry's index.
    func plan(_ entries: [PlanEntry], lines: Bool, functions: Bool) {
        unsafe ldbg_plan_begin(raw)
        // One that there is no memory for ends it: its place in the plan would be taken by the next.
        for entry in entries { guard add(entry) else { break } }
        unsafe ldbg_plan_end(raw, lines, functions, functions)
    }

    private func add(_ entry: PlanEntry) -> Bool {
        let index: Int32
        if let condition = entry.condition {
            index = unsafe condition.bytes.withCharacters { start, count in
                unsafe ldbg_plan_add(raw, entry.number, entry.counter.raw, entry.isOnce, start, count)
            }
        } else {
            index = unsafe ldbg_plan_add(raw, entry.number, entry.counter.raw, entry.isOnce, nil, 0)
        }
        if let error = entry.error { unsafe ldbg_plan_error(raw, index, error == .any) }
        if let (expression, onChange) = entry.watch {
            _ = unsafe expression.bytes.withCharacters { start, count in
                unsafe ldbg_plan_watch(raw, index, start, count, onChange)
            }
        }
        for part in entry.log {
            let (bytes, isExpression): ([UInt8], Bool) =
                switch part {
                case .text(let bytes): (bytes, false)
                case .expression(let bytes): (bytes, true)
                }
            _ = unsafe bytes.withCharacters { start, count in
                unsafe ldbg_plan_log(raw, index, start, count, isExpression)
            }
        }
        return index >= 0
    }

    /// From `hookMeets`: the function holds entry `index` of the plan at `line` (0: at its beginning).
    func holds(line: Int, index: Int) { unsafe ldbg_code_add(raw, Int32(line), Int32(index)) }
    /// From `hookMeets`: do not remember that this function holds nothing.
    func askAgain() { unsafe ldbg_code_ask_again(raw) }
}

extension [UInt8] {
    /// The bytes as C wants them, for the time of one call.
    func withCharacters<Result>(_ body: (UnsafePointer<CChar>?, Int) -> Result) -> Result {
        unsafe withUnsafeBufferPointer { buffer in
            unsafe buffer.withMemoryRebound(to: CChar.self) { unsafe body($0.baseAddress, $0.count) }
        }
    }
}

/// Hits, ignore count and failures of one breakpoint: counted by the hook, read from anywhere.
///
/// `@unchecked`: the C side is functions tagged [race]; the pointer never changes. The hook may still use it after a removal,
/// until the next plan, so the breakpoint list keeps removed counters until then.
@safe final class HitCounter: @unchecked Sendable {
    let raw: OpaquePointer

    init() {
        guard let raw = unsafe ldbg_counter_new() else { fatalError("HitCounter: no memory for 40 bytes") }
        unsafe self.raw = raw
    }

    deinit { unsafe ldbg_counter_free(raw) }

    var hits: Int { Int(unsafe ldbg_counter_hits(raw)) }
    var ignore: Int {
        get { Int(unsafe ldbg_counter_ignore(raw)) }
        set { unsafe ldbg_counter_set_ignore(raw, Int64(newValue)) }
    }
    var isSpent: Bool { unsafe ldbg_counter_is_spent(raw) }
    /// A watch expression that took too long is looked at again.
    func wake() { unsafe ldbg_counter_wake(raw) }
    var failures: Int { Int(unsafe ldbg_counter_failures(raw)) }
    var failure: String? {
        guard failures > 0 else { return nil }
        var message = [CChar](repeating: 0, count: 512)
        let count = unsafe message.withUnsafeMutableBufferPointer { room in
            unsafe ldbg_counter_failure(raw, room.baseAddress, room.count)
        }
        return String(decoding: message.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
    func reset() { unsafe ldbg_counter_reset(raw) }
}
