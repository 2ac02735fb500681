// The data of a real Redis or Valkey server, behind the same protocol as the embedded keyspace.

internal import LuaDebugCore
public import LuaDebugRESP
internal import Synchronization

/// Data on a server that is reached by RESP.
///
/// Commands go to the server one after the other as the script calls them, each with its own time limit, and between
/// those of the server's other clients: nothing makes the script one step there, as it is when the server itself runs
/// it.
///
/// A server that is away, slow, or answers nonsense is an error reply that begins with `IOERR`, which a script can
/// catch. The connection is given up then, and the next command makes a new one. A connection that the server has
/// closed meanwhile (while a script was stopped, say) is made anew before a command is sent; what was sent is never
/// sent again.
public final class RedisServerData: RedisData {
    /// Who we are for the server, and how long we wait for it.
    public struct Settings: Sendable {
        /// Nil is the server's user `default`.
        public var user: [UInt8]?
        /// Nil where the server wants none.
        public var password: [UInt8]?
        /// For a connection to be made.
        public var connectTimeout = Duration.seconds(5)
        /// For a command to be sent and answered.
        public var replyTimeout = Duration.seconds(10)
        /// What an answer may take.
        public var limits = RESPLimits.standard

        /// Without a password.
        public init() {}
    }

    /// What all that use one server share.
    private final class Server: Sendable {
        let name: String
        let settings: Settings
        let connector: Connector
        let idle = Mutex<[RedisLink]>([])
        let commands = Mutex(Commands())

        /// What the server has said of its commands, until it may be another server.
        struct Commands: Sendable {
            var known: [[UInt8]: ServerCommand] = [:]
            /// It does not say, whatever the command.
            var areUntold = false
        }

        init(_ name: String, _ settings: Settings, _ connector: @escaping Connector) {
            self.name = name
            self.settings = settings
            self.connector = connector
        }

        /// A connection was lost: another server may be there next, which knows other commands.
        func forget() { commands.withLock { $0 = Commands() } }
    }

    /// Makes connections, or says that the system has no room for one.
    public typealias Connector = @Sendable () throws(RedisTransportError) -> any RedisTransport

    private static let mostIdle = 8

    private let server: Server
    private let isTrial: Bool

    /// Data on a server, which is connected to when it is first needed; `name` is what messages call it.
    public convenience init(of name: String, _ settings: Settings = Settings(), connector: @escaping Connector) {
        self.init(Server(name, settings, connector), isTrial: false)
    }

    private init(_ server: Server, isTrial: Bool) {
        self.server = server
        self.isTrial = isTrial
    }

    /// The same data, which refuses to be changed: on a server nothing can be taken back.
    public func trial() -> any RedisData { RedisServerData(server, isTrial: true) }

    /// Tries to connect, with user, password and database; nil if that went well, otherwise an error.
    public func check(database: Int = 0) -> RESPValue? {
        do throws(RedisServerFailure) {
            let words = [[UInt8]("PING".utf8)]
            let reply = try withLink(nil) { (link) throws(RedisServerFailure) in
                try link.prepare(database: database)
                return try link.ask(words)
            }
            if case .error = reply { return reply }
            return nil
        } catch {
            return .error(error.message)
        }
    }

    // MARK: - Commands

    /// See ``RedisData/lookUp(_:)``.
    public func lookUp(_ words: [[UInt8]]) -> RedisCommandLookup { lookUp(words, waiting: nil) }

    /// See ``RedisData/lookUp(_:for:)``.
    public func lookUp(_ words: [[UInt8]], for client: KeyspaceClient) -> RedisCommandLookup {
        lookUp(words, waiting: client.wait)
    }

    private func lookUp(_ words: [[UInt8]], waiting wait: HostWait?) -> RedisCommandLookup {
        do throws(RedisServerFailure) {
            guard let command = try command(words, wait)?.called(by: words) else { return .unknown }
            guard command.allows(words.count) else { return .wrongArity }
            let flags = command.keyspaceFlags
            if flags.contains(.noscript) { return .known(flags) }
            if let name = words.first, name.says("xread") || name.says("xreadgroup"),
                words.dropFirst().prefix(while: { !$0.says("streams") }).contains(where: { $0.says("block") })
            {
                let text = String(decoding: name, as: UTF8.self)
                return .refused("\(text) command is not allowed with BLOCK option from scripts")
            }
            if isTrial, command.leavesTraces { return .refused(refusal(words)) }
            return .known(flags)
        } catch {
            return .failed(error.message)
        }
    }

