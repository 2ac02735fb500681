// A connection as its handler sees it: bytes in, a door for bytes out, and an end.

/// What a server allows its peers.
public struct ServerLimits: Sendable, Hashable {
    /// How many connections there may be at once; one more is closed as soon as it was accepted.
    public var connections = 1000
    /// How many bytes may wait for a peer that does not read; with one more it is closed.
    ///
    /// Up to 8 MiB of events wait before they are counted as lost instead: with less than some 10 MiB here, one that reads them slowly
    /// may be closed.
    public var outputBytes = 32 << 20
    /// After how many seconds without a byte in either direction a connection is closed; nil for never.
    public var idleSeconds: Int?
    /// How many bytes of one connection are read before others have their turn.
    public var readBytes = 65536
    /// How many seconds a peer that sends no more is still written to after the last byte that it was sent, unless its handler
    /// closes the connection before.
    ///
    /// A program that has vanished and one that only ended its input (`nc`, behind a pipe) look the same; the latter waits for
    /// its replies.
    public var halfClosedSeconds = 10
    /// How many seconds a peer that is to be closed may take for what it was sent before, however little of that it reads at a time.
    public var closingSeconds = 60

    /// The default limits.
    public init() {}
    /// The default limits.
    public static let standard = ServerLimits()
    /// Those of a console for people: so many that they do not take a host's descriptors.
    public static let console: ServerLimits = {
        var limits = ServerLimits()
        limits.connections = 64
        return limits
    }()
}

/// Whoever handles one connection.
public protocol ConnectionHandler: AnyObject, Sendable {
    /// Bytes from the peer, in order; called on the server's thread, which must not be blocked.
    func receive(_ bytes: [UInt8])
    /// The peer will send no more, and may still read: called once, on the server's thread.
    func ended()
    /// The peer is gone or was closed: the last call, and made once, on the server's thread.
    func closed()
}

extension ConnectionHandler {
    /// Leaves it to ``ServerLimits/halfClosedSeconds``.
    public func ended() {}
}

/// The way out of one connection: usable from any thread, also when the connection is long closed.
public struct ConnectionDoor: Sendable {
    /// Counts the connections of a server, from 1.
    public let number: UInt64
    /// Who is on the other side, as an endpoint; a Unix socket's peer has the socket's own.
    public let peer: String
    /// The peer without its port; of version 6 of the Internet protocol its network, `2001:db8:0:1::/64`.
    ///
    /// Made for counting: one machine may have any number of addresses there.
    public let address: String
    /// The peer is on this machine: at a loopback address, or at a Unix socket.
    public let isLocal: Bool
    let outbox: Outbox

    init(number: UInt64, endpoint: Endpoint, outbox: Outbox) {
        self.number = number
        self.outbox = outbox
        peer = "\(endpoint)"
        address = SocketAddress.source(of: endpoint)
        isLocal = SocketAddress.isLocal(endpoint)
    }

    /// Sends bytes after all that were sent before, without waiting; what is sent to a closed connection is dropped.
    public func send(_ bytes: [UInt8]) { outbox.send(bytes) }
    /// Bytes that were sent by this side and have not gone out yet.
    public var unsentBytes: Int { outbox.unsent }
    /// Closes the connection after what was sent has gone out.
    public func close() { outbox.close() }
}
