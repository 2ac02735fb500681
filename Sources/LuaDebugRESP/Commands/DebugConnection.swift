// The connection object: bytes in, bytes out, no sockets. What a host with its own event loop embeds.

internal import LuaDebugCore
internal import Synchronization

/// One client of a debug service.
///
/// Nothing here blocks the caller's thread: replies come by `send` when the session has them, from any thread, whole and in order.
public final class DebugConnection: Sendable {
    /// Bytes of commands that wait for their turn, before a client is cut off; one that is larger may wait alone.
    static let mostQueuedBytes = 64 << 20

    private struct Inbox: Sendable {
        var decoder = RESPDecoder()
        var queue = Queue()
        var packets = 0
        var isWorking = false
        /// The peer sends no more, or nothing that can be read: the connection is closed when all before is answered.
        var isEnded = false
        /// Why nothing more can be read; the last reply.
        var problem: String?
        var isClosed = false
    }

    struct Order: Sendable {
        let words: [[UInt8]]
        /// It lets the script run.
        let isRun: Bool
        /// Carried out when it came, while a script was running; only the reply waits for its turn.
        var isDone = false
        /// With what the lists of words themselves take.
        var bytes: Int { words.reduce(64) { $0 + $1.count + 48 } }

        init(_ words: [[UInt8]]) {
            self.words = words
            isRun = words.first.map { Self.runs.contains(String(decoding: $0, as: UTF8.self).uppercased()) } ?? false
        }
        private static let runs = Set(DebugCommand.table.filter(\.isRun).map(\.name))
    }

    /// Orders, in the order in which they came; taken from the front without moving the rest each time.
    private struct Queue: Sendable {
        private var orders: [Order] = []
        private var next = 0
        private(set) var bytes = 0
        /// How many of them let the script run, and with which packet the last of these came.
        private(set) var runs = 0, lastRun = 0
        var isEmpty: Bool { next == orders.count }
        var hasOne: Bool { next + 1 == orders.count }

        mutating func append(_ order: Order, packet: Int) {
            orders.append(order)
            bytes += order.bytes
            if order.isRun { (runs, lastRun) = (runs + 1, packet) }
        }

        mutating func take() -> Order? {
            guard !isEmpty else { return nil }
            let order = orders[next]
            orders[next] = Order([]) // its words may be large, and are not kept for its place
            bytes -= order.bytes
            if order.isRun { runs -= 1 }
            next += 1
            if next * 2 > orders.count {
                orders.removeFirst(next)
                next = 0
            }
            return order
        }

        /// Offers those that wait before the next that lets the script run.
        mutating func offer(_ body: (inout Order) -> Void) {
            for index in next..<orders.count {
                if orders[index].isRun { return }
                body(&orders[index])
            }
        }
    }

    private let inbox = Mutex(Inbox())
    private let output: Output
    private let interpreter: Interpreter
    private let running: RunningSession
    private let trust: Trust

    /// `send` is given bytes for the peer, `close` is called after the last of them.
    ///
    /// `address` is what wrong passwords are counted by: the peer without its port, say; by default the peer. `unread` tells how many
    /// bytes wait for the peer: while they are many, events wait too, or are counted as lost.
    public init(
        service: DebugService, peer: String, address: String? = nil, unread: @escaping @Sendable () -> Int = { 0 },
        send: @escaping @Sendable ([UInt8]) -> Void, close: @escaping @Sendable () -> Void
    ) {
        output = Output(unread: unread, send: send, close: close)
        running = RunningSession()
        trust = Trust(service.configuration.password == nil)
        interpreter = Interpreter(service, output, running, trust, peer: peer, address: address ?? peer)
        running.whenBegun { [weak self] in self?.hurry() }
        if trust.isGiven { return }
        inbox.withLock { $0.decoder.limits = Self.limitsBeforeLogin }
        // A peer that does not say who it is holds no place for ever.
        let seconds = service.configuration.loginSeconds
        trust.limit(seconds) { [weak self] in
            self?.change { inbox in
                inbox.problem = "no password has come in \(seconds) s"
                inbox.isEnded = true
            }
        }
    }

    /// What somebody unknown may make us keep.
    private static let limitsBeforeLogin = RESPLimits(bulkBytes: 1 << 20, elements: 1000, totalBytes: 1 << 20)
    private static let mostQueuedBytesBeforeLogin = 1 << 20, mostUnreadBeforeLogin = 1 << 16

