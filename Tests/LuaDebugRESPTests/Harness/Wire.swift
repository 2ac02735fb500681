// A client of the connection object: bytes in, bytes out, as a socket would carry them.

import LuaDebugCore
import Synchronization
import Testing

@testable import LuaDebugRESP

/// One connection to a service, and what came back on it.
final class Wire: Sendable {
    private struct State: Sendable {
        var decoder = RESPDecoder()
        var replies: [RESPValue] = []
        var pushes: [RESPValue] = []
        var waiting: [CheckedContinuation<Void, Never>] = []
        var isClosed = false
    }

    private let state: Held
    let connection: DebugConnection
    let service: DebugService

    /// What the connection's callbacks and the client share.
    private final class Held: Sendable {
        let mutex = Mutex(State())

        func receive(_ bytes: [UInt8]) {
            mutex.withLock { state in
                state.decoder.feed(bytes)
                while let value = try? state.decoder.next() {
                    if case .push = value { state.pushes.append(value) } else { state.replies.append(value) }
                }
                wake(&state)
            }
        }

        /// Whoever waits looks again: values are taken with the lock held, which the thread sanitizer sees.
        private func wake(_ state: inout State) {
            for waiting in state.waiting { waiting.resume() }
            state.waiting = []
        }

        func close() {
            mutex.withLock { state in
                state.isClosed = true
                wake(&state)
            }
        }
    }

    /// `unread` tells what the client has not read yet, as a socket's other side would.
    init(
        _ service: DebugService = Wire.service(), peer: String = "test", unread: @escaping @Sendable () -> Int = { 0 }
    ) {
        let held = Held()
        state = held
        self.service = service
        connection = DebugConnection(
            service: service, peer: peer, unread: unread, send: { held.receive($0) }, close: { held.close() })
    }

    /// A service whose scripts print nowhere.
    static func service(_ change: (inout DebugService.Configuration) -> Void = { _ in }) -> DebugService {
        var configuration = DebugService.Configuration()
        configuration.output = { _ in }
        change(&configuration)
        return DebugService(configuration: configuration)
    }

    // MARK: - Out

    func send(_ words: [[UInt8]]) {
        var bytes: [UInt8] = []
        RESPEncoder.command(words, into: &bytes)
        connection.receive(bytes)
    }

    /// A command line with redis-cli's quoting.
    func send(_ line: String) {
        guard let words = CommandWords.split(line.utf8) else {
            Issue.record("no command line: \(line)")
            return
        }
        send(words)
    }

    // MARK: - In

    /// The next reply; nil when the connection was closed instead, or after minutes: then this client has given up.
    func reply() async -> RESPValue? {
        let patience = Task { [state] in
            guard (try? await Task.sleep(for: .seconds(120))) != nil else { return }
            Issue.record("no reply within two minutes")
            state.close()
        }
        defer { patience.cancel() }
        while true {
            let (value, isClosed) = state.mutex.withLock { state in
                state.replies.isEmpty ? (nil, state.isClosed) : (state.replies.removeFirst(), false)
            }
            if value != nil || isClosed { return value }
            await withCheckedContinuation { continuation in
                state.mutex.withLock { state in
                    if state.replies.isEmpty, !state.isClosed {
                        state.waiting.append(continuation)
                    } else {
                        continuation.resume()
                    }
                }
            }
        }
    }

    func ask(_ line: String) async -> String {
        send(line)
        return await reply().map(Self.show) ?? "closed"
    }

    var isClosed: Bool { state.mutex.withLock(\.isClosed) }

    /// The pushes so far, which are taken.
    func pushes() -> [String] {
        state.mutex.withLock { state in
            defer { state.pushes = [] }
            return state.pushes.map(Self.show)
        }
    }

    /// Asks, and compares; `*` in what is expected stands for anything.
    func expect(_ line: String, _ expected: String, location: SourceLocation = #_sourceLocation) async {
        let reply = await ask(line)
        #expect(Self.matches(reply, expected), "\(line): \(reply), not \(expected)", sourceLocation: location)
    }

    /// Lines of a session: a command, then ` -> ` and its reply.
    func converse(_ text: String, location: SourceLocation = #_sourceLocation) async {
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: " -> ", maxSplits: 1).map(String.init)
            await expect(parts[0], parts.count > 1 ? parts[1] : "*", location: location)
        }
    }

    static func matches(_ text: String, _ pattern: String) -> Bool {
        let parts = pattern.split(separator: "*", omittingEmptySubsequences: false).map(String.init)
        guard parts.count > 1 else { return text == pattern }
        guard text.hasPrefix(parts[0]), text.hasSuffix(parts[parts.count - 1]) else { return false }
        var rest = Substring(text)
        for part in parts {
            guard part.isEmpty || rest.contains(part) else { return false }
            if !part.isEmpty, let range = rest.firstRange(of: part) { rest = rest[range.upperBound...] }
        }
        return true
    }

    /// A value in one line: `:1`, `+OK`, `-ERR ...`, `"text"`, `_`, `[...]`, `{...}`.
    static func show(_ value: RESPValue) -> String {
        switch value {
        case .simpleString(let bytes): return "+" + String(decoding: bytes, as: UTF8.self)
        case .error(let bytes): return "-" + String(decoding: bytes, as: UTF8.self)
        case .integer(let value): return ":\(value)"
        case .bulkString(let bytes): return CommandWords.quoted(bytes)
        case .null: return "_"
        case .double(let value): return ",\(value)"
        case .boolean(let value): return value ? "#t" : "#f"
        case .bigNumber(let bytes): return "(" + String(decoding: bytes, as: UTF8.self)
        case .verbatim(let format, let bytes): return "=\(format):" + CommandWords.quoted(bytes)
        case .array(let items): return "[" + items.map(show).joined(separator: " ") + "]"
        case .set(let items): return "~[" + items.map(show).joined(separator: " ") + "]"
        case .push(let items): return ">[" + items.map(show).joined(separator: " ") + "]"
        case .map(let pairs):
            return "{" + pairs.map { show($0.key) + " " + show($0.value) }.joined(separator: " ") + "}"
        case .attribute(let pairs, let value): return "|\(pairs.count)" + show(value)
        }
    }
}

private let peers = Atomic(0)

/// A connection and what is done with it; afterwards the client is gone, and nothing of it is left in the service.
func wire(
    _ service: DebugService = Wire.service(), resp3: Bool = false, unread: @escaping @Sendable () -> Int = { 0 },
    _ body: (Wire) async throws -> Void
) async rethrows {
    let peer = "test \(peers.add(1, ordering: .relaxed).newValue)"
    let client = Wire(service, peer: peer, unread: unread)
    if resp3 { _ = await client.ask("HELLO 3") }
    try await body(client)
    client.connection.closed()
    let deadline = ContinuousClock.now + .seconds(120)
    while service.sessions.contains(where: { $0.holder == peer }), ContinuousClock.now < deadline { await Task.yield() }
    #expect(!service.sessions.contains { $0.holder == peer }, "a session was left behind")
}
