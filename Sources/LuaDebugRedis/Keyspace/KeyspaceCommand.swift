// What is known of a command beside what it does: its name, how many words it takes, its flags, where its keys stand.

internal import LuaDebugRESP

/// A command of the keyspace.
public struct KeyspaceCommand: Sendable {
    /// What Redis says of a command in COMMAND INFO.
    public struct Flags: OptionSet, Sendable, Hashable {
        /// The bits.
        public let rawValue: Int
        /// Flags of bits.
        public init(rawValue: Int) { self.rawValue = rawValue }

        /// It can change the data.
        public static let write = Flags(rawValue: 1)
        /// It reads data and changes none.
        public static let readonly = Flags(rawValue: 2)
        /// It can take more memory.
        public static let denyoom = Flags(rawValue: 4)
        /// It does not take long.
        public static let fast = Flags(rawValue: 8)
        /// Scripts may not call it.
        public static let noscript = Flags(rawValue: 16)
        /// What it answers is not given by the data alone.
        public static let random = Flags(rawValue: 32)
        /// It is sent to replicas though it is no write: EVAL_RO refuses it too.
        public static let mayReplicate = Flags(rawValue: 64)
    }

    /// Where a command's keys stand among its words.
    public enum Keys: Sendable, Hashable {
        /// It has none.
        case none
        /// From the first word to the last (negative: counted from the end), in steps.
        case range(first: Int, last: Int, step: Int)
        /// As many as the word at the index says, behind it; with a destination before, if that is so.
        case counted(at: Int, destination: Bool)
        /// The first word, and the one behind STORE.
        case sort
        /// The first half of what follows STREAMS.
        case streams
    }

    /// In lower case.
    public let name: String
    /// How many words, the name included; negative: so many or more.
    public let arity: Int
    /// What Redis says of it.
    public let flags: Flags
    /// Where its keys are.
    public let keys: Keys
    let handler: @Sendable (inout Execution) throws -> RESPValue

    init(
        _ name: String, _ arity: Int, _ flags: Flags, _ keys: Keys = .one,
        _ handler: @escaping @Sendable (inout Execution) throws -> RESPValue
    ) {
        self.name = name
        self.arity = arity
        self.flags = flags
        self.keys = keys
        self.handler = handler
    }

    /// The command of a name, in any case.
    public static func named(_ name: [UInt8]) -> KeyspaceCommand? {
        byName[String(decoding: name.map(\.asciiLowercased), as: UTF8.self)]
    }

    /// Every command, by name.
    public static let all: [KeyspaceCommand] = byName.values.sorted { $0.name < $1.name }

    private static let byName = Dictionary(
        uniqueKeysWithValues: (keyCommands + serverCommands + stringCommands + bitCommands + hashCommands
            + listCommands + setCommands + sortedSetCommands + sortedSetRangeCommands + streamCommands).map {
                ($0.name, $0)
            })

    /// Whether so many words, the name included, are right.
    public func allows(_ count: Int) -> Bool { arity < 0 ? count >= -arity : count == arity }

    /// The keys among a command's words; fewer where the words are not right.
    public func keys(in words: [[UInt8]]) -> [[UInt8]] {
        switch keys {
        case .none: return []
        case .range(let first, let last, let step):
            let end = last < 0 ? words.count + last : min(last, words.count - 1)
            return first > end ? [] : stride(from: first, through: end, by: step).map { words[$0] }
        case .counted(let index, let hasDestination):
            let before = hasDestination ? Array(words.dropFirst().prefix(1)) : []
            guard index < words.count, let number = Numbers.integer(words[index]), number > 0 else { return before }
            return before + words.dropFirst(index + 1).prefix(number)
        case .streams:
            guard let start = words.dropFirst().firstIndex(where: { $0.says("streams") }) else { return [] }
            return Array(words[(start + 1)...].prefix((words.count - start - 1) / 2))
        case .sort:
            let store = words.dropFirst(2).dropLast().lastIndex { $0.says("store") }
            return Array(words.dropFirst().prefix(1)) + (store.map { [words[$0 + 1]] } ?? [])
        }
    }
}

extension KeyspaceCommand.Keys {
    static let one = range(first: 1, last: 1, step: 1)
    static let two = range(first: 1, last: 2, step: 1)
    static let all = range(first: 1, last: -1, step: 1)
    static let counted = counted(at: 1, destination: false)
    static let destinationAndCounted = counted(at: 2, destination: true)
}

extension KeyspaceCommand.Flags {
    static let fastRead: Self = [.readonly, .fast]
    static let fastWrite: Self = [.write, .fast]
    static let growth: Self = [.write, .denyoom]
    static let fastGrowth: Self = [.write, .denyoom, .fast]
}
