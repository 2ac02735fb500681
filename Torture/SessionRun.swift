// A run of a program in a session of our own, told what to do from a task.

import Foundation
import LuaDebugCore
import Synchronization

@MainActor final class SessionRun {
    private let program: Program
    private var dice: Dice
    private let totals: Totals

    init(_ program: Program, _ dice: Dice, _ totals: Totals) {
        self.program = program
        self.dice = dice
        self.totals = totals
    }

    private final class Output: Sendable {
        let bytes = Mutex<[UInt8]>([])
    }

    func run() async -> Result {
        let output = Output()
        let session = DebugSession(
            Script(program.source, name: Program.name), output: { more in output.bytes.withLock { $0 += more } })
        var complaints: [String] = []
        do throws(DebugError) {
            var outcome = try await session.start()
            var restarts = dice.roll(0...1)
            while case .stopped = outcome {
                totals.stops += 1
                if dice.once(in: 3) {
                    let expression = Expressions.any(&dice)
                    do throws(DebugError) { _ = try await session.evaluate(expression) } catch {
                        if error.code != .raised, error.code != .syntax { complaints.append("\(expression): \(error)") }
                    }
                    totals.evaluations += 1
                }
                if restarts > 0, dice.once(in: 10) {
                    restarts -= 1
                    output.bytes.withLock { $0 = [] }
                    outcome = try await session.resume(.restart())
                    continue
                }
                let line = dice.roll(1...program.lineCount)
                if dice.once(in: 5) {
                    _ = try? session.breakpoints.add(.line(line, in: Program.name), where: Expressions.condition(&dice))
                }
                outcome = try await session.resume(
                    dice.pick([.continue, .stepInto, .stepOver, .stepInto, .stepOver, .stepOut, .untilGreaterLine]))
            }
            switch outcome {
            case .failed where !program.hasFailed: complaints.append("it failed: \(outcome)")
            case .returned where program.hasFailed: complaints.append("it did not fail")
            case .aborted: complaints.append("it was aborted")
            default: break
            }
            let told = try await session.evaluate(
                LuaText(Program.toldGlobals), limits: .unlimited, budget: .unlimited)
            let globals = if case .string(let text)? = told.first { text.bytes } else { [UInt8]() }
            if globals != program.globals {
                complaints.append("the globals are not")
                complaints += Trial.difference(globals, program.globals)
            }
        } catch {
            complaints.append("a command failed: \(error)")
        }
        await session.close()
        return Result(text: output.bytes.withLock { $0 }, lines: nil, complaints: complaints)
    }
}
