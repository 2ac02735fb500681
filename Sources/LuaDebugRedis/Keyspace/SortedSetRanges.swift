// Ranges of sorted sets: by rank, by score, by the bytes of members of one score; forwards and backwards.

internal import LuaDebugRESP

extension KeyspaceCommand {
    static let sortedSetRangeCommands: [KeyspaceCommand] = [
        KeyspaceCommand("zrange", -4, .readonly) { try $0.zrange(nil, isReverse: nil) },
        KeyspaceCommand("zrevrange", -4, .readonly) { try $0.zrange(.rank, isReverse: true) },
        KeyspaceCommand("zrangebyscore", -4, .readonly) { try $0.zrange(.score, isReverse: false) },
        KeyspaceCommand("zrevrangebyscore", -4, .readonly) { try $0.zrange(.score, isReverse: true) },
        KeyspaceCommand("zrangebylex", -4, .readonly) { try $0.zrange(.lex, isReverse: false) },
        KeyspaceCommand("zrevrangebylex", -4, .readonly) { try $0.zrange(.lex, isReverse: true) },
        KeyspaceCommand("zrangestore", -5, .growth, .two) { try $0.zrange(nil, isReverse: nil, stores: true) },
        KeyspaceCommand("zcount", 4, .fastRead) { try $0.zcount(.score) },
        KeyspaceCommand("zlexcount", 4, .fastRead) { try $0.zcount(.lex) },
        KeyspaceCommand("zremrangebyrank", 4, .write) { try $0.zremrange(.rank) },
        KeyspaceCommand("zremrangebyscore", 4, .write) { try $0.zremrange(.score) },
        KeyspaceCommand("zremrangebylex", 4, .write) { try $0.zremrange(.lex) },
    ]
}

/// What a range goes by.
enum RangeKind { case rank, score, lex }

/// A range of a sorted set, as two words give it.
private enum SortedSetRange {
    /// From a first to a last rank; -1 is the last of all.
    case rank(Int, Int)
    case score(low: ScoreEnd, high: ScoreEnd)
    case lex(low: LexEnd, high: LexEnd)

    /// What of a sorted set lies in it, as ranks from the lowest.
    ///
    /// Ranks count from the highest if it `isReverse`.
    func ranks(in set: SortedSet, isReverse: Bool = false) -> Range<Int> {
        let ends: (start: Int, end: Int)
        switch self {
        case .rank(let first, let last):
            let range = Execution.range(first, last, of: set.count)
            if range.isEmpty || !isReverse { return range }
            return (set.count - range.upperBound)..<(set.count - range.lowerBound)
        case .score(let low, let high):
            ends = (
                set.first { low.isExclusive ? $0.score > low.score : $0.score >= low.score },
                set.first { high.isExclusive ? $0.score >= high.score : $0.score > high.score }
            )
        case .lex(let low, let high):
            // Of members with one score; where scores differ Redis leaves open what this finds.
            ends = (
                set.first { low.precedes($0.member, orIs: !low.isExclusive) },
                set.first { high.precedes($0.member, orIs: high.isExclusive) }
            )
        }
        return ends.start < ends.end ? ends.start..<ends.end : 0..<0
    }
}

/// One end of a range of scores: a number, behind a parenthesis if it is not part of it.
private struct ScoreEnd {
    let score: Double
    let isExclusive: Bool

    init?(_ word: Bytes) {
        isExclusive = word.first == UInt8(ascii: "(")
        guard let score = Numbers.lenientFloat(word.dropFirst(isExclusive ? 1 : 0)) else { return nil }
        self.score = score
    }
}

/// One end of a range of members: `[` or `(` and bytes, or `-` and `+` for the first and the last that there can be.
private enum LexEnd {
    case lowest, highest
    case member(Bytes, isExclusive: Bool)

    init?(_ word: Bytes) {
        switch word.first {
        case UInt8(ascii: "-") where word.count == 1: self = .lowest
        case UInt8(ascii: "+") where word.count == 1: self = .highest
        case UInt8(ascii: "["): self = .member(Bytes(word.dropFirst()), isExclusive: false)
        case UInt8(ascii: "("): self = .member(Bytes(word.dropFirst()), isExclusive: true)
        default: return nil
        }
    }

