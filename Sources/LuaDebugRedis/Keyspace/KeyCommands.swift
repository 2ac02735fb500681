// Keys as such: whether they are there, of what type, by which name, and how long they stay.

internal import LuaDebugRESP

extension KeyspaceCommand {
    static let keyCommands: [KeyspaceCommand] = [
        KeyspaceCommand("del", -2, .write, .all) { $0.del() },
        KeyspaceCommand("unlink", -2, .fastWrite, .all) { $0.del() },
        KeyspaceCommand("exists", -2, .fastRead, .all) { $0.existing() },
        KeyspaceCommand("touch", -2, .fastRead, .all) { $0.existing() },
        KeyspaceCommand("type", 2, .fastRead) { $0.type() },
        KeyspaceCommand("rename", 3, .write, .two) { try $0.rename(overwriting: true) },
        KeyspaceCommand("renamenx", 3, .fastWrite, .two) { try $0.rename(overwriting: false) },
        KeyspaceCommand("copy", -3, .growth, .two) { try $0.copy() },
        KeyspaceCommand("move", 3, .fastWrite) { try $0.move() },
        KeyspaceCommand("keys", 2, [.readonly, .random], .none) { $0.keys() },
        KeyspaceCommand("randomkey", 1, [.readonly, .random], .none) { $0.randomkey() },
        KeyspaceCommand("scan", -2, [.readonly, .random], .none) { try $0.scan() },
        KeyspaceCommand("object", -2, .readonly, .range(first: 2, last: 2, step: 1)) { try $0.object() },
        KeyspaceCommand("expire", -3, .fastWrite) { try $0.expire(.seconds, isAbsolute: false) },
        KeyspaceCommand("pexpire", -3, .fastWrite) { try $0.expire(.milliseconds, isAbsolute: false) },
        KeyspaceCommand("expireat", -3, .fastWrite) { try $0.expire(.seconds, isAbsolute: true) },
        KeyspaceCommand("pexpireat", -3, .fastWrite) { try $0.expire(.milliseconds, isAbsolute: true) },
        KeyspaceCommand("ttl", 2, [.readonly, .fast, .random]) { $0.ttl(.seconds, isAbsolute: false) },
        KeyspaceCommand("pttl", 2, [.readonly, .fast, .random]) { $0.ttl(.milliseconds, isAbsolute: false) },
        KeyspaceCommand("expiretime", 2, .fastRead) { $0.ttl(.seconds, isAbsolute: true) },
        KeyspaceCommand("pexpiretime", 2, .fastRead) { $0.ttl(.milliseconds, isAbsolute: true) },
        KeyspaceCommand("persist", 2, .fastWrite) { $0.persist() },
        KeyspaceCommand("sort", -2, .growth, .sort) { try $0.sort() },
        KeyspaceCommand("sort_ro", -2, .readonly, .sort) { try $0.sort() },
    ]
}

extension Execution {
    fileprivate mutating func del() -> RESPValue {
        number(words.dropFirst().reduce(0) { $0 + (delete($1) ? 1 : 0) })
    }

    fileprivate mutating func existing() -> RESPValue {
        number(words.dropFirst().reduce(0) { $0 + (exists($1) ? 1 : 0) })
    }

    fileprivate mutating func type() -> RESPValue {
        .simpleString(Bytes((entry(words[1])?.value.typeName ?? "none").utf8))
    }

    fileprivate mutating func rename(overwriting: Bool) throws -> RESPValue {
        guard let entry = entry(words[1]) else { throw Failure.noSuchKey }
        let isSame = words[1] == words[2]
        if !overwriting, isSame || exists(words[2]) { return flag(false) }
        if !isSame {
            delete(words[1])
            // Behind the others, as a key that is new.
            delete(words[2])
            databases[client.database].set(words[2], entry)
        }
        return overwriting ? .ok : flag(true)
    }

    /// A database's number.
    private func database(_ index: Int) throws -> Int {
        let number = try integer(index, in: Int(Int32.min)...Int(Int32.max))
        guard databases.indices.contains(number) else { throw Failure.badDatabase }
        return number
    }

