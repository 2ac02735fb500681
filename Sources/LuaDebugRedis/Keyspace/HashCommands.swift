// Hashes: fields with values.

internal import LuaDebugRESP

extension KeyspaceCommand {
    static let hashCommands: [KeyspaceCommand] = [
        KeyspaceCommand("hset", -4, .fastGrowth) { try $0.hset(answersOK: false) },
        KeyspaceCommand("hmset", -4, .fastGrowth) { try $0.hset(answersOK: true) },
        KeyspaceCommand("hsetnx", 4, .fastGrowth) { try $0.hsetnx() },
        KeyspaceCommand("hget", 3, .fastRead) { $0.bulk(try $0.hash()?[$0.words[2]]) },
        KeyspaceCommand("hmget", -3, .fastRead) { try $0.hmget() },
        KeyspaceCommand("hgetall", 2, [.readonly, .random]) { $0.map(try $0.hash()?.pairs ?? []) },
        KeyspaceCommand("hkeys", 2, [.readonly, .random]) { $0.array(try $0.hash()?.keys ?? []) },
        KeyspaceCommand("hvals", 2, [.readonly, .random]) { $0.array(try $0.hash()?.values ?? []) },
        KeyspaceCommand("hlen", 2, .fastRead) { $0.number(try $0.hash()?.count ?? 0) },
        KeyspaceCommand("hexists", 3, .fastRead) { $0.flag(try $0.hash()?.contains($0.words[2]) ?? false) },
        KeyspaceCommand("hstrlen", 3, .fastRead) { $0.number(try $0.hash()?[$0.words[2]]?.count ?? 0) },
        KeyspaceCommand("hdel", -3, .fastWrite) { try $0.hdel() },
        KeyspaceCommand("hincrby", 4, .fastGrowth) { try $0.hincrby() },
        KeyspaceCommand("hincrbyfloat", 4, .fastGrowth) { try $0.hincrbyfloat() },
        KeyspaceCommand("hscan", -3, [.readonly, .random]) { try $0.hscan() },
        KeyspaceCommand("hrandfield", -2, [.readonly, .random]) { try $0.hrandfield() },
    ]
}

extension Execution {
    fileprivate typealias Hash = OrderedTable<Bytes>

    /// The hash that the first argument names.
    fileprivate mutating func hash() throws -> Hash? { try read(words[1], as: Hash.self) }

    fileprivate mutating func hset(answersOK: Bool) throws -> RESPValue {
        guard count % 2 == 0 else { throw Failure.wrongArity(command.name) }
        let words = words
        let added = try update(words[1], as: Hash.self) { table in
            stride(from: 2, to: words.count, by: 2).reduce(0) {
                $0 + (table.set(words[$1], words[$1 + 1]) ? 1 : 0)
            }
        }
        return answersOK ? .ok : number(added)
    }

    fileprivate mutating func hsetnx() throws -> RESPValue {
        let (field, value) = (words[2], words[3])
        return flag(
            try update(words[1], as: Hash.self) { table in
                table.contains(field) ? false : table.set(field, value)
            })
    }

    fileprivate mutating func hmget() throws -> RESPValue {
        let table = try hash()
        return .array(words[2...].map { bulk(table?[$0]) })
    }

    fileprivate mutating func hdel() throws -> RESPValue {
        let fields = words[2...]
        return number(
            try update(words[1], as: Hash.self) { table in
                fields.reduce(0) { $0 + (table.remove($1) == nil ? 0 : 1) }
            })
    }

    fileprivate mutating func hincrby() throws -> RESPValue {
        let amount = try integer(3)
        let old = try hash()?[words[2]]
        guard let value = old.map({ Numbers.integer($0) }) ?? 0 else { throw Failure("hash value is not an integer") }
        let (sum, isTooFar) = value.addingReportingOverflow(amount)
        if isTooFar { throw Failure.wouldOverflow }
        try setField(Bytes(String(sum).utf8))
        return number(sum)
    }

    fileprivate mutating func hincrbyfloat() throws -> RESPValue {
        guard let amount = Numbers.longFloat(words[3]) else { throw Failure.notFloat }
        guard amount.isFinite else { throw Failure("value is NaN or Infinity") }
        let old = try hash()?[words[2]]
        guard let value = old.map({ Numbers.longFloat($0) }) ?? 0 else { throw Failure("hash value is not a float") }
        let sum = value + amount
        guard sum.isFinite else { throw Failure.wouldBeNaN }
        let text = Numbers.text(long: sum)
        try setField(text)
        return .bulkString(text)
    }

    private mutating func setField(_ value: Bytes) throws {
        let field = words[2]
        try update(words[1], as: Hash.self) { _ = $0.set(field, value) }
    }

    fileprivate mutating func hrandfield() throws -> RESPValue {
        if count == 2 {
            guard let table = try hash() else { return .null }
            return bulk(table.key(at: pick(of: table.count)))
        }
        let wanted = try randomCount("withvalues")
        guard let pairs = try hash()?.pairs else { return .array([]) }
        let found = try picks(wanted.count, of: pairs.count).map { pairs[$0] }
        if !wanted.hasValues { return array(found.map(\.key)) }
        return nested(found.map { (.bulkString($0.key), .bulkString($0.value)) })
    }
}
