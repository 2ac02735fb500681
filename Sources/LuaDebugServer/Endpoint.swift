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

// MARK: - Ranges

extension Endpoint {
    /// Reads what one endpoint is, or a range of ports, `51000-51023` or `host:51000-51023`, which is each of them in order.
    ///
    /// Throws `.badEndpoint`.
    public static func range(_ text: String) throws(ServerError) -> [Endpoint] {
        guard !text.hasPrefix("unix:"), let dash = text.lastIndex(of: "-"),
            dash > (text.lastIndex(of: ":") ?? dash) || !text.contains(":")
        else { return [try Endpoint(text)] }
        let last = text[text.index(after: dash)...]
        guard case .tcp(let host, let low) = try Endpoint(String(text[..<dash])),
            case .tcp(_, let high) = try Endpoint(String(last)), 1...high ~= low, high - low < 1000
        else {
            throw ServerError(
                .badEndpoint, "\"\(text)\" is no range of ports: first-last is wanted, at most 1000 from 1 to 65535.")
        }
        return (low...high).map { .tcp(host: host, port: $0) }
    }

    /// The first that `body` has no other answer to than that somebody is there already.
    static func first<Value>(
        of endpoints: [Endpoint], _ body: (Endpoint) throws(ServerError) -> Value
    ) throws(ServerError) -> Value {
        guard let first = endpoints.first, let last = endpoints.last else {
            throw ServerError(.badEndpoint, "No endpoint to listen on was given.")
        }
        for endpoint in endpoints {
            do throws(ServerError) {
                return try body(endpoint)
            } catch {
                if error.code != .addressInUse { throw error }
                if endpoints.count == 1 { throw error }
            }
        }
        throw ServerError(.addressInUse, "Somebody listens on each port from \(first) to \(last) already.")
    }
}
