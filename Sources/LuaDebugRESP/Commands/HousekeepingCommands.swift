// What client libraries and redis-cli send by themselves, and help.

import LuaDebugCore

extension DebugCommand {
    static let housekeepingCommands = [
        keep("HELLO", "[2 | 3 [AUTH user password] [SETNAME name]]", "Choose the protocol.", 0...6) {
            try await $0.hello($1)
        },
        keep(
            "AUTH", "[user] password | answer", "Tell the password, or the answer to a challenge.", 1...2
        ) { try await $0.authenticate($1) },
        keep(
            "DCHALLENGE", "",
            "Get a text whose HMAC-SHA-256 under the password, in hexadecimal digits, AUTH takes instead.",
            0...0
        ) { interpreter, _ in try interpreter.newChallenge() },
        keep("PING", "[message]", "Answer.", 0...1) { _, arguments in
            arguments.count == 0 ? .simpleString([UInt8]("PONG".utf8)) : .bulkString(arguments[0])
        },
        keep("QUIT", "", "Close the connection.", 0...0) { interpreter, _ in
            interpreter.quit()
            return .ok
        },
        keep("CLIENT", "SETNAME name | GETNAME | ID | SETINFO field value", "About this connection.", 1...3) {
            try $0.client($1)
        },
        keep("COMMAND", "[COUNT | DOCS [word...] | LIST]", "The table of commands.", 0...any) { try $0.commands($1) },
        keep("DHELP", "[word]", "The commands, or one of them.", 0...1) { try $0.help($1) },
        keep("SUBSCRIBE", "trace | trace:id ...", "Get the events of sessions as messages.", 1...any) {
            $0.subscribe($1)
        },
        keep("UNSUBSCRIBE", "[channel...]", "Get them no more.", 0...any) { $0.unsubscribe($1) },
        keep(
            "SCRIPT", "KILL | DEBUG YES | SYNC | NO",
            "End the running script, this client's or the only one; debug what EVAL brings as redis-cli --ldb does.",
            1...any
        ) { try $0.script($1) },
        keep("EVALSHA", "sha1 numkeys ...", "No script is cached by debugging it.", 2...any) { _, _ in
            throw CommandError("No matching script.", code: "NOSCRIPT")
        },
    ]

    private static func keep(
        _ name: String, _ usage: String, _ summary: String, _ arity: ClosedRange<Int>, run: @escaping Handler
    ) -> DebugCommand {
        DebugCommand(
            name, usage, summary, group: "connection", scope: name == "EVALSHA" ? .outside : .housekeeping,
            arity: arity,
            run: run)
    }
}

extension Interpreter {
    func hello(_ arguments: Arguments) async throws -> RESPValue {
        var version = replies.version
        var isNowTrusted = isTrusted
        var newName: String?
        if arguments.count > 0 {
            guard let number = Int(arguments.text(0)), let wanted = RESPVersion(rawValue: number) else {
                throw CommandError("unsupported protocol version", code: "NOPROTO")
            }
            version = wanted
        }
        var index = 1
        while index < arguments.count {
            switch arguments.keyword(index) {
            case "AUTH" where index + 2 < arguments.count:
                try await check(arguments[index + 2])
                isNowTrusted = true
                index += 3
            case "SETNAME" where index + 1 < arguments.count:
                newName = arguments.text(index + 1)
                index += 2
            default: throw CommandError("Syntax error in HELLO option '\(arguments.text(index))'")
            }
        }
        guard isNowTrusted else {
            throw CommandError("HELLO must be called with the client already authenticated", code: "NOAUTH")
        }
        trust.give()
        if let newName { name = newName }
        replies.version = version
        output.version = version
        return replies.record([
            ("server", .text("luadebug")), ("version", .text("0.1.0")), ("proto", .integer(Int64(version.rawValue))),
            ("id", .integer(number)), ("mode", .text("standalone")), ("role", .text("master")), ("modules", .array([])),
        ])
    }

    func client(_ arguments: Arguments) throws -> RESPValue {
        switch (arguments.keyword(0), arguments.count) {
        case ("SETNAME", 2):
            name = arguments.text(1)
            return .ok
        case ("GETNAME", 1): return name.isEmpty ? .null : .text(name)
        case ("ID", 1): return .integer(number)
        case ("SETINFO", 3): return .ok
        default:
            throw CommandError(
                "unknown subcommand or wrong number of arguments for 'client|\(arguments.text(0).lowercased())'")
        }
    }

