// A server of its own, with its own socket loop and its own two commands, that offers debug sessions to its clients.
//
// What the debugger needs of a host is in three places: `DebugService` with the host's commands, one `DebugConnection` for each
// client, and a way for its bytes to reach the loop from other threads (a session replies when its script has stopped).

import Glibc
import LuaDebugRESP
import Synchronization

/// The host's data: what its own clients come for.
let store = Mutex<[[UInt8]: [UInt8]]>([:])

func command(_ words: [[UInt8]]) -> RESPValue? {
    switch (String(decoding: words[0], as: UTF8.self).uppercased(), words.count) {
    case ("SET", 3):
        store.withLock { $0[words[1]] = words[2] }
        return .ok
    case ("GET", 2): return store.withLock { $0[words[1]] }.map { .bulkString($0) } ?? .null
    default: return nil
    }
}

var configuration = DebugService.Configuration()
configuration.otherCommands = { command($0) }
let service = DebugService(configuration: configuration)

/// What waits to be written, by the client's number (a descriptor is used again); a byte in the pipe wakes the loop.
final class Mail: Sendable {
    private let waiting = Mutex<[(client: Int, bytes: [UInt8]?)]>([])
    private let wake: Int32
    init(wake: Int32) { self.wake = wake }

    /// nil closes the connection after what was sent before.
    func send(_ bytes: [UInt8]?, to client: Int) {
        waiting.withLock { $0.append((client, bytes)) }
        var byte: UInt8 = 1
        _ = unsafe write(wake, &byte, 1)
    }

    func take() -> [(client: Int, bytes: [UInt8]?)] {
        waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
    }
}

// The host's socket, on loopback, at the port that it was given or any.
let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
var address = sockaddr_in()
address.sin_family = sa_family_t(AF_INET)
address.sin_port = (CommandLine.arguments.dropFirst().first.flatMap { UInt16($0) } ?? 0).bigEndian
address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
var length = socklen_t(MemoryLayout<sockaddr_in>.size)
let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
    unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        unsafe bind(listener, generic, length) == 0 && listen(listener, 64) == 0
            && getsockname(listener, generic, &length) == 0
    }
}
guard isBound else { fatalError("no port") }
let greeting = [UInt8]("listening on 127.0.0.1:\(UInt16(bigEndian: address.sin_port))\n".utf8)
_ = unsafe write(STDOUT_FILENO, greeting, greeting.count)

var pipe: [Int32] = [0, 0]
unsafe Glibc.pipe(&pipe)
let mail = Mail(wake: pipe[1])

struct Client {
    let descriptor: Int32
    let connection: DebugConnection
}
var clients: [Int: Client] = [:]
var nextClient = 1

@MainActor func admit() {
    let descriptor = accept(listener, nil, nil)
    guard descriptor >= 0 else { return }
    let number = nextClient
    nextClient += 1
    let connection = DebugConnection(
        service: service, peer: "client \(number)", send: { mail.send($0, to: number) },
        close: { mail.send(nil, to: number) })
    clients[number] = Client(descriptor: descriptor, connection: connection)
}

@MainActor func drop(_ number: Int) {
    guard let client = clients.removeValue(forKey: number) else { return }
    client.connection.closed()
    close(client.descriptor)
}

@MainActor func deliver(_ bytes: [UInt8]?, to number: Int) {
    guard let client = clients[number] else { return }
    guard let bytes else { return drop(number) }
    var rest = bytes[...]
    while !rest.isEmpty {
        let sent = unsafe rest.withUnsafeBytes {
            unsafe Glibc.send(client.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard sent > 0 else { return drop(number) }
        rest = rest.dropFirst(sent)
    }
}

@MainActor func receive(from number: Int) {
    guard let client = clients[number] else { return }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = unsafe recv(client.descriptor, &buffer, buffer.count, 0)
    if count > 0 { client.connection.receive(Array(buffer[..<count])) } else { drop(number) }
}

// The host's loop: one thread for all clients. A stopped script is on a thread of its own and blocks nobody here.
while true {
    let numbers = Array(clients.keys)
    var polled = ([listener, pipe[0]] + numbers.compactMap { clients[$0]?.descriptor }).map {
        pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    unsafe poll(&polled, nfds_t(polled.count), -1)
    if polled[0].revents != 0 { admit() }
    if polled[1].revents != 0 {
        var bytes = [UInt8](repeating: 0, count: 4096)
        _ = unsafe read(pipe[0], &bytes, bytes.count)
        for (client, bytes) in mail.take() { deliver(bytes, to: client) }
    }
    for (number, ready) in zip(numbers, polled.dropFirst(2)) where ready.revents != 0 { receive(from: number) }
}
