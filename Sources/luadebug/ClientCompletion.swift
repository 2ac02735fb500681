// What Tab offers at a server's prompt: its commands, their switches, and the variables where the script has stopped.

import LuaDebugRESP
import LuaDebugTerminal

extension Client {
    /// Those that take Lua.
    private static let evaluating: Set = ["DOEVAL", "DOPRINT", "DOEXEC", "WADD", "BADD", "BSET"]

    func completion(_ before: String) async -> Completion {
        await askForUsages()
        let parts = before.split(whereSeparator: \.isWhitespace)
        let isFirst = parts.isEmpty || parts.count == 1 && before.last?.isWhitespace == false
        if isFirst { return words(Array(usages.keys) + ["EXIT"], before) }
        let word = parts[0].uppercased()
        if word == "DHELP" { return words(Array(usages.keys), before, suffix: false) }
        let switches = words(Self.switches(usages[word] ?? ""), before)
        guard Self.evaluating.contains(word), isDebugging, let path = NamePath(endOf: before) else { return switches }
        let names = path.completion(await variables(path))
        // A switch and a name begin at the same place, unless a quote or a dot comes between.
        if names.candidates.isEmpty { return switches }
        guard switches.start == names.start else { return names }
        return Completion(start: names.start, candidates: names.candidates + switches.candidates)
    }

    /// In lower case for one who types so: the server takes both.
    private func words(_ words: [String], _ before: String, suffix: Bool = true) -> Completion {
        let typed = before.reversed().prefix { !$0.isWhitespace }
        let prefix = String(typed.reversed())
        let isLower = prefix.contains(where: \.isLowercase) && !prefix.contains(where: \.isUppercase)
        let found = words.filter { $0.hasPrefix(prefix.uppercased()) }
        let takesArguments = found.count == 1 && usages[found[0]]?.isEmpty == false
        return Completion(
            start: before.count - prefix.count, candidates: found.map { isLower ? $0.lowercased() : $0 },
            suffix: suffix && takesArguments ? " " : "")
    }

    /// The words of a usage that are typed as they stand.
    private static func switches(_ usage: String) -> [String] {
        usage.split { !$0.isLetter }.map(String.init).filter { $0.count > 1 && $0.allSatisfy(\.isUppercase) }
    }

    /// Once it has answered; a server that wants a password first is asked again later.
    private func askForUsages() async {
        guard usages.isEmpty, case .array(let rows)? = try? await connection.ask("DHELP") else { return }
        for case .bulkString(let row) in rows {
            let text = String(decoding: row, as: UTF8.self)
            let usage = text.prefix { $0 != ":" }
            let word = usage.prefix { $0 != " " }
            usages[String(word)] = String(usage.dropFirst(word.count + 1))
        }
    }

    // MARK: - Names

    /// The names that the path may mean: variables, or fields of tables as far as the server shows them.
    private func variables(_ path: NamePath) async -> [String] {
        guard case .array(let rows)? = try? await connection.ask("GETLOCALS") else { return [] }
        var values: [String: RESPValue] = [:]
        for row in rows {
            let fields = Self.fields(row)
            guard case .bulkString(let name)? = fields["name"], fields["shadowed"] != .integer(1) else { continue }
            values[String(decoding: name, as: UTF8.self)] = fields["value"] ?? .null
        }
        for base in path.bases { values = values[base].map(Self.fields) ?? [:] }
        return Array(values.keys)
    }

    private static func fields(_ value: RESPValue) -> [String: RESPValue] {
        guard case .map(let pairs) = value else { return [:] }
        var fields: [String: RESPValue] = [:]
        for pair in pairs {
            if case .bulkString(let name) = pair.key { fields[String(decoding: name, as: UTF8.self)] = pair.value }
        }
        return fields
    }
}
