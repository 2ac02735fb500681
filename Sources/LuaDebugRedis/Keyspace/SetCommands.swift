// Sets: members, and what several sets have in common.

internal import LuaDebugRESP

extension KeyspaceCommand {
    static let setCommands: [KeyspaceCommand] = [
        KeyspaceCommand("sadd", -3, .fastGrowth) { try $0.sadd() },
        KeyspaceCommand("srem", -3, .fastWrite) { try $0.srem() },
        KeyspaceCommand("smembers", 2, [.readonly, .random]) { $0.members(try $0.memberSet()?.shown ?? []) },
        KeyspaceCommand("sismember", 3, .fastRead) { $0.flag(try $0.memberSet()?.contains($0.words[2]) ?? false) },
        KeyspaceCommand("smismember", -3, .fastRead) { try $0.smismember() },
        KeyspaceCommand("scard", 2, .fastRead) { $0.number(try $0.memberSet()?.count ?? 0) },
        KeyspaceCommand("spop", -2, [.write, .fast, .random]) { try $0.spop() },
        KeyspaceCommand("srandmember", -2, [.readonly, .random]) { try $0.srandmember() },
        KeyspaceCommand("smove", 4, .fastWrite, .two) { try $0.smove() },
        KeyspaceCommand("sinter", -2, [.readonly, .random], .all) { $0.members(try $0.combined(.inter, 1).shown) },
        KeyspaceCommand("sunion", -2, [.readonly, .random], .all) { $0.members(try $0.combined(.union, 1).shown) },
        KeyspaceCommand("sdiff", -2, [.readonly, .random], .all) { $0.members(try $0.combined(.diff, 1).shown) },
        KeyspaceCommand("sinterstore", -3, .growth, .all) { try $0.store(.inter) },
        KeyspaceCommand("sunionstore", -3, .growth, .all) { try $0.store(.union) },
        KeyspaceCommand("sdiffstore", -3, .growth, .all) { try $0.store(.diff) },
        KeyspaceCommand("sintercard", -3, .readonly, .counted) { try $0.sintercard() },
        KeyspaceCommand("sscan", -3, [.readonly, .random]) { try $0.sscan() },
        KeyspaceCommand("pfadd", -2, .fastGrowth) { try $0.pfadd() },
        KeyspaceCommand("pfcount", -2, [.readonly, .mayReplicate], .all) { try $0.pfcount() },
        KeyspaceCommand("pfmerge", -2, .growth, .all) { try $0.pfmerge() },
    ]
}

/// What becomes of several sets.
enum SetOperation { case union, inter, diff }

extension Execution {
    /// The set that the first argument names.
    fileprivate mutating func memberSet() throws -> MemberSet? { try read(words[1], as: MemberSet.self) }

    fileprivate mutating func sadd() throws -> RESPValue {
        let members = words[2...]
        return number(
            try update(words[1], as: MemberSet.self) { set in
                members.reduce(0) { $0 + (set.insert($1) ? 1 : 0) }
            })
    }

    fileprivate mutating func srem() throws -> RESPValue {
        let members = words[2...]
        return number(
            try update(words[1], as: MemberSet.self) { set in
                members.reduce(0) { $0 + (set.remove($1) == nil ? 0 : 1) }
            })
    }

    fileprivate mutating func smismember() throws -> RESPValue {
        let set = try memberSet()
        return .array(words[2...].map { flag(set?.contains($0) ?? false) })
    }

    fileprivate mutating func spop() throws -> RESPValue {
        guard count <= 3 else { throw Failure.syntax }
        let wanted = count == 3 ? try positive(2) : nil
        guard let set = try memberSet() else { return wanted == nil ? .null : members([]) }
        let picked = try picks(wanted ?? 1, of: set.count)
        let all = set.keys
        let gone = picked.map { all[$0] }
        try update(words[1], as: MemberSet.self) { set in
            for member in gone { set.remove(member) }
        }
        return wanted == nil ? bulk(gone.first) : members(gone)
    }

