// Values that a host makes for its scripts, where others are snapshots of a script's own.

extension Value {
    /// A string value of these bytes.
    public static func bytes(_ bytes: [UInt8]) -> Value { .string(StringValue(bytes: bytes, length: bytes.count)) }

    /// A table of these values at 1, 2, ….
    public static func list(_ values: [Value]) -> Value {
        table(values.enumerated().map { (.integer(Int64($0.offset + 1)), $0.element) })
    }

    /// A table of these entries; of two with the same key the later one counts.
    public static func table(_ entries: [(key: Value, value: Value)]) -> Value {
        .table(
            TableValue(
                identity: 0, length: 0, hasMetatable: false,
                content: .entries(entries.map { .init(key: $0.key, value: $0.value) }, omitted: false),
                reference: nil))
    }
}

extension TableValue {
    /// The entries that the snapshot holds; none where it was not looked into.
    public var entries: [Entry] { if case .entries(let entries, _) = content { entries } else { [] } }

    /// The value under a key that is a string.
    public subscript(name: String) -> Value {
        entries.last { if case .string(let key) = $0.key { key.bytes.elementsEqual(name.utf8) } else { false } }?.value
            ?? .nil
    }
}
