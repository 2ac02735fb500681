// The ways in which a program is run under the debugger, and what each must give.

import LuaDebugCore
import PlainLua

/// A way to run a program.
enum Mode: String, CaseIterable {
    /// Attached, and nothing asked for.
    case idle
    /// Every line is a stop.
    case lines
    /// Every stop is answered by a random verb.
    case verbs
    /// Breakpoints on random lines and functions, with random conditions.
    case breakpoints
    /// A condition on every line, always false.
    case conditions
    case watches, errors
    case traceLine, traceCode, traceStack, traceWatch, traceAll, traceVariables, traceCalls
    case profile, sampling, recorder
    /// Something is evaluated or looked at at every line.
    case evaluations
    /// All of it, changed at every stop.
    case mixture
    /// Attached and detached where the script prints, in whatever coroutine.
    case comings
    /// Another thread pauses, and changes what is asked for.
    case thread
    /// Handed over by the host: others attach and go, from tasks.
    case hosted
    /// Ended at some stop; nothing can catch it, and the state is as good as before.
    case abort
    /// A session of our own, commands from tasks.
    case session
    /// No debugger: the plain run is held against the stock interpreter.
    case stock

    /// What happens in it hangs on the clock: a seed repeats what is done, not when.
    var isTimed: Bool { self == .thread || self == .hosted }

    /// A result that must be the program's own; each run of one seed is the same.
    @MainActor func run(_ program: Program, seed: UInt64, totals: Totals) async -> Result {
        if self == .session { return await SessionRun(program, Dice(seed), totals).run() }
        if self == .stock {
            return Result(text: program.plain.text, differences: Stock.problem(program).map { [$0] } ?? [])
        }
        return AttachedRun(program, self, Dice(seed), totals).run()
    }

    private static func named(_ text: [UInt8]) -> [UInt8] {
        var text = text
        for name in ["pcall'", "xpcall'"] {
            text.replace("[C]: in global '\(name)".utf8, with: "[C]: in function '\(name)".utf8)
        }
        return text
    }

    /// What differs from the plain run; empty when nothing does.
    func differences(of result: Result, in program: Program) -> [String] {
        var differences = result.differences
        switch self {
        case .abort:
            if !program.plain.text.starts(with: result.text) {
                differences.append("what it printed is no beginning of")
            }
        case .session:
            if result.text != program.output { differences.append("the output is not") }
        default:
            // Attached or detached within a protected call, that call goes by another name in tracebacks: a limit that the README tells.
            let mayBeWithin = [.mixture, .comings, .thread].contains(self)
            let plain = program.plain.text
            if result.text != plain, !mayBeWithin || Self.named(result.text) != Self.named(plain) {
                differences.append("the result is not")
            }
        }
        if let telling, let lines = result.lines, let problem = Lines.problem(lines, of: program.lines, telling) {
            differences.append(problem)
        }
        return differences
    }
}
