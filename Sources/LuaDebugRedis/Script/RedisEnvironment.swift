// What a Redis script sees, put together for one session or one evaluation.

public import LuaDebugCore
public import LuaDebugRESP

/// The functions, libraries and data of a script, as Redis 7.0 gives them.
///
/// One for each session or evaluation. A restart of the session begins with fresh Lua globals; with ``RedisEffects/rollback``
/// (which is the default) also with the data as it was.
public final class RedisEnvironment: Sendable {
    /// How important a line of `redis.log` is.
    public enum LogLevel: Int, Sendable, Hashable {
        case debug, verbose, notice, warning
    }

    /// What the source is, and what is run of it.
    public enum Entry: Sendable, Hashable {
        /// A script, as for `EVAL`.
        case script
        /// A library, which is only loaded: see ``RedisEnvironment/functions``.
        case library
        /// A library, of which this function is called with the keys and the arguments, as by `FCALL`.
        ///
        /// The library is loaded first, in the limits of the run and without stops. Commands that write are refused to a function
        /// that was registered with `no-writes`.
        case function([UInt8])
    }

    /// How a script is run.
    public struct Settings: Sendable {
        /// What the source is.
        public var entry = Entry.script
        /// What becomes of what it changes.
        public var effects = RedisEffects.rollback
        /// Commands that write are refused, as by `EVAL_RO`.
        public var isReadOnly = false
        /// The version of the protocol that its reply is sent in.
        public var version = RESPVersion.resp2
        /// The database that it begins in.
        public var database = 0
        /// What commands that pick at random pick by.
        public var seed: UInt64 = 0
        /// The time in microseconds since 1970.
        public var clock: @Sendable () -> Int64
        /// Called with each command and its reply, on the script's thread.
        public var onCall: (@Sendable (RedisCall) -> Void)?
        /// Stops a script that is debugged at each command whose words it is true of, when that has been done.
        ///
        /// A command that raises an error does not stop here.
        public var stopsAt: (@Sendable ([[UInt8]]) -> Bool)?
        /// Called with what the script logs.
        public var onLog: (@Sendable (LogLevel, [UInt8]) -> Void)?
        /// Called with the arguments of `redis.debug` and the line of the call.
        public var onDebug: (@Sendable ([Value], Int?) -> Void)?

        /// A script that is tried out, with this clock.
        public init(clock: @escaping @Sendable () -> Int64) { self.clock = clock }
    }

    /// What the script's source is called in messages, as in Redis.
    public static let scriptName = "user_script"
    /// What a library's source is called in messages, as in Redis.
    public static let libraryName = "user_function"
    /// What our own Lua code is called in tracebacks.
    public static let preludeName = "[redis]"
    /// The global table that is given `debugbreak` and the others.
    public static let scriptFunctions = "redis"

    private let run: RedisRun
    private let settings: Settings
    private let registry = FunctionRegistry()

    /// An environment on this data.
    public init(_ data: any RedisData, _ settings: Settings) {
        self.settings = settings
        run = RedisRun(data, settings, registry)
    }

    /// For a session: see ``LuaDebugCore/DebugSession``.
    public var host: HostEnvironment {
        var host = HostEnvironment()
        for (path, function) in RedisFunctions(run: run, settings: settings).all { host.addFunction(path, function) }
        host.constants = RedisFunctions.constants
        var last = LibraryPrelude.source
        switch settings.entry {
        case .script: last = SandboxPrelude.source
        case .library: break
        case .function(let name): host.constants["redis.callee"] = .bytes(name)
        }
        if settings.entry != .script {
            host.addFunction("redis.register_function") { [registry] call throws(HostError) in
                try registry.register(call)
            }
        }
        host.preludes = (Self.preludes + [last]).map { HostEnvironment.Prelude($0, name: Self.preludeName) }
        host.willRun = { [run, registry] in
            run.begin()
            registry.begin()
        }
        host.results = .unlimited
        host.results.entries = 1 << 20
        host.results.repeatsTables = true
        return host
    }

    private static let preludes = [
        Lua51Prelude.source, BitPrelude.source, StructPrelude.source, ModulesPrelude.source,
    ]

    /// The functions that a library has registered; none while it has not been loaded.
    public var functions: [RedisFunction] { registry.functions }

    /// A script or a library with the keys and arguments of its run.
    public func script(_ source: [UInt8], keys: [[UInt8]], arguments: [[UInt8]]) -> Script {
        let isScript = settings.entry == .script
        var script = Script(source, name: isScript ? Self.scriptName : Self.libraryName)
        script.skipsFirstLine = !isScript && source.starts(with: Array("#!".utf8))
        script.lists = ["KEYS": keys, "ARGV": arguments]
        script.listsOfWords = ["KEYS", "ARGV"]
        return script
    }

    /// A session of a script in this environment, to be debugged.
    public func session(
        _ source: [UInt8], keys: [[UInt8]] = [], arguments: [[UInt8]] = [], limits: RunLimits = .none
    ) -> DebugSession {
        DebugSession(
            script(source, keys: keys, arguments: arguments), limits: limits, environment: host,
            scriptFunctions: Self.scriptFunctions)
    }

    /// Does a command as the script would by `redis.call`, while it is stopped.
    public func perform(_ words: [[UInt8]]) -> RESPValue { run.perform(words) }

    /// The data that the script works on: with `.rollback` what it would have left.
    public var data: any RedisData { run.ownData }

    /// Runs a script to its end without stops, and answers what `EVAL` does.
    public func evaluate(
        _ source: [UInt8], keys: [[UInt8]] = [], arguments: [[UInt8]] = [], limits: RunLimits = .none
    ) async -> RESPValue {
        var limits = limits
        limits.stopsWhenTimeIsOver = false
        let session = session(source, keys: keys, arguments: arguments, limits: limits)
        let reply: RESPValue
        do {
            var outcome = try await session.start()
            if case .stopped = outcome { outcome = try await session.resume(.finish) }
            reply = self.reply(to: outcome, of: source)
        } catch {
            reply = Self.reply(to: error)
        }
        await session.close()
        return reply
    }

    /// What `EVAL` answers when a script has ended so; nil while it is stopped.
    ///
    /// Where a person has ended it is told, if that is known.
    public func reply(to outcome: Outcome, of source: [UInt8], at location: Location? = nil) -> RESPValue {
        switch outcome {
        case .returned(let values): LuaToReply.reply(values.first ?? .nil, run.version, sentAs: settings.version)
        case .failed(let failure): ErrorReply.failed(failure, as: name(of: source))
        case .aborted(let cause): ErrorReply.aborted(cause, as: name(of: source), at: location)
        case .stopped: .error([UInt8]("ERR The script has not ended".utf8))
        }
    }

    /// What messages call a script by: its SHA-1, or its function.
    private func name(of source: [UInt8]) -> [UInt8] {
        if case .function(let name) = settings.entry { name } else { SHA1.hex(source) }
    }

    /// What `EVAL` answers when a script could not be begun.
    public static func reply(to error: DebugError) -> RESPValue {
        if error.code == .doesNotCompile { return ErrorReply.compile(error.message) }
        return .error([UInt8]("ERR \(error.message)".utf8))
    }
}
