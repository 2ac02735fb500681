// The console: lines, whoever types them, become commands on a session.

import LuaDebugCore

/// Interprets lines; what it replies goes to standard output, between what the script writes there.
@MainActor final class Console {
    let session: DebugSession
    /// The name of the chunk that a line belongs to when no frame says otherwise.
    let script: String
    /// Puts a yes-or-no question to a person; nil when nobody is there to answer.
    var ask: (@MainActor (String) async -> Bool)?
    /// The frame that commands look at; the innermost after each stop.
    var selected = 0
    /// The last line that `list` has shown, from where it continues.
    var listed: Int?
    var isOver = false

    init(_ session: DebugSession, script: String) {
        self.session = session
        self.script = script
    }

    /// A mistake of whoever typed.
    struct Complaint: Error {
        let message: String
        init(_ message: String) { self.message = message }
    }

    /// A command, as it is typed and as `help` shows it.
    struct Command {
        let names: [String]
        /// Its arguments, as in a manual; empty if it takes none.
        let arguments: String
        let summary: String
        let run: @MainActor (Console, String) async throws -> Void

        init(
            _ names: String, taking arguments: String = "", _ summary: String,
            run: @escaping @MainActor (Console, String) async throws -> Void
        ) {
            self.names = names.split(separator: " ").map(String.init)
            self.arguments = arguments
            self.summary = summary
            self.run = run
        }

        var usage: String { names.joined(separator: ", ") + (arguments.isEmpty ? "" : " " + arguments) }
    }

    static let commands = runningCommands + breakpointCommands + lookingCommands + otherCommands

    static func command(_ name: some StringProtocol) -> Command? { commands.first { $0.names.contains(String(name)) } }

    /// Runs one line: a command, or anything of Lua's.
    ///
    /// It reports errors itself and never throws.
    func interpret(_ line: String) async {
        let line = line.trimmed
        let word = line.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        let rest = line.dropFirst(word.count).trimmed
        do {
            if line.isEmpty { return }
            if line.first == "!" { return try await runLua(line.dropFirst().trimmed) }
            guard let command = Self.command(word) else { return try await runLua(line) }
            guard rest.isEmpty || !command.arguments.isEmpty else {
                throw Complaint("\(word) takes no argument; to run this as Lua, type !\(line)")
            }
            try await command.run(self, rest)
        } catch let error as DebugError {
            complain(error.message)
        } catch let error as Complaint {
            complain(error.message)
        } catch {
            complain("\(error)")
        }
    }

    func say(_ text: String) { print(text) }

    /// One line, whatever the message.
    private func complain(_ message: String) {
        say("*** " + message.onOneLine)
    }

    // MARK: - Help and the end

    private static let otherCommands = [
        Command("help h", taking: "[command]", "List the commands, or explain one.") { try $0.help($1) },
        Command("quit q", "End the script and leave; so does the end of the input.") { console, _ in
            console.isOver = true
        },
    ]

    private func help(_ name: String) throws {
        if !name.isEmpty {
            guard let command = Self.command(name) else { throw Complaint("There is no command \(name).") }
            say("\(command.usage)\n    \(command.summary)")
            return
        }
        let width = Self.commands.map(\.usage.count).max() ?? 0
        for command in Self.commands { say("\(command.usage.padded(to: width + 2))\(command.summary)") }
        say(
            """
            Anything else is evaluated or executed as Lua in the selected frame; begin it with ! when it looks like a
            command. On a terminal, an empty line repeats the last command, and Ctrl-C stops a running script at its next
            line; pressed again while the script is still busy, it ends luadebug.
            """)
    }
}

extension StringProtocol {
    /// Without white space at either end.
    var trimmed: String {
        var part = self.drop(while: \.isWhitespace)
        while part.last?.isWhitespace == true { part = part.dropLast() }
        return String(part)
    }

    var onOneLine: String { split(whereSeparator: \.isNewline).joined(separator: " ") }

    /// Followed by spaces up to a width.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: Swift.max(0, width - count)) }
}
