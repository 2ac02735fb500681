// The embedded keyspace by itself: snapshots, time, cursors, chance, and what it tells of commands.

import LuaDebugRESP
import LuaDebugRedis
import Synchronization
import Testing

@Suite("keyspace")
struct KeyspaceTests {
    // MARK: - Snapshots

    @Test("a snapshot is what the keyspace was, whatever 2,000 writes did since", arguments: [1, 2] as [UInt64])
    func rollback(_ seed: UInt64) throws {
        var embedded = Embedded(.resp2) { 1_000_000_000 }
        var generator = Generator(seed: seed)
        for _ in 0..<1000 { _ = try embedded.perform(generator.next()) }
        for line in Self.oneOfEachType { _ = try embedded.perform(line) }
        let snapshot = embedded.keyspace
        let before = try Self.everything(&embedded)
        var writes = 0
        while writes < 2000 {
            let line = try Line(generator.next())
            guard let command = KeyspaceCommand.named(line.words[0]), command.flags.contains(.write) else { continue }
            _ = try embedded.perform(line.words)
            writes += 1
        }
        for line in Self.oneOfEachType { _ = try embedded.perform(line.replacing(" type", with: " other")) }
        #expect(embedded.keyspace != snapshot)
        embedded.keyspace = snapshot
        #expect(embedded.keyspace == snapshot)
        #expect(try Self.everything(&embedded) == before)
    }

    private static let oneOfEachType = [
        "SET type:string v EX 100", "SETBIT type:bits 9 1", "INCRBYFLOAT type:float 1.5", "RPUSH type:list a b c",
        "HSET type:hash f v g w", "SADD type:set a b", "ZADD type:zset 1 a 2 b", "PFADD type:count a b",
        "XADD type:stream MAXLEN 9 * f v",
    ]

    /// All that a client can see, by every database and key.
    private static func everything(_ embedded: inout Embedded) throws -> [String] {
        var seen: [String] = []
        let database = embedded.client.database
        for number in 0..<Keyspace.databaseCount {
            embedded.client.database = number
            guard case .array(let keys) = try embedded.perform("KEYS *") else { continue }
            for case .bulkString(let key) in keys {
                seen.append("\(number) \(key)")
                for command in [
                    "PEXPIRETIME", "GET", "HGETALL", "LRANGE 0 -1", "SMEMBERS", "ZRANGE 0 -1 WITHSCORES", "PFCOUNT",
                    "XRANGE - +",
                ] {
                    let words = try Line.words(command)
                    let reply = try embedded.perform([words[0], key] + words.dropFirst())
                    if case .error = reply { continue }
                    seen.append(reply.shown)
                }
            }
        }
        embedded.client.database = database
        return seen
    }

    @Test("two copies go their own ways")
    func copies() throws {
        var one = Embedded(.resp2) { 0 }
        for line in Self.oneOfEachType { _ = try one.perform(line) }
        var other = one
        #expect(one.keyspace == other.keyspace)
        #expect(one.keyspace.hashValue == other.keyspace.hashValue)
        _ = try other.perform("LPUSH type:list x")
        #expect(one.keyspace != other.keyspace)
        #expect(try one.perform("LLEN type:list") == .integer(3))
        #expect(try other.perform("LPOP type:list") == .text("x"))
        #expect(one.keyspace == other.keyspace)
        #expect(one.keyspace.count(ofDatabase: 0) == 9)
        #expect(one.keyspace.count(ofDatabase: 16) == 0)
    }

    @Test("a command that fails changes nothing")
    func failures() throws {
        var embedded = Embedded(.resp2) { 0 }
        for line in Self.oneOfEachType { _ = try embedded.perform(line) }
        _ = try embedded.perform("ZADD inf inf a")
        let before = embedded.keyspace
        for line in [
            "LPUSH type:string a", "HINCRBY type:hash f 1", "ZADD type:zset 1 a x b", "ZADD inf INCR -inf a",
            "INCR type:list", "SETRANGE type:string 536870912 x", "MSET a", "HSET type:hash a 1 b", "FOO",
            "SUNIONSTORE type:set type:set type:list", "RENAME none x", "SETBIT type:string -1 1", "LSET type:list 9 x",
        ] {
            guard case .error = try embedded.perform(line) else {
                Issue.record("\(line) is no error")
                continue
            }
            #expect(embedded.keyspace == before, "\(line)")
        }
    }

