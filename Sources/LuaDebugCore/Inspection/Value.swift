// Lua values as they leave the script: bounded snapshots that say where they were cut.

/// A snapshot of a Lua value; it stays true after the script has gone on.
public indirect enum Value: Sendable, Hashable {
    case `nil`
    case boolean(Bool)
    case integer(Int64)
    case number(Double)
    case string(StringValue)
    case table(TableValue)
    case function(FunctionValue)
    /// A userdata, light userdata or coroutine: its type's name and identity.
    case opaque(type: String, identity: UInt)

    /// The name that Lua's `type` gives.
    public var typeName: String {
        switch self {
        case .nil: "nil"
        case .boolean: "boolean"
        case .integer, .number: "number"
        case .string: "string"
        case .table: "table"
        case .function: "function"
        case .opaque(let type, _): type
        }
    }

    /// What to expand it by until the script resumes; nil for what has no inside.
    public var reference: ValueReference? {
        switch self {
        case .table(let table): table.reference
        case .function(let function): function.reference
        default: nil
        }
    }

    /// A string value of the text's UTF-8 bytes.
    public static func text(_ text: String) -> Value {
        .string(StringValue(bytes: [UInt8](text.utf8), length: text.utf8.count))
    }
}

/// A Lua string: bytes, not characters.
public struct StringValue: Sendable, Hashable {
    /// The bytes, perhaps only the first of them.
    public let bytes: [UInt8]
    /// How many the string has.
    public let length: Int
    /// Not all bytes of the string are here.
    public var isCut: Bool { bytes.count < length }
    /// The bytes read as UTF-8, with replacement characters where they are not.
    public var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// A table as it was, down to the depth that was asked for.
public struct TableValue: Sendable, Hashable {
    /// What a snapshot holds of a table's inside.
    public enum Content: Sendable, Hashable {
        /// The entries, array part first, then keys in a fixed order; `omitted` tells that there are more.
        case entries([Entry], omitted: Bool)
        /// Not looked into: a bound on depth, entries or bytes was reached.
        case cut
        /// The table is one of those that this value lies in.
        case cycle
        /// The same table is shown elsewhere in this snapshot.
        case shared
    }
    /// One key and its value.
    public struct Entry: Sendable, Hashable {
        /// The key; a table is not looked into here.
        public let key: Value
        /// The value.
        public let value: Value
    }
    /// Tells tables apart while the script is stopped; meaningless later.
    public let identity: UInt
    /// The raw length, as `rawlen` gives it.
    public let length: Int
    /// It has a metatable, hidden by `__metatable` or not.
    public let hasMetatable: Bool
    /// What the snapshot holds of its inside.
    public let content: Content
    /// What to expand it by until the script resumes.
    public let reference: ValueReference?
}

/// A function and where it is defined.
public struct FunctionValue: Sendable, Hashable {
    /// Tells functions apart while the script is stopped; meaningless later.
    public let identity: UInt
    /// It is written in C.
    public let isC: Bool
    /// The chunk's name as Lua shows it, and the lines from `function` to `end`; nil for C.
    public let chunk: String?
    /// From `function` to `end`; nil for C.
    public let lines: ClosedRange<Int>?
    /// What to expand it by until the script resumes.
    public let reference: ValueReference?
    /// A C function's address: what a breakpoint on it is known by.
    let code: UInt?
}

/// A handle on a table or function of the stopped script; it expires when the script resumes.
public struct ValueReference: Sendable, Hashable {
    let stop: UInt64
    let number: Int32
}

/// How much of a value is copied; what lies beyond is marked in the value.
public struct ValueLimits: Sendable, Hashable {
    /// Levels of tables: 1 shows a table's entries, 0 none.
    public var depth: Int
    /// Entries over all tables together.
    public var entries: Int
    /// Bytes over all strings together.
    public var bytes: Int
    /// A table that lies in several places is copied into each, and is nowhere ``TableValue/Content/shared``.
    public var repeatsTables = false

    /// Limits; negative ones count as 0, and no more than 100 levels are shown.
    public init(depth: Int = 2, entries: Int = 200, bytes: Int = 16_384) {
        self.depth = max(0, min(depth, 100))
        self.entries = max(0, entries)
        self.bytes = max(0, bytes)
    }

    /// Two levels, 200 entries, 16 KiB of strings.
    public static let standard = ValueLimits()
    /// The value itself and nothing inside.
    public static let flat = ValueLimits(depth: 0, entries: 0, bytes: 1024)
    /// As far as memory goes, down to 100 levels.
    public static let unlimited = ValueLimits(depth: 100, entries: .max, bytes: .max)
}
