// Carries out the commands of one connection, one after the other.

import LuaDebugCore

/// What a connection is in the middle of, and what it does with a command.
actor Interpreter {
    /// A session that this connection holds.
    struct Held {
        let id: UInt32
        let session: DebugSession
        let name: String
        /// Begun by this client's `DEVAL` or `DFCALL`.
        let isOwn: Bool
        /// Its place there; nil of its own.
        var attachment: SessionAttachment?
        /// How the host runs it; nil for a script of the host's own.
        var hosted: HostScript?
        /// What it changes stays.
        var keepsEffects = false
        /// The host's commands that it stops at.
        var commands = CommandStops()
    }

    let service: DebugService
    let output: Output
    let running: RunningSession
    let peer: String
    /// What wrong passwords are counted by.
    let address: String
    let number: Int64
    /// What the host is to this connection.
    let host: HostClient?
    /// What becomes of what the scripts of this connection's sessions change; `DEFFECTS`.
    var keepsEffects: Bool
    /// `SCRIPT DEBUG`.
    var dialect = Dialect.off
    /// In the middle of a session in the dialect.
    var ldb: LDB?
    var name = ""
    let trust: Trust
    var isTrusted: Bool { trust.isGiven }
    /// What `AUTH` may answer, once.
    var challenge: LoginChallenge?
    var replies = Replies(version: .resp2)
    var held: Held?
    /// The frame that is looked at; every stop selects 0.
    var selected = 0
    var subscriptions: Set<String> = []
    /// Read from the session and not yet given to `TRREAD`.
    var unread: [SessionEvent] = []
    private var isLeaving = false
    /// The client knows how this run has ended.
    private var isTold = false

    init(
        _ service: DebugService, _ output: Output, _ running: RunningSession, _ trust: Trust, peer: String,
        address: String
    ) {
        self.service = service
        self.output = output
        self.running = running
        self.peer = peer
        self.address = address
        number = service.nextConnection()
        self.trust = trust
        host = service.configuration.client?()
        keepsEffects = host?.keepsEffects ?? false
    }

    func say(_ value: RESPValue) { output.write([replies.finished(value)]) }

    /// What the peer sends cannot be read any more.
    func fail(_ problem: CommandError) async {
        if ldb != nil { await leaveDialect(with: problem.reply) } else { say(problem.reply) }
    }

    /// Replies to one order; true when it was the connection's last.
    func carryOut(_ order: DebugConnection.Order) async -> Bool {
        if ldb != nil {
            await obey(order)
            return isLeaving
        }
        let reply: RESPValue?
        do {
            reply = try await result(of: order)
        } catch let error as CommandError {
            reply = error.reply
        } catch let refusal as ScriptRefusal {
            reply = refusal.reply
        } catch let error as DebugError {
            reply = CommandError(error).reply
        } catch {
            reply = CommandError("\(error)").reply
        }
        if let reply { say(reply) }
        return isLeaving
    }

    private func result(of order: DebugConnection.Order) async throws -> RESPValue? {
        if order.isDone { return .ok }
        let word = String(decoding: order.words[0], as: UTF8.self)
        let arguments = Arguments(command: word, words: Array(order.words.dropFirst()))
        guard let command = DebugCommand.named(word) else { return try await unknown(order.words, word) }
        if !isTrusted, !["AUTH", "DCHALLENGE", "HELLO", "QUIT"].contains(command.name) {
            throw CommandError("Authentication required.", code: "NOAUTH")
        }
        // It only looks, also during a session.
        let isExists = command.name == "SCRIPT" && arguments.keyword(0) == "EXISTS"
        if command.name == "EVALSHA" || command.name == "SCRIPT", held == nil || isExists,
            let reply = try await hostAnswers(order.words, arguments)
        {
            return reply
        }
        guard command.arity.contains(arguments.count) else { throw CommandError.arity(word) }
        switch (command.scope, held) {
        case (.inside, nil): throw CommandError.noSession
        case (.outside, _?):
            throw CommandError("\(command.name) is not accepted during a debug session: END or ABORT it first")
        default:
            try await checkAlive(command)
            if command.scope == .inside, !command.isForObservers { try held?.attachment?.session.checkControl() }
            return try await command.run(self, arguments)
        }
    }

    /// Somebody else has ended the script while it was stopped: the next command says so, once.
    private func checkAlive(_ command: DebugCommand) async throws(CommandError) {
        guard command.scope == .inside, !["RESTART", "DRESTART", "ABORT", "END"].contains(command.name), !isTold,
            let held
        else { return }
        // One of ours was stopped, and ends soon. Another may be in a C function that nothing ends.
        let state = held.isOwn ? await held.session.settledIfEnding() : held.session.state
        guard case .ended(let outcome) = state, case .aborted = outcome else { return }
        isTold = true
        throw Self.hasEnded(outcome)
    }

    /// A word that is none of ours: the host's, where it may have some.
    private func unknown(_ words: [[UInt8]], _ word: String) async throws -> RESPValue? {
        if !isTrusted { throw CommandError("Authentication required.", code: "NOAUTH") }
        let shown = String(word.prefix(128))
        if held != nil {
            throw CommandError("unknown debug command '\(shown)': only debug commands are accepted during a session")
        }
        if dialect != .off, ["EVAL", "EVAL_RO"].contains(word.uppercased()) {
            await beginDialect(words)
            return nil
        }
        if let reply = await host?.perform(words, replies.version) { return reply }
        if let reply = await service.configuration.otherCommands?(words) { return reply }
        throw CommandError("unknown command '\(shown)'")
    }

    /// What is said of cached scripts is the host's, where it keeps some; `SCRIPT DEBUG` and the killing of sessions are ours.
    private func hostAnswers(_ words: [[UInt8]], _ arguments: Arguments) async throws -> RESPValue? {
        switch arguments.keyword(0) {
        case _ where arguments.command.uppercased() == "EVALSHA" && dialect != .off:
            throw CommandError("Please use EVAL instead of EVALSHA for debugging")
        case "DEBUG" where arguments.command.uppercased() == "SCRIPT": return nil
        case "KILL" where arguments.command.uppercased() == "SCRIPT":
            // Where the host has nothing to end, a session may be meant.
            let reply = await host?.perform(words, replies.version)
            if case .error? = reply { return nil }
            return reply
        default: return await host?.perform(words, replies.version)
        }
    }

    func quit() { isLeaving = true }

    // MARK: - The session

    func session() throws(CommandError) -> DebugSession {
        guard let held else { throw CommandError.noSession }
        return held.session
    }

    func take(_ new: Held) {
        let session = new.session
        let isOwn = new.isOwn
        held = new
        running.hold(session, isOwn: isOwn)
        selected = 0
        unread = []
        isTold = false
    }

    /// Lets go of the session; one of ours is closed.
    func drop() async {
        guard let held else { return }
        self.held = nil
        running.hold(nil, isOwn: false)
        running.set(nil)
        if held.isOwn { await held.session.close() }
        service.release(held.id, number, isOwn: held.isOwn)
    }

    /// The client is gone.
    func leave() async {
        for channel in subscriptions { service.unsubscribe(number, from: channel) }
        if let held, held.session.stop != nil {
            if held.isOwn {
                let isAbort = service.configuration.whenClientIsLost == .abort
                _ = try? await held.session.resume(isAbort ? .abort : .finish)
            } else {
                held.session.letGo()
            }
        }
        await drop()
    }

    // MARK: - Running

    /// Lets the script go on until it stops or ends; meanwhile its events go to whoever wants them as they come.
    func resume(_ verb: Resume, watching: Bool = true) async throws -> Outcome {
        let session = try session()
        if case .ended(let outcome) = session.state {
            guard case .restart = verb else { throw Self.hasEnded(outcome) }
        }
        running.set(session)
        defer { running.set(nil) }
        let channel = channel
        let feed = watching && pushes ? startFeed(session, channel) : nil
        let result: Result<Outcome, any Error>
        do {
            // Attached while it runs: there is nothing to resume, and a stop to wait for.
            if held?.attachment != nil, case .continue = verb, case .running = session.state {
                running.begun()
                result = .success(.stopped(try await session.nextStop()))
            } else {
                result = .success(try await session.resume(verb) { [running] in running.begun() })
            }
        } catch { result = .failure(error) }
        feed?.cancel()
        await feed?.value
        pushAll(session)
        // It may have been ended since it was looked at.
        if case .failure(let error as DebugError) = result, error.code == .ended,
            case .ended(let outcome) = session.state
        {
            throw Self.hasEnded(outcome)
        }
        let outcome = try result.get()
        selected = 0
        if case .stopped = outcome { isTold = false } else { isTold = true }
        return outcome
    }

    /// Why a script that has ended cannot go on.
    static func hasEnded(_ outcome: Outcome) -> CommandError {
        if case .aborted(let cause) = outcome {
            return CommandError("the script was ended (\(cause)), use RESTART", code: "KILLED")
        }
        return .ended
    }

    /// The ones of a list whose places in it these words are, as the list is before the command.
    func chosen<Item>(_ words: [[UInt8]], from list: [Item], _ what: String) throws(CommandError) -> [Item] {
        var items: [Item] = []
        for word in words {
            let text = String(decoding: word, as: UTF8.self)
            guard let position = Int(text), list.indices.contains(position) else {
                throw CommandError("there is no \(what) \(text)")
            }
            items.append(list[position])
        }
        return items
    }

    /// What a resume comes back as: the id of the breakpoint, or the line.
    enum Shape { case breakpoint, line }

    func reply(to outcome: Outcome, _ shape: Shape) throws(CommandError) -> RESPValue {
        switch outcome {
        case .returned: return .ok
        case .failed(let failure):
            return held?.hosted?.reply(outcome, nil) ?? CommandError(failure.message).reply
        case .aborted(let cause): throw CommandError("the script was ended (\(cause))", code: "KILLED")
        case .stopped(let stop):
            switch shape {
            case .line: return replies.line(stop.location.line)
            case .breakpoint:
                let list = held?.session.breakpoints.all ?? []
                let position = list.firstIndex { stop.breakpoints.contains($0.id) }
                return position.map { .integer(Int64($0)) } ?? .null
            }
        }
    }

    // MARK: - Events

    private var channel: String { "trace:\(held?.id ?? 0)" }

    /// Somebody wants events as they come; else they wait for `TRREAD`.
    private var pushes: Bool {
        // The dialect has replies only, and tells what happened in them.
        if ldb != nil { return false }
        return replies.version == .resp3 || !service.subscribers(of: channel).isEmpty
            || !service.subscribers(of: "trace").isEmpty
    }

    private func startFeed(_ session: DebugSession, _ channel: String) -> Task<Void, Never> {
        let courier = courier(session, channel)
        courier.bring(unread)
        unread = []
        let events = session.events
        // Events that its client has no time for wait in their buffer, and those are lost, counted, that find no room there.
        return Task { [output] in
            for await event in events {
                courier.bring([event])
                while output.unread() > 1 << 18, !Task.isCancelled { try? await Task.sleep(for: .milliseconds(2)) }
            }
        }
    }

    /// What has not been told when the script has stopped.
    private func pushAll(_ session: DebugSession) {
        guard pushes else { return }
        let courier = courier(session, channel)
        courier.bring(unread)
        unread = []
        while case let events = session.events.read(), !events.isEmpty { courier.bring(events) }
        courier.tellMissed()
    }

    private func courier(_ session: DebugSession, _ channel: String) -> Courier {
        Courier(
            output: replies.version == .resp3 ? output : nil, replies: replies, session: session, service: service,
            channels: [channel, "trace"])
    }
}
