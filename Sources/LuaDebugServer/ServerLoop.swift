// The server's thread: waits for all its sockets at once, reads from them, and sends what they did not take at once.

internal import Synchronization

/// The life of one connection, on the server's thread.
final class Peer {
    enum Phase: Equatable {
        case open
        /// The other side sends no more, and may still read.
        case halfClosed
        /// Closed by us: what was sent is going out, and what comes is thrown away.
        ///
        /// A socket that is closed with something unread resets the connection, and what it has sent last may be lost.
        case leaving
    }

    let descriptor: Descriptor
    let outbox: Outbox
    let handler: any ConnectionHandler
    var phase = Phase.open
    /// What is being sent, and how much of that has been.
    var output: [UInt8] = []
    var sent = 0
    var hasEndedOutput = false
    /// When a byte last went either way.
    var lastMove = ContinuousClock.now
    /// Since when it is to be closed, and still has something to read.
    var closesSince: ContinuousClock.Instant?

    init(_ descriptor: Descriptor, _ outbox: Outbox, _ handler: any ConnectionHandler) {
        self.descriptor = descriptor
        self.outbox = outbox
        self.handler = handler
    }

    var isSending: Bool { sent < output.count }
}

/// Everything that one server waits for.
final class ServerLoop {
    /// How long a closed connection waits for a peer that neither reads nor leaves.
    private static let patience = Duration.seconds(5)
    /// How long no peer is accepted when there is no descriptor for it.
    private static let recovery = Duration.milliseconds(100)

    private let limits: ServerLimits
    private let refusal: [UInt8]
    private let handler: @Sendable (ConnectionDoor) -> any ConnectionHandler
    private let mailroom: Mailroom
    private let alarm: Alarm
    private var listeners: [Listener] = []
    private var peers: [UInt64: Peer] = [:]
    private var lastNumber: UInt64 = 0
    private var acceptsAgain: ContinuousClock.Instant?
    private var buffer: [UInt8]

    init(
        limits: ServerLimits, refusal: [UInt8], mailroom: Mailroom, alarm: Alarm,
        handler: @escaping @Sendable (ConnectionDoor) -> any ConnectionHandler
    ) {
        self.limits = limits
        self.refusal = refusal
        self.mailroom = mailroom
        self.alarm = alarm
        self.handler = handler
        buffer = [UInt8](repeating: 0, count: max(1, limits.readBytes))
    }

    func run() {
        var list = PollList()
        while true {
            let mail = mailroom.take()
            if mail.isEnd { break }
            listeners += mail.listeners
            for number in mail.numbers { sendWhatWaits(number) }
            let deadline = endOverdue()

            // Numbers, not peers: one that has been closed in this turn is found no more.
            let waiting = Array(peers.keys)
            fill(&list, waiting)
            if mailroom.rest() {
                list.wait(deadline.map { ContinuousClock.now.duration(to: $0) })
            } else {
                // Whoever posts all the time must not keep the sockets from their turn.
                list.wait(.zero)
            }
            mailroom.wake()
            for (index, number) in waiting.enumerated() { handle(list[1 + index], number) }
            if acceptsAgain == nil {
                for (index, listener) in listeners.enumerated() where list[1 + waiting.count + index].canRead {
                    accept(listener)
                }
            }
        }
        end()
    }

    private func fill(_ list: inout PollList, _ waiting: [UInt64]) {
        list.removeAll()
        list.add(alarm.descriptor, toRead: true, toWrite: false)
        for number in waiting {
            guard let peer = peers[number] else { continue }
            let reads = peer.phase == .open || (peer.phase == .leaving && peer.hasEndedOutput)
            list.add(peer.descriptor, toRead: reads, toWrite: peer.isSending)
        }
        for listener in listeners { list.add(listener.descriptor, toRead: acceptsAgain == nil, toWrite: false) }
    }

    /// Also what was sent in the last moment goes out, if the system takes it at once.
    private func end() {
        listeners = []
        for number in peers.keys.sorted() {
            sendWhatWaits(number)
            remove(number)
        }
        mailroom.end()
    }

    // MARK: - Time

    /// Closes those whose time is over, and tells when the next one's is.
    private func endOverdue() -> ContinuousClock.Instant? {
        let now = ContinuousClock.now
        if let time = acceptsAgain, time <= now { acceptsAgain = nil }
        var next = acceptsAgain
        for (number, peer) in peers {
            if let time = peer.closesSince.map({ $0 + .seconds(limits.closingSeconds) }) {
                if time <= now {
                    remove(number)
                    continue
                }
                next = min(next ?? time, time)
            }
            let allowed: Duration? =
                switch peer.phase {
                case .open: limits.idleSeconds.map { .seconds($0) }
                case .halfClosed: .seconds(limits.halfClosedSeconds)
                case .leaving: Self.patience
                }
            guard let allowed else { continue }
            var deadline = peer.lastMove + allowed
            if deadline <= now, let move = peer.outbox.lastMove { deadline = max(deadline, move + allowed) }
            if deadline <= now {
                remove(number)
            } else {
                next = min(next ?? deadline, deadline)
            }
        }
        return next
    }

