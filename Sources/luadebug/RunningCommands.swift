// The commands that let the script run, and what is said when it stops or ends.

import LuaDebugCore

extension Console {
    static let runningCommands = [
        Command("step s", "Run to the next line, into functions called.") { console, _ in
            try await console.resume(.stepInto)
        },
        Command("next n", "Run to the next line of this function or its caller.") { console, _ in
            try await console.resume(.stepOver)
        },
        Command("return r", "Run until this function has returned to its caller.") { console, _ in
            try await console.resume(.stepOut)
        },
        Command("until unt", taking: "[line]", "Run to a line after this one, out of a loop; or to the line given.") {
            try await $0.until($1)
        },
        Command("continue cont c", "Run to the next breakpoint or the end.") { console, _ in
            try await console.resume(.continue)
        },
        Command("restart run", "Begin anew, with the breakpoints kept.") { console, _ in
            try await console.resume(.restart())
        },
        Command("retval", "Show what the function returned that the last step came out of.") { console, _ in
            try await console.showReturned()
        },
        Command("kill", "End the script.") { try await $0.kill($1) },
    ]

    private func resume(_ verb: Resume) async throws { await show(try await session.resume(verb)) }

    private func showReturned() async throws {
        let returned = try await session.inspect { (script) throws(DebugError) in try script.lastReturn() }
        guard let returned else { throw Complaint("The last step came out of no function of Lua's.") }
        say(returned.isEmpty ? "nothing" : PrettyPrinter.line(returned))
    }

    private func until(_ text: String) async throws {
        guard !text.isEmpty else { return try await resume(.untilGreaterLine) }
        guard let line = Int(text) else { throw Complaint("\(text) is no line.") }
        if let current = session.stop?.location.line, line <= current {
            throw Complaint("Line \(line) is not after the current one, \(current).")
        }
        try await resume(.toLine(line))
    }

    private func kill(_: String) async throws {
        if session.stop != nil, let ask, !(await ask("End the script?")) { return }
        try await resume(.abort)
    }

    // MARK: - Stops and ends

    /// Tells where the script is, when nothing has been said of it yet.
    func showState() async { if let stop = session.stop { await show(stop) } }

    /// Tells how a command ended.
    func show(_ outcome: Outcome) async {
        selected = 0
        listed = nil
        switch outcome {
        case .stopped(let stop): await show(stop)
        case .returned(let values) where values.isEmpty: say("The script has ended.")
        case .returned(let values): say("The script has ended and returned \(PrettyPrinter.line(values)).")
        case .aborted(.timeLimit): say("The script was ended: its time was over.")
        case .aborted: say("The script was ended.")
        case .failed(let failure):
            let isText = if case .string = failure.value { true } else { false }
            say("The script has failed: \(failure.message)" + (isText ? "" : ": \(failure.value)"))
            if !failure.traceback.isEmpty { say(failure.traceback) }
        }
    }

    private func show(_ stop: Stop) async {
        let reasons = stop.reasons.compactMap(Self.text)
        let coroutine = stop.coroutine == 0 ? "" : ", coroutine \(stop.coroutine)"
        let why = reasons.isEmpty ? "" : ": " + reasons.joined(separator: ", ")
        do {
            let frame = try await session.frames(limit: 1).first
            say((frame.map(Self.place) ?? "\(stop.location)") + coroutine + why)
            try await showLine()
        } catch {
            say("*** \(error)")
        }
    }

    /// The line that the selected frame is at.
    func showLine() async throws {
        do throws(DebugError) {
            let lines = try await session.source(around: 0, frame: selected)
            for line in lines where line.isCurrent { say("-> \("\(line.number)".padded(to: 4))\(line.text)") }
        } catch {
            // Where it is has been said; without the text there is no more to say.
            if error.code != .noSource { throw error }
        }
    }

    /// Where a frame is and what it runs.
    static func place(_ frame: Frame) -> String {
        let name =
            switch (frame.kind, frame.function) {
            case (.main, _): "the main chunk"
            case (_, let function?): function
            case (.lua, nil): "a function" + (frame.lines.map { " of line \($0.lowerBound)" } ?? "")
            case (.c, nil): "a C function"
            }
        return "\(frame.location) in \(name)" + (frame.isTailCall ? " (tail call)" : "")
    }

    /// Why the script has stopped; nil where it did what was asked for.
    private static func text(_ reason: StopReason) -> String? {
        switch reason {
        case .step: nil
        case .entry: "nothing has run yet"
        case .pause: "interrupted"
        case .timeLimit: "its time is over"
        case .error(let caught): caught ? "an error that will be caught" : "an error that nothing catches"
        case .breakpoint(let id, nil): "breakpoint \(id)"
        case .breakpoint(let id, let problem?): "breakpoint \(id), as its condition fails: \(problem)"
        case .watch, .script: "\(reason)"
        }
    }
}

extension PrettyPrinter {
    /// Values on one line.
    static func line(_ values: [Value]) -> String {
        PrettyPrinter(isMultiline: false, bytes: 4096).text(of: values)
    }
}
