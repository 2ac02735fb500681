// A socket that listens, on a port or at a path; and who may reach it.

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A listening socket; a path of its own is removed with it.
final class Listener: Sendable {
    let descriptor: Descriptor
    /// Where it really listens: with the port that the system chose.
    let endpoint: Endpoint
    /// The file that is its own.
    private let file: FileIdentity?

    private init(_ descriptor: Descriptor, _ endpoint: Endpoint, _ file: FileIdentity?) {
        self.descriptor = descriptor
        self.endpoint = endpoint
        self.file = file
    }

    deinit {
        // Another server may have put its own there since.
        if let file, case .unix(let path) = endpoint, FileIdentity(ofSocketAt: path) == file {
            unsafe unlink(path)
        }
    }

    convenience init(on endpoint: Endpoint, allowsOtherAddresses: Bool) throws(ServerError) {
        switch endpoint {
        case .tcp(let host, let port):
            guard 0...65535 ~= port else {
                throw ServerError(.badEndpoint, "\(port) is no port; those are 0 to 65535.")
            }
            let (descriptor, address) = try Self.bound(to: host, port, endpoint, allowsOtherAddresses)
            try Self.open(descriptor, endpoint)
            var real = address
            _ = unsafe real.fill { unsafe getsockname(descriptor.number, $0, $1) }
            self.init(descriptor, real.tcpEndpoint ?? endpoint, nil)
        case .unix(let path):
            let descriptor = try Self.bound(to: path, endpoint)
            let file = FileIdentity(ofSocketAt: path)
            do throws(ServerError) {
                try Self.open(descriptor, endpoint)
            } catch {
                unsafe unlink(path)
                throw error
            }
            self.init(descriptor, endpoint, file)
        }
    }

    private static func open(_ descriptor: Descriptor, _ endpoint: Endpoint) throws(ServerError) {
        guard listen(descriptor.number, 511) == 0 else { throw failure(errno, endpoint) }
    }

    private static func failure(_ code: Int32, _ endpoint: Endpoint) -> ServerError {
        switch code {
        case EADDRINUSE: ServerError(.addressInUse, "Somebody listens on \(endpoint) already.")
        case EADDRNOTAVAIL: ServerError(.noSuchAddress, "This machine does not have the address of \(endpoint).")
        case EACCES, EPERM, EROFS: ServerError(.notPermitted, "Listening on \(endpoint) is not permitted.")
        default: ServerError(.system, "Cannot listen on \(endpoint): \(SystemError.text(code)).")
        }
    }

    // MARK: - Ports

    private static func bound(
        to host: String, _ port: Int, _ endpoint: Endpoint, _ allowsOtherAddresses: Bool
    ) throws(ServerError) -> (Descriptor, SocketAddress) {
        // The one name that needs no lookup; a listener has to know what it opens.
        let host = host == "localhost" ? Endpoint.defaultHost : host
        let found = try SocketAddress.addresses(host: host, port: port, lookingUpNames: false)
        guard let address = found.first else { throw failure(EADDRNOTAVAIL, endpoint) }
        guard address.isLoopback || allowsOtherAddresses else {
            throw ServerError(
                .notLoopback,
                "\(endpoint) can be reached from other machines, and a debugger runs what it is told; "
                    + "listen on \(Endpoint.tcp(host: Endpoint.defaultHost, port: port)), or allow other addresses explicitly."
            )
        }
        let descriptor = try Descriptor.stream(address.family)
        // A port whose last connections still linger in the system can be listened on again.
        descriptor.set(SO_REUSEADDR, of: SOL_SOCKET, to: 1)
        if address.family == AF_INET6 { descriptor.set(IPV6_V6ONLY, of: Int32(IPPROTO_IPV6), to: 1) }
        let status = unsafe address.lend { unsafe bind(descriptor.number, $0, $1) }
        guard status == 0 else { throw failure(errno, endpoint) }
        return (descriptor, address)
    }

    // MARK: - Paths

    private static func bound(to path: String, _ endpoint: Endpoint) throws(ServerError) -> Descriptor {
        let address = try SocketAddress(path: path)
        let descriptor = try Descriptor.stream(AF_UNIX)
        // Linux makes the file with the socket's own mode: there is no moment at which others may connect.
        fchmod(descriptor.number, 0o600)
        for isSecond in [false, true] {
            let status = unsafe address.lend { unsafe bind(descriptor.number, $0, $1) }
            if status == 0 { return descriptor }
            guard errno == EADDRINUSE, !isSecond else { throw failure(errno, endpoint) }
            guard FileIdentity(ofSocketAt: path) != nil else {
                throw ServerError(.notASocket, "\(path) is there already, and is no socket.")
            }
            guard try isStale(address) else { throw failure(EADDRINUSE, endpoint) }
            unsafe unlink(path)
        }
        throw failure(EADDRINUSE, endpoint)
    }

    /// Nobody listens there: left behind by a server that has crashed.
    private static func isStale(_ address: SocketAddress) throws(ServerError) -> Bool {
        let probe = try Descriptor.stream(AF_UNIX)
        let status = unsafe address.lend { unsafe connect(probe.number, $0, $1) }
        return status != 0 && errno == ECONNREFUSED
    }
}

/// Which file a path names, whatever happens to the path.
private struct FileIdentity: Equatable {
    private let device: UInt64
    private let number: UInt64

    /// Nil where there is nothing, or something else.
    init?(ofSocketAt path: String) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return nil }
        device = UInt64(status.st_dev)
        number = UInt64(status.st_ino)
    }
}
