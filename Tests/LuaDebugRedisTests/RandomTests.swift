// Thousands of commands at random against a real redis-server, and the whole state afterwards.

import LuaDebugRESP
import LuaDebugRedis
import Testing

@Suite("a real redis-server at random", .enabled(if: RealRedis.isThere, "redis-server is not installed"))
struct RandomTests {
    @Test("replies and state", arguments: [1, 103, 130] as [UInt64], [RESPVersion.resp2, .resp3])
    func random(_ seed: UInt64, _ version: RESPVersion) throws {
        let server = try RealRedis()
        let real = try server.connect(version)
        var embedded = Embedded(version)
        var generator = Generator(seed: seed)
        var failures = 0
        for _ in 0..<20 {
            let lines = try (0..<200).map { _ in try Line(generator.next()) }
            let theirs = try real.perform(lines.map(\.words))
            for (line, reply) in zip(lines, theirs) {
                let ours = try embedded.perform(line.words)
                guard !ours.matches(reply, line.comparison) else { continue }
                failures += 1
                Issue.record("\(line.text): ours \(ours.shown), theirs \(reply.shown)")
                // The rest would follow from this.
                if failures > 5 { return }
            }
            try compareState(&embedded, real)
        }
    }

    private func compareState(_ embedded: inout Embedded, _ real: RealClient) throws {
        let database = embedded.client.database
        for number in 0...1 {
            try same("SELECT \(number)", &embedded, real)
            try same("~KEYS *", &embedded, real)
            for letter in ["s", "h", "l", "m", "z", "w", "q"] {
                for index in 1...3 {
                    let key = "\(letter)\(index)"
                    try same("PEXPIRETIME \(key)", &embedded, real)
                    let type = try embedded.perform("TYPE \(key)")
                    try same("TYPE \(key)", &embedded, real)
                    switch type.shown {
                    case "+string": try same("GET \(key)", &embedded, real)
                    case "+hash": try same("~HGETALL \(key)", &embedded, real)
                    case "+list": try same("LRANGE \(key) 0 -1", &embedded, real)
                    case "+set": try same("~SMEMBERS \(key)", &embedded, real)
                    case "+zset": try same("ZRANGE \(key) 0 -1 WITHSCORES", &embedded, real)
                    case "+stream": try same("XRANGE \(key) - +", &embedded, real)
                    default: break
                    }
                }
            }
        }
        try same("SELECT \(database)", &embedded, real)
    }

    private func same(_ text: String, _ embedded: inout Embedded, _ real: RealClient) throws {
        let line = try Line(text)
        let theirs = try real.perform([line.words])[0]
        let ours = try embedded.perform(line.words)
        #expect(ours.matches(theirs, line.comparison), "\(text): ours \(ours.shown), theirs \(theirs.shown)")
    }
}