    // MARK: - The table

    func commands(_ arguments: Arguments) throws -> RESPValue {
        let table = DebugCommand.table
        switch arguments.keyword(0) {
        case "": return .array(table.map(Self.row))
        case "COUNT": return .integer(Int64(table.count))
        case "LIST": return .array(table.map { .text($0.name.lowercased()) })
        case "INFO":
            return .array(
                arguments.words.dropFirst().map { word in
                    DebugCommand.named(String(decoding: word, as: UTF8.self)).map(Self.row) ?? .null
                })
        case "DOCS":
            let wanted = arguments.words.dropFirst().map { String(decoding: $0, as: UTF8.self).uppercased() }
            return .map(
                table.filter { wanted.isEmpty || wanted.contains($0.name) }.map { command in
                    RESPValue.Pair(
                        .text(command.name.lowercased()),
                        .map([
                            .init(.text("summary"), .text(command.summary)), .init(.text("since"), .text("0.1.0")),
                            .init(.text("group"), .text(command.group)),
                        ]))
                })
        default: throw CommandError("unknown subcommand '\(arguments.text(0))'")
        }
    }

    private static func row(_ command: DebugCommand) -> RESPValue {
        .array([
            .text(command.name.lowercased()), .integer(command.redisArity), .array([]), .integer(0), .integer(0),
            .integer(0),
        ])
    }

    func help(_ arguments: Arguments) throws -> RESPValue {
        guard arguments.count == 1 else {
            return .array(
                DebugCommand.table.map { .text("\($0.name)\($0.usage.isEmpty ? "" : " ")\($0.usage): \($0.summary)") })
        }
        guard let command = DebugCommand.named(arguments.text(0)) else {
            throw CommandError("there is no command '\(arguments.text(0))'")
        }
        return .array([
            .text("\(command.name)\(command.usage.isEmpty ? "" : " ")\(command.usage)"), .text(command.summary),
        ])
    }

    // MARK: - Events as messages: answered once for each channel

    func subscribe(_ arguments: Arguments) -> RESPValue? {
        for word in arguments.words {
            let channel = String(decoding: word, as: UTF8.self)
            subscriptions.insert(channel)
            service.subscribe(output, number, to: channel)
            confirm("subscribe", .text(channel))
        }
        return nil
    }

    func unsubscribe(_ arguments: Arguments) -> RESPValue? {
        let channels =
            arguments.count == 0
            ? subscriptions.sorted() : arguments.words.map { String(decoding: $0, as: UTF8.self) }
        for channel in channels {
            subscriptions.remove(channel)
            service.unsubscribe(number, from: channel)
            _ = output.takeMissed(of: channel) // nothing to who subscribes anew
            confirm("unsubscribe", .text(channel))
        }
        if channels.isEmpty { confirm("unsubscribe", .null) }
        return nil
    }

    private func confirm(_ word: String, _ channel: RESPValue) {
        let reply: [RESPValue] = [.text(word), channel, .integer(Int64(subscriptions.count))]
        output.write([replies.version == .resp3 ? .push(reply) : .array(reply)])
    }

    // MARK: - SCRIPT KILL

    func script(_ arguments: Arguments) throws -> RESPValue {
        switch (arguments.keyword(0), arguments.count) {
        case ("KILL", 1): break
        case ("DEBUG", _) where held == nil: return try chooseDialect(arguments)
        case ("EXISTS", 2...): return .array(arguments.words.dropFirst().map { _ in .integer(0) })
        default:
            throw CommandError(
                "unknown subcommand or wrong number of arguments for 'script|\(arguments.text(0).lowercased())'")
        }
        func isAlive(_ state: DebugSession.State) -> Bool {
            switch state {
            case .running, .stopped: true
            default: false
            }
        }
        if let held, isAlive(held.session.state) {
            try held.session.kill(by: "SCRIPT KILL")
            return .ok
        }
        let alive = service.sessions.filter { isAlive($0.state) }
        guard let only = alive.first else { throw CommandError("No scripts in execution right now.", code: "NOTBUSY") }
        guard alive.count == 1 else {
            let ids = alive.map { "\($0.id)" }.joined(separator: ", ")
            throw CommandError("several scripts are in execution: DKILL one of \(ids)")
        }
        try service.kill(only.id, by: "SCRIPT KILL")
        return .ok
    }
}
