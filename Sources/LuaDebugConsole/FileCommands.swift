// The commands that keep breakpoints and displays in a file, as commands, and read such a file.

import LuaDebugCore

extension Console {
    static let fileCommands = [
        ConsoleCommand("save", taking: "file", "Write the breakpoints, watches and displays to a file, as commands.") {
            try await $0.save($1)
        },
        ConsoleCommand(
            "load", taking: "file", "Run the commands of a file; a line that begins with a # and a space is a comment."
        ) {
            try await $0.load($1)
        },
    ]

    private func save(_ path: String) async throws {
        let text = saved()
        try await writeFile(path, [UInt8](text.utf8))
        let count = breakpoints.all.count + session.watches.all.count
        say(count == 1 ? "One is in \(path)." : "\(count) are in \(path).")
    }

    /// The commands that set all breakpoints and displays again.
    package func saved() -> String {
        var lines: [String] = []
        for breakpoint in breakpoints.all {
            let condition = breakpoint.condition.map { ", \($0)" } ?? ""
            let verb = breakpoint.isOnce ? "tbreak" : "break"
            switch breakpoint.place {
            case .line(let line, let chunk): lines.append("\(verb) \(chunk):\(line)\(condition)")
            case .function(let path): lines.append("\(verb) \(path)\(condition)")
            case .watch(let expression, false):
                lines.append("watch \(expression)")
                if let condition = breakpoint.condition { lines.append("condition $ \(condition)") }
            case .watch, .functionValue, .error:
                lines.append("# no command sets breakpoint \(breakpoint.id): \(Self.place(of: breakpoint))")
                continue
            }
            if breakpoint.ignoreCount > 0 { lines.append("ignore $ \(breakpoint.ignoreCount)") }
            if let log = breakpoint.log { lines.append("log $ \(log)") }
            if let list = actions[breakpoint.id] { lines += ["commands $"] + list + ["end"] }
            if !breakpoint.isEnabled { lines.append("disable $") }
        }
        for watch in session.watches.all { lines.append("display \(watch.expression)") }
        // An expression that was set by a program may have line breaks; a command has none.
        return lines.map { $0.onOneLine + "\n" }.joined()
    }

    private func load(_ path: String) async throws {
        let text = String(decoding: try await readFile(path), as: UTF8.self)
        try await run(text, from: path)
    }

    /// Runs the lines of a file, as `load` does.
    package func run(_ text: String, from path: String) async throws {
        guard loads < 8 else { throw Complaint("\(path) is loaded by a file that it loads.") }
        loads += 1
        defer { loads -= 1 }
        for line in text.split(whereSeparator: \.isNewline) where !isOver && !isInterrupted {
            if line.hasPrefix("# ") || line == "#" { continue }
            await take(String(line))
        }
        if collecting != nil {
            collecting = nil
            throw Complaint("\(path): commands without its end.")
        }
    }

    // MARK: - Files

    private func readFile(_ path: String) async throws -> [UInt8] {
        if path.isEmpty { throw Complaint("The name of a file is missing.") }
        guard let files else { throw Self.noFiles }
        do { return try await files.read(path) } catch { throw Complaint(error.message) }
    }

    func writeFile(_ path: String, _ bytes: [UInt8]) async throws {
        if path.isEmpty { throw Complaint("The name of a file is missing.") }
        guard let files else { throw Self.noFiles }
        do { try await files.write(bytes, to: path) } catch { throw Complaint(error.message) }
    }

    private static let noFiles = Complaint(
        "Files are neither read nor written from here; the host can allow it (allowsFiles).")
}
