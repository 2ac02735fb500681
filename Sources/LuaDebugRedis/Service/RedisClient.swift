// One client of a service: the database it has chosen, and its commands.

public import LuaDebugRESP
internal import Synchronization

/// A connection's own part of a ``RedisService``.
public final class RedisClient: Sendable {
    let service: RedisService
    private let state: Mutex<KeyspaceClient>

    init(_ service: RedisService) {
        self.service = service
        let clock = service.settings.clock
        var client = KeyspaceClient(seed: UInt64(bitPattern: clock()), clock: clock)
        client.database = service.settings.database
        state = Mutex(client)
    }

    /// What a Redis server would answer; nil where it is no command that there is here.
    ///
    /// A script is waited for; every other command is done at once.
    public func perform(_ words: [[UInt8]], version: RESPVersion) async -> RESPValue? {
        guard let word = words.first else { return nil }
        let command = ScriptCommand(words, version)
        switch String(decoding: word.map(\.asciiLowercased), as: UTF8.self) {
        case "eval": return await evaluate(command)
        case "eval_ro": return await evaluate(command, isReadOnly: true)
        case "evalsha": return await evaluateCached(command)
        case "evalsha_ro": return await evaluateCached(command, isReadOnly: true)
        case "script": return await script(command)
        case "fcall": return await callFunction(command)
        case "fcall_ro": return await callFunction(command, isReadOnly: true)
        case "function": return await function(command)
        default: break
        }
        guard let offPool = service.settings.offPool else { return performAtOnce(words, version) }
        return await withCheckedContinuation { continuation in
            offPool { continuation.resume(returning: self.performAtOnce(words, version)) }
        }
    }

    /// Waits, where the data is another server's.
    private func performAtOnce(_ words: [[UInt8]], _ version: RESPVersion) -> RESPValue? {
        switch service.data.lookUp(words) {
        case .unknown: return nil
        case .failed(let message): return .error(message)
        case .missing(let hint):
            let name = String(decoding: (words.first ?? []).prefix(128), as: UTF8.self)
            return .error([UInt8]("ERR unknown command '\(name)': \(hint)".utf8))
        // Those that are refused are so to scripts alone; what scripts may not call is not kept here.
        case .known(let flags) where flags.contains(.noscript): return nil
        case .known, .wrongArity, .refused: break
        }
        // On a copy: a connection does one command after the other, and who asks for its database must not wait for a server.
        var client = state.withLock { $0 }
        client.version = version
        let reply = service.data.perform(words, for: &client)
        state.withLock { [client] in $0 = client }
        return reply
    }

    /// What a script sees that this client brings.
    public func environment(
        _ effects: RedisEffects, isReadOnly: Bool = false, version: RESPVersion,
        _ change: (inout RedisEnvironment.Settings) -> Void = { _ in }
    ) -> RedisEnvironment {
        var settings = RedisEnvironment.Settings(clock: service.settings.clock)
        settings.effects = effects
        settings.isReadOnly = isReadOnly
        settings.version = version
        settings.database = state.withLock(\.database)
        settings.onLog = service.settings.onLog
        change(&settings)
        return RedisEnvironment(service.data, settings)
    }
}
