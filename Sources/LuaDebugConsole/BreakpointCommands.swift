// The commands that set, change and list breakpoints.

import LuaDebugCore

extension Console {
    static let breakpointCommands = [
        ConsoleCommand(
            "break b", taking: "[[file:]line | function][, condition]",
            "Set a breakpoint; without arguments, list them.", whileRunning: true
        ) {
            if $1.isEmpty { $0.listBreakpoints() } else { try await $0.addBreakpoint($1, once: false) }
        },
        ConsoleCommand(
            "tbreak", taking: "[file:]line | function[, condition]", "Set a breakpoint that stops once.",
            whileRunning: true
        ) {
            try await $0.addBreakpoint($1, once: true)
        },
        ConsoleCommand(
            "clear cl", taking: "[number... | [file:]line]",
            "Remove breakpoints by their numbers, or those at a line; without arguments, all. "
                + "A single number is a breakpoint's where there is one, else a line.",
            whileRunning: true
        ) {
            try await $0.clear($1)
        },
        ConsoleCommand("disable", taking: "number...", "Switch breakpoints off.", whileRunning: true) {
            try $0.setEnabled(false, $1)
        },
        ConsoleCommand("enable", taking: "number...", "Switch breakpoints on.", whileRunning: true) {
            try $0.setEnabled(true, $1)
        },
        ConsoleCommand(
            "ignore", taking: "number [count]", "Pass over the next arrivals at a breakpoint; without a count, none.",
            whileRunning: true
        ) {
            try $0.ignore($1)
        },
        ConsoleCommand(
            "condition", taking: "number [expression]", "Give a breakpoint a condition, or take it away.",
            whileRunning: true
        ) {
            try $0.setCondition($1)
        },
    ]

    var breakpoints: BreakpointList { session.breakpoints }

    // MARK: - Setting

