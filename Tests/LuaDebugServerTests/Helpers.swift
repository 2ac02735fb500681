// What the server's tests share: handlers, folders, and a look at the process itself.

import Foundation
import Synchronization
import Testing

@testable import LuaDebugServer

func bytes(_ text: String) -> [UInt8] { [UInt8](text.utf8) }

/// Sends back what comes, and leaves after the last.
final class Echo: ConnectionHandler {
    private let door: ConnectionDoor
    init(_ door: ConnectionDoor) { self.door = door }
    func receive(_ bytes: [UInt8]) { door.send(bytes) }
    func ended() { door.close() }
    func closed() {}
}

/// Does what it is told with what comes.
final class Answers: ConnectionHandler {
    private let answer: @Sendable ([UInt8]) -> Void
    init(_ answer: @escaping @Sendable ([UInt8]) -> Void) { self.answer = answer }
    func receive(_ bytes: [UInt8]) { answer(bytes) }
    func closed() {}
}

/// Collects the doors of a server's connections.
final class Doors: Sendable {
    private struct State {
        var doors: [ConnectionDoor] = []
        var given = 0
        var closed = 0
    }
    private let state = Mutex(State())

    static func server(_ limits: ServerLimits = .standard) -> (SocketServer, Doors) {
        let doors = Doors()
        return (SocketServer(limits: limits) { doors.handler($0) }, doors)
    }

    func handler(_ door: ConnectionDoor) -> any ConnectionHandler {
        state.withLock { $0.doors.append(door) }
        return Silent(self)
    }

    func next() async -> ConnectionDoor {
        while true {
            let door: ConnectionDoor? = state.withLock { state in
                guard state.given < state.doors.count else { return nil }
                defer { state.given += 1 }
                return state.doors[state.given]
            }
            if let door { return door }
            await Task.yield()
        }
    }

    var last: ConnectionDoor? { state.withLock(\.doors.last) }
    var closedCount: Int { state.withLock(\.closed) }

    private final class Silent: ConnectionHandler {
        private let doors: Doors
        init(_ doors: Doors) { self.doors = doors }
        func receive(_: [UInt8]) {}
        func closed() { doors.state.withLock { $0.closed += 1 } }
    }
}

extension ClientSocket {
    /// So many bytes, however they were cut; fewer if the other side ends.
    func receive(exactly count: Int) throws -> [UInt8] {
        var got: [UInt8] = []
        while got.count < count {
            let part = try receive(upTo: count - got.count)
            if part.isEmpty { break }
            got += part
        }
        return got
    }
}

/// Waits until something holds; the test's time limit bounds it.
func eventually(_ condition: () -> Bool) async {
    while !condition() { try? await Task.sleep(for: .milliseconds(1)) }
}

/// Expects an error of the code.
@discardableResult
func expect<Value>(
    _ code: ServerError.Code, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Value
) -> ServerError? {
    let error = #expect(throws: ServerError.self, sourceLocation: sourceLocation) { _ = try body() }
    #expect(error?.code == code, sourceLocation: sourceLocation)
    return error
}

/// Runs what blocks on a thread of its own: Swift's pool is small, and what is waited for may need it.
func offPool<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        do { _ = try ServiceThread.start { continuation.resume(with: Result(catching: body)) } } catch {
            continuation.resume(throwing: error)
        }
    }
}

func openDescriptors() -> Int {
    (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
}

/// A folder of a test's own, removed with it.
final class Folder: Sendable {
    let path: String

    init() throws {
        // Short: a socket's path has little room.
        path = FileManager.default.temporaryDirectory.path + "/ldbg-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func mode(of name: String) -> Int? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path + "/" + name)
        return (attributes?[.posixPermissions] as? NSNumber)?.intValue
    }

    func remove(_ name: String) { try? FileManager.default.removeItem(atPath: path + "/" + name) }

    func write(_ text: String, to name: String) throws {
        try text.write(toFile: path + "/" + name, atomically: false, encoding: .utf8)
    }

    /// As a server that was killed leaves it: bound, and nobody listens.
    func leaveStaleSocket(_ name: String) throws {
        let socket = try Descriptor.stream(AF_UNIX)
        let status = unsafe try SocketAddress(path: path + "/" + name).lend { unsafe bind(socket.number, $0, $1) }
        try #require(status == 0)
    }
}