    var isExclusive: Bool {
        if case .member(_, let isExclusive) = self { return isExclusive }
        return false
    }

    func precedes(_ other: Bytes, orIs takesItself: Bool) -> Bool {
        switch self {
        case .lowest: true
        case .highest: false
        case .member(let member, _): member.precedes(other) || takesItself && member == other
        }
    }
}

extension Execution {
    /// The range that two words give, the lower end first.
    private func range(_ kind: RangeKind, _ low: Int, _ high: Int) throws -> SortedSetRange {
        switch kind {
        case .rank: return .rank(try integer(low), try integer(high))
        case .score:
            guard let low = ScoreEnd(words[low]), let high = ScoreEnd(words[high]) else {
                throw Failure.badScoreRange
            }
            return .score(low: low, high: high)
        case .lex:
            guard let low = LexEnd(words[low]), let high = LexEnd(words[high]) else { throw Failure.badLexRange }
            return .lex(low: low, high: high)
        }
    }

    fileprivate mutating func zcount(_ kind: RangeKind) throws -> RESPValue {
        let range = try range(kind, 2, 3)
        return number(try sortedSet().map { range.ranks(in: $0).count } ?? 0)
    }

    fileprivate mutating func zremrange(_ kind: RangeKind) throws -> RESPValue {
        let range = try range(kind, 2, 3)
        return number(
            try update(words[1], as: SortedSet.self) { set in
                let ranks = range.ranks(in: set)
                set.remove(at: ranks)
                return ranks.count
            })
    }

    /// All of the range commands; where `kind` and `isReverse` are nil, options say it.
    fileprivate mutating func zrange(
        _ kind: RangeKind?, isReverse: Bool?, stores: Bool = false
    ) throws -> RESPValue {
        let start = stores ? 3 : 2
        let options = try RangeOptions(self, from: start + 2, kind, isReverse, stores: stores)
        // By score or bytes backwards, the higher end comes first.
        let isSwapped = options.isReverse && options.kind != .rank
        let range = try range(options.kind, isSwapped ? start + 1 : start, isSwapped ? start : start + 1)
        let set = try read(words[stores ? 2 : 1], as: SortedSet.self) ?? SortedSet()
        var entries = Array(set.entries[range.ranks(in: set, isReverse: options.isReverse)])
        if options.isReverse { entries.reverse() }
        if let limit = options.limit {
            entries = limit.offset < 0 ? [] : Array(entries.dropFirst(limit.offset))
            if limit.count >= 0 { entries = Array(entries.prefix(limit.count)) }
        }
        if stores {
            let result = SortedSet(entries)
            put(words[1], result)
            return number(result.count)
        }
        return options.hasScores ? nested(scored(entries)) : array(entries.map(\.member))
    }
}

/// What follows the ends of a range.
private struct RangeOptions {
    private(set) var kind: RangeKind
    private(set) var isReverse: Bool
    private(set) var hasScores = false
    private(set) var limit: (offset: Int, count: Int)?

    init(
        _ execution: Execution, from start: Int, _ fixedKind: RangeKind?, _ fixedReverse: Bool?, stores: Bool
    ) throws {
        var kind = fixedKind
        var isReverse = fixedReverse
        var index = start
        while index < execution.count {
            if !stores, execution.says(index, "withscores") {
                hasScores = true
            } else if execution.says(index, "limit"), index + 2 < execution.count {
                limit = (try execution.integer(index + 1), try execution.integer(index + 2))
                index += 2
            } else if isReverse == nil, execution.says(index, "rev") {
                isReverse = true
            } else if kind == nil, execution.says(index, "bylex") {
                kind = .lex
            } else if kind == nil, execution.says(index, "byscore") {
                kind = .score
            } else {
                throw Failure.syntax
            }
            index += 1
        }
        self.kind = kind ?? .rank
        self.isReverse = isReverse ?? false
        if let limit, limit.count != -1, self.kind == .rank {
            throw Failure("syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX")
        }
        if hasScores, self.kind == .lex {
            throw Failure("syntax error, WITHSCORES not supported in combination with BYLEX")
        }
    }
}
