// The commands that look and evaluate.

import LuaDebugCore

extension DebugCommand {
    static let inspectionCommands = [
        DebugCommand(
            "GETCODE", "[line]", "The text of the current line, or of a line.", group: "inspection", arity: 0...1
        ) {
            try await $0.getCode($1)
        },
        DebugCommand("GETRETURN", "", "What the script returned, once it has.", group: "inspection", arity: 0...0) {
            interpreter, _ in try interpreter.getReturn()
        },
        DebugCommand("GETSTACK", "", "The frames of the stack, innermost first.", group: "inspection", arity: 0...0) {
            interpreter, _ in try await interpreter.getStack()
        },
        DebugCommand(
            "DOEVAL", "expression", "The value of an expression in the selected frame.", group: "inspection",
            arity: 1...1
        ) { interpreter, arguments in
            let values = try await interpreter.evaluate(arguments[0])
            return interpreter.replies.inspected(values.first ?? .nil)
        },
        DebugCommand("DOPRINT", "expression", "The same, printed in full.", group: "inspection", arity: 1...1) {
            interpreter, arguments in interpreter.replies.printed(try await interpreter.evaluate(arguments[0]))
        },
        DebugCommand(
            "DOEXEC", "statement", "Execute statements in the selected frame.", group: "inspection", arity: 1...1
        ) {
            try await $0.execute($1)
        },
        DebugCommand(
            "FRAME", "[level]", "Select the frame that is looked at; the reply shows it.", group: "inspection",
            arity: 0...1
        ) { try await $0.selectFrame($1) },
        DebugCommand(
            "GETLOCALS", "[level]", "Parameters, locals and upvalues of a frame.", group: "inspection", arity: 0...1
        ) { try await $0.getLocals($1) },
        DebugCommand(
            "GETSOURCE", "[first [last]]",
            "Source lines: number, text, whether each can hold a breakpoint, holds one, is current.",
            group: "inspection",
            arity: 0...2
        ) { try await $0.getSource($1) },
    ]
}

extension Interpreter {
    private static let inspected = ValueLimits(depth: 8, entries: 10_000, bytes: 4 << 20)

    func getCode(_ arguments: Arguments) async throws -> RESPValue {
        let session = try session()
        guard arguments.count == 0 else {
            let line = try arguments.integer(0, "line")
            guard line >= 1, let found = session.lines(line...line).first else {
                throw CommandError("line \(line) is out of range: the script has \(session.lineCount) lines")
            }
            return .bulkString(found.bytes)
        }
        if case .ended = session.state { throw CommandError("no current line: the script has finished") }
        guard let found = try await session.source(around: 0, frame: selected).first else {
            throw CommandError("no source is known for the current line")
        }
        return .bulkString(found.bytes)
    }

    func getReturn() throws -> RESPValue {
        guard case .ended(let outcome) = try session().state else {
            throw CommandError("the script has not finished")
        }
        return try value(of: outcome)
    }

    func getStack() async throws -> RESPValue {
        let session = try session()
        if case .ended = session.state { return .array([]) }
        return replies.stack(try await session.frames())
    }

    func evaluate(_ expression: [UInt8]) async throws -> [Value] {
        try await session().evaluate(
            LuaText(bytes: expression), frame: selected, limits: Self.inspected, budget: service.configuration.budget)
    }

    func execute(_ arguments: Arguments) async throws -> RESPValue {
        if case .ended = try session().state { throw CommandError.ended }
        try await session().execute(
            LuaText(bytes: arguments[0]), frame: selected, limits: .flat, budget: service.configuration.budget)
        return .ok
    }

    func selectFrame(_ arguments: Arguments) async throws -> RESPValue {
        try checkStopped()
        let level = arguments.count == 1 ? try arguments.integer(0, "level") : selected
        let frames = try await session().frames(limit: max(0, min(level, 1_000_000)) + 1)
        guard frames.indices.contains(level) else { throw CommandError("there is no frame \(level) on this stack") }
        selected = level
        return replies.frame(frames[level])
    }

    func getLocals(_ arguments: Arguments) async throws -> RESPValue {
        try checkStopped()
        let level = arguments.count == 1 ? try arguments.integer(0, "level") : selected
        let variables = try await session().variables(frame: level, limits: ValueLimits(depth: 2, entries: 500))
        return .array(variables.map(replies.variable))
    }

    func getSource(_ arguments: Arguments) async throws -> RESPValue {
        let session = try session()
        var lines: [SourceLine]
        if arguments.count == 0, session.stop != nil {
            lines = try await session.source(around: 5, frame: selected)
        } else {
            let first = arguments.count > 0 ? try arguments.integer(0, "first line") : 1
            let last =
                arguments.count > 1 ? try arguments.integer(1, "last line") : arguments.count > 0 ? first : Int.max
            guard first >= 1, last >= first, first <= session.lineCount else {
                throw CommandError(
                    "lines \(first) to \(last) are out of range: the script has \(session.lineCount) lines")
            }
            lines = session.lines(first...min(last, session.lineCount))
        }
        return .array(
            lines.map { line in
                .array([
                    .integer(Int64(line.number)), .bulkString(line.bytes), .integer(line.isExecutable ? 1 : 0),
                    .integer(line.hasBreakpoint ? 1 : 0), .integer(line.isCurrent ? 1 : 0),
                ])
            })
    }
}
