// A function is about to run for the first time under this plan: which breakpoints it holds.

extension Debugger {
    func hookMeets(_ function: RawFunction) {
        guard let context else { return }
        let name = ChunkName(source: function.source, short: function.shortSource)
        if !function.isC, skipping.hides(name.shown) { return }
        if !function.isC, plan.wants(name.shown) {
            let functions = function.functions()
            if breakpoints.learn(functions, of: name.shown) { control.synchronize() }
            // Of this very function, which may not be the only one of its name and lines.
            if let own = functions.first {
                for (id, line) in breakpoints.placed(in: name.shown) where own.holds(line) {
                    if let index = plan.indices[id] { context.holds(line: line, index: index) }
                }
            }
        }
        meetPaths(function, context)
        for (value, index) in plan.values where isSame(value, function) { context.holds(line: 0, index: index) }
    }

    private func meetPaths(_ function: RawFunction, _ context: LuaContext) {
        var isPending = false
        for (path, id, index) in plan.paths {
            if function.isReached(by: path) {
                context.holds(line: 0, index: index)
                breakpoints.met(id)
            } else if breakpoints[id]?.resolution == .pending {
                isPending = true
            }
        }
        // A function may be put where the path leads after it has first run.
        if isPending { context.askAgain() }
    }

    private func isSame(_ value: FunctionValue, _ function: RawFunction) -> Bool {
        if value.isC { return function.isC && function.cFunction == value.code }
        return !function.isC && value.chunk == function.shortSource
            && value.lines == function.firstLine...max(function.firstLine, function.lastLine)
    }
}
