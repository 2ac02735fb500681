// The oracle: a redis-server of one's own on a Unix socket in a temporary folder, and a client of it.

import Foundation
import LuaDebugRESP
import LuaDebugServer

/// A server that keeps nothing on disk; it ends when it is let go of.
final class RealRedis {
    struct NoServer: Error { let why: String }

    static let isThere = FileManager.default.isExecutableFile(atPath: "/usr/bin/redis-server")

    private let folder: URL
    private let process: pid_t
    let endpoint: Endpoint

    /// With these options more; port 0 is none.
    init(port: Int = 0, _ options: String = "") throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "keyspace-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let path = folder.appendingPathComponent("redis.sock").path
        endpoint = .unix(path: path)
        // By `popen`: Foundation's Process leaks a little, which the address sanitizer minds. Some are kept until the tests end, which
        // nobody tells them; so somebody waits for that.
        let command = """
            cd '\(folder.path)' && LC_ALL=C exec redis-server --port \(port) --unixsocket '\(path)' \
            --save '' --appendonly no --daemonize no \(options) >log 2>&1 </dev/null & server=$!
            { tail --pid=\(getpid()) -f /dev/null; redis-cli -s '\(path)' shutdown nosave; rm -rf '\(folder.path)'; } >/dev/null 2>&1 </dev/null &
            echo $server
            """
        // The threads that tests run on block signals, and what they start would inherit that: it could not be ended.
        var none = sigset_t()
        var before = sigset_t()
        _ = unsafe sigemptyset(&none)
        _ = unsafe pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { _ = unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        guard let pipe = unsafe popen(command, "r") else { throw NoServer(why: "There is no shell.") }
        var line = [CChar](repeating: 0, count: 32)
        _ = unsafe fgets(&line, 32, pipe)
        _ = unsafe pclose(pipe)
        let digits = line.prefix { (48...57).contains($0) }.map { UInt8($0) }
        guard let number = pid_t(String(decoding: digits, as: UTF8.self)) else { throw NoServer(why: "It has no pid.") }
        process = number
    }

    deinit {
        kill(process, SIGTERM)
        try? FileManager.default.removeItem(at: folder)
    }

    /// A connection; the first waits until the server is ready.
    func connect(_ version: RESPVersion) throws -> RealClient {
        let deadline = ContinuousClock.now + .seconds(120)
        while true {
            do {
                return try RealClient(ClientSocket(to: endpoint), version)
            } catch let error as ServerError where error.code == .refused && ContinuousClock.now < deadline {
                usleep(2000)
            }
        }
    }
}

/// A connection to a real server.
final class RealClient {
    private let socket: ClientSocket
    private var decoder = RESPDecoder()

    init(_ socket: ClientSocket, _ version: RESPVersion) throws {
        self.socket = socket
        if version == .resp3 { _ = try perform([["HELLO", "3"].map { [UInt8]($0.utf8) }]) }
    }

    /// Sends commands at once, and reads as many replies.
    func perform(_ commands: [[[UInt8]]]) throws -> [RESPValue] {
        var wire: [UInt8] = []
        for command in commands { RESPEncoder.command(command, into: &wire) }
        try socket.send(wire)
        var replies: [RESPValue] = []
        while replies.count < commands.count {
            if let reply = try decoder.next() {
                replies.append(reply)
            } else {
                let bytes = try socket.receive()
                if bytes.isEmpty { throw RealRedis.NoServer(why: "It closed the connection.") }
                decoder.feed(bytes)
            }
        }
        return replies
    }
}
