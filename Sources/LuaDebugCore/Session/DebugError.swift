// What the debugger refuses, and why: one struct with a code that can grow.

/// An error of the debugger's, never of the script's; those are outcomes.
public struct DebugError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong, for programs.
    ///
    /// More codes may come in minor releases.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The code's own name.
        public let description: String
        private init(_ name: String) { description = name }

        /// A debugger is attached to the state already.
        public static let alreadyAttached = Code("alreadyAttached")
        /// The state belongs to another copy or version of Lua.
        public static let foreignLua = Code("foreignLua")
        /// No memory for the debugger's own needs.
        public static let outOfMemory = Code("outOfMemory")
        /// No thread could be made for the script.
        public static let noThread = Code("noThread")
        /// The debugger was detached, or the host has closed the state.
        public static let detached = Code("detached")
        /// The script runs; the command needs it to be stopped.
        public static let running = Code("running")
        /// The script has not been started.
        public static let notStarted = Code("notStarted")
        /// The script has ended; only `restart` makes it run again.
        public static let ended = Code("ended")
        /// The script is the host's to start: this session cannot start or restart it.
        public static let hostRuns = Code("hostRuns")
        /// Somebody else controls the session.
        public static let held = Code("held")
        /// Only who controls the session may do this: an observer may not, nor who was taken over from or has detached.
        public static let notController = Code("notController")
        /// The registry has no session with this number.
        public static let noSuchSession = Code("noSuchSession")
        /// The host refuses; the message is its reason.
        public static let refused = Code("refused")
        /// The session was closed.
        public static let closed = Code("closed")
        /// The stop that this belongs to is over.
        public static let expired = Code("expired")
        /// The script does not compile; the message is Lua's own.
        public static let doesNotCompile = Code("doesNotCompile")
        /// The script is a binary chunk and those are not allowed.
        public static let binaryRefused = Code("binaryRefused")
        /// The host's own code that runs before the script has failed; the message is Lua's own.
        public static let preludeFailed = Code("preludeFailed")
        /// A line that is no place for a breakpoint.
        public static let badLine = Code("badLine")
        /// A chunk or function name, or another argument, that cannot be.
        public static let badArgument = Code("badArgument")
        /// No breakpoint has this handle.
        public static let noSuchBreakpoint = Code("noSuchBreakpoint")
        /// No watch has this handle.
        public static let noSuchWatch = Code("noSuchWatch")
        /// The stack has no such frame, or there is no such coroutine.
        public static let noSuchFrame = Code("noSuchFrame")
        /// No source text is known for the chunk.
        public static let noSource = Code("noSource")
        /// An expression, statement or condition does not compile; the message is Lua's own.
        public static let syntax = Code("syntax")
        /// There are as many watches or breakpoints as there may be.
        public static let tooMany = Code("tooMany")
        /// What was evaluated raised an error; `value` holds it.
        public static let raised = Code("raised")
        /// What was evaluated took more instructions or time than it may.
        public static let overBudget = Code("overBudget")
        /// What was evaluated was interrupted.
        public static let interrupted = Code("interrupted")
    }

    /// What went wrong, for programs.
    public let code: Code
    /// A full sentence that names what was wrong; Lua's own messages stay as Lua wrote them.
    public let message: String
    /// The error value where the script's code raised one, whatever its type.
    public let value: Value?

    init(_ code: Code, _ message: String, value: Value? = nil) {
        self.code = code
        self.message = message
        self.value = value
    }

    /// The message.
    public var description: String { message }
}
