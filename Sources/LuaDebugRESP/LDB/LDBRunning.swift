// The commands of the dialect that let the script go on, and those that work in it: eval, redis, maxlen.

import LuaDebugCore

extension Interpreter {
    /// Until the next stop, or the end; calls are told while the script is stepped.
    func go(_ verb: Resume) async throws -> [LDBText.Line]? {
        guard let log = ldb?.log else { throw CommandError.noSession }
        log.showsCalls = verb != .continue && verb != .abort
        defer { log.showsCalls = false }
        return await told(try await resume(verb, watching: false))
    }

    /// An expression, or else statements, in the selected frame.
    func run(_ words: [[UInt8]]) async throws -> [LDBText.Line]? {
        let text = Self.joined(words)
        let frame = selected
        let budget = service.configuration.budget
        let values = try await session().inspect { (script) throws(DebugError) in
            script.budget = budget
            return try script.evaluateOrExecute(text, frame: frame, limits: LDBText.limits)
        }
        return show("<retval> ", values.first ?? .nil)
    }

    static func joined(_ words: [[UInt8]]) -> LuaText {
        LuaText(bytes: Array(words.joined(separator: [UInt8(ascii: " ")])))
    }

    /// What was said before it, and the value, perhaps cut.
    func show(_ head: String, _ value: Value) -> [LDBText.Line] {
        guard let log = ldb?.log else { return [] }
        log.addCut(LDBText.line(head) + LDBText.value(value))
        return log.take()
    }

    /// A command of the host's, as `redis.call` in the script would do it.
    func call(_ words: [[UInt8]]) async throws -> [LDBText.Line]? {
        guard let log = ldb?.log, let perform = ldb?.hosted.perform else {
            throw CommandError("there is no data here that commands could work on")
        }
        // On the script's thread: a real server behind it lets its caller wait.
        let reply = try await session().inspect { (_) throws(DebugError) in perform(words) }
        log.called(words, reply)
        return log.take()
    }

    func maxlen(_ words: [[UInt8]]) throws -> [LDBText.Line]? {
        guard let log = ldb?.log else { return nil }
        if let word = words.first {
            guard let number = Int(String(decoding: word, as: UTF8.self)), number >= 0 else {
                throw CommandError("maxlen takes a number from 0, not '\(String(decoding: word, as: UTF8.self))'")
            }
            // Less would cut the words in front.
            log.most = number == 0 ? 0 : max(number, 60)
        }
        return [
            LDBText.line(
                log.most == 0
                    ? "<value> replies are unlimited." : "<value> replies are truncated at \(log.most) bytes.")
        ]
    }
}
