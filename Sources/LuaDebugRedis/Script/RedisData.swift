// Where the data is that a script's commands work on: a protocol, and the embedded keyspace behind it.

internal import LuaDebugCore
public import LuaDebugRESP
internal import Synchronization

/// What becomes of what a script has changed.
public enum RedisEffects: Sendable, Hashable {
    /// It stays.
    case keep
    /// Nothing stays: the script works on a copy, or on data that refuses to be changed.
    case rollback
}

/// What is known of a command before it is done.
public enum RedisCommandLookup: Sendable, Hashable {
    /// It is there, and takes so many words.
    case known(KeyspaceCommand.Flags)
    /// It is there, and takes more or fewer words.
    case wrongArity
    /// There is none of that name.
    case unknown
    /// It is there, and may not be called so: an error without its code.
    case refused(String)
    /// Redis has it and this data has not: what to do about it.
    case missing(hint: String)
    /// It could not be found out: an error as it stands.
    case failed([UInt8])
}

/// Data that scripts read and change by commands.
public protocol RedisData: Sendable {
    /// Looks at a command's name and the number of its words.
    func lookUp(_ words: [[UInt8]]) -> RedisCommandLookup
    /// The same for somebody, who may be told to end while others are asked.
    func lookUp(_ words: [[UInt8]], for client: KeyspaceClient) -> RedisCommandLookup
    /// Does a command, on the script's thread, which waits; errors are replies.
    ///
    /// `client` holds the database and the version of the protocol that the reply is in.
    func perform(_ words: [[UInt8]], for client: inout KeyspaceClient) -> RESPValue
    /// Data to try a script on: it begins as this is now, and whatever is done to it is not done to this.
    func trial() -> any RedisData
}

extension RedisData {
    /// What is known at once.
    public func lookUp(_ words: [[UInt8]], for client: KeyspaceClient) -> RedisCommandLookup { lookUp(words) }
}

/// A keyspace in memory that many connections and scripts share.
public final class EmbeddedData: RedisData {
    private let state: Mutex<Keyspace>

    /// Data that begins as this keyspace.
    public init(_ keyspace: Keyspace = Keyspace()) { state = Mutex(keyspace) }

    /// What it is now; to set it replaces everything at once.
    public var keyspace: Keyspace {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }

    /// See ``RedisData/lookUp(_:)``.
    public func lookUp(_ words: [[UInt8]]) -> RedisCommandLookup {
        guard let name = words.first else { return .unknown }
        if let command = KeyspaceCommand.named(name) {
            guard command.allows(words.count) else { return .wrongArity }
            return Self.special(command, words) ?? .known(command.flags)
        }
        let text = String(decoding: name.map(\.asciiLowercased), as: UTF8.self)
        if RedisCommandNames.notForScripts.contains(text) { return .known(.noscript) }
        if RedisCommandNames.notEmbedded.contains(text) {
            return .missing(hint: "the embedded keyspace has no '\(text)': a real server has, see --redis")
        }
        return .unknown
    }

    /// What Redis looks at in scripts before a command is done, for the two where it is more than a number of words.
    private static func special(_ command: KeyspaceCommand, _ words: [[UInt8]]) -> RedisCommandLookup? {
        switch command.name {
        case "object":
            let arities = ["encoding": 3, "freq": 3, "help": 2, "idletime": 3, "refcount": 3]
            let part = String(decoding: words[1].map(\.asciiLowercased), as: UTF8.self)
            guard let arity = arities[part] else { return .unknown }
            return words.count == arity ? nil : .wrongArity
        case "xread":
            let options = words.dropFirst().prefix { !$0.says("streams") }
            guard options.contains(where: { $0.says("block") }) else { return nil }
            return .refused("XREAD command is not allowed with BLOCK option from scripts")
        default: return nil
        }
    }

    /// See ``RedisData/perform(_:for:)``.
    public func perform(_ words: [[UInt8]], for client: inout KeyspaceClient) -> RESPValue {
        let before = client
        let (reply, after) = state.withLock { keyspace in
            var client = before
            let reply = keyspace.perform(words, for: &client)
            return (reply, client)
        }
        client = after
        return reply
    }

    /// A copy, which costs nothing until one of the two is changed.
    public func trial() -> any RedisData { EmbeddedData(keyspace) }
}

/// Commands of Redis 7.0 that the embedded keyspace has not.
enum RedisCommandNames {
    /// Those that scripts may not call anyway.
    static let notForScripts = words(
        """
        auth bgrewriteaof bgsave blmove blpop brpop brpoplpush bzpopmax bzpopmin config debug discard eval eval_ro \
        evalsha evalsha_ro exec failover fcall fcall_ro function hello monitor multi psubscribe psync punsubscribe quit replconf \
        replicaof reset role save script shutdown slaveof ssubscribe subscribe sunsubscribe sync unsubscribe unwatch \
        wait watch
        """)

    /// The others.
    static let notEmbedded = words(
        """
        acl asking bitfield bitfield_ro blmpop bzmpop client cluster command dump geoadd geodist geohash geopos \
        georadius georadius_ro georadiusbymember georadiusbymember_ro geosearch geosearchstore info lastsave latency lcs \
        lolwut memory migrate module pfdebug pfselftest pubsub readonly readwrite restore restore-asking slowlog spublish \
        xack xautoclaim xclaim xgroup xinfo xpending xreadgroup xsetid
        """)

    private static func words(_ text: String) -> Set<String> { Set(text.split(separator: " ").map(String.init)) }
}
