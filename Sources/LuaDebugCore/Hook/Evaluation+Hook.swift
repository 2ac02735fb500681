// Evaluation on the hook layer's own thread, and the check of an expression without any script.

internal import CLuaShim

extension LuaContext {
    enum TextKind { case expression, statement, either }

    /// A stale interruption must not end what has not begun; one that comes with the end of the stop must.
    ///
    /// So first what was asked is taken back, and then the stop is looked at: whoever ends it does that first and interrupts then.
    private func beginEvaluation() throws(DebugError) {
        withdraw(UInt32(LDBG_ATTEND_INTERRUPT))
        if let stopStands, !stopStands() { throw SessionRunner.running }
    }

    /// All results, or the error as a `DebugError`; the script cannot be harmed by either.
    func evaluate(
        _ text: LuaText, in thread: LuaThread, level: Int?, kind: TextKind, budget: EvaluationBudget,
        capture: inout Capture
    ) throws(DebugError) -> [Value] {
        var result = unsafe ldbg_result()
        let number: Int32 =
            switch kind {
            case .expression: Int32(LDBG_EXPRESSION)
            case .statement: Int32(LDBG_STATEMENT)
            case .either: Int32(LDBG_EITHER)
            }
        if kind == .expression, text.trimmed.bytes.isEmpty {
            throw DebugError(.syntax, "An expression is wanted, and there is none.")
        }
        try beginEvaluation()
        unsafe text.bytes.withCharacters { start, count in
            unsafe ldbg_evaluate(
                raw, thread.pointer, Int32(level ?? -1), start, count, number, budget.raw, &result)
        }
        return try unsafe values(of: result, budget: budget, capture: &capture)
    }

    /// What `tostring` would say, metamethods included.
    func toString(_ reference: ValueReference, budget: EvaluationBudget, capture: inout Capture) throws(DebugError)
        -> Value
    {
        try beginEvaluation()
        guard let state = unsafe capture.push(reference) else {
            throw DebugError(.expired, "The value can no longer be reached.")
        }
        var result = unsafe ldbg_result()
        unsafe ldbg_tostring(raw, state, budget.raw, &result)
        return try unsafe values(of: result, budget: budget, capture: &capture).first ?? .nil
    }

    /// The first value of a watch, by its place in the list that the hook layer was given.
    func evaluate(
        watch place: Int, in thread: LuaThread, level: Int?, budget: EvaluationBudget, capture: inout Capture
    ) throws(DebugError) -> Value {
        var result = unsafe ldbg_result()
        try beginEvaluation()
        unsafe ldbg_watch_evaluate(raw, thread.pointer, Int32(level ?? -1), Int32(place), budget.raw, &result)
        return try unsafe values(of: result, budget: budget, capture: &capture).first ?? .nil
    }

    private func values(
        of result: ldbg_result, budget: EvaluationBudget, capture: inout Capture
    ) throws(DebugError) -> [Value] {
        var values: [Value] = []
        if let state = unsafe result.thread {
            for index in unsafe result.first..<(result.first + result.count) {
                unsafe lua_pushvalue(state, index)
                values.append(unsafe capture.pop(state))
            }
        }
        unsafe ldbg_release_results(raw)
        switch Int(unsafe result.status) {
        case LDBG_EVAL_OK: return values
        case LDBG_EVAL_SYNTAX: throw DebugError(.syntax, Self.message(of: values.first), value: values.first)
        case LDBG_EVAL_ERROR: throw DebugError(.raised, Self.message(of: values.first), value: values.first)
        case LDBG_EVAL_BUDGET:
            throw DebugError(.overBudget, "The evaluation was ended: it took more than \(budget).")
        case LDBG_EVAL_STOPPED: throw DebugError(.interrupted, "The evaluation was interrupted.")
        default:
            throw DebugError(
                .outOfMemory,
                "There is not enough memory, or room on the stack, in the script's state to evaluate this.")
        }
    }

    static func message(of value: Value?) -> String {
        switch value {
        case .string(let string)?: string.text
        case let value?: "(error object is a \(value.typeName) value)"
        case nil: "(no error value)"
        }
    }
}

extension EvaluationBudget {
    fileprivate var raw: ldbg_budget {
        ldbg_budget(instructions: Int64(instructions), nanoseconds: Int64(milliseconds) * 1_000_000)
    }
}

/// Compiles expressions in a Lua state of its own, so a condition is refused at once, whatever the script is doing.
enum SyntaxCheck {
    /// Lua's message when the text is no expression.
    static func problem(with expression: LuaText) -> String? {
        guard let state = unsafe luaL_newstate() else { return "not enough memory" }
        defer { unsafe lua_close(state) }
        var message = [CChar](repeating: 0, count: 512)
        let fine = unsafe expression.bytes.withCharacters { start, count in
            unsafe message.withUnsafeMutableBufferPointer { room in
                unsafe ldbg_check_expression(state, start, count, room.baseAddress, room.count)
            }
        }
        if fine { return nil }
        return String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
