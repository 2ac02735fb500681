// Events and profiles as lines of text.

import LuaDebugCore

enum EventText {
    static func text(_ event: SessionEvent) -> String {
        switch event {
        case .trace(let record): text(record)
        case .log(let message): "log \(message.breakpoint): \(message.text)"
        case .script(let message): text(message)
        case .lost(let count): "... \(count) events are lost: they came faster than they were read"
        }
    }

    private static func text(_ record: TraceRecord) -> String {
        var text = "trace \(record.location)"
        switch record.event {
        case .line: break
        case .call, .tailCall: text += " call of \(Console.name(of: record.frame))"
        case .return: text += " return from \(Console.name(of: record.frame))"
        }
        if let values = record.values, !values.isEmpty { text += ": " + PrettyPrinter.line(values) }
        if let code = record.code { text += "  " + code }
        for change in record.changes ?? [] {
            let old = change.old.map { ", was \(PrettyPrinter.line([$0]))" } ?? ""
            text += "\n  \(change.name) = \(PrettyPrinter.line([change.new]))\(old)"
        }
        for watch in record.watches ?? [] {
            let value = watch.value.map { PrettyPrinter.line([$0]) } ?? "*** " + (watch.failure ?? "").onOneLine
            text += "\n  \(watch.expression): \(value)"
        }
        if let stack = record.stack {
            text += "\n  in " + stack.map { "\(Console.name(of: $0)) \($0.location)" }.joined(separator: " < ")
        }
        return record.isCut ? text + " ..." : text
    }

    private static func text(_ message: ScriptMessage) -> String {
        let word =
            switch message.kind {
            case .eval: "debugeval"
            case .print: "debugprint"
            case .trace: "debugtrace"
            case .call: "call"
            case .message: "debug"
            }
        let head = "\(word) at \(message.location): "
        if message.kind == .call, let values = message.values {
            return head + "\(message.expression) = ".onOneLine + PrettyPrinter.line(values)
        }
        guard let values = message.values else { return head + "*** " + (message.failure ?? "").onOneLine }
        return head + (message.kind == .print ? PrettyPrinter().text(of: values) : PrettyPrinter.line(values))
    }

    /// The most expensive functions, then lines.
    static func lines(_ profile: Profile, most count: Int) -> [String] {
        func row(_ calls: Int, _ own: Int, _ total: Int, _ what: String) -> String {
            "\(calls)".padded(to: 10) + "\(own)".padded(to: 14) + "\(total)".padded(to: 14) + what
        }
        func head(_ first: String, _ what: String) -> String {
            first.padded(to: 10) + "own \(profile.unit)".padded(to: 14) + "total \(profile.unit)".padded(to: 14) + what
        }
        let functions = profile.functions.prefix(count).map { row($0.calls, $0.own, $0.total, $0.name) }
        let costly = profile.lines.sorted { $0.own > $1.own }.prefix(count)
        let lines = costly.map { row($0.hits, $0.own, $0.total, "\($0.location)") }
        let all = [head("calls", "function")] + functions + [head("hits", "line")] + lines
        return profile.isCut ? all + ["... there was more than could be counted apart"] : all
    }
}