    private func addBreakpoint(_ text: String, once: Bool) async throws {
        let parts = text.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false).map(\.trimmed)
        let condition = parts.count > 1 ? parts[1] : nil
        if condition?.isEmpty == true { throw Complaint("After the comma, a condition is missing.") }
        let breakpoint = try breakpoints.add(
            try await place(parts[0]), where: condition.map { LuaText($0) }, once: once)
        note(breakpoint)
        say("Breakpoint \(breakpoint.id) at \(Self.place(of: breakpoint))")
    }

    func note(_ breakpoint: Breakpoint) {
        ownBreakpoints.insert(breakpoint.id)
        lastBreakpoint = breakpoint.id
        if isDetached { try? breakpoints.setEnabled(false, breakpoint.id) }
    }

    /// `[file:]line`, or the names that lead to a function.
    private func place(_ text: String) async throws -> Breakpoint.Place {
        if text.isEmpty { throw Complaint("A line or the name of a function is missing.") }
        if let line = Int(text) { return .line(line, in: await currentChunk()) }
        if let (chunk, line) = Self.location(text) { return .line(line, in: chunk) }
        guard text.allSatisfy({ $0.isLetter || $0.isNumber || "_.:".contains($0) }) else {
            throw Complaint("\"\(text)\" is neither a line nor the name of a function.")
        }
        return .function(text)
    }

    private static func location(_ text: String) -> (chunk: String, line: Int)? {
        guard let colon = text.lastIndex(of: ":"), let line = Int(text[text.index(after: colon)...]) else { return nil }
        return (String(text[..<colon]), line)
    }

    /// The chunk that the selected frame runs; the script's own while there is none.
    private func currentChunk() async -> String {
        let (frame, thread) = (selected, coroutine)
        let frames = try? await session.inspect { (script) throws(DebugError) in
            try script.frames(of: thread, limit: frame + 1)
        }
        guard let found = frames?.last, found.kind != .c else { return script }
        return found.location.chunk
    }

    static func place(of breakpoint: Breakpoint) -> String {
        switch (breakpoint.place, breakpoint.resolution) {
        case (.line(let line, let chunk), .line(let found)) where line != found:
            "\(chunk):\(found), as line \(line) has no code"
        case (.line(let line, let chunk), .line): "\(chunk):\(line)"
        case (.line(let line, let chunk), _): "\(chunk):\(line), pending until that is loaded"
        case (.function(let path), _): "function \(path)"
        case (.functionValue(let value), _): Value.function(value).description
        case (.error(let any), _): any ? "any error" : "an error that nothing catches"
        case (.watch(let expression, let onChange), _): onChange ? "a change of \(expression)" : "\(expression)"
        }
    }

    // MARK: - Changing

    private func clear(_ text: String) async throws {
        let found: [Breakpoint]
        if text.isEmpty {
            found = breakpoints.all
            if !found.isEmpty, let ask, !(await ask("Clear all breakpoints?")) { return }
        } else if let (chunk, line) = Self.location(text) {
            found = at(line, of: chunk)
            if found.isEmpty { throw Complaint("There is no breakpoint at \(text).") }
        } else if let line = Int(text), !breakpoints.all.contains(where: { "\($0.id)" == text }),
            case let there = at(line, of: await currentChunk()), !there.isEmpty
        {
            found = there
        } else {
            found = try numbered(text)
        }
        for breakpoint in found {
            try breakpoints.remove(breakpoint.id)
            actions[breakpoint.id] = nil
            say("Removed breakpoint \(breakpoint.id) at \(Self.place(of: breakpoint))")
        }
    }

    private func at(_ line: Int, of chunk: String) -> [Breakpoint] {
        breakpoints.all.filter {
            guard case .line(let asked, let name) = $0.place else { return false }
            return (asked == line || $0.resolution == .line(line)) && (name == chunk || name.hasSuffix("/" + chunk))
        }
    }

    private func setEnabled(_ enabled: Bool, _ text: String) throws {
        for breakpoint in try numbered(text) {
            try breakpoints.setEnabled(enabled, breakpoint.id)
            say("\(enabled ? "Enabled" : "Disabled") breakpoint \(breakpoint.id) at \(Self.place(of: breakpoint))")
        }
    }

    private func ignore(_ text: String) throws {
        let (breakpoint, rest) = try first(of: text)
        guard let count = rest.isEmpty ? 0 : Int(rest) else { throw Complaint("\(rest) is no count.") }
        try breakpoints.ignore(count, breakpoint.id)
        let arrivals = count == 1 ? "the next arrival" : "the next \(count) arrivals"
        say(
            count == 0
                ? "Breakpoint \(breakpoint.id) stops at the next arrival."
                : "Breakpoint \(breakpoint.id) passes over \(arrivals).")
    }

    private func setCondition(_ text: String) throws {
        let (breakpoint, rest) = try first(of: text)
        try breakpoints.setCondition(rest.isEmpty ? nil : LuaText(rest), breakpoint.id)
        say("Breakpoint \(breakpoint.id) now stops \(rest.isEmpty ? "always" : "if \(rest)").")
    }

    /// The breakpoint that a text begins with the number of, and what follows.
    func first(of text: String) throws -> (Breakpoint, rest: String) {
        let number = text.prefix { !$0.isWhitespace }
        return (try numbered(number)[0], text.dropFirst(number.count).trimmed)
    }

    /// All or nothing: one wrong number and nothing is changed.
    func numbered(_ text: some StringProtocol) throws -> [Breakpoint] {
        let words = text.split(whereSeparator: \.isWhitespace)
        if words.isEmpty { throw Complaint("The number of a breakpoint is missing; break lists them.") }
        return try words.map { word in
            if word == "$" {
                guard let last = lastBreakpoint.flatMap({ breakpoints[$0] }) else {
                    throw Complaint("No breakpoint was set last, or it is gone.")
                }
                return last
            }
            guard let found = breakpoints.all.first(where: { "\($0.id)" == word }) else {
                throw Complaint("There is no breakpoint \(word).")
            }
            return found
        }
    }

    // MARK: - Listing

    private func listBreakpoints() {
        let all = breakpoints.all
        if all.isEmpty { return say("There are no breakpoints.") }
        say("Num  Type           Enabled  Hits  Ignore  Where")
        for breakpoint in all {
            let cells = [
                ("\(breakpoint.id)", 5), (Self.type(of: breakpoint), 15), (breakpoint.isEnabled ? "yes" : "no", 9),
                ("\(breakpoint.hitCount)", 6), ("\(breakpoint.ignoreCount)", 8), (Self.place(of: breakpoint), 0),
            ]
            let condition = breakpoint.condition.map { ", if \($0)" } ?? ""
            say(cells.map { $0.padded(to: $1) }.joined() + condition)
            if let log = breakpoint.log { say("     log: \(log)") }
            for line in actions[breakpoint.id] ?? [] { say("     " + line) }
            if let failure = breakpoint.failure {
                let times = breakpoint.failureCount == 1 ? "once" : "\(breakpoint.failureCount) times"
                say("     has failed \(times): " + failure.onOneLine)
            }
        }
    }

    private static func type(of breakpoint: Breakpoint) -> String {
        let kind =
            switch breakpoint.place {
            case .line: "line"
            case .function, .functionValue: "function"
            case .error: "error"
            case .watch: "watch"
            }
        return breakpoint.isOnce ? kind + ", once" : kind
    }
}
