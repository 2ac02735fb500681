// The commands of watches.

import LuaDebugCore

extension DebugCommand {
    static let watchCommands = [
        DebugCommand(
            "WADD", "expression...", "Watch expressions; the reply is their ids.", group: "watches", arity: 1...any
        ) {
            try $0.addWatches($1)
        },
        DebugCommand(
            "WREM", "id...",
            "Stop watching, and remove the watch breakpoints on the same expressions; the reply is how many are left.",
            group: "watches", arity: 1...any
        ) { try $0.removeWatches($1) },
        DebugCommand("WCOUNT", "", "How many watches there are.", group: "watches", arity: 0...0) { interpreter, _ in
            .integer(Int64(try interpreter.session().watches.all.count))
        },
        DebugCommand("WEVAL", "[id...]", "The values of all watches, or of some.", group: "watches", arity: 0...any) {
            try await $0.evaluateWatches($1)
        },
        DebugCommand(
            "WLIST", "[start end] [RAW]", "The watched expressions; RAW gives the arguments of a WADD.",
            group: "watches", arity: 0...3
        ) {
            try $0.listWatches($1)
        },
        DebugCommand("WFLUSH", "", "Remove all watches.", group: "watches", arity: 0...0) { interpreter, _ in
            try interpreter.session().watches.removeAll(andBreakpoints: true)
            return .ok
        },
    ]
}

extension Interpreter {
    private func watches(_ words: [[UInt8]]) throws -> [Watch] {
        try chosen(words, from: try session().watches.all, "watch")
    }

    func addWatches(_ arguments: Arguments) throws -> RESPValue {
        let list = try session().watches
        let first = list.all.count
        try list.add(arguments.words.map { LuaText(bytes: $0) })
        return Self.identifiers(Array(first..<(first + arguments.count)))
    }

    /// The id of one, or an array of several.
    static func identifiers(_ positions: [Int]) -> RESPValue {
        positions.count == 1 ? .integer(Int64(positions[0])) : .array(positions.map { .integer(Int64($0)) })
    }

    func removeWatches(_ arguments: Arguments) throws -> RESPValue {
        let list = try session().watches
        try list.remove(try watches(arguments.words).map(\.id), andBreakpoints: true)
        return .integer(Int64(list.all.count))
    }

    func evaluateWatches(_ arguments: Arguments) async throws -> RESPValue {
        let ids = arguments.count == 0 ? nil : try watches(arguments.words).map(\.id)
        let results = try await session().evaluateWatches(
            ids, frame: selected, limits: ValueLimits(depth: 4, entries: 1_000, bytes: 1 << 20),
            budget: service.configuration.budget)
        return .array(results.map(replies.watched))
    }

    func listWatches(_ arguments: Arguments) throws -> RESPValue {
        let (range, isRaw) = try Self.range(arguments)
        let all = try session().watches.all
        let chosen = all[range.indices(count: all.count)].map(\.expression.bytes)
        return isRaw ? .text(CommandWords.joined(chosen)) : .array(chosen.map { .bulkString($0) })
    }

    /// `[start end] [RAW]`.
    static func range(_ arguments: Arguments) throws -> (ListRange, isRaw: Bool) {
        var words = arguments.words[...]
        let isRaw = words.last.map { String(decoding: $0, as: UTF8.self).uppercased() == "RAW" } ?? false
        if isRaw { words = words.dropLast() }
        if words.isEmpty { return (ListRange(), isRaw) }
        guard words.count == 2, let start = Int(arguments.text(0)), let end = Int(arguments.text(1)) else {
            throw CommandError("syntax error: \(arguments.command.uppercased()) takes [start end] [RAW]")
        }
        return (ListRange(start: start, end: end), isRaw)
    }
}
