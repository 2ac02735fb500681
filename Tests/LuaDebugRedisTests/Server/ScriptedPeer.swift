// A peer that behaves as a test tells it: what it says to each command, if anything, and when it goes away.

import LuaDebugRESP
import LuaDebugServer
import Synchronization

/// Listens on a loopback port; connection by connection it answers commands in the order that was given.
final class ScriptedPeer: Sendable {
    enum Act: Sendable {
        /// Bytes as they stand.
        case say(String)
        /// Nothing, for ever.
        case keepSilent
        /// Bytes, and the end of the connection.
        case sayAndLeave(String)
    }

    private struct State {
        var acts: [Act]
        var heard: [String] = []
        var connections = 0
        var doors: [ConnectionDoor] = []
    }

    private let state: Mutex<State>
    private let server: SocketServer
    let endpoint: Endpoint
    /// Each command, as it is heard.
    let commands = AsyncStream.makeStream(of: String.self)

    /// What real servers say of GET: so a command's first use costs one act more.
    static let infoOfGet = Act.say("*1\r\n*3\r\n$3\r\nget\r\n:2\r\n*1\r\n+readonly\r\n")

    init(_ acts: [Act]) throws {
        state = Mutex(State(acts: acts))
        let holder = Holder()
        server = SocketServer { door in Ear(door, holder) }
        endpoint = try server.listen(on: Endpoint("127.0.0.1:0"))
        holder.peer.withLock { $0 = Weak(self) }
    }

    /// In words, as they came, over all connections.
    var heard: [String] { state.withLock(\.heard) }
    var connections: Int { state.withLock(\.connections) }

    /// One thing more that it will do.
    func again(_ act: Act) { state.withLock { $0.acts.append(act) } }

    /// Closes every connection that there is.
    func hangUp() { for door in state.withLock({ $0.doors }) { door.close() } }
    /// Says something unasked on every connection.
    func say(_ text: String) { for door in state.withLock({ $0.doors }) { door.send([UInt8](text.utf8)) } }
    func close() async { await server.close() }

    private struct Weak: Sendable {
        weak let peer: ScriptedPeer?
        init(_ peer: ScriptedPeer) { self.peer = peer }
    }
    private final class Holder: Sendable { let peer = Mutex<Weak?>(nil) }

    private final class Ear: ConnectionHandler {
        private let door: ConnectionDoor
        private let holder: Holder
        private let decoder = Mutex(RESPDecoder())

        init(_ door: ConnectionDoor, _ holder: Holder) {
            self.door = door
            self.holder = holder
            holder.peer.withLock { $0?.peer }?.state.withLock {
                $0.connections += 1
                $0.doors.append(door)
            }
        }

        func receive(_ bytes: [UInt8]) {
            guard let peer = holder.peer.withLock({ $0?.peer }) else { return }
            decoder.withLock { decoder in
                decoder.feed(bytes)
                while let words = try? decoder.nextCommand() { peer.answer(words, door) }
            }
        }

        func closed() {}
    }

    private func answer(_ words: [[UInt8]], _ door: ConnectionDoor) {
        let text = words.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
        let act: Act? = state.withLock { state in
            state.heard.append(text)
            return state.acts.isEmpty ? nil : state.acts.removeFirst()
        }
        switch act {
        case .say(let text): door.send([UInt8](text.utf8))
        case .sayAndLeave(let text):
            door.send([UInt8](text.utf8))
            door.close()
        case .keepSilent, nil: break
        }
        commands.continuation.yield(text)
    }
}
