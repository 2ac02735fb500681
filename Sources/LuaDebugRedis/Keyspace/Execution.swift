// One command that is being done: its words, the data, and what handlers share.

internal import LuaDebugRESP

/// What a handler works on.
struct Execution {
    var databases: [Database] = []
    var client: KeyspaceClient
    let command: KeyspaceCommand
    /// The command as it was given, its name first.
    let words: [Bytes]
    /// In milliseconds since 1970, the same during the whole command.
    let now: Int64

    init(_ command: KeyspaceCommand, _ words: [Bytes], _ client: KeyspaceClient) {
        self.command = command
        self.words = words
        self.client = client
        now = client.frozenTime ?? client.clock() / 1000
    }

    // MARK: - Keys

    mutating func entry(_ key: Bytes) -> Database.Entry? { databases[client.database].entry(key, at: now) }

    mutating func exists(_ key: Bytes) -> Bool { entry(key) != nil }

    /// A key's value if it is of the type; nil if there is no such key.
    mutating func read<Value: Payload>(_ key: Bytes, as _: Value.Type) throws -> Value? {
        guard let entry = entry(key) else { return nil }
        guard let value = Value(entry.value) else { throw Failure.wrongType }
        return value
    }

    /// Changes a key's value where it lies; a key that is not there begins empty, one that ends empty is removed.
    mutating func update<Value: Payload, Result>(
        _ key: Bytes, as type: Value.Type, _ body: (inout Value) throws -> Result
    ) throws -> Result {
        _ = entry(key)
        return try databases[client.database].update(key, as: type, body)
    }

    /// Gives a key a new value, whatever it held; its time to live goes.
    mutating func put(_ key: Bytes, _ value: some Payload, expiry: Int64? = nil) {
        if value.isWorthKeeping {
            databases[client.database].set(key, Database.Entry(value: value.stored, expiry: expiry))
        } else {
            databases[client.database].remove(key)
        }
    }

    /// True if there was such a key.
    @discardableResult
    mutating func delete(_ key: Bytes) -> Bool {
        guard exists(key) else { return false }
        databases[client.database].remove(key)
        return true
    }

    // MARK: - Replies that differ between the versions

    var isRESP3: Bool { client.version == .resp3 }

    func score(_ score: Double) -> RESPValue {
        isRESP3 ? .double(score) : .bulkString(Numbers.text(score: score))
    }

    func members(_ members: [Bytes]) -> RESPValue { isRESP3 ? .set(bulks(members)) : array(members) }

    func array(_ elements: some Sequence<Bytes>) -> RESPValue { .array(bulks(elements)) }

    func bulks(_ elements: some Sequence<Bytes>) -> [RESPValue] { elements.map { .bulkString($0) } }

    func map(_ pairs: [(key: Bytes, value: Bytes)]) -> RESPValue {
        if isRESP3 { return .map(pairs.map { RESPValue.Pair(.bulkString($0.key), .bulkString($0.value)) }) }
        return array(pairs.flatMap { [$0.key, $0.value] })
    }

    /// Pairs as arrays in an array in RESP3, one behind the other in RESP2.
    func nested(_ pairs: [(RESPValue, RESPValue)]) -> RESPValue {
        .array(isRESP3 ? pairs.map { .array([$0.0, $0.1]) } : pairs.flatMap { [$0.0, $0.1] })
    }

    func bulk(_ bytes: Bytes?) -> RESPValue { bytes.map { .bulkString($0) } ?? .null }
    func number(_ number: Int) -> RESPValue { .integer(Int64(number)) }
    func flag(_ truth: Bool) -> RESPValue { .integer(truth ? 1 : 0) }
}
