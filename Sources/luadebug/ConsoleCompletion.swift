// What Tab offers at the console: command words, and names in the selected frame.

import LuaDebugConsole
import LuaDebugCore
import LuaDebugTerminal

extension Console {
    func completion(_ before: String) async -> Completion {
        let indent = before.prefix(while: \.isWhitespace).count
        let text = before.dropFirst(indent)
        let word = text.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        let rest = text.dropFirst(word.count)
        if rest.isEmpty {
            var all = Self.words(word, start: indent)
            if !word.isEmpty { all.candidates = Set(all.candidates + (await names(before).candidates)).sorted() }
            if all.candidates.count != 1 { all.suffix = "" }
            return all
        }
        guard let command = ConsoleCommand.named(word) else { return await names(before) }
        if command.names.contains("help") {
            let typed = rest.drop(while: \.isWhitespace)
            var words = Self.words(typed, start: before.count - typed.count)
            words.suffix = ""
            return words
        }
        let takesNames = ["expression", "condition", "function"].contains { command.arguments.contains($0) }
        return takesNames ? await names(before) : .none
    }

    private static func words(_ prefix: some StringProtocol, start: Int) -> Completion {
        let found = ConsoleCommand.table.filter { $0.names.contains { $0.hasPrefix(prefix) } }
        let takesArguments = found.count == 1 && !found[0].arguments.isEmpty
        return Completion(
            start: start, candidates: found.flatMap(\.names).filter { $0.hasPrefix(prefix) },
            suffix: takesArguments ? " " : "")
    }

    private func names(_ before: String) async -> Completion {
        guard let path = NamePath(endOf: before) else { return .none }
        let (frame, thread) = (selected, coroutine)
        let names: [String]?
        if case .ended = session.state {
            // No reference leads on after the end: what was copied must do.
            let limits = ValueLimits(depth: 2, entries: 5000, bytes: 1 << 17)
            let globals = try? await session.evaluate("_ENV", limits: limits).first
            var value = globals
            for base in path.bases { value = value.flatMap { Names.entries(in: $0)[base] } }
            names = value.map { Names.entries(in: $0).map(\.key) }
        } else {
            names = try? await session.inspect { (script) throws(DebugError) in
                try Names(script, frame: frame, of: thread).matching(path)
            }
        }
        return path.completion(names ?? [])
    }
}

/// The names that a frame of a stopped script sees; looking for them runs nothing of the script's.
private struct Names {
    /// Of a table with more, the rest is not offered.
    private static let page = 1000, pages = 20

    private let script: StoppedScript
    private let variables: [Variable]
    private let globals: Value

    init(_ script: StoppedScript, frame: Int, of thread: Coroutine.ID?) throws(DebugError) {
        self.script = script
        variables = try script.variables(frame: frame, of: thread, limits: .flat)
        globals = try script.globals(frame: frame, of: thread, limits: .flat)
    }

    func matching(_ path: NamePath) throws(DebugError) -> [String] {
        guard let first = path.bases.first else {
            return try variables.map(\.name) + fields(of: globals).map(\.key)
        }
        var value = variables.first { $0.name == first && !$0.isShadowed }?.value
        if value == nil { value = try fields(of: globals)[first] }
        for base in path.bases.dropFirst() {
            guard let found = value else { return [] }
            value = try fields(of: found)[base]
        }
        guard let value else { return [] }
        let found = try fields(of: value)
        return found.filter { !path.isMethod || $0.value.typeName == "function" }.map(\.key)
    }

    /// Also those that it has by a metatable's `__index`, as long as that is a table.
    private func fields(of value: Value) throws(DebugError) -> [String: Value] {
        if case .string = value { return try fields(of: try entries(of: globals)["string"] ?? .nil) }
        var all: [String: Value] = [:]
        var next: Value? = value
        for _ in 0..<8 {
            guard let table = next, case .table(let content) = table else { break }
            all.merge(try entries(of: table)) { own, _ in own }
            guard content.hasMetatable, let reference = content.reference,
                let metatable = try script.metatable(of: reference, limits: .flat)
            else { break }
            next = try entries(of: metatable)["__index"]
        }
        return all
    }

    private func entries(of value: Value) throws(DebugError) -> [String: Value] {
        guard case .table(let table) = value, let reference = table.reference else { return [:] }
        var all: [String: Value] = [:]
        for page in 0..<Self.pages {
            let (entries, more) = try script.entries(
                of: reference, from: page * Self.page, count: Self.page, limits: ValueLimits(bytes: 1 << 17))
            Self.add(entries, to: &all)
            if !more { break }
        }
        return all
    }

    /// What a snapshot holds.
    static func entries(in value: Value) -> [String: Value] {
        guard case .table(let table) = value, case .entries(let entries, _) = table.content else { return [:] }
        var all: [String: Value] = [:]
        add(entries, to: &all)
        return all
    }

    private static func add(_ entries: [TableValue.Entry], to all: inout [String: Value]) {
        for entry in entries {
            if case .string(let name) = entry.key, !name.isCut { all[name.text] = entry.value }
        }
    }
}
