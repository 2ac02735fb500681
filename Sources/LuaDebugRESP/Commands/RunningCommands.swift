// The commands that let the script go on.

import LuaDebugCore

extension DebugCommand {
    static let runningCommands = [
        DebugCommand(
            "RUN", "[line...]",
            "Run until a breakpoint, whose id is the reply, or the end (OK, or the error); lines become breakpoints first.",
            group: "running", arity: 0...any
        ) { try await $0.run($1) },
        DebugCommand(
            "RESTART", "[FLUSH]", "Begin the script anew; FLUSH forgets breakpoints, watches and the trace.",
            group: "running", arity: 0...1
        ) { try await $0.restart($1) },
        DebugCommand(
            "DRESTART", "[FLUSH]", "The same: redis-cli keeps the word restart to itself.", group: "running",
            arity: 0...1
        ) { try await $0.restart($1) },
        DebugCommand("STEPINTO", "", "Go to the next line, into functions called.", group: "running", arity: 0...0) {
            interpreter, _ in try await interpreter.step(.stepInto)
        },
        DebugCommand("STEPOVER", "", "Go to the next line, over functions called.", group: "running", arity: 0...0) {
            interpreter, _ in try await interpreter.step(.stepOver)
        },
        DebugCommand(
            "STEPOUT", "", "Go to the next line after this function has returned.", group: "running", arity: 0...0
        ) {
            interpreter, _ in try await interpreter.step(.stepOut)
        },
        DebugCommand("RUNTO", "line", "Run to a line, once.", group: "running", arity: 1...1) {
            try await $0.runTo($1)
        },
        DebugCommand(
            "UNTIL", "[line]", "Run to a line of this function greater than the current one, or to a line, once.",
            group: "running", arity: 0...1
        ) { interpreter, arguments in
            arguments.count == 0
                ? try await interpreter.step(.untilGreaterLine) : try await interpreter.runTo(arguments)
        },
        DebugCommand(
            "PAUSE", "", "Stop the running script at its next line; accepted while a RUN is pending.", group: "running",
            arity: 0...0
        ) { interpreter, _ in try interpreter.pause() },
    ]
}

extension Interpreter {
    func run(_ arguments: Arguments) async throws -> RESPValue {
        if case .ended(let outcome) = try session().state { throw Self.hasEnded(outcome) }
        try addBreakpoints(try lines(arguments.words))
        return try reply(to: try await resume(.continue), .breakpoint)
    }

    func restart(_ arguments: Arguments) async throws -> RESPValue {
        let flush = arguments.count == 1
        if flush, arguments.keyword(0) != "FLUSH" { throw CommandError("syntax error: RESTART or RESTART FLUSH") }
        guard held?.isOwn == true else { throw CommandError("only a script begun by DEVAL or DFCALL can be restarted") }
        let session = try session()
        // It never fails: what runs although this client waits for nothing is being ended, or finishes after too long a stop.
        if case .running = session.state { session.abort(by: "RESTART") }
        await session.settled()
        await service.configuration.willRestart?(session.script)
        if flush { held?.commands.removeAll() }
        return try reply(to: try await resume(.restart(flush: flush), watching: false), .line)
    }

    func step(_ verb: Resume) async throws -> RESPValue {
        try reply(to: try await resume(verb, watching: verb != .stepInto), .line)
    }

    func runTo(_ arguments: Arguments) async throws -> RESPValue {
        let line = try arguments.integer(0, "line")
        try checkStopped()
        return try reply(to: try await resume(.toLine(line)), .line)
    }

    func pause() throws -> RESPValue {
        let session = try session()
        switch session.state {
        case .running:
            session.pause()
            return .ok
        case .ended: throw CommandError.ended
        default: throw CommandError("the script is stopped already")
        }
    }

    func checkStopped() throws {
        switch try session().state {
        case .stopped: return
        case .running: throw CommandError.running
        case .ended(let outcome): throw Self.hasEnded(outcome)
        case .notStarted, .closed: throw CommandError.noSession
        }
    }
}