    private func refusal(_ words: [[UInt8]]) -> String {
        let name = String(decoding: (words.first ?? []).map(\.asciiLowercased), as: UTF8.self)
        return "Write commands are not allowed while effects are rolled back: '\(name)' would change the data of "
            + "\(server.name), see --effects keep"
    }

    /// What the server says of a command, asked once; nil if it has none of that name.
    private func command(_ words: [[UInt8]], _ wait: HostWait?) throws(RedisServerFailure) -> ServerCommand? {
        guard let name = words.first?.map(\.asciiLowercased) else { return nil }
        let (known, areUntold) = server.commands.withLock { ($0.known[name], $0.areUntold) }
        if let known { return known }
        if areUntold { return ServerCommand(untoldOf: name) }
        let question = [[UInt8]("COMMAND".utf8), [UInt8]("INFO".utf8), name]
        let reply = try withLink(wait) { (link) throws(RedisServerFailure) in
            try link.prepare()
            return try link.ask(question)
        }
        let command: ServerCommand?
        switch reply {
        case .array(let entries) where entries.count == 1: command = ServerCommand(entries[0])
        // One that has no such question, or a user that may not ask it.
        case .error(let message)
        where message.starts(with: "ERR unknown".utf8) || message.starts(with: "NOPERM".utf8):
            server.commands.withLock { $0.areUntold = true }
            return ServerCommand(untoldOf: name)
        // One that wants a password first, is busy, or loads: its own words, and another time it may answer.
        case .error(let message): throw .refused(message)
        default: return ServerCommand(untoldOf: name)
        }
        // A script may make up names for ever: only those are kept that the server knows.
        if let command { server.commands.withLock { $0.known[name] = command } }
        return command
    }

    /// See ``RedisData/perform(_:for:)``.
    public func perform(_ words: [[UInt8]], for client: inout KeyspaceClient) -> RESPValue {
        let (database, version, wait) = (client.database, client.version, client.wait)
        do throws(RedisServerFailure) {
            let command = try command(words, wait)?.called(by: words)
            // Whoever did not look first.
            if isTrial, command?.leavesTraces ?? false { return .error([UInt8]("ERR \(refusal(words))".utf8)) }
            let (reply, chosen) = try withLink(wait) { (link) throws(RedisServerFailure) -> (RESPValue, Int?) in
                try link.prepare(database: database, version: version)
                if command?.isBlocking ?? false { return (try Self.atOnce(words, &link), nil) }
                let reply = try link.ask(words)
                guard words.count == 2, words[0].says("select"), case .simpleString = reply,
                    let number = Numbers.integer(words[1])
                else { return (reply, nil) }
                link.noteDatabase(number)
                return (reply, number)
            }
            if let chosen { client.database = chosen }
            return reply
        } catch {
            return .error(error.message)
        }
    }

    /// In a transaction no command waits, as none does in a script.
    private static func atOnce(_ words: [[UInt8]], _ link: inout RedisLink) throws(RedisServerFailure) -> RESPValue {
        let replies = try link.ask([[[UInt8]("MULTI".utf8)], words, [[UInt8]("EXEC".utf8)]])
        if case .error = replies[1] { return replies[1] }
        if case .array(let results) = replies[2], results.count == 1 { return results[0] }
        return replies[2]
    }

    // MARK: - Connections

    /// Lends a connection that nobody else uses meanwhile.
    private func withLink<Result>(
        _ wait: HostWait?, _ body: (inout RedisLink) throws(RedisServerFailure) -> Result
    ) throws(RedisServerFailure) -> Result {
        var link = try usableLink()
        do throws(RedisServerFailure) {
            let result: Result
            if let wait {
                let transport = link.transport
                result = try wait.interruptible(by: { transport.interrupt() }) { () throws(RedisServerFailure) in
                    try body(&link)
                }
            } else {
                result = try body(&link)
            }
            giveBack(link)
            return result
        } catch {
            if error.isReply {
                giveBack(link)
            } else {
                server.forget()
            }
            throw error
        }
    }

    private func usableLink() throws(RedisServerFailure) -> RedisLink {
        while var link = server.idle.withLock({ $0.popLast() }) {
            if link.isUsable() { return link }
            server.forget()
        }
        do throws(RedisTransportError) {
            return RedisLink(try server.connector(), to: server.name, server.settings)
        } catch {
            throw .lost("error connecting to \(server.name): \(error.message)")
        }
    }

    private func giveBack(_ link: RedisLink) {
        server.idle.withLock { idle in
            if idle.count < Self.mostIdle { idle.append(link) }
        }
    }
}
