// One database: keys, what they hold, and when they go.

/// Keys in the order in which they were added.
struct Database: Sendable, Hashable {
    struct Entry: Sendable, Hashable {
        var value: StoredValue
        /// In milliseconds since 1970; from then on the key is gone.
        var expiry: Int64?
    }

    private(set) var entries = OrderedTable<Entry>()
    /// The keys with an expiry.
    private var mortal: Set<Bytes> = []

    var count: Int { entries.count }

    /// Removes the key if its time has come, and says what is there then.
    mutating func entry(_ key: Bytes, at now: Int64) -> Entry? {
        guard let entry = entries[key] else { return nil }
        guard let expiry = entry.expiry, expiry <= now else { return entry }
        remove(key)
        return nil
    }

    /// Removes all keys whose time has come.
    mutating func expire(at now: Int64) {
        for key in mortal { _ = entry(key, at: now) }
    }

    mutating func set(_ key: Bytes, _ entry: Entry) {
        entries.set(key, entry)
        note(key, entry.expiry)
    }

    mutating func setExpiry(_ key: Bytes, _ expiry: Int64?) {
        entries.modify(key) { $0.expiry = expiry }
        note(key, expiry)
    }

    private mutating func note(_ key: Bytes, _ expiry: Int64?) {
        if expiry == nil { mortal.remove(key) } else { mortal.insert(key) }
    }

    @discardableResult
    mutating func remove(_ key: Bytes) -> Entry? {
        mortal.remove(key)
        return entries.remove(key)
    }

    /// Gives a key's value to `body`, which changes it where it lies; a key that holds nothing afterwards is removed.
    ///
    /// A key that is not there begins empty.
    mutating func update<Value: Payload, Result>(
        _ key: Bytes, as _: Value.Type, _ body: (inout Value) throws -> Result
    ) throws -> Result {
        var isWorthKeeping = true
        defer { if !isWorthKeeping { remove(key) } }
        let result = try entries.modify(key) { entry in
            guard var value = Value(entry.value) else { throw Failure.wrongType }
            // Given up here, so that the value has one owner and is not copied.
            entry.value = .string([])
            defer {
                isWorthKeeping = value.isWorthKeeping
                entry.value = value.stored
            }
            return try body(&value)
        }
        if let result { return result }
        var value = Value()
        let made = try body(&value)
        if value.isWorthKeeping { entries.set(key, Entry(value: value.stored)) }
        return made
    }
}
