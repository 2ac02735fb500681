// The stack of a coroutine, and what lives in its frames.

/// A line in a chunk.
public struct Location: Sendable, Hashable, CustomStringConvertible {
    /// The chunk's name without Lua's `@` or `=`.
    public let chunk: String
    /// nil where a C function runs or the chunk carries no lines.
    public let line: Int?
    /// The chunk and the line, `limits.lua:7`.
    public var description: String { line.map { "\(chunk):\($0)" } ?? chunk }
}

/// One level of the stack of one coroutine; the innermost is 0.
public struct Frame: Sendable, Hashable {
    /// What kind of function runs in it.
    public enum Kind: Sendable, Hashable {
        case lua, main, c
    }
    /// Its number, counted from the innermost.
    public let level: Int
    /// The name that the caller used, as Lua knows it.
    public let function: String?
    /// What kind of function runs in it.
    public let kind: Kind
    /// It replaced its caller, whose frame is lost.
    public let isTailCall: Bool
    /// Where it is.
    public let location: Location
    /// From `function` to `end`; nil for C and for a main chunk.
    public let lines: ClosedRange<Int>?
}

/// A name in a frame and its value.
public struct Variable: Sendable, Hashable {
    /// What kind of variable it is.
    public enum Kind: Sendable, Hashable {
        case parameter, vararg, local, upvalue
    }
    /// Its name; in parentheses where Lua knows none.
    public let name: String
    /// What kind of variable it is.
    public let kind: Kind
    /// Its value when it was looked at.
    public let value: Value
    /// A later variable of the same name hides it.
    public let isShadowed: Bool
}

/// A coroutine of the script, as it was.
public struct Coroutine: Sendable, Hashable, Identifiable {
    /// The main thread is 0; others count up in the order of their creation.
    public typealias ID = UInt64
    /// What a coroutine is doing.
    public enum Status: Sendable, Hashable {
        /// It is the one that stopped.
        case running
        /// It has resumed another and waits for it.
        case normal
        case suspended, notStarted
        case finished, failed
    }
    /// Its number.
    public let id: ID
    /// What it was doing.
    public let status: Status
    /// Where its innermost frame of Lua is.
    public let location: Location?
    /// Frames on its stack.
    public let depth: Int
}

/// A line of source text and what it is to the debugger.
public struct SourceLine: Sendable, Hashable {
    /// Counted from 1.
    public let number: Int
    /// The bytes without the line's end.
    public let bytes: [UInt8]
    /// The bytes read as UTF-8.
    public var text: String { String(decoding: bytes, as: UTF8.self) }
    /// The VM has code for it: a breakpoint can be here.
    public let isExecutable: Bool
    /// A breakpoint, on or off, is here.
    public let hasBreakpoint: Bool
    /// The frame is at this line.
    public let isCurrent: Bool
}