    fileprivate mutating func copy() throws -> RESPValue {
        var target = client.database
        var replaces = false
        var index = 3
        while index < count {
            if says(index, "replace") {
                replaces = true
            } else if says(index, "db"), index + 1 < count {
                target = try database(index + 1)
                index += 1
            } else {
                throw Failure.syntax
            }
            index += 1
        }
        if target == client.database, words[1] == words[2] { throw Failure.sameObject }
        guard let entry = entry(words[1]) else { return flag(false) }
        let isTaken = databases[target].entry(words[2], at: now) != nil
        if isTaken, !replaces { return flag(false) }
        databases[target].remove(words[2])
        databases[target].set(words[2], entry)
        return flag(true)
    }

    fileprivate mutating func move() throws -> RESPValue {
        let target = try database(2)
        if target == client.database { throw Failure.sameObject }
        guard let entry = entry(words[1]), databases[target].entry(words[1], at: now) == nil else {
            return flag(false)
        }
        delete(words[1])
        databases[target].set(words[1], entry)
        return flag(true)
    }

    fileprivate mutating func keys() -> RESPValue {
        databases[client.database].expire(at: now)
        let pattern = GlobPattern(words[1])
        return array(databases[client.database].entries.keys.filter(pattern.matches))
    }

    fileprivate mutating func randomkey() -> RESPValue {
        databases[client.database].expire(at: now)
        let entries = databases[client.database].entries
        if entries.isEmpty { return .null }
        return bulk(entries.key(at: Int.random(in: 0..<entries.count, using: &client.random)))
    }

    fileprivate mutating func object() throws -> RESPValue {
        let name = words[1].says("encoding") ? "encoding" : words[1].says("refcount") ? "refcount" : "idletime"
        guard words[1].says(name) else {
            throw Failure(
                bytes: Bytes("ERR unknown subcommand '".utf8) + words[1].prefix(128)
                    + Bytes("'. Try OBJECT HELP.".utf8))
        }
        guard count == 3 else { throw Failure.wrongArity("object|\(name)") }
        guard let entry = entry(words[2]) else { return .null }
        switch name {
        case "encoding": return .text(entry.value.encodingName)
        case "refcount": return .integer(1)
        default: return .integer(0)
        }
    }

    // MARK: - Time to live

    fileprivate mutating func expire(_ unit: TimeUnit, isAbsolute: Bool) throws -> RESPValue {
        var conditions: Set<String> = []
        for word in words.dropFirst(3) {
            guard let condition = ["nx", "xx", "gt", "lt"].first(where: word.says) else {
                throw Failure(bytes: Bytes("ERR Unsupported option ".utf8) + word.prefix { $0 != 0 })
            }
            conditions.insert(condition)
        }
        if conditions.contains("nx"), conditions.count > 1 {
            throw Failure("NX and XX, GT or LT options at the same time are not compatible")
        }
        if conditions.isSuperset(of: ["gt", "lt"]) {
            throw Failure("GT and LT options at the same time are not compatible")
        }
        let (scaled, isTooMuch) = Int64(try integer(2))
            .multipliedReportingOverflow(by: unit == .seconds ? 1000 : 1)
        let (time, isTooFar) = scaled.addingReportingOverflow(isAbsolute ? 0 : now)
        if isTooMuch || isTooFar { throw Failure.badExpiry(command.name) }
        guard let entry = entry(words[1]) else { return flag(false) }
        // A key without a time stays longer than any other.
        let old = entry.expiry
        if conditions.contains("nx"), old != nil { return flag(false) }
        if conditions.contains("xx"), old == nil { return flag(false) }
        if conditions.contains("gt"), time <= old ?? .max { return flag(false) }
        if conditions.contains("lt"), let old, time >= old { return flag(false) }
        if time <= now { delete(words[1]) } else { databases[client.database].setExpiry(words[1], time) }
        return flag(true)
    }

    fileprivate mutating func ttl(_ unit: TimeUnit, isAbsolute: Bool) -> RESPValue {
        guard let entry = entry(words[1]) else { return .integer(-2) }
        guard let expiry = entry.expiry else { return .integer(-1) }
        let time = isAbsolute ? expiry : expiry - now
        return .integer(unit == .milliseconds ? time : time / 1000 + (time % 1000 + 500) / 1000)
    }

    fileprivate mutating func persist() -> RESPValue {
        guard let entry = entry(words[1]), entry.expiry != nil else { return flag(false) }
        databases[client.database].setExpiry(words[1], nil)
        return flag(true)
    }
}
