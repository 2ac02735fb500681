// The commands of breakpoints.

import LuaDebugCore

extension DebugCommand {
    static let breakpointCommands = [
        DebugCommand(
            "BADD", "[[LINE] line... | WATCH expression... | CHANGE expression... | FUNC name... | ERROR [ALL]]",
            "Set breakpoints; the reply is their ids. Without arguments: at the current line.", group: "breakpoints",
            arity: 0...any
        ) { try await $0.addBreakpoints($1) },
        DebugCommand(
            "BREM", "id...", "Remove breakpoints; the reply is how many are left.", group: "breakpoints", arity: 1...any
        ) {
            try $0.removeBreakpoints($1)
        },
        DebugCommand("BON", "[id...]", "Switch breakpoints on.", group: "breakpoints", arity: 0...any) {
            try $0.switchBreakpoints($1, on: true)
        },
        DebugCommand("BOFF", "[id...]", "Switch breakpoints off.", group: "breakpoints", arity: 0...any) {
            try $0.switchBreakpoints($1, on: false)
        },
        DebugCommand(
            "BCOUNT", "", "How many breakpoints there are, those off included.", group: "breakpoints", arity: 0...0
        ) {
            interpreter, _ in .integer(Int64(try interpreter.session().breakpoints.all.count))
        },
        DebugCommand(
            "BLIST", "[start end] [RAW]",
            "The breakpoints: id, kind, what, on or off, hits, line found, last error; RAW gives the arguments of two BADDs.",
            group: "breakpoints", arity: 0...3
        ) { try $0.listBreakpoints($1) },
        DebugCommand(
            "BCALL", "[name...] | FLUSH",
            "Stop after these commands of the host's, called by the script without an error; the reply is all of them.",
            group: "breakpoints", arity: 0...any
        ) { try $0.stopAtCommands($1) },
        DebugCommand("BFLUSH", "", "Remove all breakpoints.", group: "breakpoints", arity: 0...0) { interpreter, _ in
            try interpreter.session().breakpoints.removeAll()
            return .ok
        },
        DebugCommand(
            "BSET", "id [COND expression] [IGNORE n] [LOG template] [ONCE] [CLEAR]",
            "Condition, ignore count, message instead of a stop, once; CLEAR takes all away first.",
            group: "breakpoints",
            arity: 2...any
        ) { try $0.setBreakpoint($1) },
    ]
}

extension Interpreter {
    /// Lines of the script, all of them good.
    func lines(_ words: [[UInt8]]) throws -> [Breakpoint.Place] {
        guard let held else { throw CommandError.noSession }
        // Of a script that the host runs the functions are known once they are called.
        let known = held.session.breakpoints.executableLines(of: held.name).last ?? 0
        let last = held.session.isHosted ? max(known, held.session.lineCount) : known
        return try words.map { word in
            let text = String(decoding: word, as: UTF8.self)
            guard let line = Int(text) else { throw CommandError("line is not an integer: '\(text)'") }
            guard line >= 1, line <= last else {
                throw CommandError("line \(line) is out of range: there is code up to line \(last)")
            }
            return .line(line, in: held.name)
        }
    }

    /// All of them or none: what was there before stays as it was.
    @discardableResult
    func addBreakpoints(_ places: [Breakpoint.Place]) throws -> [Breakpoint.ID] {
        let list = try session().breakpoints
        let before = list.all
        var ids: [Breakpoint.ID] = []
        do {
            for place in places {
                // Whatever BSET has made of the one that is there.
                if let known = list.all.first(where: { $0.place == place }) {
                    try list.setEnabled(true, known.id)
                    ids.append(known.id)
                } else {
                    ids.append(try list.add(place).id)
                }
            }
        } catch {
            for id in ids where !before.contains(where: { $0.id == id }) { try? list.remove(id) }
            for known in before where !known.isEnabled { try? list.setEnabled(false, known.id) }
            throw error
        }
        return ids
    }

    func addBreakpoints(_ arguments: Arguments) async throws -> RESPValue {
        let rest = Array(arguments.words.dropFirst())
        let places: [Breakpoint.Place]
        switch arguments.keyword(0) {
        case "" where arguments.count == 0:
            try checkStopped()
            guard let location = try session().stop?.location, let line = location.line else {
                throw CommandError("there is no current line")
            }
            places = [.line(line, in: location.chunk)]
        case "LINE": places = try lines(rest)
        case "WATCH": places = rest.map { .watch(LuaText(bytes: $0)) }
        case "CHANGE": places = rest.map { .watch(LuaText(bytes: $0), onChange: true) }
        case "FUNC": places = rest.map { .function(String(decoding: $0, as: UTF8.self)) }
        case "ERROR":
            guard rest.isEmpty || (rest.count == 1 && arguments.keyword(1) == "ALL") else {
                throw CommandError("syntax error: BADD ERROR [ALL]")
            }
            places = [.error(any: !rest.isEmpty)]
        default: places = try lines(arguments.words)
        }
        if places.isEmpty { throw CommandError.arity(arguments.command) }
        let ids = try addBreakpoints(places)
        let all = try session().breakpoints.all.map(\.id)
        return Self.identifiers(ids.compactMap { all.firstIndex(of: $0) })
    }

