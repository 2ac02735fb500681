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
    private let registry: FunctionRegistry
    private let data: any RedisData
    private let state: Mutex<State>

    init(_ data: any RedisData, _ settings: RedisEnvironment.Settings, _ registry: FunctionRegistry) {
        self.settings = settings
        self.registry = registry
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
        let (reply, version) = answer(words, call.wait)
        if call.isTraced { call.report = .answer(Self.shown(words)) }
        call.stops = settings.stopsAt?(words) ?? false
        settings.onCall?(RedisCall(words: words, reply: reply, line: call.line))
        return ReplyToLua.value(reply, version)
    }

    /// A command as a person would type it, as far as an event has room for it.
    private static func shown(_ words: [[UInt8]]) -> LuaText {
        var text: [UInt8] = []
        for word in words where text.count < 1024 {
            if !text.isEmpty { text.append(UInt8(ascii: " ")) }
            let isPlain = !word.isEmpty && word.allSatisfy { (33...126).contains($0) && $0 != 34 && $0 != 39 }
            text += isPlain ? word : Array(CommandWords.quoted(word.prefix(1024)).utf8)
        }
        return LuaText(bytes: text)
    }

    /// On copies: a real server may take its time, and whoever else looks here must not wait for it.
    private func answer(_ words: [[UInt8]], _ wait: HostWait?) -> (reply: RESPValue, version: RESPVersion) {
        var (client, data) = state.withLock { ($0.client, $0.data) }
        client.wait = wait
        let lookup = data.lookUp(words, for: client)
        if case .failed(let message) = lookup { return (.error(message), client.version) }
        if let refusal = refusal(lookup) { return (.error([UInt8](refusal.utf8)), client.version) }
        let reply = data.perform(words, for: &client)
        state.withLock { $0.client = client }
        return (reply, client.version)
    }

    /// A command that a person gives while the script is stopped.
    func perform(_ words: [[UInt8]]) -> RESPValue { answer(words, nil).reply }

    /// What a function has promised is held to, whoever calls it.
    private var isReadOnly: Bool {
        guard !settings.isReadOnly, case .function(let name) = settings.entry else { return settings.isReadOnly }
        return registry.functions.contains { $0.name == name && $0.flags.contains(.noWrites) }
    }

    private func refusal(_ lookup: RedisCommandLookup) -> String? {
        switch lookup {
        case .unknown: return "ERR Unknown Redis command called from script"
        case .missing(let hint): return "ERR Unknown Redis command called from script (\(hint))"
        case .refused(let why): return "ERR \(why)"
        case .failed: return nil
        case .wrongArity: return "ERR Wrong number of args calling Redis command from script"
        case .known(let flags):
            if flags.contains(.noscript) { return "ERR This Redis command is not allowed from script" }
            if !flags.isDisjoint(with: [.write, .mayReplicate]), isReadOnly {
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
