// Endpoints as the system wants them, and back: `sockaddr` and its kinds, and the names of hosts.

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// An address of any kind that the system knows.
struct SocketAddress {
    private var storage = sockaddr_storage()
    private var length = socklen_t(MemoryLayout<sockaddr_storage>.size)

    init() {}

    var family: Int32 { Int32(storage.ss_family) }

    /// Lends the address to a call.
    func lend<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        unsafe withUnsafePointer(to: storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, length) }
        }
    }

    /// Lends the room for an address to a call that fills it.
    mutating func fill(
        _ body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
    ) -> Int32 {
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, &size) }
        }
        length = size
        return result
    }

    // MARK: - From endpoints

    /// A path fits in with its final zero, or `.badEndpoint` is thrown.
    init(path: String) throws(ServerError) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let room = MemoryLayout.size(ofValue: address.sun_path) - 1
        let bytes = Array(path.utf8)
        guard bytes.count <= room else {
            throw ServerError(.badEndpoint, "The path \(path) is longer than a socket's may be: \(room) bytes.")
        }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        unsafe withUnsafeBytes(of: address) { source in
            unsafe withUnsafeMutableBytes(of: &storage) { unsafe $0.copyMemory(from: source) }
        }
        length = socklen_t(MemoryLayout<sockaddr_un>.size)
    }

    /// The addresses of a host; a name is looked up, which may take its time, only if that `isAllowed`.
    static func addresses(host: String, port: Int, lookingUpNames isAllowed: Bool) throws(ServerError)
        -> [SocketAddress]
    {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Descriptor.streamType
        unsafe hints.ai_flags = AI_NUMERICSERV | (isAllowed ? 0 : AI_NUMERICHOST)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = unsafe getaddrinfo(host, "\(port)", &hints, &list)
        defer { if let list = unsafe list { unsafe freeaddrinfo(list) } }
        guard status == 0 else {
            let why = isAllowed ? "No host \(host) is known." : "\(host) is no IP address; a server listens on those."
            throw ServerError(isAllowed ? .noSuchAddress : .badEndpoint, why)
        }
        var found: [SocketAddress] = []
        var next = unsafe list
        while let entry = unsafe next {
            if let address = unsafe entry.pointee.ai_addr {
                unsafe found.append(SocketAddress(copying: address, length: entry.pointee.ai_addrlen))
            }
            unsafe next = entry.pointee.ai_next
        }
        return found
    }

    private init(copying address: UnsafePointer<sockaddr>, length: socklen_t) {
        self.length = min(length, socklen_t(MemoryLayout<sockaddr_storage>.size))
        let source = unsafe UnsafeRawBufferPointer(start: address, count: Int(self.length))
        unsafe withUnsafeMutableBytes(of: &storage) { unsafe $0.copyMemory(from: source) }
    }

    // MARK: - To endpoints

    /// The host's number and the port; nil for a Unix socket.
    var tcpEndpoint: Endpoint? {
        guard family == AF_INET || family == AF_INET6 else { return nil }
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        var port = [CChar](repeating: 0, count: 16)
        let status = unsafe lend { address, length in
            unsafe getnameinfo(
                address, length, &host, socklen_t(host.count), &port, socklen_t(port.count),
                NI_NUMERICHOST | NI_NUMERICSERV)
        }
        func text(_ buffer: [CChar]) -> String {
            String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        guard status == 0, let number = Int(text(port)) else { return nil }
        return .tcp(host: text(host), port: number)
    }

    /// Only this machine reaches it.
    static func isLocal(_ endpoint: Endpoint) -> Bool {
        guard case .tcp(let host, let port) = endpoint else { return true }
        let found = try? addresses(host: host, port: port, lookingUpNames: false)
        return found?.first?.isLoopback ?? false
    }

    /// Only this machine reaches it.
    var isLoopback: Bool {
        switch family {
        case AF_UNIX: return true
        // `s_addr` and the like lie behind the family and the port, in the network's order.
        case AF_INET: return byte(4) == 127
        case AF_INET6:
            let bytes = (0..<16).map { byte(8 + $0) }
            let isMapped = bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 255 && bytes[11] == 255
            return isMapped ? bytes[12] == 127 : bytes[..<15].allSatisfy { $0 == 0 } && bytes[15] == 1
        default: return false
        }
    }

    /// What wrong secrets are counted by: the host's number, or of version 6 the network's, in which one machine may have any number.
    static func source(of endpoint: Endpoint) -> String {
        guard case .tcp(let host, let port) = endpoint else { return "\(endpoint)" }
        guard let address = try? addresses(host: host, port: port, lookingUpNames: false).first,
            address.family == AF_INET6, !address.isLoopback
        else { return host }
        let bytes = (0..<16).map { address.byte(8 + $0) }
        if bytes[..<10].allSatisfy({ $0 == 0 }) { return host } // of version 4, written in another way
        let groups = stride(from: 0, to: 8, by: 2).map { String(Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]), radix: 16) }
        return groups.joined(separator: ":") + "::/64"
    }

    private func byte(_ index: Int) -> UInt8 { unsafe withUnsafeBytes(of: storage) { unsafe $0[index] } }
}
