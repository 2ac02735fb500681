// What a step costs through each of the three doors: the handler on the script's thread, a session's tasks, RESP on
// loopback.

import Foundation
import LuaDebugCore
import LuaDebugRESP
import LuaDebugServer

struct Doors {
    let rounds: Int

    static let names = ["one step, sync door", "one step, async door", "one step, RESP on loopback"]

    func row(_ name: String, on workload: Workload) async throws -> Row {
        switch name {
        case Self.names[0]: try synchronous(workload)
        case Self.names[1]: try await asynchronous(workload)
        default: try await overRESP(workload)
        }
    }

    /// All of the workload's lines, one step each, beside an empty line hook.
    private func synchronous(_ workload: Workload) throws -> Row {
        let size = workload.smallSize * 4
        var costs: [Double] = []
        for _ in 0..<rounds {
            let floor = try Host(workload)
            try floor.install(.line)
            let bare = try floor.run(size)
            let host = try Host(workload)
            let debugger = try host.attach()
            var stops = 0
            debugger.onStop = { _ in
                stops += 1
                return .stepInto
            }
            try debugger.stopAtNextCall()
            let stepped = try host.run(size)
            guard stepped.result == bare.result else {
                throw BenchError("\(workload.file) answers otherwise, stepped.")
            }
            costs.append(Double(stepped.nanoseconds - bare.nanoseconds) / Double(stops) / 1_000)
        }
        return row(Self.names[0], workload, costs, bound: 2)
    }

    private func asynchronous(_ workload: Workload) async throws -> Row {
        let session = DebugSession(
            Script(workload.source, name: workload.file, arguments: [[UInt8]("\(workload.size)".utf8)]))
        try await session.start()
        var costs: [Double] = []
        let steps = 500
        for _ in 0..<4 * rounds {
            let start = Machine.wallTime
            for _ in 0..<steps { try await session.resume(.stepInto) }
            costs.append(Double(Machine.wallTime - start) / Double(steps) / 1_000)
        }
        await session.close()
        return row(Self.names[1], workload, costs, bound: 20)
    }

    private func row(_ name: String, _ workload: Workload, _ costs: [Double], bound: Double) -> Row {
        let spread = Spread(costs)
        var row = Row(name: name, workload: workload.id, cost: spread.median, unit: "us/stop")
        row.bound = .atMost(bound)
        let perSecond = Numbers.short(1_000 / spread.median)
        row.note = "\(perSecond) thousand/s (\(Numbers.short(spread.lowest)) to \(Numbers.short(spread.highest)) us)"
        return row
    }

    /// Steps and PINGs by turns, on one connection.
    private func overRESP(_ workload: Workload) async throws -> Row {
        var configuration = DebugService.Configuration()
        configuration.output = { _ in }
        let server = LuaDebugServer(service: DebugService(configuration: configuration))
        let endpoint = try server.listen(on: .tcp(host: "127.0.0.1", port: 0))
        let (steps, pings) = try await onThread { [rounds] in
            let client = try Client(endpoint)
            let source = String(decoding: workload.source, as: UTF8.self)
            let script = source.replacingOccurrences(of: "tonumber(...)", with: "tonumber(ARGV[1])")
            try client.ask(["DEVAL", script, "0", "\(workload.size)"])
            var steps: [Double] = []
            var pings: [Double] = []
            _ = try client.time("PING", 200)
            for _ in 0..<rounds {
                // One by one: which processor a thread is woken on changes from moment to moment.
                var own: [Double] = []
                var partner: [Double] = []
                for _ in 0..<500 {
                    partner.append(try client.time("PING", 1))
                    own.append(try client.time("STEPINTO", 1))
                }
                pings.append(Spread(partner).median)
                steps.append(Spread(own).median)
            }
            try client.ask(["ABORT"])
            return (steps, pings)
        }
        await server.close()
        var row = Row(name: Self.names[2], workload: workload.id, cost: Spread(steps).median, unit: "us/stop")
        row.partner = "PING"
        row.partnerCost = Spread(pings).median
        row.ratio = Spread(zip(steps, pings).map { $0 / $1 })
        row.bound = .times(1.2)
        return row
    }
}

/// A client that asks one thing at a time.
private struct Client {
    let socket: ClientSocket

    init(_ endpoint: Endpoint) throws { socket = try ClientSocket(to: endpoint) }

    func ask(_ words: [String]) throws {
        var wire: [UInt8] = []
        RESPEncoder.command(words.map { [UInt8]($0.utf8) }, into: &wire)
        try answer(to: wire)
    }

    /// All replies asked for here are one line.
    private func answer(to wire: [UInt8]) throws {
        try socket.send(wire)
        var reply: [UInt8] = []
        repeat {
            let part = try socket.receive()
            if part.isEmpty { throw BenchError("The server closed the connection.") }
            reply += part
        } while reply.last != 10
        if reply.first == UInt8(ascii: "-") { throw BenchError(String(decoding: reply, as: UTF8.self)) }
    }

    /// Microseconds of a round trip.
    func time(_ command: String, _ count: Int) throws -> Double {
        var wire: [UInt8] = []
        RESPEncoder.command([[UInt8](command.utf8)], into: &wire)
        let start = Machine.wallTime
        for _ in 0..<count { try answer(to: wire) }
        return Double(Machine.wallTime - start) / Double(count) / 1_000
    }
}

/// Runs what blocks on a thread of its own: Swift's pool has few, and the server needs them.
private func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread { continuation.resume(with: Result(catching: body)) }.start()
    }
}
