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
    /// Once it has rung, whatever waits throws `.closed`.
    private let alarm: Alarm?

    /// Connects; throws `.refused` where nobody listens, `.timedOut` after the time given.
    public convenience init(to endpoint: Endpoint, timeout: Duration = .seconds(5)) throws(ServerError) {
        try self.init(to: endpoint, timeout: timeout, alarm: nil)
    }

    init(to endpoint: Endpoint, timeout: Duration, alarm: Alarm?) throws(ServerError) {
        self.endpoint = endpoint
        self.alarm = alarm
        var addresses: [SocketAddress]
        switch endpoint {
        case .unix(let path): addresses = [try SocketAddress(path: path)]
        case .tcp(let host, let port):
            addresses = try SocketAddress.addresses(host: host, port: port, lookingUpNames: true)
        }
        var failure = ServerError(.noSuchAddress, "The host of \(endpoint) has no address.")
        for address in addresses {
            do throws(ServerError) {
                descriptor = try Self.connected(to: address, endpoint, timeout, alarm)
                return
            } catch {
                failure = error
                if error.code == .closed { break }
            }
        }
        throw failure
    }

    private static func connected(
        to address: SocketAddress, _ endpoint: Endpoint, _ timeout: Duration, _ alarm: Alarm?
    ) throws(ServerError) -> Descriptor {
        let descriptor = try Descriptor.stream(address.family)
        var code: Int32 = 0
        let status = unsafe address.lend { unsafe connect(descriptor.number, $0, $1) }
        if status != 0 { code = errno }
        if code == EINPROGRESS || code == EINTR {
            guard try wait(for: descriptor, toWrite: true, until: ContinuousClock.now + timeout, alarm) else {
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
                guard try Self.wait(for: descriptor, toWrite: true, until: deadline, alarm) else {
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
                guard try Self.wait(for: descriptor, toWrite: false, until: deadline, alarm) else {
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
        for descriptor: Descriptor, toWrite: Bool, until deadline: ContinuousClock.Instant?, _ alarm: Alarm?
    ) throws(ServerError) -> Bool {
        while true {
            let left = deadline.map { ContinuousClock.now.duration(to: $0) }
            var list = PollList()
            list.add(descriptor, toRead: !toWrite, toWrite: toWrite)
            if let alarm { list.add(alarm.descriptor, toRead: true, toWrite: false) }
            list.wait(left)
            // First, and also where nothing is waited for: one that was interrupted too late must not be used again.
            if alarm != nil, list[1].canRead { throw ServerError(.closed, "The wait was interrupted.") }
            let events = list[0]
            if events.canRead || events.canWrite || events.isGone { return true }
            if let left, left <= .zero { return false }
        }
    }
}
