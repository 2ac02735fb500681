// One program after another, in every mode; and one program again, to see whether it still fails.

import Foundation
import LuaDebugCore

/// What a process that tries programs ends with.
enum Verdict: Int32 {
    case good = 0
    case bad = 1
    case useless = 3
}

// On the main thread, whose stack is large enough for programs that call as deep as C goes.
@MainActor struct Trial {
    let options: Options
    let totals = Totals()

    static func seed(_ seed: UInt64, _ mode: Mode) -> UInt64 {
        var dice = Dice(seed ^ mode.rawValue.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
        return dice.next()
    }

    /// Says which seed and mode come next, so that a crash or a hang can be told apart.
    private func note(_ seed: UInt64, _ mode: Mode) throws {
        guard let path = options.progress else { return }
        try "\(seed) \(mode.rawValue) \(Self.seed(seed, mode))".write(toFile: path, atomically: false, encoding: .utf8)
    }

    /// Programs from one seed on, until the time is over.
    func many() async throws -> Verdict {
        let end = Date.now.addingTimeInterval(Double(options.seconds))
        var seed = options.seed
        while totals.programs + totals.left < options.programs, Date.now < end {
            defer { seed &+= 1 }
            guard let program = Program(Statement.text(Generator.program(seed: seed))) else {
                totals.left += 1
                continue
            }
            totals.programs += 1
            for mode in options.modes {
                try note(seed, mode)
                let problems = await problems(program, mode, Self.seed(seed, mode))
                if problems.isEmpty { continue }
                print("seed \(seed), mode \(mode.rawValue): " + problems.joined(separator: "; "))
                return .bad
            }
        }
        if let problem = totals.vacuous(options.modes) {
            print(problem)
            return .bad
        }
        print(totals.report(options.modes))
        return .good
    }

    private func problems(_ program: Program, _ mode: Mode, _ seed: UInt64) async -> [String] {
        // What another thread does comes at other times in each run: one would prove little.
        for again in 0..<(mode.isTimed ? 5 : 1) {
            totals[mode].runs += 1
            let result = await mode.run(program, seed: seed &+ UInt64(again), totals: totals)
            if mode.telling != nil { totals[mode].lines += result.lines?.count ?? 0 }
            // What the debugger must never do is no matter of what the program does.
            if !result.complaints.isEmpty { return result.complaints }
            let differences = mode.differences(of: result, in: program)
            if differences.isEmpty || !program.isSteady { continue }
            return differences + Self.difference(result.text, program.plain.text)
        }
        return []
    }

    /// One program, in one mode: the choices made in it hang on its length, so a few of them are tried.
    func one(_ path: String) async throws -> Verdict {
        guard let program = Program(try String(contentsOfFile: path, encoding: .utf8)) else { return .useless }
        for mode in options.modes {
            for again in 0..<6 {
                let problems = await problems(program, mode, options.seed &+ UInt64(again))
                if problems.isEmpty { continue }
                print(problems.joined(separator: "; "))
                return .bad
            }
        }
        return .good
    }

    static func difference(_ a: [UInt8], _ b: [UInt8]) -> [String] {
        guard a != b else { return [] }
        let common = zip(a, b).prefix { $0 == $1 }.count
        let start = max(0, common - 60)
        func piece(_ bytes: [UInt8]) -> String { String(decoding: bytes.dropFirst(start).prefix(160), as: UTF8.self) }
        return ["\n  plain: ...\(piece(b))\n  here:  ...\(piece(a))\n"]
    }
}
