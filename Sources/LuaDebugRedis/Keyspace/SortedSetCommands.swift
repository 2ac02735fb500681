// Sorted sets: members, scores and ranks; ranges have a file of their own.

internal import LuaDebugRESP

extension KeyspaceCommand {
    static let sortedSetCommands: [KeyspaceCommand] = [
        KeyspaceCommand("zadd", -4, .fastGrowth) { try $0.zadd() },
        KeyspaceCommand("zincrby", 4, .fastGrowth) { try $0.zincrby() },
        KeyspaceCommand("zrem", -3, .fastWrite) { try $0.zrem() },
        KeyspaceCommand("zscore", 3, .fastRead) { $0.score(try $0.sortedSet()?.score(of: $0.words[2])) },
        KeyspaceCommand("zmscore", -3, .fastRead) { try $0.zmscore() },
        KeyspaceCommand("zcard", 2, .fastRead) { $0.number(try $0.sortedSet()?.count ?? 0) },
        KeyspaceCommand("zrank", 3, .fastRead) { try $0.zrank(isReverse: false) },
        KeyspaceCommand("zrevrank", 3, .fastRead) { try $0.zrank(isReverse: true) },
        KeyspaceCommand("zpopmin", -2, .fastWrite) { try $0.zpop(highest: false) },
        KeyspaceCommand("zpopmax", -2, .fastWrite) { try $0.zpop(highest: true) },
        KeyspaceCommand("zmpop", -4, .write, .counted) { try $0.zmpop() },
        KeyspaceCommand("zrandmember", -2, [.readonly, .random]) { try $0.zrandmember() },
        KeyspaceCommand("zscan", -3, [.readonly, .random]) { try $0.zscan() },
        KeyspaceCommand("zunion", -3, .readonly, .counted) { try $0.zcombine(.union) },
        KeyspaceCommand("zinter", -3, .readonly, .counted) { try $0.zcombine(.inter) },
        KeyspaceCommand("zdiff", -3, .readonly, .counted) { try $0.zcombine(.diff) },
        KeyspaceCommand("zunionstore", -4, .growth, .destinationAndCounted) { try $0.zcombineStore(.union) },
        KeyspaceCommand("zinterstore", -4, .growth, .destinationAndCounted) { try $0.zcombineStore(.inter) },
        KeyspaceCommand("zdiffstore", -4, .growth, .destinationAndCounted) { try $0.zcombineStore(.diff) },
        KeyspaceCommand("zintercard", -3, .readonly, .counted) { try $0.zintercard() },
    ]
}

extension Execution {
    /// The sorted set that the first argument names.
    mutating func sortedSet() throws -> SortedSet? { try read(words[1], as: SortedSet.self) }

    fileprivate func score(_ score: Double?) -> RESPValue { score.map { self.score($0) } ?? .null }

    func scored(_ entries: some Sequence<SortedSet.Entry>) -> [(RESPValue, RESPValue)] {
        entries.map { (.bulkString($0.member), score($0.score)) }
    }

    // MARK: - Adding

    /// The options of ZADD.
    private struct AddOptions: OptionSet {
        let rawValue: Int
        static let onlyNew = AddOptions(rawValue: 1)
        static let onlyOld = AddOptions(rawValue: 2)
        static let greater = AddOptions(rawValue: 4)
        static let less = AddOptions(rawValue: 8)
        static let changes = AddOptions(rawValue: 16)
        static let increment = AddOptions(rawValue: 32)

        static let words: [(String, AddOptions)] = [
            ("nx", .onlyNew), ("xx", .onlyOld), ("gt", .greater), ("lt", .less), ("ch", .changes),
            ("incr", .increment),
        ]
    }

    fileprivate mutating func zadd() throws -> RESPValue {
        var options: AddOptions = []
        var index = 2
        while index < count, let option = AddOptions.words.first(where: { says(index, $0.0) }) {
            options.insert(option.1)
            index += 1
        }
        guard index < count, (count - index) % 2 == 0 else { throw Failure.syntax }
        if options.isSuperset(of: [.onlyNew, .onlyOld]) {
            throw Failure("XX and NX options at the same time are not compatible")
        }
        if [[.greater, .onlyNew], [.less, .onlyNew], [.greater, .less]].contains(where: options.isSuperset) {
            throw Failure("GT, LT, and/or NX options at the same time are not compatible")
        }
        if options.contains(.increment), count - index > 2 {
            throw Failure("INCR option supports a single increment-element pair")
        }
        return try add(options, from: index)
    }

