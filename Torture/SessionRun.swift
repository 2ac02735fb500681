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
        var result = Result(text: [])
        var stops: [Stop] = []
        do throws(DebugError) {
            var outcome = try await session.start()
            var restarts = dice.roll(0...1)
            while case .stopped(let stop) = outcome {
                totals[.session].stops += 1
                stops.append(stop)
                if dice.once(in: 3) {
                    let expression = Expressions.any(&dice)
                    do throws(DebugError) { _ = try await session.evaluate(expression) } catch {
                        if error.code != .raised, error.code != .syntax {
                            result.complaints.append("\(expression): \(error)")
                        }
                    }
                    totals[.session].evaluations += 1
                }
                if restarts > 0, dice.once(in: 10) {
                    restarts -= 1
                    output.bytes.withLock { $0 = [] }
                    stops = []
                    outcome = try await session.resume(.restart())
                    continue
                }
                let line = dice.roll(1...program.lineCount)
                if dice.once(in: 5) {
                    _ = try? session.breakpoints.add(.line(line, in: Program.name), where: Expressions.condition(&dice))
                }
                outcome = try await session.resume(
                    dice.pick([
                        .continue, .stepInto, .stepInto, .stepInto, .stepOver, .stepOver, .stepOver, .stepOut,
                        .untilGreaterLine,
                    ]))
            }
            result.lines = Lines.of(stops, isDisturbed: false)
            compare(outcome, &result)
            let told = try await session.evaluate(
                LuaText(Program.toldGlobals), limits: .unlimited, budget: .unlimited)
            let globals = if case .string(let text)? = told.first { text.bytes } else { [UInt8]() }
            if globals != program.globals {
                result.differences.append("the globals are not")
                result.differences += Trial.difference(globals, program.globals)
            }
        } catch {
            result.complaints.append("a command failed: \(error)")
        }
        await session.close()
        result.text = output.bytes.withLock { $0 }
        return result
    }

    /// Its end: what it returned, or the error, in the words of the plain run.
    private func compare(_ outcome: Outcome, _ result: inout Result) {
        let values: [Value]
        switch outcome {
        case .failed(let failure):
            if !program.hasFailed { result.differences.append("it failed") }
            values = [failure.value]
            if case .string(let text) = failure.value, !text.isCut, failure.message != text.text {
                result.differences.append("its error has another message: \(failure.message)")
            }
        case .returned(let returned):
            if program.hasFailed { result.differences.append("it did not fail") }
            values = returned
        default: return result.complaints.append("it ended otherwise: \(outcome)")
        }
        let told = values.flatMap { [UInt8](" ".utf8) + Self.told($0) }
        if told == program.values { return }
        result.differences.append("what it ended with is not")
        result.differences += Trial.difference(told, program.values)
    }

    private static func told(_ value: Value) -> [UInt8] {
        switch value {
        case .string(let text): text.bytes
        case .integer(let number): [UInt8]("\(number)".utf8)
        case .number(let number): [UInt8](String(format: "%.17g", number).utf8)
        case .boolean(let truth): [UInt8]("\(truth)".utf8)
        default: [UInt8](value.typeName.utf8)
        }
    }
}
