// Bytes to values, in the order in which they were added: what a database, a hash and a set are made of.

/// Keys, members, fields and values: nothing here is text until it is shown.
typealias Bytes = [UInt8]

/// A dictionary that keeps the order of insertion, which stays what it is when other keys come and go.
///
/// Each key has a number, larger than those of the keys before it, for as long as it stays: a scan's cursor is such a
/// number. Two tables are equal when they have the same keys in the same order with equal values.
struct OrderedTable<Value: Hashable & Sendable>: Sendable {
    private struct Slot: Sendable {
        let key: Bytes
        var value: Value
    }

    private var places: [Bytes: Int] = [:]
    // With holes where keys were; they are closed when they become the larger part.
    private var slots: [Slot?] = []
    // Of each slot, holes too.
    private var numbers: [Int] = []
    private var nextNumber = 1

    var count: Int { places.count }
    var isEmpty: Bool { places.isEmpty }

    func contains(_ key: Bytes) -> Bool { places[key] != nil }

    subscript(key: Bytes) -> Value? { places[key].flatMap { slots[$0]?.value } }

    /// The keys, first added first.
    var keys: [Bytes] { slots.compactMap { $0?.key } }
    /// The values, in the order of their keys.
    var values: [Value] { slots.compactMap { $0?.value } }
    /// Keys with their values.
    var pairs: [(key: Bytes, value: Value)] {
        slots.compactMap { slot in slot.map { ($0.key, $0.value) } }
    }

    /// Sets a key's value; true if the key is new, and then it is the last.
    @discardableResult
    mutating func set(_ key: Bytes, _ value: Value) -> Bool {
        if let place = places[key] {
            slots[place]?.value = value
            return false
        }
        places[key] = slots.count
        slots.append(Slot(key: key, value: value))
        numbers.append(nextNumber)
        nextNumber += 1
        return true
    }

    /// Changes the value of a key that is there, where it lies: nothing is copied.
    mutating func modify<Result>(_ key: Bytes, _ body: (inout Value) throws -> Result) rethrows -> Result? {
        guard let place = places[key], var slot = slots[place].take() else { return nil }
        defer { slots[place] = slot }
        return try body(&slot.value)
    }

    /// Removes a key; its value, if it was there.
    @discardableResult
    mutating func remove(_ key: Bytes) -> Value? {
        guard let place = places.removeValue(forKey: key), let slot = slots[place].take() else { return nil }
        if slots.count > 32, slots.count > 2 * places.count { closeHoles() }
        return slot.value
    }

    private mutating func closeHoles() {
        numbers = zip(numbers, slots).filter { $0.1 != nil }.map(\.0)
        slots.removeAll { $0 == nil }
        for (place, slot) in slots.enumerated() {
            if let slot { places[slot.key] = place }
        }
    }

    /// The key at a position, counted from 0.
    func key(at position: Int) -> Bytes? {
        if slots.count == places.count { return slots.indices.contains(position) ? slots[position]?.key : nil }
        var left = position
        for case let slot? in slots {
            if left == 0 { return slot.key }
            left -= 1
        }
        return nil
    }

    /// Up to `count` keys behind a cursor (0 is the beginning), and the cursor behind them: 0 when there are no more.
    func scan(from cursor: Int, count: Int) -> (keys: [Bytes], next: Int) {
        var low = 0
        var high = numbers.count
        while low < high {
            let middle = (low + high) / 2
            if numbers[middle] > cursor { high = middle } else { low = middle + 1 }
        }
        var found: [Bytes] = []
        var last = 0
        for place in low..<slots.count {
            guard let slot = slots[place] else { continue }
            if found.count == count { return (found, last) }
            found.append(slot.key)
            last = numbers[place]
        }
        return (found, 0)
    }
}

extension OrderedTable: Hashable {
    static func == (one: Self, other: Self) -> Bool {
        one.count == other.count
            && one.pairs.elementsEqual(other.pairs) { $0.key == $1.key && $0.value == $1.value }
    }

    func hash(into hasher: inout Hasher) {
        for pair in pairs {
            hasher.combine(pair.key)
            hasher.combine(pair.value)
        }
    }
}

/// The value of a table that is a set.
struct Nothing: Hashable, Sendable {}

/// A set's members.
typealias MemberSet = OrderedTable<Nothing>

extension OrderedTable where Value == Nothing {
    init(_ members: some Sequence<Bytes>) {
        for member in members { set(member, Nothing()) }
    }

    @discardableResult
    mutating func insert(_ member: Bytes) -> Bool { contains(member) ? false : set(member, Nothing()) }
}
