// The commands that begin, find and end sessions.

import LuaDebugCore

extension DebugCommand {
    static let sessionCommands = [
        DebugCommand(
            "DEVAL", "script numkeys [key...] [arg...]",
            "Begin a debug session; the script stops before its first line, whose number is the reply.",
            group: "session", scope: .outside, arity: 2...any
        ) { try await $0.begin(try $0.request($1)) },
        DebugCommand(
            "DFCALL", "function numkeys [key...] [arg...]",
            "Begin a debug session of a function of a loaded library; it stops before the function's first line.",
            group: "session", scope: .outside, arity: 2...any
        ) { try await $0.beginFunction($1) },
        DebugCommand(
            "END", "",
            "Run the script to its end, ignoring every breakpoint; its value is the reply, the session is over.",
            group: "session", arity: 0...0
        ) { interpreter, _ in try await interpreter.end() },
        DebugCommand(
            "ABORT", "", "End the script where it is; the session is over.", group: "session", arity: 0...0
        ) { interpreter, _ in try await interpreter.abort() },
        DebugCommand(
            "DEFFECTS", "[KEEP | ROLLBACK]",
            "What becomes of what a debugged script changes in the host's data; the reply is keep or rollback.",
            group: "session", scope: .housekeeping, arity: 0...1
        ) { try $0.setEffects($1) },
        DebugCommand(
            "DSESSIONS", "",
            "List what can be debugged in this process: id, name, state, line, seconds, who debugs it, how many look on.",
            group: "session", scope: .housekeeping, arity: 0...0
        ) { interpreter, _ in interpreter.listSessions() },
        DebugCommand(
            "DATTACH", "id | name [OBSERVE | TAKEOVER]",
            "Debug a script that the host runs, or only look on, or debug it in another's place; the reply is its line, or nothing while it runs.",
            group: "session", scope: .outside, arity: 1...2
        ) { try await $0.attach($1) },
        DebugCommand(
            "DDETACH", "", "Leave the script of the host; it goes on without stops.", group: "session", arity: 0...0
        ) { interpreter, _ in try await interpreter.detach() },
        DebugCommand(
            "DKILL", "id", "End the script of a session, whoever debugs it.", group: "session", scope: .housekeeping,
            arity: 1...1
        ) { try await $0.kill($1) },
        DebugCommand(
            "DREPLY", "TYPED | TEXT", "Typed replies, or all scalars as strings.", group: "session",
            scope: .housekeeping, arity: 1...1
        ) { try $0.setReplies($1) },
    ]
}

extension Interpreter {
    /// The chunk's name, as Redis names a script.
    static let scriptName = "user_script"

    func begin(_ request: ScriptRequest) async throws -> RESPValue {
        var request = request
        request.keepsEffects = keepsEffects
        let commands = CommandStops()
        request.stopsAt = { commands.contains($0) }
        let outcome = try await begin(try hosted(request), request, limits: service.configuration.limits, commands)
        let reply = Result { () throws(CommandError) in try self.reply(to: outcome, .line) }
        switch outcome {
        case .stopped, .returned: break
        // Before its first line: there is nothing to debug.
        case .failed, .aborted: await drop()
        }
        return try reply.get()
    }

    func beginFunction(_ arguments: Arguments) async throws -> RESPValue {
        if host == nil { throw CommandError("the host has no libraries of functions; DEVAL debugs a script") }
        var request = try request(arguments, elseNumber: "Bad number of keys provided")
        (request.function, request.source) = (request.source, [])
        return try await begin(request)
    }

    /// What `EVAL` and its like are given: a script, how many keys there are, keys, arguments.
    func request(
        _ arguments: Arguments, elseNumber refusal: String = "value is not an integer or out of range"
    ) throws(CommandError) -> ScriptRequest {
        guard let count = Int(arguments.text(1)) else { throw CommandError(refusal) }
        if count < 0 { throw CommandError("Number of keys can't be negative") }
        if count > arguments.count - 2 { throw CommandError("Number of keys can't be greater than number of args") }
        var request = ScriptRequest(
            arguments[0], keys: Array(arguments.words[2..<(2 + count)]),
            arguments: Array(arguments.words[(2 + count)...]))
        request.version = replies.version
        return request
    }

    /// As the host runs it, or with Lua's own libraries.
    func hosted(_ request: ScriptRequest) throws -> HostScript {
        if let host { return try host.script(request) }
        var script = Script(request.source, name: Self.scriptName)
        script.lists = ["KEYS": request.keys, "ARGV": request.arguments]
        var hosted = HostScript(
            script,
            reply: { [replies] outcome, _ in
                do throws(CommandError) { return try replies.value(of: outcome) } catch { return error.reply }
            },
            refusal: { CommandError($0.message).reply })
        hosted.scriptFunctions = service.configuration.scriptFunctions
        return hosted
    }

