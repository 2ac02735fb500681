// The order in which a table's keys are shown, so that two looks at one table show the same.

/// Booleans before numbers before strings before all others, which have no order of their own and stay in the VM's.
enum TableKey {
    case boolean(Bool), integer(Int64), number(Double), string([UInt8])
    case other(position: Int)

    init(_ value: Value, position: Int) {
        self =
            switch value {
            case .boolean(let value): .boolean(value)
            case .integer(let value): .integer(value)
            case .number(let value): .number(value)
            case .string(let string): .string(string.bytes)
            default: .other(position: position)
            }
    }

    private var rank: Int {
        switch self {
        case .boolean: 0
        case .integer, .number: 1
        case .string: 2
        case .other: 3
        }
    }
    private var magnitude: Double {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: 0
        }
    }

    static func < (a: TableKey, b: TableKey) -> Bool {
        switch (a, b) {
        case (.boolean(let x), .boolean(let y)): !x && y
        case (.integer(let x), .integer(let y)): x < y
        case (.string(let x), .string(let y)): x.lexicographicallyPrecedes(y)
        case (.other(let x), .other(let y)): x < y
        default: a.rank != b.rank ? a.rank < b.rank : a.magnitude < b.magnitude
        }
    }
}

extension TableValue {
    /// The array part, which comes first and in order, then the other keys.
    static func ordered(_ entries: [Entry], length: Int) -> [Entry] {
        let array = entries.prefix { entry in
            if case .integer(let key) = entry.key { key >= 1 && key <= Int64(length) } else { false }
        }
        let rest = entries.dropFirst(array.count).enumerated().map { offset, entry in
            (key: TableKey(entry.key, position: offset), entry: entry)
        }
        return array + rest.sorted { $0.key < $1.key }.map(\.entry)
    }
}
