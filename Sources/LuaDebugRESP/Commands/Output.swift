// The way out to one peer.

internal import Synchronization

/// The way out to one peer: replies and pushes, each whole.
final class Output: Sendable {
    private struct State: Sendable {
        var encoder = RESPEncoder()
        var isOpen = true
        /// Messages of subscriptions, by channel, that were not written because the peer does not read.
        var missed: [String: Int] = [:]
    }
    private let state = Mutex(State())
    private let send: @Sendable ([UInt8]) -> Void
    private let close: @Sendable () -> Void
    /// Bytes that the peer has not read yet.
    let unread: @Sendable () -> Int

    init(
        unread: @escaping @Sendable () -> Int, send: @escaping @Sendable ([UInt8]) -> Void,
        close: @escaping @Sendable () -> Void
    ) {
        self.unread = unread
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

    /// True, and noted, when the peer is too far behind to be told of so many events; with more than `most` bytes unread, that is.
    func misses(_ events: Int, of channel: String, most: Int) -> Bool {
        guard unread() > most else { return false }
        state.withLock { $0.missed[channel, default: 0] += events }
        return true
    }

    /// How many it was not told of, for it is told now.
    func takeMissed(of channel: String) -> Int { state.withLock { $0.missed.removeValue(forKey: channel) ?? 0 } }

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
