// What `luadebug serve` is to its clients beside the debugger: Redis' commands and scripts, on data in memory or a server's.

import LuaDebugCore
import LuaDebugRESP
import LuaDebugRedis
import LuaDebugServer

/// The door between two rooms that do not know each other: the service that debugs, and the one that has the data.
struct RedisHost: Sendable {
    private let service: RedisService
    private let keepsEffects: Bool

    init(_ options: RedisOptions, limits: RunLimits) {
        var settings = RedisService.Settings { WallClock.microseconds }
        settings.limits = limits
        if options.server != nil {
            settings.offPool = { work in
                // Without a thread it is done here: late is better than never.
                do { _ = try ServiceThread.start(work) } catch { work() }
            }
        }
        settings.database = options.database
        // What clients do outside of sessions would stay on a real server: unless that was asked for, all that writes is refused.
        let isGuarded = options.server != nil && options.effects == .rollback
        service = RedisService(isGuarded ? options.data.trial() : options.data, settings)
        keepsEffects = options.effects == .keep
    }

    /// Ends every script that runs.
    func shutDown() { service.shutDown() }

    /// What the service is to one connection.
    func connect() -> HostClient {
        let client = service.connect()
        var host = HostClient(
            perform: { words, version in await client.perform(words, version: version) },
            script: { (request) throws(ScriptRefusal) in try Self.script(request, of: client) })
        host.keepsEffects = keepsEffects
        return host
    }

    private static func script(
        _ request: ScriptRequest, of client: RedisClient
    ) throws(ScriptRefusal) -> HostScript {
        var source = request.source
        var entry = RedisEnvironment.Entry.script
        if let name = request.function {
            guard let library = client.library(of: name), let function = library.function(name) else {
                throw ScriptRefusal(.error([UInt8]("ERR Function not found".utf8)))
            }
            source = library.source
            entry = .function(function.name)
        }
        let environment = client.environment(
            request.keepsEffects ? .keep : .rollback, isReadOnly: request.isReadOnly, version: request.version
        ) { [entry] settings in
            settings.entry = entry
            if let onCall = request.onCall { settings.onCall = { onCall($0.words, $0.reply, $0.line) } }
            settings.stopsAt = request.stopsAt
            settings.onDebug = request.onDebug
        }
        var hosted = HostScript(
            environment.script(source, keys: request.keys, arguments: request.arguments),
            reply: { [source] outcome, place in environment.reply(to: outcome, of: source, at: place) },
            refusal: { RedisEnvironment.reply(to: $0) })
        hosted.environment = environment.host
        hosted.scriptFunctions = RedisEnvironment.scriptFunctions
        hosted.perform = { environment.perform($0) }
        return hosted
    }
}
