// One run of a script: the client that it is, and the calls that it makes.

internal import LuaDebugCore
public import LuaDebugRESP
internal import Synchronization

/// A command that a script has called, with its reply.
public struct RedisCall: Sendable, Hashable {
    /// The command's name and its arguments, as they were sent.
    public let words: [[UInt8]]
    /// What was answered; an error is an answer too.
    public let reply: RESPValue
    /// The line of the call; nil when no Lua function called.
    public let line: Int?

    /// A call.
    public init(words: [[UInt8]], reply: RESPValue, line: Int?) {
        self.words = words
        self.reply = reply
        self.line = line
    }
}

/// Begun anew before each run, used on the script's thread.
final class RedisRun: Sendable {
    private struct State: Sendable {
        var client: KeyspaceClient
        var data: any RedisData
    }

    private let settings: RedisEnvironment.Settings
    private let data: any RedisData
    private let state: Mutex<State>

    init(_ data: any RedisData, _ settings: RedisEnvironment.Settings) {
        self.settings = settings
        self.data = data
        state = Mutex(Self.fresh(data, settings))
    }

    private static func fresh(_ data: any RedisData, _ settings: RedisEnvironment.Settings) -> State {
        var client = KeyspaceClient(version: .resp2, seed: settings.seed, clock: settings.clock)
        client.database = settings.database
        // No key goes away in the middle of a script.
        client.frozenTime = settings.clock() / 1000
        return State(client: client, data: settings.effects == .rollback ? data.trial() : data)
    }

    func begin() { state.withLock { $0 = Self.fresh(data, settings) } }

    /// The version that the script has asked for; its replies and its result are in it.
    var version: RESPVersion {
        get { state.withLock(\.client.version) }
        set { state.withLock { $0.client.version = newValue } }
    }

    /// Where the script's commands go now: with `.rollback` nobody else sees it.
    var ownData: any RedisData { state.withLock(\.data) }

    /// An error of the call's own, or what the command answered.
    func call(_ call: HostCall) -> Value {
        if call.arguments.isEmpty {
            return ReplyToLua.error("Please specify at least one argument for this redis lib call")
        }
        var words: [[UInt8]] = []
        for argument in call.arguments {
            guard let word = Self.word(argument) else {
                return ReplyToLua.error("Lua redis lib command arguments must be strings or integers")
            }
            words.append(word)
        }
        let (reply, version) = state.withLock { state -> (RESPValue, RESPVersion) in
            if let refusal = refusal(state.data.lookUp(words)) {
                return (.error([UInt8](refusal.utf8)), state.client.version)
            }
            return (state.data.perform(words, for: &state.client), state.client.version)
        }
        call.stops = settings.stopsAt?(words) ?? false
        settings.onCall?(RedisCall(words: words, reply: reply, line: call.line))
        return ReplyToLua.value(reply, version)
    }

    private func refusal(_ lookup: RedisCommandLookup) -> String? {
        switch lookup {
        case .unknown: return "ERR Unknown Redis command called from script"
        case .missing(let hint): return "ERR Unknown Redis command called from script (\(hint))"
        case .refused(let why): return "ERR \(why)"
        case .wrongArity: return "ERR Wrong number of args calling Redis command from script"
        case .known(let flags):
            if flags.contains(.noscript) { return "ERR This Redis command is not allowed from script" }
            if settings.isReadOnly, !flags.isDisjoint(with: [.write, .mayReplicate]) {
                return "ERR Write commands are not allowed from read-only scripts."
            }
            return nil
        }
    }

    /// A number is sent as C's `%.17g` writes it, an integer with all its digits.
    static func word(_ value: Value) -> [UInt8]? {
        switch value {
        case .string(let string): string.bytes
        case .integer(let number): [UInt8](String(number).utf8)
        case .number(let number): Numbers.text(score: number)
        default: nil
        }
    }

    /// Whether a command may be called so, for `redis.acl_check_cmd`: there is nobody here who may not.
    func knows(_ words: [[UInt8]]) -> Bool {
        switch ownData.lookUp(words) {
        case .unknown: false
        default: true
        }
    }
}
