// What a key can hold, and the names of the types and of their encodings.

/// A key's value.
enum StoredValue: Sendable, Hashable {
    case string(Bytes)
    case hash(OrderedTable<Bytes>)
    case list(ByteList)
    case set(MemberSet)
    case sortedSet(SortedSet)
    case stream(Stream)
    /// What PFADD counts, itself: where Redis estimates, this is exact. Its type is called a string as there.
    case cardinality(Cardinality)

    /// As TYPE says it.
    var typeName: String {
        switch self {
        case .string, .cardinality: "string"
        case .hash: "hash"
        case .list: "list"
        case .set: "set"
        case .sortedSet: "zset"
        case .stream: "stream"
        }
    }

    /// As OBJECT ENCODING says it of a value of this size that was never larger and never changed in part.
    var encodingName: String {
        switch self {
        case .string(let text): Numbers.integer(text) != nil ? "int" : text.count <= 44 ? "embstr" : "raw"
        case .cardinality: "raw"
        case .list: "quicklist"
        case .stream: "stream"
        case .hash(let table):
            table.count <= 512 && table.pairs.allSatisfy { $0.key.count <= 64 && $0.value.count <= 64 }
                ? "listpack" : "hashtable"
        case .set(let members): members.isOfIntegers ? "intset" : "hashtable"
        case .sortedSet(let members):
            members.count <= 128 && members.entries.allSatisfy { $0.member.count <= 64 } ? "listpack" : "skiplist"
        }
    }
}

extension OrderedTable where Value == Nothing {
    /// Redis keeps a small set of integers in their order.
    var isOfIntegers: Bool { count <= 512 && slotsAreIntegers }
    private var slotsAreIntegers: Bool { keys.allSatisfy { Numbers.integer($0) != nil } }

    /// Integers by their value, other members as they came.
    var shown: [Bytes] {
        guard isOfIntegers else { return keys }
        return keys.sorted { (Numbers.integer($0) ?? 0) < (Numbers.integer($1) ?? 0) }
    }
}

/// One of the types of ``StoredValue``, to read and change a key's value as that.
protocol Payload: Sendable {
    /// Empty.
    init()
    init?(_ value: StoredValue)
    var stored: StoredValue { get }
    /// Without this a key is gone.
    var isWorthKeeping: Bool { get }
}

extension Bytes: Payload {
    init?(_ value: StoredValue) {
        guard case .string(let text) = value else { return nil }
        self = text
    }
    var stored: StoredValue { .string(self) }
    var isWorthKeeping: Bool { true }
}

extension OrderedTable: Payload {
    init?(_ value: StoredValue) {
        switch value {
        case .hash(let table as Self): self = table
        case .set(let members as Self): self = members
        default: return nil
        }
    }
    var stored: StoredValue {
        switch self {
        case let table as OrderedTable<Bytes>: .hash(table)
        case let members as MemberSet: .set(members)
        default: preconditionFailure("No key holds such a table.")
        }
    }
    var isWorthKeeping: Bool { !isEmpty }
}

extension ByteList: Payload {
    init?(_ value: StoredValue) {
        guard case .list(let list) = value else { return nil }
        self = list
    }
    var stored: StoredValue { .list(self) }
    var isWorthKeeping: Bool { !isEmpty }
}

extension SortedSet: Payload {
    init?(_ value: StoredValue) {
        guard case .sortedSet(let members) = value else { return nil }
        self = members
    }
    var stored: StoredValue { .sortedSet(self) }
    var isWorthKeeping: Bool { !isEmpty }
}

extension Stream: Payload {
    init?(_ value: StoredValue) {
        guard case .stream(let stream) = value else { return nil }
        self = stream
    }
    var stored: StoredValue { .stream(self) }
    var isWorthKeeping: Bool { true }
}

/// The elements of a cardinality.
struct Cardinality: Sendable, Hashable {
    var elements = MemberSet()
}

extension Cardinality: Payload {
    init?(_ value: StoredValue) {
        guard case .cardinality(let cardinality) = value else { return nil }
        self = cardinality
    }
    var stored: StoredValue { .cardinality(self) }
    var isWorthKeeping: Bool { true }
}
