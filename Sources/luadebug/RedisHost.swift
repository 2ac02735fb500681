// What `luadebug serve` is to its clients beside the debugger: Redis' commands and scripts, on data in memory.

import LuaDebugCore
import LuaDebugRESP
import LuaDebugRedis
import LuaDebugServer

/// The door between two rooms that do not know each other: the service that debugs, and the one that has the data.
struct RedisHost: Sendable {
    private let service: RedisService

    init(limits: RunLimits) {
        var settings = RedisService.Settings { ThisProcess.microsecondsSince1970 }
        settings.limits = limits
        service = RedisService(EmbeddedData(), settings)
    }

    /// Ends every script that runs.
    func shutDown() { service.shutDown() }

    /// What the service is to one connection.
    func connect() -> HostClient {
        let client = service.connect()
        return HostClient(
            perform: { words, version in await client.perform(words, version: version) },
            script: { (request) throws(ScriptRefusal) in Self.script(request, of: client) })
    }

    private static func script(_ request: ScriptRequest, of client: RedisClient) -> HostScript {
        let environment = client.environment(
            request.keepsEffects ? .keep : .rollback, isReadOnly: request.isReadOnly, version: request.version
        ) { settings in
            if let onCall = request.onCall { settings.onCall = { onCall($0.words, $0.reply, $0.line) } }
            settings.stopsAt = request.stopsAt
            settings.onDebug = request.onDebug
        }
        var hosted = HostScript(
            RedisEnvironment.script(request.source, keys: request.keys, arguments: request.arguments),
            reply: { outcome, place in environment.reply(to: outcome, of: request.source, at: place) },
            refusal: { RedisEnvironment.reply(to: $0) })
        hosted.environment = environment.host
        hosted.scriptFunctions = RedisEnvironment.scriptFunctions
        hosted.perform = { environment.perform($0) }
        return hosted
    }
}
