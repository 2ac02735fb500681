// The other side of a server: a connection that is made, and waited at with a time limit.

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A client's connection.
///
/// Its calls block the thread, each for a limited time; one thread may send while another receives. It is closed when it is let go of.
public final class ClientSocket: Sendable {
    /// Where it is connected to.
    public let endpoint: Endpoint
    private let descriptor: Descriptor

    /// Connects; throws `.refused` where nobody listens, `.timedOut` after the time given.
    public init(to endpoint: Endpoint, timeout: Duration = .seconds(5)) throws(ServerError) {
        self.endpoint = endpoint
        var addresses: [SocketAddress]
        switch endpoint {
        case .unix(let path): addresses = [try SocketAddress(path: path)]
        case .tcp(let host, let port):
            addresses = try SocketAddress.addresses(host: host, port: port, lookingUpNames: true)
        }
        var failure = ServerError(.noSuchAddress, "The host of \(endpoint) has no address.")
        for address in addresses {
            do throws(ServerError) {
                descriptor = try Self.connected(to: address, endpoint, timeout)
                return
            } catch {
                failure = error
            }
        }
        throw failure
    }

    private static func connected(
        to address: SocketAddress, _ endpoint: Endpoint, _ timeout: Duration
    ) throws(ServerError) -> Descriptor {
        let descriptor = try Descriptor.stream(address.family)
        var code: Int32 = 0
        let status = unsafe address.lend { unsafe connect(descriptor.number, $0, $1) }
        if status != 0 { code = errno }
        if code == EINPROGRESS || code == EINTR {
            guard wait(for: descriptor, toWrite: true, until: ContinuousClock.now + timeout) else {
                throw ServerError(.timedOut, "\(endpoint) has not answered within \(timeout).")
            }
            code = descriptor.pendingError
        }
        switch code {
        case 0: break
        case ECONNREFUSED, ENOENT: throw ServerError(.refused, "Nobody listens on \(endpoint).")
        case EACCES, EPERM: throw ServerError(.notPermitted, "Connecting to \(endpoint) is not permitted.")
        default: throw ServerError(.system, "Cannot connect to \(endpoint): \(SystemError.text(code)).")
        }
        if address.family != AF_UNIX { descriptor.prepareForTCP() }
        return descriptor
    }

    /// Sends all of the bytes, or throws `.timedOut` or `.disconnected`; in both cases some of them may have been sent.
    public func send(_ bytes: [UInt8], timeout: Duration = .seconds(30)) throws(ServerError) {
        let deadline = ContinuousClock.now + timeout
        var sent = 0
        while sent < bytes.count {
            switch descriptor.transmit(bytes, from: sent) {
            case .done(let count): sent += count
            case .wouldBlock:
                guard Self.wait(for: descriptor, toWrite: true, until: deadline) else {
                    throw ServerError(.timedOut, "\(endpoint) has not read what was sent within \(timeout).")
                }
            case .end, .failed: throw ServerError(.disconnected, "\(endpoint) has closed the connection.")
            }
        }
    }

    /// Waits for bytes and gives what has come, none if the other side sends no more; a timeout of nil waits for as long as it takes.
    ///
    /// Throws `.timedOut`, or `.disconnected` when the connection was cut off.
    public func receive(upTo count: Int = 65536, timeout: Duration? = .seconds(30)) throws(ServerError) -> [UInt8] {
        let deadline = timeout.map { ContinuousClock.now + $0 }
        var buffer = [UInt8](repeating: 0, count: max(1, count))
        while true {
            switch descriptor.receive(into: &buffer) {
            case .done(let count): return Array(buffer[..<count])
            case .end: return []
            case .wouldBlock:
                guard Self.wait(for: descriptor, toWrite: false, until: deadline) else {
                    throw ServerError(.timedOut, "\(endpoint) has sent nothing within \(timeout ?? .zero).")
                }
            case .failed: throw ServerError(.disconnected, "\(endpoint) has cut off the connection.")
            }
        }
    }

    /// Ends what is sent; the other side may still answer.
    public func endSending() { descriptor.endOutput() }

    /// Ends the connection in both directions; a thread that waits for it goes on.
    public func close() { descriptor.endBoth() }

    /// Everything that comes, as it comes, until the connection ends; for one reader, instead of `receive`.
    ///
    /// A thread of its own waits for it, until the connection ends or is closed.
    public func chunks() throws(ServerError) -> AsyncStream<[UInt8]> {
        let (stream, continuation) = AsyncStream.makeStream(of: [UInt8].self)
        _ = try ServiceThread.start { [self] in
            while let bytes = try? receive(timeout: nil), !bytes.isEmpty { continuation.yield(bytes) }
            continuation.finish()
        }
        return stream
    }

    private static func wait(
        for descriptor: Descriptor, toWrite: Bool, until deadline: ContinuousClock.Instant?
    ) -> Bool {
        while true {
            let left = deadline.map { ContinuousClock.now.duration(to: $0) }
            if let left, left <= .zero { return false }
            var list = PollList()
            list.add(descriptor, toRead: !toWrite, toWrite: toWrite)
            list.wait(left)
            let events = list[0]
            if events.canRead || events.canWrite || events.isGone { return true }
        }
    }
}
