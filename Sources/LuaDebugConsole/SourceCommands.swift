// The commands that show source text.

import LuaDebugCore

extension Console {
    static let sourceCommands = [
        ConsoleCommand(
            "list l", taking: "[first[, last] | .]",
            "Show the source around the line, more of it, or the lines given; -> is the line, B a breakpoint."
        ) {
            try await $0.list($1)
        },
        ConsoleCommand("ll", "Show the source of the whole function.") { console, _ in
            try await console.listFunction()
        },
        ConsoleCommand("source", taking: "expression", "Show the source of a function that an expression gives.") {
            try await $0.showSource($1)
        },
    ]

    /// All lines of the chunk that the selected frame runs; of the script where nothing runs.
    private func lines() async throws -> [SourceLine] {
        guard session.stop != nil else { return session.lines(1...max(1, session.lineCount)) }
        let (frame, thread) = (selected, coroutine)
        return try await session.inspect { (script) throws(DebugError) in
            try script.source(around: 1 << 30, frame: frame, of: thread)
        }
    }

    private func list(_ text: String) async throws {
        let lines = try await lines()
        let current = lines.first(where: \.isCurrent)?.number ?? 1
        let bounds = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0.trimmed) }
        let around = max(1, current - 5)...max(1, current - 5) + 10
        let range: ClosedRange<Int>
        switch (text, bounds.count) {
        case ("", _): range = listed.map { $0 + 1...$0 + 11 } ?? around
        case (".", _): range = around
        case (_, 1...2):
            guard let first = bounds[0], 1...lines.count ~= first, let last = bounds.count > 1 ? bounds[1] : first + 10
            else { throw Complaint("\(text): the source has the lines 1 to \(lines.count).") }
            // As in pdb: a second number that is less than the first is a count.
            range = first...(last < first ? first + max(0, last) : last)
        default: throw Complaint("\(text) is no range of lines.")
        }
        show(lines, range)
    }

    private func listFunction() async throws {
        let lines = try await lines()
        let (frame, thread) = (selected, coroutine)
        var range: ClosedRange<Int>?
        if session.stop != nil {
            range = try await session.inspect { (script) throws(DebugError) in
                try script.frames(of: thread, limit: frame + 1).last
            }?.lines
        }
        show(lines, range ?? 1...max(1, lines.count))
    }

    private func showSource(_ text: String) async throws {
        let value = try await values(of: text, limits: .flat).first ?? .nil
        guard case .function(let function) = value else { throw Complaint("\(text) is no function: \(value)") }
        guard let chunk = function.chunk, let range = function.lines else {
            throw Complaint("\(text) is written in C; it has no source.")
        }
        // A main chunk's begins at 0.
        let first = max(1, range.lowerBound)
        let lines = session.lines(first...(range.lowerBound < 1 ? Int(Int32.max) : range.upperBound), of: chunk)
        if lines.isEmpty { throw Complaint("The source of \(chunk) is not known; the host can provide it.") }
        say(value.description)
        show(lines, first...(lines.last?.number ?? first))
    }

    private func show(_ lines: [SourceLine], _ range: ClosedRange<Int>) {
        let known = lines.last?.number ?? 0
        for line in lines where range.contains(line.number) {
            let marks = (line.hasBreakpoint ? "B" : " ") + (line.isCurrent ? "->" : "  ")
            say("\("\(line.number)".padded(to: 4))\(marks) \(line.text)".trimmedAtEnd)
            listed = line.number
        }
        if range.upperBound > known { say("[EOF]") }
    }
}
