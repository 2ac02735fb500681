// What other threads want of the server's thread: bytes to be sent, connections to be closed, ports to listen on.

internal import Synchronization

/// The bytes that wait for one peer.
final class Outbox: Sendable {
    /// What the server's thread is told when it looks.
    enum Wish: Equatable {
        /// Send what there is, then go on.
        case send
        /// Send what there is, then close.
        case close
        /// Close at once: more waits than may.
        case drop
    }

    private struct State {
        /// Until the connection's end.
        var descriptor: Descriptor?
        /// Nothing has been sent since the peer was last heard.
        var isAsked = false
        /// When something last went out without the server's thread.
        var lastMove: ContinuousClock.Instant?
        var waiting: [UInt8] = []
        /// What the server's thread has taken and not yet sent.
        var taken = 0
        var wish = Wish.send
        /// The server's thread has been told, and has not looked yet.
        var isPosted = false
    }

    private let state: Mutex<State>
    private let number: UInt64
    private let limit: Int
    private let mailroom: Mailroom

    init(_ descriptor: Descriptor, number: UInt64, limit: Int, mailroom: Mailroom) {
        state = Mutex(State(descriptor: descriptor))
        self.number = number
        self.limit = limit
        self.mailroom = mailroom
    }

    /// The first reply to what has come goes out from here, as far as the system takes it.
    ///
    /// Waking the server's thread for it would take longer than sending. Of more replies, which come one by one, that thread
    /// sends many at once.
    func send(_ bytes: [UInt8]) {
        if bytes.isEmpty { return }
        change { state in
            guard state.waiting.count + state.taken + bytes.count <= limit else {
                state.waiting = []
                state.wish = .drop
                return true
            }
            var sent = 0
            defer { state.isAsked = false }
            if state.isAsked, state.waiting.isEmpty, state.taken == 0, let descriptor = state.descriptor {
                switch descriptor.transmit(bytes, from: 0) {
                case .done(let count):
                    sent = count
                    state.lastMove = .now
                // The server's thread finds out the same, and ends the connection.
                case .wouldBlock, .end, .failed: break
                }
                if sent == bytes.count { return false }
            }
            state.waiting += bytes[sent...]
            return true
        }
    }

    /// What waits, and what has been taken and not yet sent.
    var unsent: Int { state.withLock { $0.waiting.count + $0.taken } }

    func close() {
        change { state in
            state.wish = .close
            return true
        }
    }

    /// After the connection's end: nothing is kept for it.
    func end() {
        state.withLock {
            $0.descriptor = nil
            $0.waiting = []
            $0.wish = .drop
        }
    }

    /// Nothing changes once an end is wished for; the server's thread is told when `body` says so.
    private func change(_ body: (inout sending State) -> Bool) {
        let isNews = state.withLock { state in
            guard state.wish == .send, body(&state) else { return false }
            defer { state.isPosted = true }
            return !state.isPosted
        }
        if isNews { mailroom.post(number) }
    }

    /// For the server's thread: all that waits, and how many bytes it still has of what it took before.
    func take(unsent: Int) -> (bytes: [UInt8], wish: Wish) {
        state.withLock { state in
            let bytes = state.waiting
            state.waiting = []
            state.taken = unsent + bytes.count
            state.isPosted = false
            return (bytes, state.wish)
        }
    }

    /// For the server's thread: the peer has said something.
    func heard() { state.withLock { $0.isAsked = true } }

    /// For the server's thread: when something has gone out without it.
    var lastMove: ContinuousClock.Instant? { state.withLock(\.lastMove) }

    /// For the server's thread: that much of what it took has not been sent yet.
    func keep(unsent: Int) { state.withLock { $0.taken = unsent } }
}

/// Where the server's thread finds what others want, and is woken for it.
final class Mailroom: Sendable {
    struct Mail {
        /// The connections whose outboxes have something new.
        var numbers: [UInt64] = []
        var listeners: [Listener] = []
        var isEnd = false
        var isEmpty: Bool { numbers.isEmpty && listeners.isEmpty && !isEnd }
    }

    private struct State {
        var mail = Mail()
        /// The server's thread may be waiting in `poll`.
        var isResting = false
        /// Nil once the thread has ended: doors outlive it, and must keep no descriptor open.
        var alarm: Alarm?
    }

    private let state: Mutex<State>
    /// Now; written by the server's thread alone.
    let connectionCount = Atomic(0)

    init(_ alarm: Alarm) { state = Mutex(State(alarm: alarm)) }

    func post(_ number: UInt64) { add { $0.numbers.append(number) } }
    func post(_ listener: Listener) { add { $0.listeners.append(listener) } }
    func postEnd() { add { $0.isEnd = true } }

    private func add(_ body: (inout sending Mail) -> Void) {
        state.withLock { state in
            guard let alarm = state.alarm else { return }
            body(&state.mail)
            guard state.isResting else { return }
            state.isResting = false
            alarm.ring()
        }
    }

    // MARK: For the server's thread

    func take() -> Mail {
        state.withLock { state in
            let mail = state.mail
            state.mail = Mail()
            return mail
        }
    }

    /// True when it may wait in `poll`, as nothing has come; whoever posts from now on rings.
    func rest() -> Bool {
        state.withLock { state in
            state.isResting = state.mail.isEmpty
            return state.isResting
        }
    }

    func wake() {
        state.withLock { state in
            state.isResting = false
            state.alarm?.silence()
        }
    }

    func end() {
        state.withLock { state in
            state.alarm = nil
            state.mail = Mail()
        }
    }
}