    @Test("whatever the words, there is a reply")
    func nonsense() {
        let texts = [
            "", "a", "k", "k", "l", "-1", "0", "1", "2", "9223372036854775807", "-9223372036854775808", "-inf", "1e308",
            "(",
            "[", "+", "-", "*", "LIMIT", "COUNT", "BYSCORE", "BYLEX", "REV", "WITHSCORES", "WITHVALUES", "WEIGHTS",
            "GET",
            "EX", "PXAT", "RANK", "MAXLEN", "~", "STREAMS", "STORE", "BY", "LEFT", "MIN", "INCR", "BIT", "\\", "a[",
            "h->",
            "18446744073709551615-18446744073709551615", "18446744073709551615", "DB", "GT", "MATCH", "ENCODING",
        ]
        var random = KeyspaceRandom(seed: 5)
        for version in [RESPVersion.resp2, .resp3] {
            var embedded = Embedded(version) { 1_000_000 }
            for command in KeyspaceCommand.all {
                for _ in 0..<150 {
                    var words = [[UInt8](command.name.utf8)]
                    let wanted = Int(command.arity.magnitude) + (command.arity < 0 ? Int(random.next() % 5) : 0)
                    while words.count < wanted {
                        words.append([UInt8](texts[Int(random.next() % UInt64(texts.count))].utf8))
                    }
                    _ = embedded.keyspace.perform(words, for: &embedded.client)
                }
            }
        }
    }

    // MARK: - Time

    /// A clock that a test sets.
    private final class Clock: Sendable {
        private let milliseconds = Mutex<Int64>(1_000_000)
        var now: Int64 { milliseconds.withLock { $0 } }
        func advance(_ by: Int64) { milliseconds.withLock { $0 += by } }
    }

    @Test("a key is gone from its time on")
    func expiry() throws {
        let clock = Clock()
        var embedded = Embedded(.resp2) { clock.now * 1000 }
        _ = try embedded.perform("SET k v PX 1500")
        _ = try embedded.perform("SET other v")
        #expect(try embedded.perform("PTTL k") == .integer(1500))
        #expect(try embedded.perform("TTL k") == .integer(2))
        #expect(try embedded.perform("PEXPIRETIME k") == .integer(1_001_500))
        clock.advance(1001)
        #expect(try embedded.perform("TTL k") == .integer(0))
        clock.advance(498)
        #expect(try embedded.perform("GET k") == .text("v"))
        clock.advance(1)
        for (line, reply) in [
            ("DBSIZE", RESPValue.integer(1)), ("KEYS *", .array([.text("other")])), ("GET k", .null),
            ("EXISTS k", .integer(0)), ("TTL k", .integer(-2)), ("RANDOMKEY", .text("other")),
            ("RENAME k x", .error([UInt8]("ERR no such key".utf8))), ("APPEND k x", .integer(1)),
            ("TTL k", .integer(-1)),
        ] {
            #expect(try embedded.perform(line) == reply, "\(line)")
        }
    }

    @Test("a frozen time holds keys, and TIME goes on")
    func frozen() throws {
        let clock = Clock()
        var embedded = Embedded(.resp2) { clock.now * 1000 }
        _ = try embedded.perform("SET k v PX 10")
        embedded.client.frozenTime = clock.now
        clock.advance(234)
        #expect(try embedded.perform("GET k") == .text("v"))
        #expect(try embedded.perform("TIME") == .array([.text("1000"), .text("234000")]))
        embedded.client.frozenTime = nil
        #expect(try embedded.perform("GET k") == .null)
    }

    // MARK: - Cursors and chance

