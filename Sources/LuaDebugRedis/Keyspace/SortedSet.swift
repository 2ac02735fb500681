// A sorted set: members by their scores, and by their bytes where scores are equal.

/// Members with scores: a table to look a member up, and a sorted array to find ranks and ranges by bisection.
struct SortedSet: Sendable, Hashable {
    struct Entry: Sendable, Hashable {
        let member: Bytes
        let score: Double

        static func < (one: Self, other: Self) -> Bool {
            one.score == other.score ? one.member.precedes(other.member) : one.score < other.score
        }
    }

    /// Scores, in the order in which the members came.
    private(set) var scores = OrderedTable<Double>()
    /// From the lowest to the highest.
    private(set) var entries: [Entry] = []

    init() {}

    /// The last of several scores of a member counts.
    init(_ pairs: some Sequence<Entry>) {
        for pair in pairs { scores.set(pair.member, pair.score) }
        entries = scores.pairs.map { Entry(member: $0.key, score: $0.value) }.sorted(by: <)
    }

    var count: Int { entries.count }
    var isEmpty: Bool { entries.isEmpty }

    func score(of member: Bytes) -> Double? { scores[member] }

    mutating func set(_ member: Bytes, _ score: Double) {
        // Redis keeps no sign of a zero.
        let score = score == 0 ? 0 : score
        if let old = scores[member] {
            if old == score { return }
            entries.remove(at: place(of: Entry(member: member, score: old)))
        }
        scores.set(member, score)
        let entry = Entry(member: member, score: score)
        entries.insert(entry, at: place(of: entry))
    }

    @discardableResult
    mutating func remove(_ member: Bytes) -> Bool {
        guard let score = scores.remove(member) else { return false }
        entries.remove(at: place(of: Entry(member: member, score: score)))
        return true
    }

    /// Removes what lies at these ranks.
    mutating func remove(at ranks: Range<Int>) {
        for entry in entries[ranks] { scores.remove(entry.member) }
        entries.removeSubrange(ranks)
    }

    /// How many members are lower.
    func rank(of member: Bytes) -> Int? {
        scores[member].map { place(of: Entry(member: member, score: $0)) }
    }

    private func place(of entry: Entry) -> Int { first { !($0 < entry) } }

    /// The first rank where something holds that holds for all that follow; the count, if for none.
    func first(where holds: (Entry) -> Bool) -> Int {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if holds(entries[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

extension [UInt8] {
    /// The order of bytes, the shorter first where one begins with the other.
    func precedes(_ other: [UInt8]) -> Bool { lexicographicallyPrecedes(other) }
}
