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

    /// How a script is run.
    public struct Settings: Sendable {
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
    /// What our own Lua code is called in tracebacks.
    public static let preludeName = "[redis]"
    /// The global table that is given `debugbreak` and the others.
    public static let scriptFunctions = "redis"

    private let run: RedisRun
    private let settings: Settings

    /// An environment on this data.
    public init(_ data: any RedisData, _ settings: Settings) {
        self.settings = settings
        run = RedisRun(data, settings)
    }

    /// For a session: see ``LuaDebugCore/DebugSession``.
    public var host: HostEnvironment {
        var host = HostEnvironment()
        for (path, function) in RedisFunctions(run: run, settings: settings).all { host.addFunction(path, function) }
        host.constants = RedisFunctions.constants
        host.preludes = Self.preludes
        host.willRun = { [run] in run.begin() }
        host.results = .unlimited
        host.results.entries = 1 << 20
        host.results.repeatsTables = true
        return host
    }

    private static let preludes = [
        Lua51Prelude.source, BitPrelude.source, StructPrelude.source, ModulesPrelude.source, SandboxPrelude.source,
    ].map { HostEnvironment.Prelude($0, name: preludeName) }

    /// A script with its keys and arguments.
    public static func script(_ source: [UInt8], keys: [[UInt8]], arguments: [[UInt8]]) -> Script {
        var script = Script(source, name: scriptName)
        script.lists = ["KEYS": keys, "ARGV": arguments]
        return script
    }

    /// A session of a script in this environment, to be debugged.
    public func session(
        _ source: [UInt8], keys: [[UInt8]] = [], arguments: [[UInt8]] = [], limits: RunLimits = .none
    ) -> DebugSession {
        DebugSession(
            Self.script(source, keys: keys, arguments: arguments), limits: limits, environment: host,
            scriptFunctions: Self.scriptFunctions)
    }

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
    public func reply(to outcome: Outcome, of source: [UInt8]) -> RESPValue {
        switch outcome {
        case .returned(let values): LuaToReply.reply(values.first ?? .nil, run.version, sentAs: settings.version)
        case .failed(let failure): ErrorReply.failed(failure, sha: SHA1.hex(source))
        case .aborted(let cause): ErrorReply.aborted(cause)
        case .stopped: .error([UInt8]("ERR The script has not ended".utf8))
        }
    }

    /// What `EVAL` answers when a script could not be begun.
    public static func reply(to error: DebugError) -> RESPValue {
        if error.code == .doesNotCompile { return ErrorReply.compile(error.message) }
        return .error([UInt8]("ERR \(error.message)".utf8))
    }
}
