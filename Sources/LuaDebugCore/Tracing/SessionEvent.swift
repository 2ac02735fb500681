// What a script does while nobody stops it, as a stream.

/// Something that happened while the script ran.
public enum SessionEvent: Sendable, Hashable {
    /// A line, a call or a return, while a trace is under way.
    case trace(TraceRecord)
    /// A log point was passed.
    case log(LogMessage)
    /// The script spoke to its debugger: `debugeval`, `debugprint`, a function of the host's.
    case script(ScriptMessage)
    /// So many events are missing here: the reader was slower than the script, and the buffer was full.
    case lost(Int)

    /// How many events it stands for.
    package var count: Int { if case .lost(let missing) = self { missing } else { 1 } }
}

/// One line, call or return.
public struct TraceRecord: Sendable, Hashable {
    /// What happened.
    public enum Event: Sendable, Hashable {
        case line, call
        /// A call that takes its caller's place; both return as one.
        case tailCall
        case `return`
    }
    /// What happened.
    public let event: Event
    /// The function and, but for a call, the line; its level is 0.
    public let frame: Frame
    /// Where it happened.
    public var location: Location { frame.location }
    /// The coroutine.
    public let coroutine: Coroutine.ID
    /// Frames on the stack of that coroutine.
    public let depth: Int
    /// Monotonic time.
    ///
    /// In a trace of lines alone, successive lines share that of the first of them, at most 64: reading the clock would cost more
    /// than all the rest of a record.
    public let nanoseconds: UInt64
    /// The line's text, in a trace with code, where the chunk's source is known.
    public let code: String?
    /// In a trace with stacks, at most 100 frames.
    public let stack: [Frame]?
    /// In a trace with watches: each expression and its value, or how it failed.
    public let watches: [TracedWatch]?
    /// In a trace with variables, and of the flight recorder: what changed since the last line in this frame.
    public let changes: [VariableChange]?
    /// The arguments of a call, or the results of a return where they are known; at most 50.
    public let values: [Value]?
    /// Something of this record was too large for it and is left out.
    public let isCut: Bool
}

/// A watch in a trace.
public struct TracedWatch: Sendable, Hashable {
    /// The expression; in a trace its first 200 bytes.
    public let expression: LuaText
    /// Its value, nil when it failed.
    public let value: Value?
    /// How it failed.
    public let failure: String?

    init(expression: LuaText, value: Value?, failure: String?) {
        self.expression = expression
        self.value = value
        self.failure = failure
    }

    init(_ result: WatchResult) {
        expression = result.watch.expression
        switch result.result {
        case .success(let value): (self.value, failure) = (value, nil)
        case .failure(let error): (value, failure) = (nil, error.message)
        }
    }
}

/// A variable with another value than before.
public struct VariableChange: Sendable, Hashable {
    /// Its name.
    public let name: String
    /// What kind of variable it is.
    public let kind: Variable.Kind
    /// Its value now.
    public let new: Value
    /// Its value before, nil when it has just come into being; of tables and functions only the identity.
    public let old: Value?
}

/// What a log point wrote.
public struct LogMessage: Sendable, Hashable {
    /// The breakpoint with the message.
    public let breakpoint: Breakpoint.ID
    /// The message, its expressions replaced by their values; one that failed by its error in angle brackets.
    public let text: String
    /// Where it happened.
    public let location: Location
    /// The coroutine.
    public let coroutine: Coroutine.ID
    /// Monotonic time.
    public let nanoseconds: UInt64
}

/// What a script said to its debugger.
public struct ScriptMessage: Sendable, Hashable {
    /// Which of the functions it called.
    public enum Kind: Sendable, Hashable {
        /// `debugeval`: the values.
        case eval
        /// `debugprint`: the values, to be shown in full.
        case print
        /// `debugtrace` with something that is no trace constant: always a failure.
        case trace
        /// A host function that tells of its calls: what it answered, or the error value.
        case call
        /// A host function by which the script speaks to its debugger: what it was called with.
        case message
    }
    /// Which of the functions it called.
    public let kind: Kind
    /// What it gave as the expression, or as the trace constant, or what the host says of a call; its first kilobyte.
    public let expression: LuaText
    /// The expression's values; nil when it failed.
    public let values: [Value]?
    /// How it failed.
    public let failure: String?
    /// Where it happened.
    public let location: Location
    /// The coroutine.
    public let coroutine: Coroutine.ID
    /// Monotonic time.
    public let nanoseconds: UInt64
}
