// The commands, listed and explained.

import LuaDebugCore

extension Console {
    static let helpCommands = [
        ConsoleCommand("help h", taking: "[command]", "List the commands, or explain one.", whileRunning: true) {
            try $0.help($1)
        }
    ]

    private func help(_ name: String) throws {
        if !name.isEmpty {
            guard let command = ConsoleCommand.named(name) else { throw Complaint("There is no command \(name).") }
            return say("\(command.usage)\n    \(command.summary)")
        }
        let width = ConsoleCommand.table.map(\.usage.count).filter { $0 < 40 }.max() ?? 0
        say(
            ConsoleCommand.table.map { "\($0.usage.padded(to: width + 2)) \($0.summary)" }.joined(separator: "\n")
                + """

                Anything else is evaluated or executed as Lua in the selected frame; begin it with ! when it looks like a
                command. Where the number of a breakpoint is wanted, $ is the one that was set last. On a terminal, an empty
                line repeats the last command, and Ctrl-C stops a running script at its next line, as interrupt does
                elsewhere; pressed again while the script is still busy, it ends luadebug.
                """)
    }
}