    fileprivate mutating func srandmember() throws -> RESPValue {
        if count == 2 {
            guard let set = try memberSet() else { return .null }
            return bulk(set.key(at: pick(of: set.count)))
        }
        guard count == 3 else { throw Failure.syntax }
        let wanted = try integer(2, in: -Int.max...Int.max)
        guard let all = try memberSet()?.keys else { return .array([]) }
        return array(try picks(wanted, of: all.count).map { all[$0] })
    }

    fileprivate mutating func smove() throws -> RESPValue {
        let member = words[3]
        guard let source = try memberSet() else { return flag(false) }
        _ = try read(words[2], as: MemberSet.self)
        guard source.contains(member) else { return flag(false) }
        if words[1] == words[2] { return flag(true) }
        try update(words[1], as: MemberSet.self) { _ = $0.remove(member) }
        try update(words[2], as: MemberSet.self) { _ = $0.insert(member) }
        return flag(true)
    }

    // MARK: - Several sets

    private mutating func sets(_ keys: some Sequence<Bytes>) throws -> [MemberSet] {
        try keys.map { try read($0, as: MemberSet.self) ?? MemberSet() }
    }

    fileprivate mutating func combined(_ operation: SetOperation, _ first: Int) throws -> MemberSet {
        Self.combined(operation, try sets(words[first...]))
    }

    private static func combined(_ operation: SetOperation, _ sets: [MemberSet]) -> MemberSet {
        guard var result = sets.first else { return MemberSet() }
        switch operation {
        case .union:
            for set in sets.dropFirst() {
                for member in set.keys { result.insert(member) }
            }
        case .inter:
            result = MemberSet(result.keys.filter { member in sets.allSatisfy { $0.contains(member) } })
        case .diff:
            result = MemberSet(result.keys.filter { member in !sets.dropFirst().contains { $0.contains(member) } })
        }
        return result
    }

    fileprivate mutating func store(_ operation: SetOperation) throws -> RESPValue {
        let result = try combined(operation, 2)
        put(words[1], result)
        return number(result.count)
    }

    fileprivate mutating func sintercard() throws -> RESPValue {
        let keys = try countedKeys(1, Failure("Number of keys can't be greater than number of args"))
        var limit = 0
        for index in stride(from: keys.count + 2, to: count, by: 2) {
            guard says(index, "limit"), index + 1 < count else { throw Failure.syntax }
            limit = try positive(index + 1, or: Failure("LIMIT can't be negative"))
        }
        let size = Self.combined(.inter, try sets(keys)).count
        return number(limit > 0 ? min(limit, size) : size)
    }

    // MARK: - Cardinalities

    private mutating func cardinality(_ key: Bytes) throws -> Cardinality? {
        if case .string = entry(key)?.value {
            throw Failure(bytes: Bytes("WRONGTYPE Key is not a valid HyperLogLog string value.".utf8))
        }
        return try read(key, as: Cardinality.self)
    }

    fileprivate mutating func pfadd() throws -> RESPValue {
        let isNew = try cardinality(words[1]) == nil
        let elements = words[2...]
        let added = try update(words[1], as: Cardinality.self) { cardinality in
            elements.reduce(0) { $0 + (cardinality.elements.insert($1) ? 1 : 0) }
        }
        return flag(isNew || added > 0)
    }

    fileprivate mutating func pfcount() throws -> RESPValue {
        number(Self.combined(.union, try words[1...].map { try cardinality($0)?.elements ?? MemberSet() }).count)
    }

    fileprivate mutating func pfmerge() throws -> RESPValue {
        let sets = try words[1...].map { try cardinality($0)?.elements ?? MemberSet() }
        let merged = Self.combined(.union, sets)
        try update(words[1], as: Cardinality.self) { $0.elements = merged }
        return .ok
    }
}
