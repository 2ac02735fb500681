// Why and where a script waits.

/// The script waits before a line; a snapshot that stays true after it has gone on.
public struct Stop: Sendable, Hashable {
    /// Counts the stops of a debugger.
    public let number: UInt64
    /// All reasons, the most specific first; never empty.
    public let reasons: [StopReason]
    /// The line that runs next.
    public let location: Location
    /// The coroutine that stopped.
    public let coroutine: Coroutine.ID
    /// Frames on the stack of that coroutine.
    public let depth: Int
    /// The error value at a stop for an error.
    public let error: Value?

    /// The breakpoints among the reasons, lowest first.
    public var breakpoints: [Breakpoint.ID] {
        reasons.compactMap { reason in
            switch reason {
            case .breakpoint(let id, _), .watch(let id, _, _): id
            default: nil
            }
        }
    }
}

/// One reason for a stop.
public enum StopReason: Sendable, Hashable {
    /// An error is being raised; `caught` when a protected call of the script's will catch it.
    case error(caught: Bool)
    /// A breakpoint; with the message of its condition where that failed and so stopped.
    case breakpoint(Breakpoint.ID, conditionError: String? = nil)
    /// A watch breakpoint: what its expression is worth; on a change also what it was worth before, of tables and functions only
    /// the identity.
    case watch(Breakpoint.ID, value: Value, old: Value? = nil)
    /// The script asked for it by `debugbreak`; with the message of its expression where that failed and so stopped.
    case script(failure: String? = nil)
    case pause
    case timeLimit
    case step
    /// Nothing of the script has run yet.
    case entry
}

/// How a stopped script goes on: one verb.
public enum Resume: Sendable, Hashable {
    case `continue`
    /// To the next line, wherever it is: in a function called, in a coroutine resumed.
    case stepInto
    /// To the next line of this function, or of its caller once it returns.
    case stepOver
    /// To the next line after this function has returned; out of a coroutine's first function, also when it yields.
    case stepOut
    /// To a line of this function greater than the current one: past the end of a loop.
    case untilGreaterLine
    /// To a line of the current chunk, once.
    case toLine(Int)
    /// To the end, ignoring every stop.
    case finish
    /// End the run; the script cannot catch it.
    case abort
    /// Begin anew in a fresh environment and stop before the first line; `flush` forgets breakpoints, watches and the trace.
    ///
    /// Only in a session that owns its script.
    case restart(flush: Bool = false)
    /// Let go: no hook is left, the script goes on by itself.
    ///
    /// In a session the same as `finish`.
    case detach
}

/// How a command on a session ended.
public enum Outcome: Sendable, Hashable {
    case stopped(Stop)
    /// The script returned these values.
    case returned([Value])
    /// The script raised an error that nothing caught.
    case failed(ScriptFailure)
    /// The run was ended before its time.
    case aborted(AbortCause)
}

/// Who ended a run.
public enum AbortCause: Sendable, Hashable {
    /// A resume with `.abort`, or `abort(by:)`, with the name that was given.
    case command(by: String)
    case timeLimit
    /// It was stopped for longer than ``RunLimits/stop``.
    case stopLimit
    case closed
}

/// An error that the script did not catch.
public struct ScriptFailure: Sendable, Hashable {
    /// Lua's own message, or a description of an error value that is no string.
    public let message: String
    /// The error value, whatever its type.
    public let value: Value
    /// The script's own stack where the error was raised, as Lua prints it.
    public let traceback: String
    /// The memory limit had refused an allocation in this run.
    public let isMemoryLimit: Bool
}

extension StopReason: CustomStringConvertible {
    /// In a word or two, for people.
    public var description: String {
        switch self {
        case .error(let caught): caught ? "error that will be caught" : "uncaught error"
        case .breakpoint(let id, nil): "breakpoint \(id)"
        case .breakpoint(let id, let error?): "breakpoint \(id), its condition failed: \(error)"
        case .watch(let id, let value, nil): "breakpoint \(id), it is \(value)"
        case .watch(let id, let value, let old?): "breakpoint \(id), it was \(old) and is \(value)"
        case .script(nil): "debugbreak"
        case .script(let failure?): "debugbreak, its expression failed: \(failure)"
        case .pause: "pause"
        case .timeLimit: "time limit"
        case .step: "step"
        case .entry: "entry"
        }
    }
}

extension AbortCause: CustomStringConvertible {
    /// Who it was, for people.
    public var description: String {
        switch self {
        case .command(let name): name
        case .timeLimit: "time limit"
        case .stopLimit: "it was stopped for too long"
        case .closed: "the session was closed"
        }
    }
}
