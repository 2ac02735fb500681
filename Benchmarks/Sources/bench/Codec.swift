// The codec beside hiredis' reader and memcpy, on the same bytes.

import LuaDebugRESP

struct Codec {
    let rounds: Int

    static let names = [
        "RESP decoding, commands", "RESP decoding, array of integers", "RESP decoding, array of strings",
        "RESP encoding, strings of 1 KiB",
    ]
    /// As a socket gives them.
    private static let piece = 16_384

    func row(_ name: String) throws -> Row {
        switch name {
        case Self.names[0]: try decoding(name, Self.commands, asCommands: true)
        case Self.names[1]: try decoding(name, Self.integers, asCommands: false)
        case Self.names[2]: try decoding(name, Self.strings, asCommands: false)
        default: encoding(name)
        }
    }

    // MARK: - Bytes

    private static var commands: (wire: [UInt8], values: Int) {
        var wire: [UInt8] = []
        let words: [[String]] = [
            ["STEPINTO"], ["BADD", "12", "IF", "count > 10"], ["DOEVAL", "total + 1"], ["PRINT", "name"],
        ]
        for number in 0..<40_000 { RESPEncoder.command(words[number % 4].map { [UInt8]($0.utf8) }, into: &wire) }
        return (wire, 40_000)
    }

    private static var integers: (wire: [UInt8], values: Int) {
        var wire: [UInt8] = []
        RESPEncoder().encode(.array((0..<200_000).map { .integer(Int64($0) * 7919) }), into: &wire)
        return (wire, 200_000)
    }

    private static var strings: (wire: [UInt8], values: Int) {
        var wire: [UInt8] = []
        RESPEncoder().encode(.array((0..<100_000).map { .text("value number \($0)") }), into: &wire)
        return (wire, 100_000)
    }

    // MARK: - Decoding

    private func decoding(_ name: String, _ stream: (wire: [UInt8], values: Int), asCommands: Bool) throws -> Row {
        var theirs: [Double] = []
        var ours: [Double] = []
        for _ in 0..<rounds {
            var start = Machine.threadTime
            let their = Machine.hiredisReads(stream.wire, pieces: Self.piece)
            theirs.append(Double(Machine.threadTime - start))
            start = Machine.threadTime
            let our = try Self.decode(stream.wire, asCommands: asCommands)
            ours.append(Double(Machine.threadTime - start))
            guard our == their else {
                throw BenchError("We read \(our) values, hiredis \(their.map(String.init) ?? "none").")
            }
        }
        return row(name, ours, theirs, "hiredis", 1, Double(stream.values), bytes: stream.wire.count)
    }

    private static func decode(_ wire: [UInt8], asCommands: Bool) throws -> Int {
        var decoder = RESPDecoder()
        var count = 0
        for at in stride(from: 0, to: wire.count, by: piece) {
            decoder.feed(wire[at..<min(at + piece, wire.count)])
            if asCommands {
                while try decoder.nextCommand() != nil { count += 1 }
            } else {
                while try decoder.next() != nil { count += 1 }
            }
        }
        return count
    }

    // MARK: - Encoding

    private func encoding(_ name: String) -> Row {
        let count = 4_096
        let payload = [UInt8](repeating: 97, count: 1_024)
        let value = RESPValue.bulkString(payload)
        // The same room for both, written to before.
        var copied = [UInt8](repeating: 0, count: count * payload.count)
        var encoded: [UInt8] = []
        encoded.reserveCapacity(count * (payload.count + 16))
        var theirs: [Double] = []
        var ours: [Double] = []
        for round in 0...rounds {
            var start = Machine.threadTime
            for number in 0..<count { Machine.copy(payload, to: &copied, at: number * payload.count) }
            let their = Double(Machine.threadTime - start)
            start = Machine.threadTime
            encoded.removeAll(keepingCapacity: true)
            for _ in 0..<count { RESPEncoder().encode(value, into: &encoded) }
            let our = Double(Machine.threadTime - start)
            if round > 0 {
                theirs.append(their)
                ours.append(our)
            }
        }
        return row(name, ours, theirs, "memcpy", 3, Double(count), bytes: encoded.count)
    }

    private func row(
        _ name: String, _ ours: [Double], _ theirs: [Double], _ partner: String, _ bound: Double, _ values: Double,
        bytes: Int
    ) -> Row {
        let median = Spread(ours).median
        var row = Row(name: name, workload: "-", cost: median / values, unit: "ns/value")
        row.partner = partner
        row.partnerCost = Spread(theirs).median / values
        row.ratio = Spread(zip(ours, theirs).map { $0 / $1 })
        row.bound = .times(bound)
        row.note = "\(Numbers.fixed(Double(bytes) / median, 2)) GB/s"
        return row
    }
}
