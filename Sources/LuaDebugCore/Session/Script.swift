// What a session runs.

/// Source text with a name, and what it is run with.
public struct Script: Sendable, Hashable {
    /// Shown in messages and used to place breakpoints.
    public var name: String
    /// The bytes; not necessarily UTF-8.
    public var source: [UInt8]
    /// What the script sees as `...` and in `arg`.
    public var arguments: [[UInt8]]
    /// Global tables of strings that are there before the first line: `KEYS` and `ARGV`, say.
    public var lists: [String: [[UInt8]]] = [:]
    /// The lists that the words of a command line fill, in this order, each up to a comma that stands alone.
    ///
    /// The last takes all the rest. Without any, the words are arguments.
    public var listsOfWords: [String] = []
    /// The first line is no Lua (`#!lua name=...`): it is shown, and not compiled.
    public var skipsFirstLine = false
    /// Run a binary chunk too.
    ///
    /// A hostile one can crash the process: Lua does not check bytecode.
    public var allowsBinary: Bool

    /// A script of these bytes.
    public init(_ source: [UInt8], name: String = "script.lua", arguments: [[UInt8]] = [], allowsBinary: Bool = false) {
        self.name = name
        self.source = source
        self.arguments = arguments
        self.allowsBinary = allowsBinary
    }

    /// A script of this text.
    public init(_ source: String, name: String = "script.lua", arguments: [String] = []) {
        self.init([UInt8](source.utf8), name: name, arguments: arguments.map { [UInt8]($0.utf8) })
    }

    /// Takes what stands behind the script's name on a command line.
    public mutating func take(_ words: [[UInt8]]) {
        if listsOfWords.isEmpty { return arguments = words }
        var rest = words[...]
        for name in listsOfWords.dropLast() {
            let end = rest.firstIndex(of: [UInt8(ascii: ",")]) ?? rest.endIndex
            lists[name] = Array(rest[..<end])
            rest = rest[end...].dropFirst()
        }
        lists[listsOfWords[listsOfWords.count - 1]] = Array(rest)
    }
}

/// What a run may use; each bound that is reached ends or stops the script with a reason of its own.
public struct RunLimits: Sendable, Hashable {
    /// Running time, nil for no bound; time spent stopped does not count.
    public var time: Duration?
    /// Stop the script when its time is over, instead of ending it; the time then begins anew at each stop.
    public var stopsWhenTimeIsOver: Bool
    /// Bytes of the whole Lua state, its libraries included (some 25 KiB); nil for no bound.
    public var memory: Int?
    /// How long one stop may last, whatever is asked meanwhile; nil for no bound.
    public var stop: Duration?
    /// What happens then.
    public var whenStopIsOver = StopEnd.abort

    /// What becomes of a script that was stopped for too long.
    public enum StopEnd: Sendable, Hashable {
        /// It is ended, with ``AbortCause/stopLimit``.
        case abort
        /// It runs to its end without stops.
        case finish
    }

    /// Limits; nil leaves something unlimited.
    public init(
        time: Duration? = nil, stopsWhenTimeIsOver: Bool = false, memory: Int? = nil, stop: Duration? = nil
    ) {
        self.time = time
        self.stopsWhenTimeIsOver = stopsWhenTimeIsOver
        self.memory = memory
        self.stop = stop
    }

    /// Nothing is limited.
    public static let none = RunLimits()
}