    /// Bytes from the peer, however they were cut.
    public func receive(_ bytes: [UInt8]) {
        change { inbox in
            guard !inbox.isClosed, !inbox.isEnded else { return }
            let isTrusted = trust.isGiven
            if isTrusted {
                inbox.decoder.limits = .standard
            } else if output.unread() > Self.mostUnreadBeforeLogin {
                // Somebody unknown that reads nothing is sent no more.
                inbox.isEnded = true
                return
            }
            let most = isTrusted ? Self.mostQueuedBytes : Self.mostQueuedBytesBeforeLogin
            inbox.packets += 1
            inbox.decoder.feed(bytes)
            do throws(RESPError) {
                while let words = try inbox.decoder.nextCommand() {
                    if Self.isHTTP(words) {
                        inbox.problem = "this is no web server; the connection is closed"
                        break
                    }
                    var order = Order(words)
                    if inbox.queue.runs == 0 || inbox.queue.lastRun < inbox.packets { carryOutAtOnce(&order) }
                    inbox.queue.append(order, packet: inbox.packets)
                    if inbox.queue.bytes > most, !inbox.queue.hasOne {
                        inbox.problem = "more than \(most >> 20) MiB of commands are waiting"
                        break
                    }
                }
            } catch {
                inbox.problem = "Protocol error: \(error.message)"
            }
            inbox.isEnded = inbox.problem != nil
        }
    }

    /// A web page can have its browser send lines of its choosing to a port on loopback: behind these two, which it cannot leave out.
    private static func isHTTP(_ words: [[UInt8]]) -> Bool {
        guard let first = words.first, first.count <= 5 else { return false }
        return ["POST", "HOST:"].contains(String(decoding: first, as: UTF8.self).uppercased())
    }

    /// The peer will send no more, and may still read (`printf ... | nc`): the connection is closed after the last reply.
    public func ended() { change { $0.isEnded = true } }

    /// The peer is gone: a script that it had begun is ended, one of the host's goes on.
    public func closed() {
        output.shut()
        trust.stopWaiting()
        change { inbox in
            inbox.isClosed = true
            inbox.queue = Queue()
        }
        running.lose(interpreter.service.configuration.whenClientIsLost)
    }

    /// Changes the inbox, and sees to it that somebody works on what is in it.
    private func change(_ body: (inout sending Inbox) -> Void) {
        let starts = inbox.withLock { inbox in
            body(&inbox)
            guard !inbox.isWorking, !inbox.queue.isEmpty || inbox.isEnded || inbox.isClosed else { return false }
            inbox.isWorking = true
            return true
        }
        // Short work: not behind what computes for long.
        if starts { Task(priority: .high) { await work() } }
    }

    // What must not wait behind a running script is meant for the last command before it that lets the script run, and carried out when
    // that one begins. What comes later than all that waits is for what runs now, too: somebody waits for that, and a client that has
    // sent ahead, however its packets were cut, is none the worse for a step that is paused.

    /// A script has begun to run.
    private func hurry() {
        inbox.withLock { inbox in inbox.queue.offer(carryOutAtOnce) }
    }

    private func carryOutAtOnce(_ order: inout Order) {
        guard let first = order.words.first else { return }
        switch String(decoding: first, as: UTF8.self).uppercased() {
        case "PAUSE" where order.words.count == 1: order.isDone = running.pause() || order.isDone
        case "SCRIPT"
        where order.words.count == 2 && String(decoding: order.words[1], as: UTF8.self).uppercased() == "KILL":
            order.isDone = running.kill() || order.isDone
        default: break
        }
    }

    private enum Work {
        case order(Order)
        /// Nothing more comes; with a last reply, perhaps.
        case end(String?)
        case none
    }

    /// Orders one after the other; one task at a time does this, and the last one never gives it back.
    private func work() async {
        while true {
            let work = inbox.withLock { inbox -> Work in
                if let order = inbox.queue.take() { return .order(order) }
                guard !inbox.isEnded, !inbox.isClosed else {
                    inbox.isClosed = true
                    return .end(inbox.problem)
                }
                inbox.isWorking = false
                return .none
            }
            switch work {
            case .none: return
            case .end(let problem):
                if let problem { await interpreter.fail(CommandError(problem)) }
                output.finish()
                return await interpreter.leave()
            case .order(let order):
                let isLast = await interpreter.carryOut(order)
                guard isLast else { continue }
                inbox.withLock { inbox in
                    inbox.isClosed = true
                    inbox.queue = Queue()
                }
            }
        }
    }
}
