// Lua's values, frames and stops as replies.

import LuaDebugCore

/// Makes replies of values, in the shapes that the contract fixes.
struct Replies: Sendable {
    var version: RESPVersion
    /// All scalars as bulk strings, as in the proposal's transcript.
    var isText = false

    // MARK: - Values

    /// What a script returned, as `EVAL` would give it.
    func value(of outcome: Outcome) throws(CommandError) -> RESPValue {
        switch outcome {
        case .returned(let values): return returned(values.first ?? .nil)
        case .failed(let failure): throw CommandError(failure.message)
        case .aborted(let cause): throw CommandError("the script was ended (\(cause))", code: "KILLED")
        case .stopped: throw CommandError("the script has not finished")
        }
    }

    /// As Redis converts what a script returns: floats lose their fraction, tables end at their first nil, `err` and `ok` fields
    /// make an error or a status.
    func returned(_ value: Value) -> RESPValue {
        switch value {
        case .nil, .boolean(false), .function, .opaque: return .null
        case .boolean(true): return .integer(1)
        case .integer(let value): return .integer(value)
        case .number(let value): return .integer(Self.truncated(value))
        case .string(let string): return .bulkString(string.bytes)
        case .table(let table):
            guard case .entries(let entries, _) = table.content else { return .text(value.description) }
            if let error = entries.first(where: { $0.key == .text("err") }), case .string(let text) = error.value {
                return .error(text.bytes)
            }
            if let status = entries.first(where: { $0.key == .text("ok") }), case .string(let text) = status.value {
                return .simpleString(text.bytes)
            }
            return .array(Self.array(entries).map(returned))
        }
    }

    /// As an inspector must show it: floats stay floats, a table is data whatever its fields are called, a function is something.
    func inspected(_ value: Value) -> RESPValue {
        switch value {
        case .nil: return .null
        case .boolean(let value): return version == .resp3 ? .boolean(value) : value ? .integer(1) : .null
        case .integer(let value): return .integer(value)
        case .number(let value): return version == .resp3 ? .double(value) : .text(value.shown)
        case .string(let string):
            return .bulkString(
                string.isCut ? string.bytes + [UInt8](" ... (\(string.length) bytes)".utf8) : string.bytes)
        case .function, .opaque: return .text(value.description)
        case .table(let table):
            guard case .entries(let entries, let omitted) = table.content else { return .text(value.description) }
            // A hole is shown as what it is: nothing in its place.
            if entries.enumerated().allSatisfy({ $0.element.key == .integer(Int64($0.offset + 1)) }) {
                let items = entries.map { inspected($0.value) }
                return .array(omitted ? items + [.text("...")] : items)
            }
            var pairs = entries.map { RESPValue.Pair(inspected($0.key), inspected($0.value)) }
            if omitted { pairs.append(.init(.text("..."), .null)) }
            return .map(pairs)
        }
    }

    /// The values from 1 up to the first that is missing.
    private static func array(_ entries: [TableValue.Entry]) -> [Value] {
        var values: [Value] = []
        for entry in entries {
            guard entry.key == .integer(Int64(values.count + 1)), entry.value != .nil else { break }
            values.append(entry.value)
        }
        return values
    }

    private static func truncated(_ value: Double) -> Int64 {
        if value.isNaN { return 0 }
        return Int64(exactly: value.rounded(.towardZero)) ?? (value < 0 ? .min : .max)
    }

    func printed(_ values: [Value]) -> RESPValue {
        .verbatim(format: "txt", [UInt8](PrettyPrinter().text(of: values).utf8))
    }

    // MARK: - Frames

    func record(_ fields: [(String, RESPValue)]) -> RESPValue {
        .map(fields.map { RESPValue.Pair(.text($0.0), $0.1) })
    }

    func frame(_ frame: Frame) -> RESPValue {
        let kind =
            switch frame.kind {
            case _ where frame.isTailCall: "tail"
            case .c: "C"
            case .main: "main"
            case .lua: "Lua"
            }
        let name = frame.kind == .main ? "main chunk" : frame.function ?? "?"
        return record([
            ("level", .integer(Int64(frame.level))), ("name", .text(name)), ("kind", .text(kind)),
            ("chunk", .text(frame.location.chunk)), ("line", line(frame.location.line)),
            ("defined", line(frame.lines?.lowerBound)),
        ])
    }

    func stack(_ frames: [Frame]) -> RESPValue { .array(frames.map(frame)) }

    func line(_ line: Int?) -> RESPValue { line.map { .integer(Int64($0)) } ?? .null }

