// Random programs, plain and under the debugger: what they do must be the same. `scripts/torture.sh` runs it.

import Foundation
import LuaDebugCore

@MainActor func supervise(_ arguments: [String], _ options: Options) throws -> Int32 {
    let folder = NSTemporaryDirectory() + "/torture-\(getpid())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let progress = folder + "/progress"
    let child = try Child(arguments + ["--progress", progress])
    let ended = child.wait(seconds: 60, unlessStill: progress)
    if ended, child.status == Verdict.good.rawValue {
        print(child.output, terminator: "")
        return 0
    }
    print(ended ? "FAILED (\(child.status))" : "FAILED: it hangs")
    print(child.output, terminator: "")
    let words = ((try? String(contentsOfFile: progress, encoding: .utf8)) ?? "").split(separator: " ")
    guard words.count == 3, let seed = UInt64(words[0]), let mode = Mode(rawValue: String(words[1])),
        let choices = UInt64(words[2])
    else { return 1 }
    print("again: make torture SEED=\(seed) PROGRAMS=1")
    let statements = Generator.program(seed: seed)
    let shrinking = Shrinking(mode: mode, seed: choices, folder: folder)
    guard let (smaller, failure) = try shrinking.smallest(statements, seconds: 120) else {
        print("It does not fail by itself, in mode \(mode.rawValue) with seed \(choices).")
        return 1
    }
    print(
        """
        -- \(Statement.count(statements)) statements, \(Statement.count(smaller)) are enough; mode \(mode.rawValue), seed \(choices)
        -- \(failure)
        \(Statement.text(smaller))
        """)
    return 1
}

let arguments = Array(CommandLine.arguments.dropFirst())
do {
    let options = try Options(arguments)
    let status: Int32
    if options.shows {
        print(Statement.text(Generator.program(seed: options.seed)))
        status = 0
    } else if let seconds = options.races {
        let (sessions, commands, problems) = await Races.run(seconds: seconds, seed: options.seed)
        for problem in problems { print(problem) }
        print("\(sessions) sessions, \(commands) commands from eight tasks each, \(problems.count) problems")
        status = problems.isEmpty ? 0 : 1
    } else if let program = options.program {
        status = try await Trial(options: options).one(program).rawValue
    } else if options.progress != nil {
        status = try await Trial(options: options).many().rawValue
    } else {
        status = try supervise(arguments, options)
    }
    exit(status)
} catch let wrong as Options.Wrong {
    print("torture: \(wrong.message)")
    exit(2)
}
