// The commands of traces.

import LuaDebugCore

extension DebugCommand {
    static let tracingCommands = [
        DebugCommand(
            "TRON", "[LINE | CODE | STACK | WATCH | ALL | CALLS | VARIABLES]",
            "Trace from here on; the reply is what the trace shows of the current position.", group: "tracing",
            arity: 0...1
        ) { try await $0.traceOn($1) },
        DebugCommand("TROFF", "", "End the trace.", group: "tracing", arity: 0...0) { interpreter, _ in
            try interpreter.session().tracing.stop()
            return .ok
        },
        DebugCommand(
            "TRREAD", "[count]",
            "Take what the trace has gathered: how many records are lost, and the others, the oldest first.",
            group: "tracing", arity: 0...1
        ) { try $0.readTrace($1) },
    ]
}

extension Interpreter {
    private static let modes: [String: TraceMode] = [
        "": .line, "LINE": .line, "CODE": .code, "STACK": .stack, "WATCH": .watch, "ALL": .all, "CALLS": .calls,
        "VARIABLES": .variables,
    ]

    func traceOn(_ arguments: Arguments) async throws -> RESPValue {
        guard let mode = Self.modes[arguments.keyword(0)], arguments.count == 0 || !arguments[0].isEmpty else {
            throw CommandError("syntax error: TRON knows LINE, CODE, STACK, WATCH, ALL, CALLS and VARIABLES")
        }
        let session = try session()
        session.tracing.start(mode)
        guard session.stop != nil else { return try await traceWithoutPosition(mode) }
        let record = try await session.inspect { (script) throws(DebugError) in try script.position(mode) }
        return replies.traced(record, mode)
    }

    /// After the end there is no line and no stack; the watches see the globals.
    private func traceWithoutPosition(_ mode: TraceMode) async throws -> RESPValue {
        let wantsWatches = mode.isSuperset(of: .watch)
        let watches = RESPValue.array(
            wantsWatches ? try await session().evaluateWatches().map(replies.watched) : [])
        if mode.isSuperset(of: .all) { return .array([.null, .null, .array([]), watches]) }
        if mode.isSuperset(of: .code) || mode.isSuperset(of: .variables) { return .array([.null, .null]) }
        if mode.isSuperset(of: .stack) { return .array([]) }
        return wantsWatches ? watches : .null
    }

    func readTrace(_ arguments: Arguments) throws -> RESPValue {
        let session = try session()
        var count = arguments.count == 1 ? try arguments.integer(0, "count") : 1_000
        guard count > 0 else { throw CommandError("count must be positive: \(count)") }
        // A script that runs may write as fast as we read: more than the buffer holds is not asked for in one go.
        count = min(count, 500_000)
        while unread.count < count, case let more = session.events.read(), !more.isEmpty { unread += more }
        var lost = 0
        var records: [RESPValue] = []
        for event in unread.prefix(count) {
            if case .lost(let missing) = event {
                lost += missing
            } else {
                records.append(.array(replies.event(event, of: session)))
            }
        }
        unread.removeFirst(min(count, unread.count))
        return .array([.integer(Int64(lost)), .array(records)])
    }
}
