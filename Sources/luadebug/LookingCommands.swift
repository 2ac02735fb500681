// The commands that look at the stopped script: its stack, its source, its values.

import LuaDebugCore

extension Console {
    static let lookingCommands = [
        Command("where w bt", taking: "[count]", "Show the stack, newest last, > on the selected frame.") {
            try await $0.showStack($1)
        },
        Command("up u", taking: "[count]", "Select the caller of the selected frame.") { try await $0.move($1, by: 1) },
        Command("down d", taking: "[count]", "Select what the selected frame has called.") {
            try await $0.move($1, by: -1)
        },
        Command("frame", taking: "number", "Select a frame by its number; 0 is the innermost.") {
            try await $0.select($1)
        },
        Command(
            "list l", taking: "[first[, last] | .]", "Show the source around the line, more of it, or the lines given."
        ) {
            try await $0.list($1)
        },
        Command("ll", "Show the source of the whole function.") { console, _ in try await console.listFunction() },
        Command("args a", "Show the arguments of the function.") { console, _ in
            try await console.showVariables([.parameter, .vararg])
        },
        Command("locals", "Show the arguments and local variables.") { console, _ in
            try await console.showVariables([.parameter, .vararg, .local])
        },
        Command("upvalues", "Show the variables of enclosing functions that the function uses.") { console, _ in
            try await console.showVariables([.upvalue])
        },
        Command("p", taking: "expression", "Print values, each table on one line.") {
            let values = try await $0.values(of: $1)
            $0.say(values.isEmpty ? "no values" : PrettyPrinter.line(values))
        },
        Command("pp", taking: "expression", "Print values, tables spread over lines.") { console, text in
            let values = try await console.values(of: text, limits: ValueLimits(depth: 8, entries: 1000))
            console.say(PrettyPrinter().text(of: values))
        },
        Command("whatis", taking: "expression", "Tell the type of a value.") { console, text in
            for value in try await console.values(of: text, limits: .flat) {
                console.say(Console.description(of: value))
            }
        },
        Command("coroutines", "List the script's coroutines.") { console, _ in try await console.listCoroutines() },
    ]

    // MARK: - The stack

    private func showStack(_ text: String) async throws {
        let count = text.isEmpty ? 50 : Int(text) ?? 0
        guard count > 0 else { throw Complaint("\(text) is no count of frames.") }
        let frames = try await session.frames(limit: count)
        if let coroutine = session.stop?.coroutine, coroutine != 0 { say("In coroutine \(coroutine):") }
        if let depth = session.stop?.depth, depth > frames.count { say("  ... \(depth - frames.count) older frames") }
        for frame in frames.reversed() {
            say("\(frame.level == selected ? ">" : " ") #\(frame.level) \(Self.place(frame))")
        }
    }

    private func move(_ text: String, by direction: Int) async throws {
        guard let count = text.isEmpty ? 1 : Int(text), count > 0 else { throw Complaint("\(text) is no count.") }
        let depth = session.stop?.depth ?? 1
        let target = max(0, min(depth - 1, selected + direction * min(count, depth)))
        if session.stop != nil, target == selected { throw Complaint(direction > 0 ? "Oldest frame" : "Newest frame") }
        try await select(level: target)
    }

    private func select(_ text: String) async throws {
        if text.isEmpty { throw Complaint("The number of a frame is missing; where shows them.") }
        let depth = session.stop?.depth ?? .max
        guard let level = Int(text), 0..<depth ~= level else {
            throw Complaint("There is no frame \(text) on this stack.")
        }
        try await select(level: level)
    }

    private func select(level: Int) async throws {
        guard let frame = try await session.frames(limit: level + 1).last else { return }
        selected = frame.level
        listed = nil
        say("#\(frame.level) \(Self.place(frame))")
        try await showLine()
    }

    private func listCoroutines() async throws {
        for coroutine in try await session.coroutines() {
            let place = coroutine.location.map { "  \($0)" } ?? ""
            say("\("\(coroutine.id)".padded(to: 4))\("\(coroutine.status)".padded(to: 10))\(place)".trimmed)
        }
    }

    // MARK: - The source

    private func list(_ text: String) async throws {
        let lines = try await session.source(around: 1 << 30, frame: selected)
        let current = lines.first(where: \.isCurrent)?.number ?? 1
        let bounds = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0.trimmed) }
        let range: ClosedRange<Int>
        switch (text, bounds.count) {
        case ("", _): range = listed.map { $0 + 1...$0 + 11 } ?? max(1, current - 5)...current + 5
        case (".", _): range = max(1, current - 5)...current + 5
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
        let lines = try await session.source(around: 1 << 30, frame: selected)
        let frame = try await session.frames(limit: selected + 1).last
        show(lines, frame?.lines ?? 1...max(1, lines.count))
    }

    private func show(_ lines: [SourceLine], _ range: ClosedRange<Int>) {
        for line in lines where range.contains(line.number) {
            let marks = (line.hasBreakpoint ? "B" : " ") + (line.isCurrent ? "->" : "  ")
            say("\("\(line.number)".padded(to: 4))\(marks) \(line.text)".trimmed)
            listed = line.number
        }
        if range.upperBound > lines.count { say("[EOF]") }
    }

    // MARK: - Values

    private func showVariables(_ kinds: Set<Variable.Kind>) async throws {
        let variables = try await session.variables(frame: selected).filter { kinds.contains($0.kind) }
        if variables.isEmpty { return say("There are none.") }
        for variable in variables {
            let mark = variable.isShadowed ? " (hidden by a later one)" : ""
            say("\(variable.name) = \(variable.value)\(mark)")
        }
    }

    private func values(of expression: String, limits: ValueLimits = .standard) async throws -> [Value] {
        if expression.isEmpty { throw Complaint("An expression is missing.") }
        return try await session.evaluate(LuaText(expression), frame: selected, limits: limits)
    }

    /// Evaluates an expression and prints what it has, or executes statements.
    func runLua(_ text: String) async throws {
        if text.isEmpty { throw Complaint("After the !, an expression or a statement is missing.") }
        let values: [Value]
        if case .ended = session.state {
            do throws(DebugError) { values = try await session.evaluate(LuaText(text)) } catch {
                if error.code != .syntax { throw error }
                throw Complaint("No expression, and after the script's end only those can be run: \(error.message)")
            }
        } else {
            let frame = selected
            values = try await session.inspect { (script) throws(DebugError) in
                try script.evaluateOrExecute(LuaText(text), frame: frame)
            }
        }
        if !values.isEmpty { say(PrettyPrinter.line(values)) }
    }

    private static func description(of value: Value) -> String {
        switch value {
        case .nil, .boolean, .opaque: value.typeName
        case .integer: "number, an integer"
        case .number: "number, a float"
        case .string(let string): "string of \(string.length) bytes"
        case .table(let table): "table of length \(table.length)" + (table.hasMetatable ? " with a metatable" : "")
        case .function(let function) where function.isC: "function, written in C"
        case .function: "function, \(value)"
        }
    }
}
