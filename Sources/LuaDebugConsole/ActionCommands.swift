// What a breakpoint does beside stopping: a list of commands, or a message instead.

import LuaDebugCore

extension Console {
    static let actionCommands = [
        ConsoleCommand(
            "commands", taking: "[number]",
            "Run the commands that follow, up to a line with end, whenever the breakpoint stops the script. "
                + "silent as the first says nothing of the stop; a command that lets the script run is the last. "
                + "Without a number, of the breakpoint that was set last."
        ) { try $0.beginCommands($1) },
        ConsoleCommand(
            "log", taking: "number [template]",
            "Print a message with {expression} parts, and do not stop; without one, stop again.", whileRunning: true
        ) { try $0.setLog($1) },
    ]

    private func beginCommands(_ text: String) throws {
        let (breakpoint, rest) = try first(of: text.isEmpty ? "$" : text)
        if !rest.isEmpty {
            throw Complaint("commands takes one number; what is to be run follows on lines of its own.")
        }
        collecting = (breakpoint.id, [])
    }

    /// A line of a list of commands.
    func collect(_ line: String) {
        guard let (id, lines) = collecting else { return }
        if line == "end" {
            collecting = nil
            actions[id] = lines.isEmpty ? nil : lines
        } else if lines.count >= 1000 {
            collecting = nil
            complain("A list has at most 1000 commands; this one is forgotten.")
        } else if !line.isEmpty {
            collecting = (id, lines + [line])
        }
    }

    private func setLog(_ text: String) throws {
        let (breakpoint, rest) = try first(of: text)
        try breakpoints.setLog(rest.isEmpty ? nil : LuaText(rest), breakpoint.id)
        say("Breakpoint \(breakpoint.id) now " + (rest.isEmpty ? "stops." : "prints \(rest)"))
    }
}
