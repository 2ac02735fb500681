// The connection object: bytes in, bytes out, no sockets. What a host with its own event loop embeds.

internal import LuaDebugCore
internal import Synchronization

/// One client of a debug service.
///
/// Nothing here blocks the caller's thread: replies come by `send` when the session has them, from any thread, whole and in order.
public final class DebugConnection: Sendable {
    /// Commands that wait for their turn, before a client is cut off.
    static let mostQueued = 10_000

    private struct Inbox: Sendable {
        var decoder = RESPDecoder()
        var queue: [Order] = []
        var isWorking = false
        /// The peer sends no more: the connection is closed when all that it sent is answered.
        var isEnded = false
        var isClosed = false
    }

    struct Order: Sendable {
        let words: [[UInt8]]
        /// Carried out when it came, while a script was running; only the reply waits for its turn.
        let isDone: Bool
    }

    private let inbox = Mutex(Inbox())
    private let output: Output
    private let interpreter: Interpreter
    private let running: RunningSession

    /// `send` is given bytes for the peer, `close` is called after the last of them.
    public init(
        service: DebugService, peer: String, send: @escaping @Sendable ([UInt8]) -> Void,
        close: @escaping @Sendable () -> Void
    ) {
        output = Output(send: send, close: close)
        running = RunningSession()
        interpreter = Interpreter(service, output, running, peer: peer)
    }

    /// Bytes from the peer, however they were cut.
    public func receive(_ bytes: [UInt8]) {
        let (starts, problem) = inbox.withLock { inbox -> (Bool, String?) in
            guard !inbox.isClosed else { return (false, nil) }
            inbox.decoder.feed(bytes)
            var problem: String?
            do throws(RESPError) {
                while let words = try inbox.decoder.nextCommand() {
                    guard inbox.queue.count < Self.mostQueued else {
                        problem = "more than \(Self.mostQueued) commands are waiting"
                        break
                    }
                    inbox.queue.append(Order(words: words, isDone: isCarriedOutAtOnce(words)))
                }
            } catch {
                problem = "Protocol error: \(error.message)"
            }
            if problem != nil { inbox.isClosed = true }
            let starts = !inbox.isWorking && !(inbox.queue.isEmpty && problem == nil)
            if starts { inbox.isWorking = true }
            return (starts, problem)
        }
        if starts { Task(priority: .high) { await work() } }
        if let problem { Task { await refuse(problem) } }
    }

    /// The peer will send no more, and may still read (`printf ... | nc`): the connection is closed after the last reply.
    public func ended() {
        let starts = inbox.withLock { inbox in
            inbox.isEnded = true
            guard !inbox.isWorking, !inbox.isClosed else { return false }
            inbox.isWorking = true
            return true
        }
        if starts { Task(priority: .high) { await work() } }
    }

    /// The peer is gone: a script that it had begun is ended, one of the host's goes on.
    public func closed() {
        let starts = inbox.withLock { inbox in
            inbox.isClosed = true
            inbox.queue = []
            defer { inbox.isWorking = true }
            return !inbox.isWorking
        }
        output.shut()
        running.lose(interpreter.service.configuration.whenClientIsLost)
        if starts { Task(priority: .high) { await work() } }
    }

    /// What must not wait behind a running script.
    private func isCarriedOutAtOnce(_ words: [[UInt8]]) -> Bool {
        guard let first = words.first else { return false }
        switch String(decoding: first, as: UTF8.self).uppercased() {
        case "PAUSE" where words.count == 1: return running.pause()
        case "SCRIPT" where words.count == 2 && String(decoding: words[1], as: UTF8.self).uppercased() == "KILL":
            return running.kill()
        default: return false
        }
    }

    /// Orders one after the other; one task at a time does this.
    private func work() async {
        while true {
            let (order, isOver, isEnd) = inbox.withLock { inbox -> (Order?, Bool, Bool) in
                if !inbox.queue.isEmpty { return (inbox.queue.removeFirst(), false, false) }
                let isEnd = inbox.isEnded && !inbox.isClosed
                if isEnd { inbox.isClosed = true }
                inbox.isWorking = inbox.isClosed
                return (nil, inbox.isClosed, isEnd)
            }
            guard let order else {
                if isEnd { output.finish() }
                if isOver { await interpreter.leave() }
                return
            }
            let isLast = await interpreter.carryOut(order)
            if isLast {
                inbox.withLock { inbox in
                    inbox.isClosed = true
                    inbox.queue = []
                }
                output.finish()
            }
        }
    }

    /// After the replies to what came before.
    private func refuse(_ problem: String) async {
        await interpreter.say(.error([UInt8]("ERR \(problem)".utf8)))
        output.finish()
    }
}

/// The way out to one peer: replies and pushes, each whole.
final class Output: Sendable {
    private struct State: Sendable {
        var encoder = RESPEncoder()
        var isOpen = true
    }
    private let state = Mutex(State())
    private let send: @Sendable ([UInt8]) -> Void
    private let close: @Sendable () -> Void

    init(send: @escaping @Sendable ([UInt8]) -> Void, close: @escaping @Sendable () -> Void) {
        self.send = send
        self.close = close
    }

    var version: RESPVersion {
        get { state.withLock(\.encoder.version) }
        set { state.withLock { $0.encoder.version = newValue } }
    }

    /// Sent with the lock held: what is written first goes first.
    func write(_ values: [RESPValue]) {
        state.withLock { state in
            guard state.isOpen else { return }
            var bytes: [UInt8] = []
            for value in values { state.encoder.encode(value, into: &bytes) }
            if !bytes.isEmpty { send(bytes) }
        }
    }

    /// Nothing more is said.
    func shut() { state.withLock { $0.isOpen = false } }

    /// Nothing more is said, and the peer is let go of when it has read the rest.
    func finish() {
        let wasOpen = state.withLock { state in
            defer { state.isOpen = false }
            return state.isOpen
        }
        if wasOpen { close() }
    }
}

/// The session that a connection's command is waiting for, for those that must not wait.
final class RunningSession: Sendable {
    private struct State: Sendable {
        var session: DebugSession?
        /// Held, running or not.
        var held: DebugSession?
        /// Begun by this client.
        var isOwn = false
    }
    private let state = Mutex(State())

    func set(_ session: DebugSession?) { state.withLock { $0.session = session } }
    func hold(_ session: DebugSession?, isOwn: Bool) { state.withLock { ($0.held, $0.isOwn) = (session, isOwn) } }

    func pause() -> Bool {
        guard let session = state.withLock(\.session) else { return false }
        session.pause()
        return true
    }

    func kill() -> Bool {
        guard let session = state.withLock(\.session) else { return false }
        session.abort(by: "SCRIPT KILL")
        return true
    }

    /// Sees to a script whose client is gone.
    ///
    /// What must not end is paused, for it would else stop later and wait for nobody: it is let run on as soon as its command
    /// has come back.
    func lose(_ policy: DebugService.LostClient) {
        let (held, isOwn) = state.withLock { ($0.held, $0.isOwn) }
        if isOwn, policy == .abort { held?.abort(by: "client lost") } else { held?.pause() }
    }
}
