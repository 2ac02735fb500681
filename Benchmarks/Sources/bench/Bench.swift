// The program: reads the options, runs what is asked for, prints it.

import Foundation

@main
enum Bench {
    static func main() async {
        do {
            let options = try Options(CommandLine.arguments.dropFirst())
            if options.isHelp { return tell(Options.usage) }
            if options.isCounted { return try Quick.runWindows() }
            if options.isQuick { exit(try Quick.check() ? 0 : 1) }
            try await table(options)
        } catch {
            say("\(error)")
            exit(2)
        }
    }

    /// One row that can be asked for.
    private struct Job {
        let name: String
        let workload: String
        let run: () async throws -> Row
    }

    private static func jobs(_ options: Options) -> [Job] {
        let rounds = Rounds(count: options.rounds, isFull: options.isFull)
        var jobs: [Job] = []
        for one in Case.all {
            for workload in Workload.all {
                jobs.append(Job(name: one.name, workload: workload.id) { try rounds.row(one, on: workload) })
            }
        }
        for name in Doors.names {
            for workload in Workload.all {
                jobs.append(
                    Job(name: name, workload: workload.id) {
                        try await Doors(rounds: options.rounds).row(name, on: workload)
                    })
            }
        }
        // Short and noisy: more rounds.
        let codec = Codec(rounds: 3 * options.rounds)
        jobs += Codec.names.map { name in Job(name: name, workload: "-") { try codec.row(name) } }
        let calls = ScriptCalls(rounds: options.rounds)
        jobs += ScriptCalls.names.map { name in Job(name: name, workload: "-") { try calls.row(name) } }
        jobs += Memory.names.map { name in Job(name: name, workload: "-") { try await Memory.row(name) } }
        return jobs
    }

    private static func table(_ options: Options) async throws {
        var rows: [Row] = []
        put(Table.head, options)
        for job in jobs(options) where try options.wants(job.name, job.workload) {
            let row = try await job.run()
            rows.append(row)
            put(Table.line(row), options)
        }
        put(Table.summary(rows), options)
        if options.asJSON { tell(JSONText.document(rows)) }
        if let file = options.chart { try Chart(rows: rows).svg.write(toFile: file, atomically: true, encoding: .utf8) }
    }

    /// A line of the table: JSON keeps standard output for itself.
    private static func put(_ line: String, _ options: Options) {
        if options.asJSON { say(line) } else { tell(line) }
    }

    static func tell(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
    static func say(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }
}
