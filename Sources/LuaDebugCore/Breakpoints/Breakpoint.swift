// A breakpoint: what was asked for, and what became of it.

/// A place to stop at, as it is now; `BreakpointList` changes it.
public struct Breakpoint: Sendable, Hashable, Identifiable {
    /// A stable handle: it never comes to mean another breakpoint.
    public struct ID: Sendable, Hashable, Comparable, CustomStringConvertible {
        /// The number that people see and type.
        public let number: UInt32
        /// The handle that a person has typed.
        public init(_ number: UInt32) { self.number = number }
        /// The number.
        public var description: String { "\(number)" }
        /// Older before newer.
        public static func < (a: ID, b: ID) -> Bool { a.number < b.number }
    }

    /// What was asked for.
    public enum Place: Sendable, Hashable {
        /// Before a line of a chunk.
        ///
        /// The folders of the chunk's name may be left out.
        case line(Int, in: String)
        /// At the beginning of the function that a path of global names leads to: `"f"`, `"account.deposit"`.
        case function(String)
        /// At the beginning of a function that was seen as a value.
        case functionValue(FunctionValue)
        /// Where an error is raised, its frames still alive: one that nothing catches, or any.
        case error(any: Bool = false)
        /// Before every line, in every coroutine, where an expression is true in the frame that runs it; or where it has
        /// another value than when these variables were last looked at.
        ///
        /// An expression that fails counts as false, and ``Breakpoint/failure`` tells. One that takes too long is not looked at
        /// again in this run, unless the script has run with the breakpoint switched off in between.
        case watch(LuaText, onChange: Bool = false)
    }

    /// What became of it.
    public enum Resolution: Sendable, Hashable {
        /// Its chunk or function has not been seen yet.
        case pending
        /// It stops at this line: the line asked for, or the next one of that function that holds code.
        case line(Int)
        /// It is looked for by function, by error or by expression; no line belongs to it.
        case armed
    }

    /// Its stable handle.
    public let id: ID
    /// What was asked for.
    public let place: Place
    /// Stop only when this expression is true; a condition that fails stops too, and the stop says why.
    public var condition: LuaText?
    /// It writes this message to the events and does not stop; `{expression}` stands for a value, `{{` and `}}` for braces.
    public var log: LuaText?
    /// Arrivals still to be passed over.
    public var ignoreCount: Int
    /// Removed when it has stopped the script once.
    public internal(set) var isOnce: Bool
    /// It stops only while it is on.
    public var isEnabled: Bool
    /// Arrivals at which the condition was true, those passed over included; of the present run.
    public internal(set) var hitCount: Int
    /// What became of what was asked for.
    public internal(set) var resolution: Resolution
    /// How the watch expression, or an expression of the log message, failed last; of the present run.
    public internal(set) var failure: String?
    /// How often it has failed; of the present run.
    public internal(set) var failureCount = 0
}
