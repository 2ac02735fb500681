// The socket server on its own: bytes in and out, limits, endpoints, and what is left when it has gone.

import Dispatch
import Stories
import Synchronization
import Testing

@testable import LuaDebugServer

@Suite("Socket server", .timeLimit(.minutes(5)), .serialized)
struct SocketServerTests {
    // MARK: - Bytes

    @Test("what is sent comes back, also to a peer that has ended its input")
    func echo() async throws {
        let server = SocketServer { Echo($0) }
        let endpoint = try server.listen(on: Endpoint("0"))
        let client = try ClientSocket(to: endpoint)
        try client.send(bytes("one"))
        #expect(try client.receive(exactly: 3) == bytes("one"))
        try client.send(bytes("two"))
        client.endSending()
        #expect(try client.receive(exactly: 3) == bytes("two"))
        #expect(try client.receive() == [], "then the server closes")
        await eventually { server.connectionCount == 0 }
        await server.close()
    }

    @Test("a peer that has ended its input still gets what it is sent later")
    func halfClosed() async throws {
        let (server, doors) = Doors.server()
        let client = try ClientSocket(to: try server.listen(on: Endpoint("0")))
        client.endSending()
        let door = await doors.next()
        for number in 0..<5 {
            door.send(bytes("\(number)"))
            #expect(try client.receive(exactly: 1) == bytes("\(number)"))
        }
        door.close()
        #expect(try client.receive() == [])
        await server.close()
    }

    @Test("a peer that has vanished is noticed, though its handler has nothing to say")
    func vanished() async throws {
        var limits = ServerLimits()
        limits.halfClosedSeconds = 1
        let (server, doors) = Doors.server(limits)
        let client = try ClientSocket(to: try server.listen(on: Endpoint("0")))
        let door = await doors.next()
        client.close()
        await eventually { doors.closedCount == 1 }
        door.send(bytes("nobody"))
        #expect(server.connectionCount == 0)
        await server.close()
    }

    @Test("a peer that is to be closed, and reads nothing of what it was sent, is not waited for")
    func farewell() async throws {
        var limits = ServerLimits()
        limits.closingSeconds = 1
        let (server, doors) = Doors.server(limits)
        let client = try ClientSocket(to: try server.listen(on: Endpoint("0")))
        let door = await doors.next()
        door.send([UInt8](repeating: 0, count: 16 << 20))
        door.close()
        await eventually { doors.closedCount == 1 && server.connectionCount == 0 }
        client.close()
        await server.close()
    }

    @Test("messages from several threads arrive whole, and each thread's in its order")
    func order() async throws {
        let (server, doors) = Doors.server()
        let client = try ClientSocket(to: try server.listen(on: Endpoint("0")))
        let door = await doors.next()
        async let sending: Void = withTaskGroup { group in
            for thread in 0..<4 {
                group.addTask { for number in 0..<1000 { door.send(bytes("\(thread) \(number)\n")) } }
            }
        }
        var last = [Int](repeating: -1, count: 4)
        var text: [UInt8] = []
        while last.contains(where: { $0 < 999 }) {
            text += try client.receive()
            while let end = text.firstIndex(of: 10) {
                let words = String(decoding: text[..<end], as: UTF8.self).split(separator: " ").compactMap { Int($0) }
                text.removeSubrange(...end)
                try #require(words.count == 2 && last[words[0]] == words[1] - 1)
                last[words[0]] = words[1]
            }
        }
        await sending
        await server.close()
    }

