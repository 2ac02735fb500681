// How a session in the dialect of Redis' own debugger, LDB, begins and ends: redis-cli --ldb is its client.

import LuaDebugCore

/// What `SCRIPT DEBUG` has chosen: whether the next EVAL is debugged, and what becomes of what it changes.
enum Dialect: Sendable {
    case off, rollback, keep
}

/// A session in the dialect: what the connection remembers beside what it does of every session.
struct LDB: Sendable {
    let hosted: HostScript
    let log: LDBLog
    /// Where the script stopped last.
    var stop: Stop?
    /// Where the selected frame is.
    var place: Location?
}

extension Interpreter {
    /// What redis-cli knows the end by.
    private static let end = LDBText.line("<endsession>")
    /// How long a script runs before it is asked whether that is meant.
    private static let patience = Duration.seconds(5)

    func chooseDialect(_ arguments: Arguments) throws -> RESPValue {
        guard arguments.count == 2 else { throw CommandError("wrong number of arguments for 'script|debug' command") }
        switch arguments.keyword(1) {
        case "YES": dialect = .rollback
        case "SYNC": dialect = .keep
        case "NO": dialect = .off
        default: throw CommandError("Use SCRIPT DEBUG YES/SYNC/NO")
        }
        return .ok
    }

    /// `EVAL` in the dialect: from now on every command has one array as its reply, until the script has ended.
    func beginDialect(_ words: [[UInt8]]) async {
        let arguments = Arguments(command: "eval", words: Array(words.dropFirst()))
        let log = LDBLog()
        var made: HostScript?
        do {
            guard arguments.count >= 2 else { throw CommandError("wrong number of arguments for 'eval' command") }
            var request = try request(arguments)
            request.keepsEffects = dialect == .keep
            request.isReadOnly = String(decoding: words[0], as: UTF8.self).uppercased() == "EVAL_RO"
            request.onCall = { words, reply, _ in
                if log.showsCalls { log.called(words, reply) }
            }
            request.onDebug = { values, line in log.said(values, line: line) }
            let hosted = try hosted(request)
            made = hosted
            var limits = service.configuration.limits
            if limits.time == nil {
                limits.time = Self.patience
                limits.stopsWhenTimeIsOver = true
            }
            let outcome = try await begin(hosted, request, limits: limits)
            ldb = LDB(hosted: hosted, log: log)
            if let lines = await told(outcome) { say(LDBText.reply(lines)) }
        } catch let error as CommandError {
            await leaveDialect(with: error.reply)
        } catch let refusal as ScriptRefusal {
            await leaveDialect(with: refusal.reply)
        } catch let error as DebugError {
            await leaveDialect(with: made?.refusal(error) ?? CommandError(error.message).reply)
        } catch {
            await leaveDialect(with: CommandError("\(error)").reply)
        }
    }

    /// The end as redis-cli wants it: what is left to say, the mark, then what `EVAL` answers; the connection is closed.
    ///
    /// Also of a session that could not begin: without the mark the client would go on to ask for commands.
    func leaveDialect(_ lines: [LDBText.Line] = [], with reply: RESPValue) async {
        output.write([LDBText.reply(lines + [Self.end]), reply])
        ldb = nil
        await drop()
        quit()
    }

    /// One command in a session in the dialect.
    func obey(_ order: DebugConnection.Order) async {
        guard let session = held?.session else { return }
        // Somebody else has ended the script, or is about to.
        if case .ended(let outcome) = await session.settledIfEnding() { return await leave(after: outcome) }
        if order.isDone { return say(LDBText.reply([LDBText.line("OK")])) }
        let word = String(decoding: order.words[0], as: UTF8.self)
        let arguments = Array(order.words.dropFirst())
        guard let command = LDBCommand.named(word), command.arity.contains(arguments.count) else {
            let message = "Unknown Redis Lua debugger command or wrong number of arguments."
            return say(LDBText.reply([LDBText.line("<error> " + message)]))
        }
        do {
            guard let lines = try await command.run(self, arguments) else { return }
            say(LDBText.reply(said() + lines))
        } catch {
            // Or has done so since.
            if case .ended(let outcome) = session.state { return await leave(after: outcome) }
            let message = (error as? DebugError)?.message ?? (error as? CommandError)?.message ?? "\(error)"
            say(LDBText.reply(said() + [LDBText.line("<error> " + message)]))
        }
    }

    private func leave(after outcome: Outcome) async { await leaveDialect(said(), with: reply(to: outcome)) }

    private func reply(to outcome: Outcome) -> RESPValue {
        ldb?.hosted.reply(outcome, ldb?.stop?.location) ?? CommandError("the session is over").reply
    }

    // MARK: - What is told

    /// Where the script stopped; nil when it has ended, which has been said then.
    func told(_ outcome: Outcome) async -> [LDBText.Line]? {
        guard case .stopped(let stop) = outcome else {
            await leave(after: outcome)
            return nil
        }
        ldb?.stop = stop
        ldb?.place = stop.location
        var lines = said()
        let line = stop.location.line.map(String.init) ?? "?"
        lines.append(LDBText.line("* Stopped at \(line), stop reason = \(Self.reason(stop))"))
        for case .breakpoint(_, let error?) in stop.reasons {
            lines.append(LDBText.line("<error> the condition failed: \(error)"))
        }
        lines += (try? await sourceHere()) ?? []
        lines += (try? await watched()) ?? []
        return lines
    }

    /// In LDB's words; where it has none, in ours.
    private static func reason(_ stop: Stop) -> String {
        for reason in stop.reasons {
            switch reason {
            case .breakpoint: return "break point"
            case .script: return "redis.breakpoint() called"
            case .timeLimit: return "timeout reached, infinite loop?"
            case .pause, .watch, .error: return reason.description
            case .step, .entry: continue
            }
        }
        return "step over"
    }

    /// What the script has said and called since the last reply.
    private func said() -> [LDBText.Line] {
        guard let log = ldb?.log, let session = held?.session else { return [] }
        while case let events = session.events.read(), !events.isEmpty {
            for event in events {
                switch event {
                // Told by the host, in order with the calls.
                case .script(let message) where message.kind == .message || message.kind == .call: break
                case .script(let message):
                    if let values = message.values {
                        log.said(values, line: message.location.line)
                    } else {
                        log.add(LDBText.line("<error> " + (message.failure ?? "")))
                    }
                case .log(let message): log.add(LDBText.line("<debug> " + message.text))
                case .lost(let count): log.add(LDBText.line("<hint> \(count) messages of the script's are lost."))
                case .trace: break
                }
            }
        }
        return log.take()
    }
}