    func variable(_ variable: Variable) -> RESPValue {
        let kind =
            switch variable.kind {
            case .parameter: "parameter"
            case .vararg: "vararg"
            case .local: "local"
            case .upvalue: "upvalue"
            }
        return record([
            ("name", .text(variable.name)), ("kind", .text(kind)), ("value", inspected(variable.value)),
            ("shadowed", .integer(variable.isShadowed ? 1 : 0)),
        ])
    }

    // MARK: - Traces

    /// The shape of a position by the mode's own word; the calls and variables that the proposal does not know have their own.
    func traced(_ record: TraceRecord, _ mode: TraceMode) -> RESPValue {
        let line = line(record.location.line)
        switch record.event {
        case .call, .tailCall, .return:
            let word = record.event == .return ? "return" : record.event == .call ? "call" : "tailcall"
            return .array([.text(word), frame(record.frame), record.values.map { .array($0.map(inspected)) } ?? .null])
        case .line: break
        }
        let code = record.code.map { RESPValue.text($0) } ?? .null
        let stack = record.stack.map(stack) ?? .array([])
        let watches = RESPValue.array((record.watches ?? []).map(watch))
        if mode.isSuperset(of: .all) { return .array([line, code, stack, watches]) }
        if mode.isSuperset(of: .variables) { return .array([line, .array((record.changes ?? []).map(change))]) }
        if mode.isSuperset(of: .code) { return .array([line, code]) }
        if mode.isSuperset(of: .stack) { return stack }
        if mode.isSuperset(of: .watch) { return watches }
        return line
    }

    /// The mode of the trace that wrote a record: by now, and by the script itself, there may be another one.
    private static func mode(of record: TraceRecord, now: TraceMode) -> TraceMode {
        if record.isCut, now.isSuperset(of: .all), record.stack != nil || record.watches != nil { return .all }
        switch (record.stack != nil, record.watches != nil) {
        case (true, true): return .all
        case (true, false): return .stack
        case (false, true): return .watch
        case (false, false): break
        }
        if record.changes != nil { return .variables }
        // The text of a line is not always known, and a record may have no room for more than the line.
        return record.code != nil ? .code : record.isCut || now == .code ? now : .line
    }

    private func watch(_ watch: TracedWatch) -> RESPValue {
        if let value = watch.value { return inspected(value) }
        return .error([UInt8](("ERR " + (watch.failure ?? "")).utf8))
    }

    private func change(_ change: VariableChange) -> RESPValue {
        .array([.text(change.name), inspected(change.new), change.old.map(inspected) ?? .null])
    }

    func watched(_ result: WatchResult) -> RESPValue {
        switch result.result {
        case .success(let value): inspected(value)
        case .failure(let error): .error([UInt8]("ERR \(error.message)".utf8))
        }
    }

    /// What is pushed for an event, or published, or read by `TRREAD`.
    func event(_ event: SessionEvent, of session: DebugSession) -> [RESPValue] {
        switch event {
        case .trace(let record):
            [.text("trace"), traced(record, Self.mode(of: record, now: session.tracing.trace?.mode ?? .line))]
        case .log(let message):
            [
                .text("log"), line(session.breakpoints.all.firstIndex { $0.id == message.breakpoint }),
                .text(message.text),
            ]
        case .lost(let count): [.text("lost"), .integer(Int64(count))]
        case .script(let message) where message.kind == .call:
            [
                .text("call"), line(message.location.line), .bulkString(message.expression.bytes),
                message.values?.first.map(inspected) ?? .null,
            ]
        case .script(let message) where message.kind == .message:
            [.text("debug"), line(message.location.line), .array((message.values ?? []).map(inspected))]
        case .script(let message):
            [
                .text(message.kind == .print ? "print" : message.kind == .eval ? "eval" : "debugtrace"),
                .bulkString(message.expression.bytes), said(message),
            ]
        }
    }

    private func said(_ message: ScriptMessage) -> RESPValue {
        guard let values = message.values else { return .error([UInt8]("ERR \(message.failure ?? "")".utf8)) }
        return message.kind == .print ? printed(values) : values.first.map(inspected) ?? .null
    }

    // MARK: - All scalars as text

    /// The reply as the client has asked for it.
    func finished(_ reply: RESPValue) -> RESPValue {
        guard isText else { return reply }
        switch reply {
        case .simpleString(let bytes): return .bulkString(bytes)
        case .integer(let value): return .text("\(value)")
        case .double(let value): return .text(Value.number(value).description)
        case .boolean(let value): return .text(value ? "1" : "0")
        case .array(let items): return .array(items.map(finished))
        case .map(let pairs): return .map(pairs.map { .init(finished($0.key), finished($0.value)) })
        default: return reply
        }
    }
}

extension Double {
    /// As everywhere: 3.0 is not 3.
    fileprivate var shown: String { Value.number(self).description }
}
