// The options about Redis: what data scripts work on, who we are there, and what becomes of their changes.

import LuaDebugCore
import LuaDebugRESP
import LuaDebugRedis
import LuaDebugServer

/// Where the data of Redis scripts is.
struct RedisOptions {
    /// For ``Options``, beside a command's own.
    static let flags: Set = ["--redis-script"]
    static let values: Set = [
        "--redis", "--redis-user", "--redis-password-file", "--redis-database", "--redis-timeout", "--redis-data",
        "--effects",
    ]
    /// Of `run` alone.
    static let ofRun: Set = ["--redis-function"]

    /// One of the options is there: what is run is a Redis script.
    let isGiven: Bool
    /// The source is a library, and this function of it is called.
    let function: String?
    let effects: RedisEffects
    let database: Int
    let data: any RedisData
    /// The real server's endpoint; nil where the keyspace is in this program.
    let server: Endpoint?

    /// Throws with status 2 for what does not go together, with 1 if the server does not take us or the keyspace not its data.
    @MainActor init(_ options: Options) async throws(Program.Refusal) {
        isGiven = Self.areGiven(options)
        function = options.all("--redis-function")?.last
        effects = try Self.effects(options)
        database = try Self.database(options)
        guard let text = options.all("--redis")?.last else {
            for name in ["--redis-user", "--redis-password-file", "--redis-timeout"] where options.all(name) != nil {
                throw Program.Refusal(message: "\(name) is about a server; --redis names it", status: 2)
            }
            server = nil
            data = try await Self.keyspace(options, database)
            return
        }
        if options.all("--redis-data") != nil {
            throw Program.Refusal(
                message: "--redis-data fills the keyspace of this program, and no server's; not with --redis", status: 2
            )
        }
        let endpoint: Endpoint
        do throws(ServerError) { endpoint = try Endpoint(text) } catch {
            throw Program.Refusal(message: error.message, status: 2)
        }
        server = endpoint
        let settings = try Self.settings(options)
        let real = RedisServerData(at: endpoint, settings)
        data = real
        if let refusal = await Self.refusal(of: real, database) {
            throw Program.Refusal(message: ReplyText.text(refusal))
        }
    }

    static func areGiven(_ options: Options) -> Bool {
        options.has("--redis-script") || values.union(ofRun).contains { options.all($0) != nil }
    }

    private static func effects(_ options: Options) throws(Program.Refusal) -> RedisEffects {
        switch options.all("--effects")?.last {
        case nil, "rollback": return .rollback
        case "keep": return .keep
        case let word?:
            throw Program.Refusal(message: "--effects is one of keep, rollback, not \(word)", status: 2)
        }
    }

    private static func database(_ options: Options) throws(Program.Refusal) -> Int {
        guard let text = options.all("--redis-database")?.last else { return 0 }
        // How many a real server has, it says itself.
        let most = options.all("--redis") == nil ? Keyspace.databaseCount - 1 : 1_000_000
        guard let number = Int(text), 0...most ~= number else {
            throw Program.Refusal(message: "--redis-database takes a number from 0 to \(most), not \(text)", status: 2)
        }
        return number
    }

    private static func settings(
        _ options: Options
    ) throws(Program.Refusal) -> RedisServerData.Settings {
        var settings = RedisServerData.Settings()
        settings.user = options.all("--redis-user")?.last.map { [UInt8]($0.utf8) }
        settings.password = try options.password("--redis-password-file")
        // Where redis-cli looks, too. On the command line all users of the machine could read it.
        if settings.password == nil, let value = ThisProcess.variable("REDISCLI_AUTH"), !value.isEmpty {
            settings.password = [UInt8](value.utf8)
        }
        if settings.user != nil, settings.password == nil {
            throw Program.Refusal(
                message: "--redis-user needs a password: --redis-password-file, or REDISCLI_AUTH in the environment",
                status: 2)
        }
        if let seconds = try options.count("--redis-timeout") {
            settings.connectTimeout = .seconds(seconds)
            settings.replyTimeout = .seconds(seconds)
        }
        return settings
    }

    /// On a thread that can be spared: it waits for the server.
    private static func refusal(of data: RedisServerData, _ database: Int) async -> RESPValue? {
        await withCheckedContinuation { continuation in
            do {
                _ = try ServiceThread.start { continuation.resume(returning: data.check(database: database)) }
            } catch {
                continuation.resume(returning: .error([UInt8]("ERR \(error)".utf8)))
            }
        }
    }

    // MARK: - The keyspace in this program

    /// Filled by the lines of a file, as redis-cli reads them.
    @MainActor private static func keyspace(
        _ options: Options, _ database: Int
    ) async throws(Program.Refusal) -> EmbeddedData {
        let data = EmbeddedData()
        guard let path = options.all("--redis-data")?.last else { return data }
        var client = KeyspaceClient { WallClock.microseconds }
        client.database = database
        let lines = try await Program.contents(of: path).split(separator: 10, omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            guard let words = CommandWords.split(line) else {
                throw Program.Refusal(message: "\(path):\(index + 1): unbalanced quotes")
            }
            guard let first = words.first, first.first != UInt8(ascii: "#") else { continue }
            if case .error(let message) = data.perform(words, for: &client) {
                throw Program.Refusal(message: "\(path):\(index + 1): \(ReplyText.shown(message))")
            }
        }
        return data
    }
}
