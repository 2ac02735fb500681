// The commands of the dialect: LDB's own, by their name or first letter, and ours, by their name.

import LuaDebugCore

/// One command word of the dialect; the page of help is made from these.
struct LDBCommand: Sendable {
    /// nil: the session is over, and that has been said.
    typealias Handler = @Sendable (isolated Interpreter, [[UInt8]]) async throws -> [LDBText.Line]?

    let name: String
    /// LDB knows it by its first letter too.
    let hasLetter: Bool
    let arity: ClosedRange<Int>
    /// What follows the name, and what that does.
    let help: [(usage: String, text: String)]
    let run: Handler

    init(
        _ name: String, letter: Bool = true, _ arity: ClosedRange<Int>, _ help: [(String, String)],
        run: @escaping Handler
    ) {
        self.name = name
        hasLetter = letter
        self.arity = arity
        self.help = help
        self.run = run
    }

    static func named(_ word: String) -> LDBCommand? {
        let word = word.lowercased()
        return table.first { $0.name == word || ($0.hasLetter && word.count == 1 && $0.name.hasPrefix(word)) }
    }

    static let any = Int.max

    static let table: [LDBCommand] = [
        LDBCommand("help", 0...any, [("", "Show this help.")]) { _, _ in helpLines },
        LDBCommand("step", 0...0, [("", "Run the current line and stop again, also in a function that it calls.")]) {
            interpreter, _ in try await interpreter.go(.stepInto)
        },
        LDBCommand("next", 0...0, [("", "Run the current line, and the functions that it calls, and stop again.")]) {
            interpreter, _ in try await interpreter.go(.stepOver)
        },
        LDBCommand("over", letter: false, 0...0, [("", "The same.")]) { interpreter, _ in
            try await interpreter.go(.stepOver)
        },
        LDBCommand("out", letter: false, 0...0, [("", "Run until this function has returned.")]) { interpreter, _ in
            try await interpreter.go(.stepOut)
        },
        LDBCommand("continue", 0...0, [("", "Run to the next breakpoint.")]) { interpreter, _ in
            try await interpreter.go(.continue)
        },
        LDBCommand(
            "list", 0...2,
            [
                ("[line]", "List source around a line; 0 is the current one."),
                ("line [ctx]", "So many lines before and after."),
            ]
        ) { try await $0.list($1) },
        LDBCommand("whole", 0...0, [("", "List all source.")]) { interpreter, _ in
            try await interpreter.list([Array("1".utf8), Array("1000000".utf8)])
        },
        LDBCommand(
            "print", 0...any,
            [("", "Show the local variables."), ("expr", "Show a variable, a field, or what an expression is worth.")]
        ) { try await $0.print($1) },
        LDBCommand(
            "locals", letter: false, 0...0, [("", "Show parameters, locals and upvalues, and which is which.")]
        ) { interpreter, _ in try await interpreter.locals() },
        LDBCommand(
            "break", 0...any,
            [
                ("", "Show the breakpoints."), ("line...", "Add breakpoints."),
                ("-line", "Remove the breakpoint of a line."), ("0", "Remove all breakpoints."),
            ]
        ) { try await $0.breakpoints($1) },
        LDBCommand(
            "cond", letter: false, 1...any,
            [("line expr", "Stop at a line only if the expression is true."), ("line", "Stop there always.")]
        ) { try await $0.condition($1) },
        LDBCommand(
            "watch", letter: false, 0...any,
            [
                ("expr", "Show an expression at each stop."), ("", "Show all of them."),
                ("-number", "Show the one of that number no more; 0 is all."),
            ]
        ) { try await $0.watch($1) },
        LDBCommand("trace", 0...0, [("", "Show the stack.")]) { interpreter, _ in try await interpreter.backtrace() },
        LDBCommand("up", letter: false, 0...1, [("[n]", "Look at the function that called this one.")]) {
            try await $0.move($1, by: 1)
        },
        LDBCommand("down", letter: false, 0...1, [("[n]", "Look at the function that this one has called.")]) {
            try await $0.move($1, by: -1)
        },
        LDBCommand("eval", 1...any, [("code", "Evaluate an expression, or run statements, in the function looked at.")])
        { try await $0.run($1) },
        LDBCommand("redis", 1...any, [("cmd", "Execute a Redis command.")]) { try await $0.call($1) },
        LDBCommand("maxlen", 0...1, [("[len]", "Trim replies and values to len bytes; 0 is unlimited.")]) {
            try $0.maxlen($1)
        },
        LDBCommand(
            "abort", 0...0,
            [("", "End the script, which cannot catch that. In sync mode what it has changed stays.")]
        ) { interpreter, _ in try await interpreter.go(.abort) },
        LDBCommand("quit", letter: false, 0...0, [("", "The same, for clients that do not keep the word.")]) {
            interpreter, _ in try await interpreter.go(.abort)
        },
    ]

    private static var helpLines: [LDBText.Line] {
        var lines = ["Redis Lua debugger help:"]
        for command in table {
            let name = command.hasLetter ? "[\(command.name.prefix(1))]\(command.name.dropFirst())" : command.name
            for (usage, text) in command.help {
                lines.append("\(name)\(usage.isEmpty ? "" : " ")\(usage)".padded(to: 20) + " " + text)
            }
        }
        lines += [
            "", "Functions that the script can call:",
            "redis.debug(...)".padded(to: 20) + " Show values here.",
            "redis.breakpoint()".padded(to: 20) + " Stop, as at a breakpoint.",
        ]
        return lines.map(LDBText.line)
    }
}
