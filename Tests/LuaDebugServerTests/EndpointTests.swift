// Endpoints: how they are written, and who may listen where.

import Testing

@testable import LuaDebugServer

@Suite("Endpoints", .timeLimit(.minutes(5)))
struct EndpointTests {
    @Test(
        "an endpoint is read and written",
        arguments: [
            ("127.0.0.1:6390", Endpoint.tcp(host: "127.0.0.1", port: 6390), "127.0.0.1:6390"),
            ("6390", .tcp(host: "127.0.0.1", port: 6390), "127.0.0.1:6390"),
            ("localhost:0", .tcp(host: "localhost", port: 0), "localhost:0"),
            ("[::1]:6390", .tcp(host: "::1", port: 6390), "[::1]:6390"),
            ("unix:/run/a b:1", .unix(path: "/run/a b:1"), "unix:/run/a b:1"),
            ("unix:a", .unix(path: "a"), "unix:a"),
        ])
    func reading(text: String, endpoint: Endpoint, written: String) throws {
        #expect(try Endpoint(text) == endpoint)
        #expect("\(endpoint)" == written)
    }

    @Test(
        "what is no endpoint is refused, with its text in the message",
        arguments: [
            "", ":", "host", "host:", ":6390", "::1:6390", "[::1]", "[::1:6390", "[]:1", "h:65536", "h:-1", "h:+1",
            "h:1 ", "h:٣", "unix:", "unix:a\0b", "a\0:1", "h:99999999999999999999",
        ])
    func refusing(text: String) {
        let error = expect(.badEndpoint) { try Endpoint(text) }
        #expect(error?.message.contains("\"\(text)\"") == true)
    }

    @Test("a range of ports is each of them in order; what is no range is refused")
    func ranges() throws {
        #expect(try Endpoint.range("51000-51002") == (51000...51002).map { .tcp(host: "127.0.0.1", port: $0) })
        #expect(try Endpoint.range("[::1]:5-5") == [.tcp(host: "::1", port: 5)])
        #expect(try Endpoint.range("my-host:7") == [.tcp(host: "my-host", port: 7)])
        #expect(try Endpoint.range("unix:/run/a-b") == [.unix(path: "/run/a-b")])
        for text in ["5-4", "0-3", "1-2000", "1-", "-1", "1-x", "127.0.0.1:1-2:3"] {
            expect(.badEndpoint) { try Endpoint.range(text) }
        }
    }

    // MARK: - Ports

    @Test("addresses that others can reach are refused unless allowed", arguments: ["0.0.0.0:0", "[::]:0"])
    func otherAddresses(text: String) async throws {
        let server = SocketServer { Echo($0) }
        expect(.notLoopback) { try server.listen(on: Endpoint(text)) }
        expect(.badEndpoint) { try server.listen(on: .tcp(host: "example.com", port: 0)) }
        expect(.badEndpoint) { try server.listen(on: .tcp(host: "127.0.0.1", port: 70000)) }
        expect(.badEndpoint) { try server.listen(on: .tcp(host: "127.0.0.1", port: -1)) }
        await server.close()
    }

    @Test("what reaches only this machine", arguments: ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
    func loopback(host: String) throws {
        let address = try #require(try SocketAddress.addresses(host: host, port: 1, lookingUpNames: false).first)
        #expect(address.isLoopback)
    }

    @Test(
        "what reaches others",
        arguments: ["0.0.0.0", "10.0.0.1", "128.0.0.1", "::", "fe80::1", "::2", "::ffff:10.0.0.1", "1::1"])
    func elsewhere(host: String) throws {
        let address = try #require(try SocketAddress.addresses(host: host, port: 1, lookingUpNames: false).first)
        #expect(!address.isLoopback)
    }

    @Test("a port in use is an error that names it; a port that was closed can be listened on at once")
    func portInUse() async throws {
        let first = SocketServer { Echo($0) }
        let endpoint = try first.listen(on: Endpoint("localhost:0"))
        let second = SocketServer { Echo($0) }
        let error = #expect(throws: ServerError.self) { try second.listen(on: endpoint) }
        #expect(error?.code == .addressInUse)
        #expect(error?.message.contains("\(endpoint)") == true)
        let client = try ClientSocket(to: endpoint)
        await first.close()
        #expect(try second.listen(on: endpoint) == endpoint)
        _ = client
        await second.close()
    }

    @Test("IPv6's loopback, where there is one; two listeners of one server")
    func ipv6() async throws {
        let server = SocketServer { Echo($0) }
        try server.listen(on: Endpoint("0"))
        do {
            let endpoint = try server.listen(on: Endpoint("[::1]:0"))
            #expect("\(endpoint)".hasPrefix("[::1]:"))
            let client = try ClientSocket(to: endpoint)
            try client.send(bytes("six"))
            #expect(try client.receive(exactly: 3) == bytes("six"))
        } catch let error as ServerError where error.code == .noSuchAddress || error.code == .system {
            // No IPv6 on this machine.
        }
        await server.close()
    }

    // MARK: - Paths

    @Test("a Unix socket is its owner's alone, carries bytes, and is removed with the server")
    func unixSocket() async throws {
        let folder = try Folder()
        let endpoint = Endpoint.unix(path: folder.path + "/socket")
        let server = SocketServer { Echo($0) }
        #expect(try server.listen(on: endpoint) == endpoint)
        #expect(folder.mode(of: "socket") == 0o600)
        let client = try ClientSocket(to: endpoint)
        try client.send(bytes("unix"))
        #expect(try client.receive(exactly: 4) == bytes("unix"))
        await server.close()
        #expect(folder.mode(of: "socket") == nil)
        expect(.refused) { try ClientSocket(to: endpoint) }
    }

    @Test("a socket that a crashed server left behind is replaced, a live one is not, nor is any other file")
    func unixSocketInTheWay() async throws {
        let folder = try Folder()
        let endpoint = Endpoint.unix(path: folder.path + "/socket")
        try folder.leaveStaleSocket("socket")
        let first = SocketServer { Echo($0) }
        try first.listen(on: endpoint)
        let second = SocketServer { Echo($0) }
        expect(.addressInUse) { try second.listen(on: endpoint) }
        let client = try ClientSocket(to: endpoint)
        try client.send(bytes("live"))
        #expect(try client.receive(exactly: 4) == bytes("live"))

        try folder.write("text", to: "file")
        expect(.notASocket) { try second.listen(on: .unix(path: folder.path + "/file")) }
        #expect(folder.mode(of: "file") != nil)
        let long = String(repeating: "x", count: 200)
        expect(.badEndpoint) { try second.listen(on: .unix(path: folder.path + "/" + long)) }

        // Its own file was taken away and another server's is there: that one stays.
        folder.remove("socket")
        try second.listen(on: endpoint)
        await first.close()
        #expect(folder.mode(of: "socket") == 0o600)
        await second.close()
        #expect(folder.mode(of: "socket") == nil)
    }
}
