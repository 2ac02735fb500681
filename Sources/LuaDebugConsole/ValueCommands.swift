// The commands that look at variables and evaluate.

import LuaDebugCore

extension Console {
    static let valueCommands = [
        ConsoleCommand("args a", "Show the arguments of the function.") { console, _ in
            try await console.showVariables([.parameter, .vararg])
        },
        ConsoleCommand("locals", "Show the arguments and local variables.") { console, _ in
            try await console.showVariables([.parameter, .vararg, .local])
        },
        ConsoleCommand("upvalues", "Show the variables of enclosing functions that the function uses.") { console, _ in
            try await console.showVariables([.upvalue])
        },
        ConsoleCommand(
            "globals", taking: "[pattern]",
            "Show the globals whose names match, * for any characters, ? for one; without a pattern, those of the script."
        ) { try await $0.showGlobals($1) },
        ConsoleCommand("p", taking: "expression", "Print values, each table on one line.") {
            let values = try await $0.values(of: $1)
            $0.say(values.isEmpty ? "no values" : PrettyPrinter.line(values))
        },
        ConsoleCommand("pp", taking: "expression", "Print values, tables spread over lines.") { console, text in
            let values = try await console.values(of: text, limits: ValueLimits(depth: 8, entries: 1000))
            console.say(values.isEmpty ? "no values" : PrettyPrinter().text(of: values))
        },
        ConsoleCommand("whatis", taking: "expression", "Tell the type of a value, its size, and of its metatable.") {
            console, text in
            for value in try await console.values(of: text, limits: .flat) {
                console.say(Console.description(of: value))
            }
        },
        ConsoleCommand("retval", "Show what the function returned that the last step came out of.") { console, _ in
            guard let returned = try await console.lastReturn() else {
                throw Complaint("The last step came out of no function of Lua's.")
            }
            console.say(returned.isEmpty ? "nothing" : PrettyPrinter.line(returned))
        },
    ]

    // MARK: - Variables

    private func showVariables(_ kinds: Set<Variable.Kind>) async throws {
        let (frame, thread) = (selected, coroutine)
        let variables = try await session.inspect { (script) throws(DebugError) in
            try script.variables(frame: frame, of: thread)
        }.filter { kinds.contains($0.kind) }
        if variables.isEmpty { return say("There are none.") }
        for variable in variables {
            let mark = variable.isShadowed ? " (hidden by a later one)" : ""
            say("\(variable.name) = \(PrettyPrinter.line([variable.value]))\(mark)")
        }
    }

    /// What a state has before a script runs: nobody asks for it.
    private static let standard: Set<String> = [
        "_G", "_VERSION", "arg", "coroutine", "debug", "io", "math", "os", "package", "string", "table", "utf8",
        "bit32",
    ]

    private func showGlobals(_ pattern: String) async throws {
        let limits = ValueLimits(depth: 2, entries: 5_000, bytes: 1 << 18)
        guard case .table(let table)? = try await values(of: "_ENV", limits: limits).first,
            case .entries(let entries, let omitted) = table.content
        else { throw Complaint("The globals cannot be looked at: _ENV is no table.") }
        let wanted = NamePattern(pattern)
        var found: [(name: String, value: Value)] = []
        for entry in entries {
            guard case .string(let name) = entry.key else { continue }
            if pattern.isEmpty {
                if case .function(let function) = entry.value, function.isC { continue }
                if Self.standard.contains(name.text) { continue }
            } else if !wanted.matches(name.text) {
                continue
            }
            found.append((name.text, entry.value))
        }
        if found.isEmpty { say(pattern.isEmpty ? "There are none." : "No global matches \(pattern).") }
        let printer = PrettyPrinter(isMultiline: false, bytes: 1_000)
        for (name, value) in found.sorted(by: { $0.name < $1.name }) { say("\(name) = \(printer.text(of: value))") }
        if omitted { say("...") }
    }

    // MARK: - Values

    func values(of expression: String, limits: ValueLimits = .standard) async throws -> [Value] {
        if expression.isEmpty { throw Complaint("An expression is missing.") }
        let (frame, thread, text) = (selected, coroutine, LuaText(expression))
        if case .ended = session.state { return try await session.evaluate(text, limits: limits) }
        return try await session.inspect { (script) throws(DebugError) in
            try script.evaluate(text, frame: frame, of: thread, limits: limits)
        }
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
            let (frame, thread) = (selected, coroutine)
            values = try await session.inspect { (script) throws(DebugError) in
                try script.evaluateOrExecute(LuaText(text), frame: frame, of: thread)
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
