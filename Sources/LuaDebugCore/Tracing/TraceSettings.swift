// What a trace shows, and of what.

/// What a trace's records hold.
public struct TraceMode: OptionSet, Sendable, Hashable {
    /// The bits.
    public let rawValue: UInt32
    /// A mode of these bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    private static let lines = TraceMode(rawValue: 1 << 0)
    /// A record for each line: where it is.
    public static let line: TraceMode = [lines]
    /// A line's record, and its text.
    public static let code: TraceMode = [lines, TraceMode(rawValue: 1 << 5)]
    /// A line's record, and the stack.
    public static let stack: TraceMode = [lines, TraceMode(rawValue: 1 << 1)]
    /// A line's record, and the watches.
    public static let watch: TraceMode = [lines, TraceMode(rawValue: 1 << 2)]
    /// Line, code, stack and watches; neither variables nor calls.
    public static let all: TraceMode = [line, code, stack, watch]
    /// A line's record, and the variables that changed since the last line of the same frame.
    ///
    /// The changes of a function's last line come with a record of its return.
    public static let variables: TraceMode = [lines, TraceMode(rawValue: 1 << 4)]
    /// A record for each call, with its arguments, and for each return, with its results; none for lines.
    ///
    /// The results of C functions are not known.
    public static let calls = TraceMode(rawValue: 1 << 3)
}

/// Which records a trace holds; a record must meet all that is asked for.
public struct TraceFilter: Sendable, Hashable {
    /// Only chunks with one of these names; `*` stands for any characters, `?` for one, folders may be left out.
    public var chunks: [String]
    /// Only functions with one of these names, with the same patterns: the one that each was first called by.
    public var functions: [String]
    /// Only frames no deeper than this, 1 being the outermost; nil for no bound.
    public var depth: Int?

    /// Nothing asked for means everything.
    public init(chunks: [String] = [], functions: [String] = [], depth: Int? = nil) {
        self.chunks = chunks
        self.functions = functions
        self.depth = depth
    }

    func accepts(_ function: CatalogedFunction) -> Bool {
        let isChunk = chunks.isEmpty || chunks.contains { NamePattern($0).matches(chunk: function.chunk) }
        let name = function.name ?? ""
        return isChunk && (functions.isEmpty || functions.contains { NamePattern($0).matches(name) })
    }

    var isByName: Bool { !chunks.isEmpty || !functions.isEmpty }
}

/// How a trace is taken.
public struct TraceSettings: Sendable, Hashable {
    /// What the records hold.
    public var mode: TraceMode
    /// Which records there are.
    public var filter: TraceFilter
    /// How much of each value is copied.
    public var values: ValueLimits

    /// By default one level of tables, 32 entries and a kilobyte of strings.
    public init(
        _ mode: TraceMode = .line, filter: TraceFilter = TraceFilter(),
        values: ValueLimits = ValueLimits(depth: 1, entries: 32, bytes: 1024)
    ) {
        self.mode = mode
        self.filter = filter
        self.values = values
    }
}

/// How a profile is taken.
public enum ProfileMode: Sendable, Hashable {
    /// Every line, call and return is counted and timed; the times include what the counting takes.
    case exact
    /// The stack is looked at once in so many instructions of the VM: counts are samples, not calls, and C takes none.
    case sampling(every: Int = 1_000)
}
