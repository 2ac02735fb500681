// At a stop: one thing after another that can be asked of a stopped script.

import LuaDebugCore

enum Looking {
    /// What fails must fail as it is said to.
    static func look(
        at script: StoppedScript, _ mode: Mode, _ dice: inout Dice, _ totals: Totals, _ complaints: inout [String]
    ) {
        totals[mode].evaluations += 1
        do throws(DebugError) {
            try look(script, &dice)
        } catch {
            // No memory: at the end of a stack that has no room left, in a script that recurses without end.
            let expected: Set<DebugError.Code> = [
                .raised, .syntax, .noSuchFrame, .noSource, .overBudget, .interrupted, .outOfMemory,
            ]
            if !expected.contains(error.code) { complaints.append("a look failed: \(error.code) \(error)") }
        }
    }

    private static func look(_ script: StoppedScript, _ dice: inout Dice) throws(DebugError) {
        let frames = try script.frames()
        let frame = dice.once(in: 2) ? 0 : dice.roll(0...max(0, frames.count - 1))
        switch dice.roll(0...13) {
        case 0...3: _ = try script.evaluate(Expressions.any(&dice), frame: frame)
        case 4: _ = try script.execute(Expressions.statement(&dice), frame: frame)
        case 5: _ = try script.variables(frame: frame, limits: ValueLimits(depth: 3))
        case 6:
            for coroutine in try script.coroutines() { _ = try script.frames(of: coroutine.id) }
        case 7:
            for coroutine in try script.coroutines() where coroutine.depth > 0 {
                _ = try script.evaluate(Expressions.any(&dice), frame: 0, of: coroutine.id)
            }
        case 8: for variable in try script.variables(frame: frame) { try expand(variable.value, script, &dice) }
        case 9: _ = try script.globals(frame: frame)
        case 10: _ = try script.lastReturn()
        case 11: _ = try script.position(.all)
        case 12: _ = try script.evaluateOrExecute(Expressions.any(&dice), frame: frame)
        default:
            _ = try script.recording()
            _ = try script.profile()
            _ = try script.evaluateWatches(frame: frame)
            _ = try script.source(frame: frame)
        }
    }

    private static func expand(_ value: Value, _ script: StoppedScript, _ dice: inout Dice) throws(DebugError) {
        switch value {
        case .table(let table):
            guard let reference = table.reference else { return }
            let (entries, _) = try script.entries(of: reference, from: dice.roll(0...2), count: 5)
            _ = try script.metatable(of: reference)
            if let inner = entries.first?.value, dice.once(in: 2) { try expand(inner, script, &dice) }
        case .function(let function):
            guard let reference = function.reference else { return }
            _ = try script.upvalues(of: reference)
        default: break
        }
    }
}
