// Brings what happens in a session to those who want to know.

import LuaDebugCore

/// Brings events to a RESP3 client and to those that have subscribed.
struct Courier: Sendable {
    let output: Output?
    let replies: Replies
    let session: DebugSession
    let service: DebugService
    let channels: [String]

    /// All that was kept back while a client did not read would be more than may wait for it when the script has stopped.
    private static let mostUnread = 8 << 20
    /// A subscriber only looks on, and there may be many of them: less is kept for each than for the client that debugs.
    private static let mostUnreadBySubscriber = 1 << 20
    /// Where it is counted what the client itself was not told: no channel has this name.
    private static let own = ""

    func bring(_ events: [SessionEvent]) {
        guard !events.isEmpty else { return }
        let count = events.reduce(0) { $0 + $1.count }
        let client = output.flatMap { $0.misses(count, of: Self.own, most: Self.mostUnread) ? nil : $0 }
        let subscribers = channels.map { channel in
            let most = Self.mostUnreadBySubscriber
            return (channel, service.subscribers(of: channel).filter { !$0.misses(count, of: channel, most: most) })
        }
        guard client != nil || subscribers.contains(where: { !$0.1.isEmpty }) else { return }
        let contents = events.map { replies.event($0, of: session) }
        client.map { push(lost($0, Self.own) + contents, to: $0) }
        for (channel, outputs) in subscribers {
            for output in outputs { write(lost(output, channel) + contents, to: output, channel) }
        }
    }

    /// What somebody was not told of is told of when the script has stopped, however far behind they are: nothing may come after it.
    func tellMissed() {
        output.map { push(lost($0, Self.own), to: $0) }
        for channel in channels {
            for output in service.subscribers(of: channel) { write(lost(output, channel), to: output, channel) }
        }
    }

    private func push(_ contents: [[RESPValue]], to output: Output) {
        output.write(contents.map { .push($0.map(replies.finished)) })
    }

    private func lost(_ output: Output, _ channel: String) -> [[RESPValue]] {
        let missed = output.takeMissed(of: channel)
        return missed == 0 ? [] : [replies.event(.lost(missed), of: session)]
    }

    private func write(_ contents: [[RESPValue]], to output: Output, _ channel: String) {
        output.write(
            contents.map { content in
                let message: [RESPValue] = [.text("message"), .text(channel), .bulkString(Self.line(content))]
                return output.version == .resp3 ? .push(message) : .array(message)
            })
    }

    /// A message of publish and subscribe is one string: the event as a client would print it, values as words.
    private static func line(_ content: [RESPValue]) -> [UInt8] {
        [UInt8](content.map(words).joined(separator: " ").utf8)
    }

    private static func words(_ value: RESPValue) -> String {
        switch value {
        case .simpleString(let bytes), .bulkString(let bytes), .bigNumber(let bytes), .verbatim(_, let bytes):
            let isPlain = !bytes.isEmpty && bytes.allSatisfy { $0 > 32 && $0 < 127 && $0 != 34 && $0 != 39 && $0 != 92 }
            return isPlain ? String(decoding: bytes, as: UTF8.self) : CommandWords.quoted(bytes)
        case .error(let bytes): return CommandWords.quoted([UInt8]("(error) ".utf8) + bytes)
        case .integer(let value): return "\(value)"
        case .double(let value): return "\(value)"
        case .boolean(let value): return value ? "true" : "false"
        case .null: return "nil"
        case .array(let items), .set(let items), .push(let items):
            return "[" + items.map(words).joined(separator: " ") + "]"
        case .map(let pairs), .attribute(let pairs, _):
            return "{" + pairs.map { words($0.key) + " " + words($0.value) }.joined(separator: " ") + "}"
        }
    }
}
