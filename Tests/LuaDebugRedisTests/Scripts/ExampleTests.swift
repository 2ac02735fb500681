// The scripts of Examples/redis: each does what its header says, here and on a real server with the same replies.

import Foundation
import LuaDebugRESP
import LuaDebugRedis
import LuaDebugServer
import Testing

@Suite("the examples of Redis scripts", .enabled(if: RealRedis.isThere, "redis-server is not installed"))
struct ExampleTests {
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Examples/redis")

    /// Calls one after the other (a command, or a script with its keys, a comma, and arguments), and what is answered.
    ///
    /// The time is an argument; what the scripts let expire does so by the real clock, and so far away that no test sees it.
    private static let stories: [String: String] = [
        "sliding-window": """
        sliding-window w , 3 1000000 5000000 a => [:1 :2 :0]
        sliding-window w , 3 1000000 5000000 b => [:1 :1 :0]
        sliding-window w , 3 1000000 5400000 c => [:1 :0 :0]
        sliding-window w , 3 1000000 5999000 d => [:0 :0 :1000]
        sliding-window other , 3 1000000 5999000 d => [:1 :2 :0]
        sliding-window w , 3 1000000 6000000 e => [:1 :1 :0]
        ZRANGE w 0 -1 => ["5400000:c" "6000000:e"]
        """,
        "release-lock": """
        SET lock mine NX PX 100000 => +OK
        release-lock lock , yours => :0
        release-lock lock , mine => :1
        release-lock lock , mine => :0
        EXISTS lock => :0
        """,
        "delayed-queue": """
        delayed-queue later ready , 100 10 => [[]]
        ZADD later 10 one 20 two 20 three 300 four => :4
        delayed-queue later ready , 20 2 => [["one" "three"] "20"]
        delayed-queue later ready , 20 2 => [["two"] "300"]
        delayed-queue later ready , 20 2 => [[] "300"]
        delayed-queue later ready , 300 2 => [["four"]]
        LRANGE ready 0 -1 => ["four" "two" "three" "one"]
        """,
        "leaderboard": """
        leaderboard board , ann 10 1 => "[1,10,true,[[1,"ann",10]]]"
        leaderboard board , bob 30 1 => "[1,30,true,[[1,"bob",30],[2,"ann",10]]]"
        leaderboard board , cid 20 1 => "[2,20,true,[[1,"bob",30],[2,"cid",20],[3,"ann",10]]]"
        leaderboard board , ann 5 0 => "[3,10,false,[[3,"ann",10]]]"
        leaderboard board , ann 20.5 1 => "[2,20.5,true,[[1,"bob",30],[2,"ann",20.5],[3,"cid",20]]]"
        leaderboard board , ann much 1 => -ERR a score is a number
        """,
        "token-bucket": """
        token-bucket b , 5 0.002 1000000 3 => [:1 :2 :0]
        token-bucket b , 5 0.002 1000000 3 => [:0 :2 :500000]
        token-bucket b , 5 0.002 1400000 3 => [:0 :2 :100001]
        token-bucket b , 5 0.002 1500000 3 => [:1 :0 :0]
        token-bucket b , 5 0.002 1400000 1 => [:0 :0 :500000]
        token-bucket b , 5 0.002 99000000 5 => [:1 :0 :0]
        HGET b at => "99000000"
        """,
        "token-bucket-lossy": """
        token-bucket-lossy b , 5 0.002 1000000 5 => [:1 :0 :0]
        token-bucket-lossy b , 5 0.002 1400000 1 => [:0 :0 :500000]
        token-bucket-lossy b , 5 0.002 1800000 1 => [:0 :0 :500000]
        """,
    ]

    private static func call(_ line: Substring) throws -> ScriptLine? {
        var words = line.split(separator: " ").map(String.init)
        let file = folder.appendingPathComponent(words.removeFirst() + ".lua")
        guard let source = try? String(contentsOf: file, encoding: .utf8) else { return nil }
        let comma = words.firstIndex(of: ",") ?? words.endIndex
        func bytes(_ words: some Sequence<String>) -> [[UInt8]] { words.map { [UInt8]($0.utf8) } }
        return ScriptLine(
            source: source, keys: bytes(words[..<comma]), arguments: bytes(words[comma...].dropFirst()),
            comparison: .exact)
    }

    @Test(
        "each answers what its header says, on both kinds of data as in a real server", arguments: stories.keys.sorted()
    )
    func story(_ name: String) async throws {
        if name == "leaderboard", !ScriptCorpus.hasModules { return }
        let server = try RealRedis()
        let behind = try RealRedis()
        let real = try server.connect(.resp2)
        let beneath = try behind.connect(.resp2)
        let embedded = ScriptHost(version: .resp2)
        let host = ScriptHost(version: .resp2, data: RedisServerData(at: behind.endpoint))
        var client = KeyspaceClient(clock: Embedded.realTime)
        for line in try #require(Self.stories[name]).split(separator: "\n") {
            let parts = line.split(separator: " => ", maxSplits: 1)
            let replies: [RESPValue]
            if let script = try Self.call(parts[0]) {
                replies = [
                    try real.perform([script.command])[0], try await embedded.evaluate(script),
                    try await host.evaluate(script),
                ]
            } else {
                let words = parts[0].split(separator: " ").map { [UInt8]($0.utf8) }
                replies = [
                    try real.perform([words])[0], embedded.data.perform(words, for: &client),
                    try beneath.perform([words])[0],
                ]
            }
            #expect(replies.map(\.shown) == Array(repeating: String(parts[1]), count: 3), "\(line)")
        }
    }

    @Test("every example has a story, and a header that says its keys, arguments and what it returns")
    func headers() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).filter {
            $0.hasSuffix(".lua")
        }
        #expect(files.map { String($0.dropLast(4)) }.sorted() == Self.stories.keys.sorted())
        for file in files {
            let text = try String(contentsOf: Self.folder.appendingPathComponent(file), encoding: .utf8)
            let header = text.prefix { $0 != "\n" } + text.split(separator: "\n").prefix { $0.hasPrefix("--") }.joined()
            for word in ["KEYS[1]", "ARGV", "Returns"] { #expect(header.contains(word), "\(file) \(word)") }
        }
    }

    @Test("many jobs at once are more than fit on Lua's stack, and moved nevertheless")
    func manyJobs() async throws {
        let server = try RealRedis()
        let real = try server.connect(.resp2)
        let host = ScriptHost(version: .resp2)
        let source = try String(contentsOf: Self.folder.appendingPathComponent("delayed-queue.lua"), encoding: .utf8)
        let fill = "for i = 1, ARGV[1] do redis.call('zadd', KEYS[1], i, i) end return redis.call('zcard', KEYS[1])"
        let queue = ["later", "ready"].map { [UInt8]($0.utf8) }
        for script in [
            ScriptLine(source: fill, keys: queue, arguments: [[UInt8]("9000".utf8)], comparison: .exact),
            ScriptLine(
                source: source, keys: queue, arguments: ["9000", "8500"].map { [UInt8]($0.utf8) }, comparison: .exact),
        ] {
            let ours = try await host.evaluate(script)
            let theirs = try real.perform([script.command])[0]
            #expect(ours == theirs)
            if case .array(let parts) = ours { #expect(parts.last == .text("8501")) }
        }
    }
}
