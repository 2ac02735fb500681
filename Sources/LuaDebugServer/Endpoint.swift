// Where a server listens and a client connects: the text that a person types, and what it means.

/// An address of a server: a TCP port, or a Unix socket's path.
public enum Endpoint: Sendable, Hashable, CustomStringConvertible {
    /// A TCP port; an IPv6 host without brackets; port 0 lets the system choose one.
    case tcp(host: String, port: Int)
    /// A Unix socket, by its path in the file system.
    case unix(path: String)

    /// The host of an endpoint that names none.
    public static let defaultHost = "127.0.0.1"

    /// Reads `host:port`, `port`, `[::1]:port` or `unix:/path`; throws `.badEndpoint`.
    public init(_ text: String) throws(ServerError) {
        func refused(_ why: String) -> ServerError {
            ServerError(.badEndpoint, "\"\(text)\" is no endpoint: \(why).")
        }
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst(5))
            if path.isEmpty { throw refused("after unix: a path is missing") }
            if path.utf8.contains(0) { throw refused("a path has no zero byte") }
            self = .unix(path: path)
            return
        }
        var host = Self.defaultHost
        var digits = Substring(text)
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]"), text[end...].hasPrefix("]:") else {
                throw refused("after [ an IPv6 address, ]: and a port are wanted")
            }
            host = String(text[text.index(after: text.startIndex)..<end])
            digits = text[end...].dropFirst(2)
        } else if let colon = text.lastIndex(of: ":") {
            host = String(text[..<colon])
            digits = text[colon...].dropFirst()
            if host.contains(":") { throw refused("an IPv6 address stands in brackets, as in [::1]:6390") }
        }
        if host.isEmpty { throw refused("the host is missing") }
        if host.utf8.contains(0) { throw refused("a host has no zero byte") }
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }), let port = UInt16(digits) else {
            throw refused("host:port, port, [::1]:port or unix:/path is wanted, with a port from 0 to 65535")
        }
        self = .tcp(host: host, port: Int(port))
    }

    /// The text that reads as this endpoint.
    public var description: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }
}
