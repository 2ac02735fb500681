// What several sorted sets have in common; plain sets take part with the score 1.

internal import LuaDebugRESP

extension Execution {
    private struct Sources {
        var sets: [SortedSet] = []
        var weights: [Double] = []
        var aggregate: (Double, Double) -> Double = sum
        var hasScores = false
        var limit = 0

        // Opposite infinities are worth nothing together.
        static func sum(_ one: Double, _ other: Double) -> Double { (one + other).isNaN ? 0 : one + other }

        func weighted(_ index: Int, _ score: Double) -> Double {
            let product = weights[index] * score
            return product.isNaN ? 0 : product
        }
    }

    /// The keys behind the number at an index, and the options behind them.
    private mutating func sources(
        _ start: Int, _ operation: SetOperation, answers: Bool, counts: Bool = false
    ) throws -> Sources {
        let number = try integer(start)
        guard number >= 1 else { throw Failure("at least 1 input key is needed for '\(command.name)' command") }
        guard number <= count - start - 1 else { throw Failure.syntax }
        var sources = Sources()
        for key in words[(start + 1)...(start + number)] {
            if let members = try? read(key, as: MemberSet.self) {
                sources.sets.append(SortedSet(members.keys.map { SortedSet.Entry(member: $0, score: 1) }))
            } else {
                sources.sets.append(try read(key, as: SortedSet.self) ?? SortedSet())
            }
        }
        sources.weights = Array(repeating: 1, count: number)
        let combines = operation != .diff && !counts
        var index = start + number + 1
        while index < count {
            let left = count - index
            if combines, left >= number + 1, says(index, "weights") {
                sources.weights = try ((index + 1)...(index + number)).map {
                    try float($0, or: Failure("weight value is not a float"))
                }
                index += number
            } else if combines, left >= 2, says(index, "aggregate") {
                index += 1
                sources.aggregate = try aggregate(index)
            } else if answers, !counts, says(index, "withscores") {
                sources.hasScores = true
            } else if counts, left >= 2, says(index, "limit") {
                index += 1
                sources.limit = try positive(index, or: Failure("LIMIT can't be negative"))
            } else {
                throw Failure.syntax
            }
            index += 1
        }
        return sources
    }

    private func aggregate(_ index: Int) throws -> (Double, Double) -> Double {
        if says(index, "sum") { return Sources.sum }
        if says(index, "min") { return { Swift.min($0, $1) } }
        guard says(index, "max") else { throw Failure.syntax }
        return { Swift.max($0, $1) }
    }

    private static func result(_ operation: SetOperation, _ sources: Sources) -> SortedSet {
        let sets = sources.sets
        if operation == .diff {
            return SortedSet(
                sets[0].entries.filter { entry in
                    !sets.dropFirst().contains { $0.score(of: entry.member) != nil }
                })
        }
        var scores = OrderedTable<Double>()
        // The smallest first, as there: the sum of floats depends on their order.
        let order = sets.indices.sorted { (sets[$0].count, $0) < (sets[$1].count, $1) }
        for (position, index) in order.enumerated() {
            for entry in sets[index].entries {
                let score = sources.weighted(index, entry.score)
                if let old = scores[entry.member] {
                    scores.set(entry.member, sources.aggregate(old, score))
                } else if operation == .union || position == 0 {
                    scores.set(entry.member, score)
                }
            }
        }
        let kept = scores.pairs.filter { pair in
            operation == .union || sets.allSatisfy { $0.score(of: pair.key) != nil }
        }
        return SortedSet(kept.map { SortedSet.Entry(member: $0.key, score: $0.value) })
    }

    mutating func zcombine(_ operation: SetOperation) throws -> RESPValue {
        let sources = try sources(1, operation, answers: true)
        let entries = Self.result(operation, sources).entries
        return sources.hasScores ? nested(scored(entries)) : array(entries.map(\.member))
    }

    mutating func zcombineStore(_ operation: SetOperation) throws -> RESPValue {
        let result = Self.result(operation, try sources(2, operation, answers: false))
        // What is kept has no sign of a zero; what is only answered may have one.
        put(
            words[1],
            SortedSet(result.entries.map { $0.score == 0 ? SortedSet.Entry(member: $0.member, score: 0) : $0 }))
        return number(result.count)
    }

    mutating func zintercard() throws -> RESPValue {
        let sources = try sources(1, .inter, answers: true, counts: true)
        let size = Self.result(.inter, sources).count
        return number(sources.limit > 0 ? min(sources.limit, size) : size)
    }
}