    fileprivate mutating func zincrby() throws -> RESPValue { try add(.increment, from: 2) }

    private mutating func add(_ options: AddOptions, from start: Int) throws -> RESPValue {
        let pairs = try stride(from: start, to: count, by: 2).map { (try float($0), words[$0 + 1]) }
        var (added, changed) = (0, 0)
        var last: Double?
        try update(words[1], as: SortedSet.self) { set in
            for (amount, member) in pairs {
                guard let score = try Self.newScore(set.score(of: member), amount, options) else { continue }
                last = score
                switch set.score(of: member) {
                case nil: added += 1
                case let old?: changed += old == score ? 0 : 1
                }
                set.set(member, score)
            }
        }
        if options.contains(.increment) { return score(last) }
        return number(options.contains(.changes) ? added + changed : added)
    }

    /// The score that a member gets; nil where the options say that nothing happens.
    private static func newScore(_ old: Double?, _ amount: Double, _ options: AddOptions) throws -> Double? {
        guard let old else { return options.contains(.onlyOld) ? nil : amount }
        if options.contains(.onlyNew) { return nil }
        let score = options.contains(.increment) ? old + amount : amount
        if score.isNaN { throw Failure("resulting score is not a number (NaN)") }
        if options.contains(.less), score >= old { return nil }
        if options.contains(.greater), score <= old { return nil }
        return score
    }

    // MARK: - Members

    fileprivate mutating func zrem() throws -> RESPValue {
        let members = words[2...]
        return number(
            try update(words[1], as: SortedSet.self) { set in
                members.reduce(0) { $0 + (set.remove($1) ? 1 : 0) }
            })
    }

    fileprivate mutating func zmscore() throws -> RESPValue {
        let set = try sortedSet()
        return .array(words[2...].map { score(set?.score(of: $0)) })
    }

    fileprivate mutating func zrank(isReverse: Bool) throws -> RESPValue {
        guard let set = try sortedSet(), let rank = set.rank(of: words[2]) else { return .null }
        return number(isReverse ? set.count - 1 - rank : rank)
    }

    fileprivate mutating func zrandmember() throws -> RESPValue {
        if count == 2 {
            guard let set = try sortedSet() else { return .null }
            return .bulkString(set.entries[pick(of: set.count)].member)
        }
        let wanted = try randomCount("withscores")
        guard let entries = try sortedSet()?.entries else { return .array([]) }
        let found = try picks(wanted.count, of: entries.count).map { entries[$0] }
        return wanted.hasValues ? nested(scored(found)) : array(found.map(\.member))
    }

    // MARK: - Lowest and highest

    fileprivate mutating func zpop(highest: Bool) throws -> RESPValue {
        guard count <= 3 else { throw Failure.syntax }
        let wanted = count == 3 ? try positive(2) : 1
        guard try sortedSet() != nil else { return .array([]) }
        let pairs = scored(try zpop(words[1], wanted, highest))
        // Without a count RESP3 has no array around the one pair.
        return count == 3 ? nested(pairs) : .array(pairs.flatMap { [$0.0, $0.1] })
    }

    private mutating func zpop(_ key: Bytes, _ wanted: Int, _ highest: Bool) throws -> [SortedSet.Entry] {
        try update(key, as: SortedSet.self) { set in
            let taken = min(wanted, set.count)
            let ranks = highest ? (set.count - taken)..<set.count : 0..<taken
            let entries = Array(set.entries[ranks])
            set.remove(at: ranks)
            return highest ? entries.reversed() : entries
        }
    }

    fileprivate mutating func zmpop() throws -> RESPValue {
        let keys = try countedKeys(1)
        let side = keys.count + 2
        guard side < count, says(side, "min") || says(side, "max") else { throw Failure.syntax }
        let highest = says(side, "max")
        let wanted = try popCount(side + 1)
        for key in keys where try read(key, as: SortedSet.self) != nil {
            let pairs = scored(try zpop(key, wanted, highest))
            return .array([.bulkString(key), .array(pairs.map { .array([$0.0, $0.1]) })])
        }
        return .null
    }
}