    /// Begins a session and holds it; the script stops before its first line.
    func begin(
        _ hosted: HostScript, _ request: ScriptRequest, limits: RunLimits, _ commands: CommandStops = CommandStops()
    ) async throws -> Outcome {
        let script = hosted.script
        if case .refuse(let reason) = service.configuration.decision(on: script) {
            throw CommandError(reason, code: "DENIED")
        }
        let session = DebugSession(
            script, limits: limits, environment: hosted.environment, scriptFunctions: hosted.scriptFunctions,
            output: service.configuration.output)
        let id = try service.begin(session, name: script.name, holder: holder, number).id
        do {
            let outcome = try await session.start()
            take(
                Held(
                    id: id, session: session, name: script.name, isOwn: true, hosted: hosted,
                    keepsEffects: request.keepsEffects, commands: commands))
            return outcome
        } catch {
            await session.close()
            service.release(id, number, isOwn: true)
            throw error
        }
    }

    /// Of this connection's sessions from now on; in a session it tells only that session's.
    func setEffects(_ arguments: Arguments) throws -> RESPValue {
        guard host != nil else { throw CommandError("the host has no data that a script could change") }
        if arguments.count == 1, held != nil {
            throw CommandError("what becomes of effects is chosen before the session: END or ABORT it")
        }
        switch arguments.keyword(0) {
        case "" where arguments.count == 0: break
        case "KEEP": keepsEffects = true
        case "ROLLBACK": keepsEffects = false
        default: throw CommandError("syntax error: DEFFECTS KEEP or DEFFECTS ROLLBACK")
        }
        return .simpleString([UInt8]((held?.keepsEffects ?? keepsEffects ? "keep" : "rollback").utf8))
    }

    private var holder: String { name.isEmpty ? peer : "\(name) (\(peer))" }

    func end() async throws -> RESPValue {
        let session = try session()
        if session.isHosted {
            throw CommandError("the host runs this script, its end is not known here: DDETACH leaves it")
        }
        let outcome: Outcome
        // It may run without us, to its end: after too long a stop.
        if case .ended(let earlier) = await session.settled() {
            outcome = earlier
        } else {
            outcome = try await resume(.finish)
        }
        let reply = Result { () throws(CommandError) in try value(of: outcome) }
        await drop()
        return try reply.get()
    }

    /// What a script returned, as `EVAL` would give it.
    func value(of outcome: Outcome) throws(CommandError) -> RESPValue {
        switch outcome {
        case .returned, .failed:
            if let hosted = held?.hosted { return hosted.reply(outcome, nil) }
            return try replies.value(of: outcome)
        case .aborted, .stopped: return try replies.value(of: outcome)
        }
    }

    func abort() async throws -> RESPValue {
        let session = try session()
        if session.isHosted {
            try session.kill(by: "ABORT")
        } else if session.stop != nil {
            _ = try await resume(.abort, watching: false)
        }
        await drop()
        return .ok
    }

    func listSessions() -> RESPValue {
        let now = ContinuousClock.now
        return .array(
            service.sessions.map { listing in
                replies.record([
                    ("id", .integer(Int64(listing.id))), ("name", .text(listing.name)),
                    ("state", .text(listing.state.word)), ("line", replies.line(listing.state.location?.line)),
                    ("seconds", .integer((now - listing.since).components.seconds)),
                    ("holder", listing.holder.map { .text($0) } ?? .null),
                    ("observers", .integer(Int64(listing.observers))),
                ])
            })
    }

    func attach(_ arguments: Arguments) async throws -> RESPValue {
        let words = arguments.words.map { String(decoding: $0, as: UTF8.self) }
        let attachment = try service.hold(words, by: holder, number)
        let session = attachment.session
        take(
            Held(id: attachment.id, session: session, name: session.script.name, isOwn: false, attachment: attachment))
        return replies.line(session.stop?.location.line)
    }

    func detach() async throws -> RESPValue {
        guard let held, !held.isOwn else {
            throw CommandError("this script was begun by this connection and ends with its session: END or ABORT it")
        }
        held.session.letGo()
        await drop()
        return .ok
    }

    func kill(_ arguments: Arguments) async throws -> RESPValue {
        let id = try identifier(arguments)
        guard service.registry[id] != nil else { throw CommandError("there is no session \(id)") }
        try service.kill(id, by: "DKILL")
        return .ok
    }

    private func identifier(_ arguments: Arguments) throws(CommandError) -> UInt32 {
        guard let id = UInt32(arguments.text(0)) else {
            throw CommandError("there is no session \(arguments.text(0))")
        }
        return id
    }

    func setReplies(_ arguments: Arguments) throws -> RESPValue {
        switch arguments.keyword(0) {
        case "TYPED": replies.isText = false
        case "TEXT": replies.isText = true
        default: throw CommandError("syntax error: DREPLY TYPED or DREPLY TEXT")
        }
        return .ok
    }
}
