// A watch: an expression that a person keeps an eye on.

/// An expression, evaluated on request and in traces; it never stops the script.
public struct Watch: Sendable, Hashable, Identifiable {
    /// A stable handle: it never comes to mean another watch.
    public struct ID: Sendable, Hashable, Comparable, CustomStringConvertible {
        /// Counted from 0 in the order in which watches were added.
        public let number: UInt32
        /// The handle that a person has typed.
        public init(_ number: UInt32) { self.number = number }
        /// The number.
        public var description: String { "\(number)" }
        /// Older before newer.
        public static func < (a: ID, b: ID) -> Bool { a.number < b.number }
    }

    /// Its stable handle.
    public let id: ID
    /// Exactly as it was given.
    public let expression: LuaText
}

/// What a watch was worth in a frame.
public struct WatchResult: Sendable, Hashable {
    /// Which watch.
    public let watch: Watch
    /// Its first value, or why there is none now.
    public let result: Result<Value, DebugError>
    /// Its value when it was last looked at in an earlier stop and had one, in whatever frame; nil when there is none.
    public let previous: Value?

    /// It has another value than before, of a table other entries too, as far as they were copied.
    public var hasChanged: Bool {
        guard case .success(let value) = result, let previous else { return false }
        return value.withoutReferences != previous.withoutReferences
    }
}

extension Value {
    /// For comparing across stops: references belong to one stop.
    var withoutReferences: Value {
        switch self {
        case .table(let table):
            var content = table.content
            if case .entries(let entries, let omitted) = content {
                content = .entries(
                    entries.map { .init(key: $0.key.withoutReferences, value: $0.value.withoutReferences) },
                    omitted: omitted)
            }
            return .table(
                TableValue(
                    identity: table.identity, length: table.length, hasMetatable: table.hasMetatable, content: content,
                    reference: nil))
        case .function(let function):
            return .function(
                FunctionValue(
                    identity: function.identity, isC: function.isC, chunk: function.chunk, lines: function.lines,
                    reference: nil, code: function.code))
        default: return self
        }
    }
}
