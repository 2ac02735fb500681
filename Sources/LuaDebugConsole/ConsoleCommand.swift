// The table of commands: what each is called, what it takes, and whether it may come while the script runs.

import LuaDebugCore

/// A command, as it is typed and as `help` shows it.
package struct ConsoleCommand: Sendable {
    package typealias Handler = @Sendable (isolated Console, String) async throws -> Void

    /// The first is its full name.
    package let names: [String]
    /// Its arguments, as in a manual; empty if it takes none.
    package let arguments: String
    package let summary: String
    /// It is carried out at once while the script runs; others wait until it stops.
    package let isForRunning: Bool
    let run: Handler

    init(
        _ names: String, taking arguments: String = "", _ summary: String, whileRunning isForRunning: Bool = false,
        run: @escaping Handler
    ) {
        self.names = names.split(separator: " ").map(String.init)
        self.arguments = arguments
        self.summary = summary
        self.isForRunning = isForRunning
        self.run = run
    }

    /// It looks, and takes nothing away from who controls the script.
    var isForObservers: Bool { Self.looks.contains(names[0]) }
    private static let looks: Set = [
        "where", "up", "down", "frame", "coroutines", "coroutine", "list", "ll", "args", "locals", "upvalues",
        "globals", "detach", "quit", "sessions", "attach", "help",
    ]

    package var usage: String { names.joined(separator: ", ") + (arguments.isEmpty ? "" : " " + arguments) }

    /// Groups with their titles, as the page shows them.
    package static let groups: [(title: String, commands: [ConsoleCommand])] = [
        ("Running", Console.runningCommands),
        ("Breakpoints", Console.breakpointCommands + Console.actionCommands),
        ("Watching", Console.watchCommands),
        ("Looking", Console.stackCommands + Console.sourceCommands + Console.valueCommands),
        ("Tracing", Console.tracingCommands),
        (
            "Coming and going",
            Console.sessionCommands + Console.leavingCommands + Console.fileCommands + Console.helpCommands
        ),
    ]

    package static let table = groups.flatMap(\.commands)

    private static let byName = Dictionary(
        uniqueKeysWithValues: table.flatMap { command in command.names.map { ($0, command) } })

    package static func named(_ name: some StringProtocol) -> ConsoleCommand? { byName[String(name)] }

    /// The command that a line begins with, and what follows.
    package static func read(_ line: String) -> (command: ConsoleCommand?, word: String, rest: String) {
        let word = String(line.prefix { $0.isLetter || $0.isNumber || $0 == "_" })
        return (named(word), word, line.dropFirst(word.count).trimmed)
    }
}

/// A mistake of whoever typed.
struct Complaint: Error {
    let message: String
    init(_ message: String) { self.message = message }
}
