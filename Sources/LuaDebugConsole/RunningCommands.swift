// The commands that let the script run.

import LuaDebugCore

extension Console {
    static let runningCommands = [
        ConsoleCommand("step s", "Run to the next line, into functions called.") { console, _ in
            try await console.resume(.stepInto)
        },
        ConsoleCommand("next n", "Run to the next line of this function or its caller.") { console, _ in
            try await console.resume(.stepOver)
        },
        ConsoleCommand("return r", "Run until this function has returned to its caller, and show what it returned.") {
            console, _ in
            try await console.resume(.stepOut)
        },
        ConsoleCommand(
            "until unt", taking: "[line]", "Run to a line after this one, out of a loop; or to the line given."
        ) {
            try await $0.until($1)
        },
        ConsoleCommand("continue cont c", "Run to the next breakpoint or the end.") { console, _ in
            try await console.resume(.continue)
        },
        ConsoleCommand(
            "restart run", taking: "[argument...]",
            "Begin anew, with the breakpoints kept; with arguments, these are the script's from now on."
        ) { try await $0.restart($1) },
    ]

    func resume(_ verb: Resume) async throws {
        pending = []
        let result: Result<Outcome, DebugError> = await following {
            do throws(DebugError) { return .success(try await session.resume(verb)) } catch { return .failure(error) }
        }
        if isDetached { return session.stop == nil ? () : goOn() }
        if isLost { return }
        let outcome = try result.get()
        if case .stepOut = verb, case .stopped = outcome, let values = try? await lastReturn() {
            say("returned " + (values.isEmpty ? "nothing" : PrettyPrinter.line(values)))
        }
        await show(outcome)
    }

    private func until(_ text: String) async throws {
        guard !text.isEmpty else { return try await resume(.untilGreaterLine) }
        guard let line = Int(text) else { throw Complaint("\(text) is no line.") }
        if let current = session.stop?.location.line, line <= current {
            throw Complaint("Line \(line) is not after the current one, \(current).")
        }
        try await resume(.toLine(line))
    }

    private func restart(_ text: String) async throws {
        try checkOwned()
        if !text.isEmpty {
            guard let words = CommandWords.split(text.utf8) else { throw Complaint("A quote is not closed: \(text)") }
            session.setArguments(words)
        }
        try await resume(.restart())
    }

    func lastReturn() async throws -> [Value]? {
        try await session.inspect { (script) throws(DebugError) in try script.lastReturn() }
    }
}