    // MARK: - Coming and going

    private func accept(_ listener: Listener) {
        // A turn has an end, however many wait.
        for _ in 0..<64 {
            switch listener.descriptor.nextPeer() {
            case .nobody: return
            case .exhausted:
                // It would be ready again at once, and again.
                acceptsAgain = ContinuousClock.now + Self.recovery
                return
            case .peer(let descriptor, let address): welcome(descriptor, address.tcpEndpoint ?? listener.endpoint)
            }
        }
    }

    private func welcome(_ descriptor: Descriptor, _ endpoint: Endpoint) {
        guard peers.count < limits.connections else {
            if !refusal.isEmpty { _ = descriptor.transmit(refusal, from: 0) }
            return
        }
        if case .tcp = endpoint { descriptor.prepareForTCP() }
        lastNumber += 1
        let outbox = Outbox(descriptor, number: lastNumber, limit: limits.outputBytes, mailroom: mailroom)
        let door = ConnectionDoor(number: lastNumber, endpoint: endpoint, outbox: outbox)
        peers[lastNumber] = Peer(descriptor, outbox, handler(door))
        mailroom.connectionCount.store(peers.count, ordering: .relaxed)
    }

    private func remove(_ number: UInt64) {
        guard let peer = peers.removeValue(forKey: number) else { return }
        mailroom.connectionCount.store(peers.count, ordering: .relaxed)
        peer.outbox.end()
        if peer.phase != .leaving { peer.handler.closed() }
    }

    // MARK: - Bytes

    private func handle(_ events: PollList.Events, _ number: UInt64) {
        guard let peer = peers[number] else { return }
        if events.canWrite { sendWhatWaits(number) }
        guard peers[number] != nil else { return }
        if events.canRead {
            receive(peer, number)
        } else if events.isGone {
            remove(number)
        }
    }

    private func receive(_ peer: Peer, _ number: UInt64) {
        switch peer.descriptor.receive(into: &buffer) {
        case .wouldBlock: break
        case .failed: remove(number)
        case .done(let count):
            // One that leaves has its patience, however much it says.
            guard peer.phase != .leaving else { return }
            peer.lastMove = ContinuousClock.now
            peer.outbox.heard()
            peer.handler.receive(Array(buffer[..<count]))
        case .end:
            guard peer.phase == .open else { return remove(number) }
            peer.phase = .halfClosed
            peer.lastMove = ContinuousClock.now
            peer.handler.ended()
        }
    }

    /// Sends what the system takes at once, up to a turn's share.
    private func sendWhatWaits(_ number: UInt64) {
        guard let peer = peers[number] else { return }
        // Those that were written to last have sent nothing for the turn of others.
        var share = 1 << 20
        while true {
            let (fresh, wish) = peer.outbox.take(unsent: peer.output.count - peer.sent)
            if wish == .drop { return remove(number) }
            if wish == .close, peer.closesSince == nil { peer.closesSince = .now }
            if peer.isSending {
                peer.output += fresh
            } else {
                peer.output = fresh
                peer.sent = 0
            }
            if !peer.isSending { return wish == .close ? leave(peer, number) : () }
            while peer.isSending {
                guard share > 0 else { return }
                switch peer.descriptor.transmit(peer.output, from: peer.sent) {
                case .done(let count):
                    peer.sent += count
                    share -= count
                    peer.lastMove = ContinuousClock.now
                    peer.outbox.keep(unsent: peer.output.count - peer.sent)
                case .wouldBlock, .end: return compact(peer)
                case .failed: return remove(number)
                }
            }
        }
    }

    /// What has been sent needs no memory while the rest waits.
    private func compact(_ peer: Peer) {
        guard peer.sent > peer.output.count / 2 else { return }
        peer.output.removeFirst(peer.sent)
        peer.sent = 0
    }

    /// Everything has gone out, and the handler has wished for the end.
    private func leave(_ peer: Peer, _ number: UInt64) {
        guard peer.phase == .open else { return remove(number) }
        peer.descriptor.endOutput()
        peer.hasEndedOutput = true
        peer.lastMove = ContinuousClock.now
        peer.handler.closed()
        peer.phase = .leaving
    }
}