    @Test("a scan sees once what stays, while keys come and go", arguments: ["SCAN", "SSCAN s", "HSCAN h", "ZSCAN z"])
    func scan(_ command: String) throws {
        let words = command.split(separator: " ").map(String.init)
        let elements = words[0] == "HSCAN" || words[0] == "ZSCAN" ? 2 : 1
        var embedded = Embedded(.resp2) { 0 }
        func add(_ name: String) -> String {
            switch words[0] {
            case "SSCAN": "SADD s \(name)"
            case "HSCAN": "HSET h \(name) v"
            case "ZSCAN": "ZADD z 1 \(name)"
            default: "SET \(name) v"
            }
        }
        func remove(_ name: String) -> String {
            switch words[0] {
            case "SSCAN": "SREM s \(name)"
            case "HSCAN": "HDEL h \(name)"
            case "ZSCAN": "ZREM z \(name)"
            default: "DEL \(name)"
            }
        }
        for index in 0..<1000 { _ = try embedded.perform(add("k\(index)")) }
        var seen: [String: Int] = [:]
        var cursor = "0"
        var rounds = 0
        repeat {
            let line = (words + [cursor, "COUNT", "7"]).joined(separator: " ")
            guard case .array(let parts) = try embedded.perform(line), case .bulkString(let next) = parts[0],
                case .array(let found) = parts[1]
            else { return }
            cursor = String(decoding: next, as: UTF8.self)
            for case .bulkString(let name) in stride(from: 0, to: found.count, by: elements).map({ found[$0] }) {
                seen[String(decoding: name, as: UTF8.self), default: 0] += 1
            }
            // The even ones go, seen or not; others come.
            for index in stride(from: rounds * 20, to: rounds * 20 + 20, by: 2) where index < 1000 {
                _ = try embedded.perform(remove("k\(index)"))
            }
            if rounds < 20 { _ = try embedded.perform(add("new\(rounds)")) }
            rounds += 1
        } while cursor != "0"
        #expect(rounds > 20)
        for index in stride(from: 1, to: 1000, by: 2) { #expect(seen["k\(index)"] == 1) }
        #expect(seen.values.allSatisfy { $0 == 1 })
    }

    @Test("what is picked at random is there, differs, and is the same for the same seed")
    func chance() throws {
        func picks(_ seed: UInt64) throws -> [String] {
            var embedded = Embedded(.resp2) { 0 }
            embedded.client.random = KeyspaceRandom(seed: seed)
            for index in 0..<100 { _ = try embedded.perform("SADD s m\(index)") }
            return try (0..<20).map { _ in try embedded.perform("SRANDMEMBER s 3").shown }
                + [embedded.perform("SPOP s 10").shown, embedded.perform("SCARD s").shown]
        }
        #expect(try picks(1) == picks(1))
        #expect(try picks(1) != picks(2))
        #expect(Set(try picks(1)).count > 15)
        #expect(try picks(1).last == ":90")
    }

    // MARK: - What is known of commands

    @Test("where a command's keys are")
    func keyPositions() throws {
        for (line, keys) in [
            ("GET k", "k"), ("MSET a 1 b 2", "a b"), ("DEL a b c", "a b c"), ("RENAME a b", "a b"), ("PING", ""),
            ("LMPOP 2 a b LEFT", "a b"), ("ZUNIONSTORE d 2 a b WEIGHTS 1 2", "d a b"), ("ZINTER 9 a b", "a b"),
            ("ZUNION x a", ""), ("SORT a BY w_* STORE d", "a d"), ("OBJECT ENCODING k", "k"), ("KEYS *", ""),
            ("BITOP AND d a b", "d a b"), ("SINTERCARD 1 a LIMIT 1", "a"), ("GET", ""),
            ("XREAD COUNT 1 STREAMS a b 0 0", "a b"),
        ] {
            let words = try Line.words(line)
            let found = KeyspaceCommand.named(words[0])?.keys(in: words) ?? []
            #expect(found.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ") == keys, "\(line)")
        }
        #expect(KeyspaceCommand.named([UInt8]("EVAL".utf8)) == nil)
    }

    @Test("a list is pushed to and popped from at both ends")
    func queue() throws {
        var embedded = Embedded(.resp2) { 0 }
        for index in 0..<3000 {
            _ = try embedded.perform("LPUSH l \(index)")
            if index % 3 == 0 { _ = try embedded.perform("RPOP l") }
        }
        #expect(try embedded.perform("LLEN l") == .integer(2000))
        #expect(try embedded.perform("LINDEX l -1") == .text("1000"))
        for _ in 0..<1900 { _ = try embedded.perform("LPOP l") }
        #expect(try embedded.perform("LPOP l") == .text("1099"))
    }
}
