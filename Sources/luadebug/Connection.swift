// A client's connection: commands out, replies in order, and what the server says of its own accord.

import LuaDebugRESP
import LuaDebugServer
import Synchronization

/// Sends commands and waits for their replies; pushes are printed as they come, by a task of its own.
@MainActor final class Connection {
    /// Nothing more will come.
    struct Lost: Error {
        let message: String
    }

    let endpoint: Endpoint
    private let socket: ClientSocket
    /// Copies share what they have read.
    private let replies: AsyncStream<RESPValue>.Iterator
    private let state = Shared()

    /// Prints a line that nobody has asked for; `isAsking`: while a line is waited for.
    typealias Announcement = @Sendable (_ line: String, _ isAsking: Bool) -> Void

    /// What the reading task and the one that looks for Ctrl-C share with the main one.
    private final class Shared: Sendable {
        struct State {
            /// A command waits for its reply.
            var isPending = false
            /// How many `PAUSE`s were sent meanwhile: each has a reply, too.
            var pauses = 0
            /// A person is typing.
            var isAsking = false
            /// Confirmations of subscriptions are the replies.
            var isSubscribing = false
            var problem: String?
        }
        let state = Mutex(State())
    }

    init(to endpoint: Endpoint, announcing announce: @escaping Announcement) throws(ServerError) {
        self.endpoint = endpoint
        socket = try ClientSocket(to: endpoint)
        let (stream, continuation) = AsyncStream.makeStream(of: RESPValue.self)
        replies = stream.makeAsyncIterator()
        let chunks = try socket.chunks()
        Task.detached { [state] in
            var decoder = RESPDecoder()
            do {
                for await chunk in chunks {
                    decoder.feed(chunk)
                    while let value = try decoder.next() { Self.sort(value, continuation, state, announce) }
                }
            } catch {
                state.state.withLock { $0.problem = "The server does not speak RESP: \(error)" }
            }
            continuation.finish()
        }
    }

    func close() { socket.close() }

    nonisolated private static func sort(
        _ value: RESPValue, _ replies: AsyncStream<RESPValue>.Continuation, _ state: Shared, _ announce: Announcement
    ) {
        guard case .push(let items) = value else {
            replies.yield(value)
            return
        }
        let (isAsking, isSubscribing) = state.state.withLock { ($0.isAsking, $0.isSubscribing) }
        if isSubscribing, case .bulkString(let word)? = items.first,
            ["subscribe", "unsubscribe"].contains(String(decoding: word, as: UTF8.self))
        {
            replies.yield(value)
            return
        }
        announce(ReplyText.line(items), isAsking)
    }

    /// The reply to a command; Ctrl-C meanwhile sends `PAUSE`.
    func ask(_ words: [[UInt8]]) async throws -> RESPValue {
        let word = words.first.map { String(decoding: $0, as: UTF8.self).uppercased() } ?? ""
        let isSubscribing = word == "SUBSCRIBE" || word == "UNSUBSCRIBE"
        state.state.withLock {
            $0.isPending = true
            $0.pauses = 0
            $0.isSubscribing = isSubscribing
        }
        try send(words)
        var reply = try await next()
        if isSubscribing { reply = try await confirmations(reply, channels: words.count - 1) }
        let pauses = state.state.withLock {
            $0.isPending = false
            $0.isSubscribing = false
            return $0.pauses
        }
        for _ in 0..<pauses { _ = try await next() }
        return reply
    }

    func ask(_ words: String...) async throws -> RESPValue { try await ask(words.map { [UInt8]($0.utf8) }) }

    /// One for each channel, or until none is left.
    private func confirmations(_ first: RESPValue, channels: Int) async throws -> RESPValue {
        var all: [RESPValue] = []
        var reply = first
        while case .push(let items) = reply {
            all.append(.array(items))
            if channels == 0 ? items.last == .integer(0) : all.count == channels { return .array(all) }
            reply = try await next()
        }
        return reply
    }

    /// Stops the script that a pending command has set running.
    nonisolated func pause() {
        let isPending = state.state.withLock { state in
            if state.isPending { state.pauses += 1 }
            return state.isPending
        }
        if isPending { try? send([[UInt8]("PAUSE".utf8)]) }
    }

    /// Marks that a person is typing.
    func asking<Result>(_ body: () async -> Result) async -> Result {
        state.state.withLock { $0.isAsking = true }
        defer { state.state.withLock { $0.isAsking = false } }
        return await body()
    }

    nonisolated private func send(_ words: [[UInt8]]) throws(Lost) {
        var bytes: [UInt8] = []
        RESPEncoder.command(words, into: &bytes)
        do throws(ServerError) { try socket.send(bytes) } catch { throw Lost(message: error.message) }
    }

    private func next() async throws -> RESPValue {
        var replies = replies
        guard let reply = await replies.next(isolation: #isolation) else {
            throw Lost(message: state.state.withLock(\.problem) ?? "\(endpoint) has closed the connection.")
        }
        return reply
    }
}
