// What a host gives its scripts beside Lua's own libraries: functions, constants, and Lua code that runs before them.

/// One call of a host function by a script; it ends when the function has answered.
public final class HostCall {
    /// What it was called with: whole strings, and tables with all that they hold, down to 100 levels.
    public let arguments: [Value]
    /// The line it was called from; nil when no Lua function called it.
    public let line: Int?
    /// Set it to stop a script that is debugged where it called, as `debugbreak` does.
    ///
    /// Without a debugger it does nothing. A call that fails does not stop.
    public var stops = false
    /// For a function that waits for something.
    public let wait: HostWait
    /// A trace of the script is under way.
    public let isTraced: Bool
    /// What the events of a script that is debugged tell of the call.
    public var report = Report.nothing

    /// What is told of a call, as a ``ScriptMessage``.
    public enum Report: Sendable, Hashable {
        case nothing
        /// This text and what the function answered, or the error value that it raised.
        case answer(LuaText)
        /// What it was called with: the script speaks to its debugger.
        case arguments
    }

    init(arguments: [Value], line: Int?, isTraced: Bool, wait: HostWait) {
        self.isTraced = isTraced
        self.arguments = arguments
        self.line = line
        self.wait = wait
    }
}

/// How a host function waits for something without keeping a script alive that was told to end.
public struct HostWait: Sendable {
    private let kicker: Kicker
    init(_ kicker: Kicker) { self.kicker = kicker }

    /// Calls `interrupt`, on any thread, if the script is told to end while `body` runs, or was told before.
    ///
    /// Also when its time is over, or the evaluation that called is interrupted. It has to be quick, and to make `body`
    /// return; what is answered then is not heard. In the function that was called, on its thread; not within another wait.
    public func interruptible<Result, Failure: Error>(
        by interrupt: @escaping @Sendable () -> Void, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try kicker.waiting(interrupt: interrupt, body)
    }
}

/// What a host function raises in the script.
public struct HostError: Error, Sendable, Hashable {
    /// The error value.
    public let value: Value
    /// The place of the call is put in front of the message, as the libraries' functions do.
    public let isPositioned: Bool

    /// A message that begins with the place of the call: `script.lua:3: no such user`.
    public init(_ message: String) {
        value = .text(message)
        isPositioned = true
    }

    /// An error value of any type, as it is.
    public init(value: Value) {
        self.value = value
        isPositioned = false
    }
}

/// A function of the host's: called with values, answering values or an error.
///
/// It is called on the script's thread, which waits for it: no step, pause or time limit comes before it has answered. One that
/// waits for others does so by ``HostCall/wait``.
///
/// Tables in an answer are made anew; functions and userdata in it become nil.
public typealias HostFunction = @Sendable (HostCall) throws(HostError) -> [Value]

/// What a host gives the scripts of a session.
///
/// A script sees what is named here and Lua's standard libraries, less what a prelude takes away. Each run of a session
/// begins with a fresh one; what the functions themselves remember is the host's affair, see ``willRun``.
public struct HostEnvironment: Sendable {
    /// Lua code of the host's that runs before a script, on the same globals.
    ///
    /// Steps go through its functions as they go through those of the libraries, no breakpoint holds in them, and no trace
    /// shows them. It may keep in locals what it takes away from the script: `os`, `debug`, `require`.
    ///
    /// Its one argument (`...`) is a function that makes of a Lua function one that looks like C's: then `return f()` in a
    /// script keeps the script's own line on the stack, and an error at level 3 of `f` has that line.
    ///
    /// If it returns a function, the script's text is no more than a preparation: it runs to its end, within the limits and
    /// without stops or traces, and its results are dropped. Then that function is called; what it returns, a function and
    /// its arguments, is what is run and debugged.
    public struct Prelude: Sendable, Hashable {
        /// What its errors and tracebacks call it, as it stands.
        public var name: String
        /// The text.
        public var source: String
        /// A prelude.
        public init(_ source: String, name: String = "[prelude]") {
            self.name = name
            self.source = source
        }
    }

    /// By the path of names that a script calls them by: `log`, `redis.call`.
    ///
    /// Tables on the way are made, and known to tracebacks and traces as libraries are.
    public private(set) var functions: [String: HostFunction] = [:]
    /// Values that are there from the beginning, by the same kind of path.
    public var constants: [String: Value] = [:]
    /// What runs before the script, in this order, outside its limits of time and memory.
    public var preludes: [Prelude] = []
    /// Called on the script's thread before each run: to begin anew with what the functions remember.
    public var willRun: (@Sendable () -> Void)?
    /// How much of what a script returns, or of its error value, is copied.
    public var results = ValueLimits(depth: 20, entries: 100_000, bytes: 16 << 20)

    /// Nothing but Lua's own libraries.
    public init() {}

    /// Gives scripts a function by that path, in place of one that was given before.
    public mutating func addFunction(_ path: String, _ function: @escaping HostFunction) { functions[path] = function }
}