    private func breakpoints(_ words: [[UInt8]]) throws -> [Breakpoint] {
        try chosen(words, from: try session().breakpoints.all, "breakpoint")
    }

    func removeBreakpoints(_ arguments: Arguments) throws -> RESPValue {
        let list = try session().breakpoints
        for id in Set(try breakpoints(arguments.words).map(\.id)) { try list.remove(id) }
        return .integer(Int64(list.all.count))
    }

    func switchBreakpoints(_ arguments: Arguments, on: Bool) throws -> RESPValue {
        let list = try session().breakpoints
        let chosen = arguments.count == 0 ? list.all : try breakpoints(arguments.words)
        for breakpoint in chosen { try list.setEnabled(on, breakpoint.id) }
        return .ok
    }

    func listBreakpoints(_ arguments: Arguments) throws -> RESPValue {
        let (range, isRaw) = try Self.range(arguments)
        let all = try session().breakpoints.all
        let indices = range.indices(count: all.count)
        guard isRaw else { return .array(indices.map { entry($0, all[$0]) }) }
        var lines: [String] = []
        var watches: [[UInt8]] = []
        for breakpoint in all[indices] {
            switch breakpoint.place {
            case .line(let line, _): lines.append("\(line)")
            case .watch(let expression, false): watches.append(expression.bytes)
            default: break
            }
        }
        return .array([
            .text(lines.joined(separator: " ")), .text(watches.isEmpty ? "" : "WATCH " + CommandWords.joined(watches)),
        ])
    }

    private func entry(_ position: Int, _ breakpoint: Breakpoint) -> RESPValue {
        let (kind, what): (String, RESPValue) =
            switch breakpoint.place {
            case .line(let line, _): ("LINE", .integer(Int64(line)))
            case .watch(let expression, let onChange): (onChange ? "CHANGE" : "WATCH", .bulkString(expression.bytes))
            case .function(let name): ("FUNC", .text(name))
            case .functionValue(let value): ("FUNC", .text(Value.function(value).description))
            case .error(let any): ("ERROR", .text(any ? "ALL" : "UNCAUGHT"))
            }
        var found: Int?
        if case .line(let line) = breakpoint.resolution { found = line }
        return .array([
            .integer(Int64(position)), .text(kind), what, .text(breakpoint.isEnabled ? "ON" : "OFF"),
            .integer(Int64(breakpoint.hitCount)), replies.line(found), breakpoint.failure.map { .text($0) } ?? .null,
        ])
    }

    func setBreakpoint(_ arguments: Arguments) throws -> RESPValue {
        let list = try session().breakpoints
        let id = try breakpoints([arguments[0]])[0].id
        var changes: [() throws -> Void] = []
        var index = 1
        func next() throws -> [UInt8] {
            index += 1
            guard index < arguments.count else { throw CommandError.arity(arguments.command) }
            return arguments[index]
        }
        while index < arguments.count {
            switch arguments.keyword(index) {
            case "COND":
                let condition = LuaText(bytes: try next())
                try BreakpointList.check(condition: condition)
                changes.append { try list.setCondition(condition, id) }
            case "LOG":
                let template = LuaText(bytes: try next())
                try BreakpointList.check(log: template)
                changes.append { try list.setLog(template, id) }
            case "IGNORE":
                guard let count = Int(String(decoding: try next(), as: UTF8.self)), count >= 0 else {
                    throw CommandError("ignore count is not an integer from 0: '\(arguments.text(index))'")
                }
                changes.append { try list.ignore(count, id) }
            case "ONCE": changes.append { try list.setOnce(true, id) }
            case "CLEAR":
                changes.append {
                    try list.setCondition(nil, id)
                    try list.setLog(nil, id)
                    try list.ignore(0, id)
                    try list.setOnce(false, id)
                }
            default:
                throw CommandError(
                    "syntax error: BSET knows COND, IGNORE, LOG, ONCE and CLEAR, not '\(arguments.text(index))'")
            }
            index += 1
        }
        for change in changes { try change() }
        return .ok
    }
}
