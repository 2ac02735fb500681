// EVAL and its like, and SCRIPT: what a Redis server does with scripts that nobody debugs.

internal import LuaDebugCore
internal import LuaDebugRESP

/// A command that concerns scripts, as it was given.
struct ScriptCommand: Sendable {
    let words: [[UInt8]]
    let version: RESPVersion

    init(_ words: [[UInt8]], _ version: RESPVersion) {
        self.words = words
        self.version = version
    }

    var name: String { String(decoding: words[0].map(\.asciiLowercased), as: UTF8.self) }
    var arity: RESPValue { Self.error("wrong number of arguments for '\(name)' command") }

    static func error(_ message: String, code: String = "ERR") -> RESPValue {
        .error([UInt8]("\(code) \(message)".utf8))
    }

    /// A number of keys, keys, arguments, behind the script; or what is wrong with them.
    func input(
        elseNumber refusal: String = "value is not an integer or out of range"
    ) -> Result<(keys: [[UInt8]], arguments: [[UInt8]]), Refusal> {
        guard words.count > 2 else { return .failure(Refusal(arity)) }
        guard let count = Numbers.integer(words[2]) else { return .failure(Refusal(Self.error(refusal))) }
        if count > words.count - 3 {
            return .failure(Refusal(Self.error("Number of keys can't be greater than number of args")))
        }
        if count < 0 { return .failure(Refusal(Self.error("Number of keys can't be negative"))) }
        return .success((Array(words[3..<(3 + count)]), Array(words[(3 + count)...])))
    }

    struct Refusal: Error {
        let reply: RESPValue
        init(_ reply: RESPValue) { self.reply = reply }
    }
}

extension RedisClient {
    func evaluate(_ command: ScriptCommand, isReadOnly: Bool = false) async -> RESPValue {
        guard command.words.count > 2 else { return command.arity }
        return await run(command.words[1], command, isReadOnly: isReadOnly)
    }

    func evaluateCached(_ command: ScriptCommand, isReadOnly: Bool = false) async -> RESPValue {
        guard command.words.count > 2 else { return command.arity }
        guard let source = service.script(command.words[1]) else {
            return ScriptCommand.error("No matching script. Please use EVAL.", code: "NOSCRIPT")
        }
        return await run(source, command, isReadOnly: isReadOnly)
    }

    private func run(_ source: [UInt8], _ command: ScriptCommand, isReadOnly: Bool) async -> RESPValue {
        let input: (keys: [[UInt8]], arguments: [[UInt8]])
        switch command.input() {
        case .success(let found): input = found
        case .failure(let refusal): return refusal.reply
        }
        let environment = environment(.keep, isReadOnly: isReadOnly, version: command.version)
        return await run(source, in: environment, input.keys, input.arguments, caching: true)
    }

    /// Keeps what it has changed, and answers what it returned.
    func run(
        _ source: [UInt8], in environment: RedisEnvironment, _ keys: [[UInt8]], _ arguments: [[UInt8]], caching: Bool
    ) async -> RESPValue {
        let session = environment.session(source, keys: keys, arguments: arguments, limits: limits)
        let reply: RESPValue
        do {
            let outcome = try await service.run(session, caching: caching ? source : nil)
            reply = environment.reply(to: outcome, of: source)
        } catch {
            reply = RedisEnvironment.reply(to: error)
        }
        await session.close()
        return reply
    }

    var limits: RunLimits {
        var limits = service.settings.limits
        // Nobody is there who could go on.
        limits.stopsWhenTimeIsOver = false
        return limits
    }

    // MARK: - SCRIPT

    func script(_ command: ScriptCommand) async -> RESPValue {
        let words = command.words
        guard words.count > 1 else { return command.arity }
        let part = String(decoding: words[1].map(\.asciiLowercased), as: UTF8.self)
        switch (part, words.count) {
        case ("load", 3): return await load(words[2], command)
        case ("exists", 3...):
            return .array(words.dropFirst(2).map { .integer(service.script($0) == nil ? 0 : 1) })
        case ("flush", 2), ("flush", 3):
            guard words.count == 2 || words[2].says("async") || words[2].says("sync") else {
                return ScriptCommand.error("SCRIPT FLUSH only support SYNC|ASYNC option")
            }
            service.forgetScripts()
            return .ok
        case ("kill", 2):
            guard service.killLongest() else {
                return ScriptCommand.error("No scripts in execution right now.", code: "NOTBUSY")
            }
            return .ok
        case ("load", _), ("exists", _), ("flush", _), ("kill", _):
            return ScriptCommand.error("wrong number of arguments for 'script|\(part)' command")
        default:
            let shown = String(decoding: words[1].prefix(128), as: UTF8.self)
            return ScriptCommand.error("unknown subcommand '\(shown)'. Try SCRIPT HELP.")
        }
    }

    /// A script is compiled to be loaded: it stands before its first line then, and goes no further.
    private func load(_ source: [UInt8], _ command: ScriptCommand) async -> RESPValue {
        let environment = environment(.rollback, version: command.version)
        let session = environment.session(source, limits: limits)
        defer { Task { await session.close() } }
        do {
            _ = try await session.start()
            let digest = SHA1.hex(source)
            guard service.load(source, digest) else {
                return ScriptCommand.error("there are too many scripts already: SCRIPT FLUSH forgets them")
            }
            return .bulkString(digest)
        } catch {
            return RedisEnvironment.reply(to: error)
        }
    }
}