    @Test("a large message reaches a slow reader, and closing waits for it")
    func largeMessage() async throws {
        let (server, doors) = Doors.server()
        let client = try ClientSocket(to: try server.listen(on: Endpoint("0")))
        let message = (0..<(isSanitized ? 8 : 20) << 20).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 8) }
        let door = await doors.next()
        door.send(message)
        door.close()
        door.send(bytes("too late"))
        var got: [UInt8] = []
        while case let part = try client.receive(upTo: 100_000), !part.isEmpty { got += part }
        #expect(got == message)
        await server.close()
    }

    @Test("a reply goes out while the server's thread has other work, and what follows comes behind it")
    func replyAtOnce() async throws {
        let isRead = DispatchSemaphore(value: 0)
        let large = (0..<8 << 20).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 8) }
        let server = SocketServer { door in
            Answers { request in
                if request == bytes("large") {
                    // More than the system takes at once: the rest goes another way.
                    door.send(large)
                    return door.send(bytes("end"))
                }
                door.send(bytes("first"))
                door.send(bytes("second"))
                _ = isRead.wait(timeout: .now() + 20)
            }
        }
        defer { isRead.signal() }
        let client = try ClientSocket(to: try server.listen(on: Endpoint("0")))
        try client.send(bytes("small"))
        let first = try client.receive(upTo: 100, timeout: .seconds(10))
        isRead.signal()
        #expect(first == bytes("first"), "the server's thread still waits for us")
        #expect(try client.receive(exactly: 6) == bytes("second"))
        try client.send(bytes("large"))
        #expect(try client.receive(exactly: large.count) == large)
        #expect(try client.receive(exactly: 3) == bytes("end"))
        await server.close()
    }

    @Test("the last reply is not lost when the peer has said more than was read")
    func closeWithUnreadInput() async throws {
        let server = SocketServer { door in
            door.send(bytes("bye"))
            door.close()
            return Echo(door)
        }
        let client = try ClientSocket(to: try server.listen(on: Endpoint("0")))
        try client.send([UInt8](repeating: 1, count: 1 << 20))
        #expect(try client.receive(exactly: 3) == bytes("bye"))
        #expect(try client.receive() == [])
        await server.close()
    }

    // MARK: - Limits

    @Test("a peer that never reads is closed when too much waits for it, and what comes later is dropped")
    func unreadOutput() async throws {
        var limits = ServerLimits()
        limits.outputBytes = 1 << 20
        let (server, doors) = Doors.server(limits)
        let client = try ClientSocket(to: try server.listen(on: Endpoint("0")))
        let door = await doors.next()
        let part = [UInt8](repeating: 7, count: 65536)
        while doors.closedCount == 0 {
            door.send(part)
            await Task.yield()
        }
        door.send(part)
        await eventually { server.connectionCount == 0 }
        #expect(doors.closedCount == 1)
        client.close()
        await server.close()
        #expect(doors.closedCount == 1)
    }

    @Test("one connection too many is told so and closed; when one has gone there is a place again")
    func connectionLimit() async throws {
        var limits = ServerLimits()
        limits.connections = 2
        let server = SocketServer(limits: limits, refusal: bytes("full")) { Echo($0) }
        let endpoint = try server.listen(on: Endpoint("0"))
        let first = try ClientSocket(to: endpoint)
        let second = try ClientSocket(to: endpoint)
        for client in [first, second] {
            try client.send(bytes("x"))
            #expect(try client.receive(exactly: 1) == bytes("x"))
        }
        let third = try ClientSocket(to: endpoint)
        #expect(try third.receive(exactly: 4) == bytes("full"))
        #expect(try third.receive() == [])
        #expect(server.connectionCount == 2)
        first.close()
        await eventually { server.connectionCount == 1 }
        let fourth = try ClientSocket(to: endpoint)
        try fourth.send(bytes("y"))
        #expect(try fourth.receive(exactly: 1) == bytes("y"))
        await server.close()
    }

    @Test("a connection on which nothing moves is closed, one on which something does is not")
    func idle() async throws {
        var limits = ServerLimits()
        limits.idleSeconds = 5
        let server = SocketServer(limits: limits) { Echo($0) }
        let endpoint = try server.listen(on: Endpoint("0"))
        let quiet = try ClientSocket(to: endpoint)
        let busy = try ClientSocket(to: endpoint)
        let begin = ContinuousClock.now
        // Speaks ten times a second, for longer than the other may be silent.
        try await offPool {
            for _ in 0..<55 {
                try busy.send(bytes("x"))
                #expect(try busy.receive(exactly: 1) == bytes("x"))
                expect(.timedOut) { try busy.receive(timeout: .milliseconds(100)) }
            }
        }
        #expect(try quiet.receive() == [])
        #expect(ContinuousClock.now - begin >= .milliseconds(4900))
        #expect(server.connectionCount == 1)
        await server.close()
    }

    // MARK: - Ends

    @Test("a closed server leaves no descriptor and no thread, with connections open and doors kept")
    func closing() async throws {
        // Others have descriptors, too: tests of other suites, and Swift's runtime from its first timer on. Ten rounds make ten of a
        // leak.
        let before = openDescriptors()
        var kept: [Doors] = []
        for _ in 0..<10 {
            let (server, doors) = Doors.server()
            let endpoint = try server.listen(on: Endpoint("0"))
            try await crowd(server, doors, endpoint)
            await server.close()
            #expect(doors.closedCount == 20)
            doors.last?.send(bytes("nobody"))
            expect(.closed) { try server.listen(on: Endpoint("0")) }
            expect(.refused) { try ClientSocket(to: endpoint) }
            await server.close()
            kept.append(doors)
        }
        await eventually { openDescriptors() < before + 10 && ServiceThread.alive == 0 }
        #expect(kept.count == 10)
    }

    /// The clients are gone when this returns, and the server has not heard of that.
    private func crowd(_ server: SocketServer, _ doors: Doors, _ endpoint: Endpoint) async throws {
        let clients = try (0..<20).map { _ in try ClientSocket(to: endpoint) }
        for _ in clients { _ = await doors.next() }
        await eventually { server.connectionCount == 20 }
        for client in clients { try client.send(bytes("x")) }
    }

    @Test("a server that is let go of ends, too")
    func lettingGo() async throws {
        let doors = Doors()
        var server: SocketServer? = SocketServer { doors.handler($0) }
        let client = try ClientSocket(to: try #require(try server?.listen(on: Endpoint("0"))))
        _ = await doors.next()
        server = nil
        #expect(try client.receive() == [])
        await eventually { ServiceThread.alive == 0 }
    }

    @Test("closing from several tasks, and a server that never listened")
    func closingTwice() async throws {
        await SocketServer { Echo($0) }.close()
        let server = SocketServer { Echo($0) }
        try server.listen(on: Endpoint("0"))
        async let first: Void = server.close()
        async let second: Void = server.close()
        _ = await (first, second)
        await eventually { ServiceThread.alive == 0 }
    }
}
