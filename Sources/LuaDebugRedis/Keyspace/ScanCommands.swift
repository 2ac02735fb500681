// Going through keys, fields and members in parts, and picking some at random.
//
// A cursor is the number of the last key that was seen, so what stays during a scan is seen exactly once. What Redis
// keeps in one piece (a small hash, sorted set or set of integers) is answered at once, whatever the count, as there.

internal import LuaDebugRESP

/// What may follow a cursor.
private struct ScanOptions {
    var pattern: GlobPattern?
    var count = 10
    var type: Bytes?

    init(_ execution: Execution, from start: Int, hasType: Bool) throws {
        for index in stride(from: start, to: execution.count, by: 2) {
            guard index + 1 < execution.count else { throw Failure.syntax }
            if execution.says(index, "count") {
                count = try execution.integer(index + 1)
                if count < 1 { throw Failure.syntax }
            } else if execution.says(index, "match") {
                pattern = GlobPattern(execution.word(index + 1))
            } else if hasType, execution.says(index, "type") {
                type = execution.word(index + 1)
            } else {
                throw Failure.syntax
            }
        }
    }

    func takes(_ key: Bytes) -> Bool { pattern.map { $0.matches(key) } ?? true }
}

extension Execution {
    private func cursor(_ index: Int) throws -> Int {
        if words[index].isEmpty { return 0 }
        guard let cursor = UInt(String(decoding: words[index], as: UTF8.self)) else { throw Failure("invalid cursor") }
        return Int(clamping: cursor)
    }

    private func part(_ next: Int, _ elements: [RESPValue]) -> RESPValue {
        .array([.text(String(next)), .array(elements)])
    }

    mutating func scan() throws -> RESPValue {
        let cursor = try cursor(1)
        let options = try ScanOptions(self, from: 2, hasType: true)
        databases[client.database].expire(at: now)
        let entries = databases[client.database].entries
        let (keys, next) = entries.scan(from: cursor, count: options.count)
        let type = options.type
        let found = keys.filter { key in
            options.takes(key) && (type.map { $0.says(entries[key]?.value.typeName ?? "") } ?? true)
        }
        return part(next, bulks(found))
    }

    mutating func hscan() throws -> RESPValue {
        let cursor = try cursor(2)
        guard let table = try read(words[1], as: OrderedTable<Bytes>.self) else { return part(0, []) }
        return try scan(table, cursor, small: table.count <= 512 ? table.keys : nil) { [$0, table[$0] ?? []] }
    }

    mutating func sscan() throws -> RESPValue {
        let cursor = try cursor(2)
        guard let members = try read(words[1], as: MemberSet.self) else { return part(0, []) }
        return try scan(members, cursor, small: members.isOfIntegers ? members.shown : nil) { [$0] }
    }

    mutating func zscan() throws -> RESPValue {
        let cursor = try cursor(2)
        guard let members = try read(words[1], as: SortedSet.self) else { return part(0, []) }
        if members.count <= 128 {
            return try scan(members.scores, cursor, small: members.entries.map(\.member)) {
                [$0, Numbers.text(compactScore: members.score(of: $0) ?? 0)]
            }
        }
        return try scan(members.scores, cursor, small: nil) {
            [$0, Numbers.text(score: members.score(of: $0) ?? 0)]
        }
    }

    /// What is `small` is shown in that order, all of it.
    private func scan<Value>(
        _ table: OrderedTable<Value>, _ cursor: Int, small: [Bytes]?, _ shown: (Bytes) -> [Bytes]
    ) throws -> RESPValue {
        let options = try ScanOptions(self, from: 3, hasType: false)
        let (keys, next) = small.map { ($0, 0) } ?? table.scan(from: cursor, count: options.count)
        return part(next, bulks(keys.filter(options.takes).flatMap(shown)))
    }

    // MARK: - At random

    /// What the count of SRANDMEMBER and the like picks of so many: none twice, or as many as wanted if it is negative.
    mutating func picks(_ wanted: Int, of count: Int) throws -> [Int] {
        if count == 0 { return [] }
        // Redis would be busy with it for ever.
        if wanted < -(1 << 24) { throw Failure.outOfRange }
        if wanted < 0 { return (0..<wanted.magnitude).map { _ in Int.random(in: 0..<count, using: &client.random) } }
        if wanted >= count { return Array(0..<count) }
        return Array((0..<count).shuffled(using: &client.random).prefix(wanted))
    }

    mutating func pick(of count: Int) -> Int { Int.random(in: 0..<count, using: &client.random) }

    /// The count of such a command, with the option that gives values too.
    func randomCount(_ option: String) throws -> (count: Int, hasValues: Bool) {
        let number = try integer(2, in: -Int.max...Int.max)
        guard count == 3 || count == 4 && says(3, option) else { throw Failure.syntax }
        if count == 4, number.magnitude > UInt(Int.max / 2) { throw Failure.outOfRange }
        return (number, count == 4)
    }
}
