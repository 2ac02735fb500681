// A Redis script under the debugger: its keys and arguments, what it says, and what is told at its end.

import LuaDebugCore
import LuaDebugRESP
import LuaDebugRedis
import LuaDebugServer

/// One script with the data that it works on.
@MainActor struct RedisScript {
    private let options: RedisOptions
    private let environment: RedisEnvironment
    private let source: [UInt8]
    let session: DebugSession

    /// `words` are keys and, behind a comma that stands alone, arguments: as behind `redis-cli --eval`.
    init(_ source: [UInt8], _ words: some Collection<String>, _ options: RedisOptions) {
        self.options = options
        self.source = source
        var settings = RedisEnvironment.Settings { WallClock.microseconds }
        settings.effects = options.effects
        if let function = options.function { settings.entry = .function([UInt8](function.utf8)) }
        settings.database = options.database
        settings.onLog = { level, text in Self.say("redis.log \(level): \(ReplyText.shown(text))") }
        environment = RedisEnvironment(options.data, settings)
        session = environment.session(source)
        session.setArguments(words.map { [UInt8]($0.utf8) })
    }

    /// In order with what the console prints, which is flushed by whoever waits.
    nonisolated private static func say(_ text: String) { print(text) }

    /// The reply, as `EVAL` would have given it, and what has become of the changes.
    func tellEnd() {
        switch session.state {
        case .ended(.aborted): break
        case .ended(let outcome):
            print("reply: " + ReplyText.text(environment.reply(to: outcome, of: source), indent: "       "))
        default: break
        }
        print(becomesOfChanges)
    }

    private var becomesOfChanges: String {
        switch (options.effects, options.server) {
        case (.rollback, nil): "effects: rolled back; --effects keep lets changes stay until this program ends"
        case (.rollback, let server?): "effects: rolled back; nothing was changed on \(server), see --effects keep"
        case (.keep, nil): "effects: kept from run to run, and gone with this program"
        case (.keep, let server?): "effects: kept on \(server)"
        }
    }
}
