// Beside Redis' own debugger: a redis-server is started, and W1 and W2 are run on it plainly and in a session that does
// nothing but `continue`.

import Foundation
import LuaDebugCore
import LuaDebugRESP
import LuaDebugServer

struct Peers {
    let rounds: Int

    /// What the rows stand under.
    static let names = [
        "LDB: continue", "LDB: continue, breakpoint", "ours: continue", "ours: line never reached", "ours: condition",
    ]

    /// All rows; `put` is told each one when it is there.
    func rows(_ put: (Row) -> Void) throws {
        let server = try RedisServer()
        defer { server.stop() }
        for workload in Workload.all.prefix(2).map(Self.forBoth) {
            put(try ofLDB(workload, Self.names[0], server, breakpoint: nil))
            put(try ofLDB(workload, Self.names[1], server, breakpoint: workload.line("cold")))
            put(try ofOurs(workload, Self.names[2]) { _ in })
            put(try ofOurs(workload, Self.names[3]) { try $0.add(.line(workload.line("cold"), in: workload.file)) })
            put(
                try ofOurs(workload, Self.names[4]) {
                    let condition = LuaText("\(workload.local) == -1")
                    try $0.add(.line(workload.line("hot"), in: workload.file), where: condition)
                })
        }
    }

    /// The workload without what Redis' Lua 5.1 does not know, the operator `~`; a tenth of its size, for LDB is slow.
    private static func forBoth(_ workload: Workload) -> Workload {
        var changed = workload
        let text = String(decoding: workload.source, as: UTF8.self)
        changed.source = [UInt8](text.replacingOccurrences(of: "sum ~ bias", with: "(sum + bias) % 1000003").utf8)
        changed.size = workload.size / 10
        return changed
    }

    private func ofLDB(_ workload: Workload, _ name: String, _ server: RedisServer, breakpoint: Int?) throws -> Row {
        var plain: [Double] = []
        var own: [Double] = []
        let text = String(decoding: workload.source, as: UTF8.self)
        let eval = [
            "EVAL", text.replacingOccurrences(of: "tonumber(...)", with: "tonumber(ARGV[1])"), "0", "\(workload.size)",
        ]
        for _ in 0..<rounds {
            let straight = try RedisClient(server)
            let start = Machine.wallTime
            let answer = try straight.ask(eval)
            plain.append(Double(Machine.wallTime - start))

            let stepped = try RedisClient(server)
            _ = try stepped.ask(["SCRIPT", "DEBUG", "SYNC"])
            _ = try stepped.ask(eval)
            if let breakpoint { _ = try stepped.ask(["break", "\(breakpoint)"]) }
            let begin = Machine.wallTime
            guard case .array(let lines)? = try stepped.ask(["continue"]),
                lines.last == .simpleString([UInt8]("<endsession>".utf8))
            else {
                throw BenchError("LDB's session did not end where it should have.")
            }
            own.append(Double(Machine.wallTime - begin))
            guard try stepped.reply() == answer else {
                throw BenchError("\(workload.file) answers otherwise under LDB.")
            }
        }
        return try row(name, workload, plain, own, partner: "the server's EVAL")
    }

    private func ofOurs(_ workload: Workload, _ name: String, _ prepare: (BreakpointList) throws -> Void) throws -> Row
    {
        var plain: [Double] = []
        var own: [Double] = []
        for _ in 0..<rounds {
            let bare = try Host(workload).run(workload.size)
            let host = try Host(workload)
            try prepare(try host.attach().breakpoints)
            let debugged = try host.run(workload.size)
            guard bare.result == debugged.result else { throw BenchError("\(workload.file) answers otherwise.") }
            plain.append(Double(bare.nanoseconds))
            own.append(Double(debugged.nanoseconds))
        }
        return try row(name, workload, plain, own, partner: Floor.none.rawValue)
    }

    private func row(_ name: String, _ workload: Workload, _ plain: [Double], _ own: [Double], partner: String) throws
        -> Row
    {
        let lines = try Rounds.units(.line, of: workload, workload.size)
        let cost = Spread(zip(own, plain).map { ($0 - $1) / lines }).median
        var row = Row(name: name, workload: workload.id, cost: cost, unit: Case.Unit.line.rawValue)
        row.partner = partner
        row.partnerCost = 0
        row.ratio = Spread(zip(own, plain).map { $0 / $1 })
        row.slowdown = row.ratio?.median
        return row
    }
}

/// A redis-server of our own: on a Unix socket in a new folder, so that no port can be anybody else's.
private final class RedisServer {
    let endpoint: Endpoint
    private let process = Process()
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("bench-peers-\(getpid())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let path = folder.appendingPathComponent("redis.sock").path
        endpoint = .unix(path: path)
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "redis-server", "--port", "0", "--unixsocket", path, "--save", "", "--appendonly", "no", "--dir",
            folder.path,
            // LDB stops a script that has run for so many milliseconds.
            "--lua-time-limit", "10000000",
        ]
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let patience = Machine.wallTime + 10_000_000_000
        while (try? RedisClient(self).ask(["PING"])) == nil {
            guard process.isRunning, Machine.wallTime < patience else {
                stop()
                throw BenchError("redis-server does not start; it is in Debian's package redis-server.")
            }
            usleep(10_000)
        }
    }

    func stop() {
        if process.isRunning { process.terminate() }
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: folder)
    }
}

private final class RedisClient {
    private let socket: ClientSocket
    private var decoder = RESPDecoder()

    init(_ server: RedisServer) throws { socket = try ClientSocket(to: server.endpoint) }

    deinit { socket.close() }

    func ask(_ words: [String]) throws -> RESPValue? {
        var wire: [UInt8] = []
        RESPEncoder.command(words.map { [UInt8]($0.utf8) }, into: &wire)
        try socket.send(wire)
        let value = try reply()
        if case .error(let text)? = value { throw BenchError(String(decoding: text, as: UTF8.self)) }
        return value
    }

    func reply() throws -> RESPValue? {
        while true {
            if let value = try decoder.next() { return value }
            let part = try socket.receive(timeout: .seconds(600))
            if part.isEmpty { throw BenchError("redis-server closed the connection.") }
            decoder.feed(part)
        }
    }
}
