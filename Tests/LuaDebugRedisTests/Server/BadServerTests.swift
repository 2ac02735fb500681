// Servers that are away, slow, closed or mad: the script gets an error that it can catch, and the next command a new connection.

import LuaDebugCore
import LuaDebugRESP
import LuaDebugRedis
import LuaDebugServer
import Testing

@Suite("a server that misbehaves", .timeLimit(.minutes(5)))
struct BadServerTests {
    private static func environment(_ data: RedisServerData) -> RedisEnvironment {
        var settings = RedisEnvironment.Settings { 1_700_000_000_000_000 }
        settings.effects = .keep
        return RedisEnvironment(data, settings)
    }

    private static func settings(
        _ change: (inout RedisServerData.Settings) -> Void = { _ in }
    ) -> RedisServerData.Settings {
        var settings = RedisServerData.Settings()
        // Where nothing is too late, a loaded machine has its time.
        settings.replyTimeout = .seconds(30)
        change(&settings)
        return settings
    }

    /// Calls GET twice, caught: what the script sees of each.
    private static let twice = """
        local first = redis.pcall('get', 'k')
        local ok, second = pcall(redis.call, 'get', 'k')
        local function shown(r) return type(r) == 'table' and (r.err or r.ok) or tostring(r) end
        return {shown(first), shown(second)}
        """

    private static func run(_ source: String, _ endpoint: Endpoint, _ settings: RedisServerData.Settings) async
        -> [String]
    {
        let data = RedisServerData(at: endpoint, settings)
        switch await environment(data).evaluate([UInt8](source.utf8)) {
        case .array(let elements):
            return elements.map {
                if case .bulkString(let bytes) = $0 { String(decoding: bytes, as: UTF8.self) } else { $0.shown }
            }
        case let other: return [other.shown]
        }
    }

    private struct Stuck: Error {}

    @Test("nobody listens, no socket is there, no such host")
    func away() async throws {
        let peer = try ScriptedPeer([])
        let endpoint = peer.endpoint
        await peer.close()
        let replies = await Self.run(Self.twice, endpoint, Self.settings())
        let expected = "IOERR error connecting to \(endpoint): Nobody listens on \(endpoint)."
        #expect(replies == [expected, expected])
        let uncaught = await Self.run("return redis.call('get', 'k')", endpoint, Self.settings())
        #expect(uncaught[0].hasPrefix("-\(expected) script: "), "\(uncaught)")
        for (text, why) in [
            ("unix:/nowhere/redis.sock", "Nobody listens on unix:/nowhere/redis.sock."),
            ("no-such-host.invalid:6379", "No host no-such-host.invalid is known."),
        ] {
            let replies = await Self.run(Self.twice, try Endpoint(text), Self.settings())
            #expect(replies == Array(repeating: "IOERR error connecting to \(text): \(why)", count: 2))
        }
    }

    /// What is said to the first GET, what the script sees of it, and which of the acts are left to the second.
    private static let failures: [(name: String, act: ScriptedPeer.Act, error: String)] = [
        (
            "closed before", .sayAndLeave(""),
            "IOERR error reading from PEER: it closed the connection before its answer to 'get'; whether the command was done is not known"
        ),
        (
            "closed in mid-reply", .sayAndLeave("$100\r\nhalf"),
            "IOERR error reading from PEER: it closed the connection in the middle of its answer to 'get'; whether the command was done is not known"
        ),
        (
            "another protocol", .say("HTTP/1.1 400 Bad Request\r\n"),
            "IOERR reading the answer to 'get': nonsense from PEER: "
        ),
        ("a length that is none", .say("$1x\r\n"), "IOERR reading the answer to 'get': nonsense from PEER: "),
        ("too long", .say("$1000001\r\n"), "IOERR reading the answer to 'get': more than is taken from PEER: "),
        ("too many", .say("*1000001\r\n"), "IOERR reading the answer to 'get': more than is taken from PEER: "),
        (
            "too deep", .say(String(repeating: "*1\r\n", count: 100)),
            "IOERR reading the answer to 'get': more than is taken from PEER: "
        ),
        ("silent", .keepSilent, "IOERR timeout reading the answer to 'get' from PEER: "),
        ("stuck in mid-reply", .say("$100\r\nhalf"), "IOERR timeout reading the answer to 'get' from PEER: "),
    ]

    @Test(
        "what goes wrong with one command is an error of that command; the next one has a new connection",
        arguments: 0..<9)
    func failure(_ number: Int) async throws {
        let (name, act, error) = Self.failures[number]
        let peer = try ScriptedPeer([ScriptedPeer.infoOfGet, act, ScriptedPeer.infoOfGet, .say("$5\r\nhello\r\n")])
        let settings = Self.settings {
            if error.hasPrefix("IOERR timeout") { $0.replyTimeout = .seconds(5) }
            $0.limits = RESPLimits(bulkBytes: 1_000_000, elements: 1_000_000, depth: 16)
        }
        let replies = await Self.run(Self.twice, peer.endpoint, settings)
        #expect(replies.count == 2)
        #expect(replies[0].hasPrefix(error.replacing("PEER", with: "\(peer.endpoint)")), "\(name): \(replies)")
        #expect(replies.last == "hello", "\(name)")
        #expect(
            peer.heard == ["COMMAND INFO get", "GET", "COMMAND INFO get", "GET"].map { $0 == "GET" ? "get k" : $0 },
            "\(name)")
        #expect(peer.connections == 2, "\(name)")
        await peer.close()
    }

    @Test("drops do not add up: the whole answer has one time limit")
    func drip() async throws {
        let peer = try ScriptedPeer([ScriptedPeer.infoOfGet, .say("$60000000\r\n")])
        let drops = Task {
            for await command in peer.commands.stream where command == "get k" {
                while !Task.isCancelled {
                    peer.say("x")
                    await Task.yield()
                }
            }
        }
        let replies = await Self.run(
            "return {redis.pcall('get', 'k').err}", peer.endpoint,
            Self.settings { $0.replyTimeout = .seconds(3) })
        drops.cancel()
        #expect(replies[0].hasPrefix("IOERR timeout reading the answer to 'get'"), "\(replies)")
        await peer.close()
    }

    @Test("a script that waits for a server is ended at once: by an abort, and when its time is over")
    func ended() async throws {
        for byTime in [false, true] {
            let peer = try ScriptedPeer([ScriptedPeer.infoOfGet, .keepSilent, .keepSilent])
            let settings = Self.settings { $0.replyTimeout = .seconds(600) }
            let environment = Self.environment(RedisServerData(at: peer.endpoint, settings))
            let source = [UInt8]("while true do pcall(redis.call, 'get', 'k') end".utf8)
            let limits = byTime ? RunLimits(time: .seconds(3)) : .none
            let session = environment.session(source, limits: limits)
            try await session.start()
            async let outcome = session.resume(.continue)
            for await command in peer.commands.stream where command == "get k" { break }
            if !byTime { session.abort(by: "test") }
            #expect(try await outcome == .aborted(byTime ? .timeLimit : .command(by: "test")))
            await session.close()
            // What it waited for is not sent again.
            #expect(peer.heard.filter { $0 == "get k" }.count == 1)
            await peer.close()
        }
    }

    @Test("an evaluation that waits is interrupted, and the script goes on with a new connection")
    func interrupted() async throws {
        let peer = try ScriptedPeer([ScriptedPeer.infoOfGet, .keepSilent, ScriptedPeer.infoOfGet, .say("$2\r\nok\r\n")])
        let environment = Self.environment(RedisServerData(at: peer.endpoint))
        let source = [UInt8]("local a = 1\nreturn redis.call('get', 'k')".utf8)
        let session = environment.session(source)
        try await session.start()
        let value = Task { try await session.evaluate("redis.call('get', 'k')") }
        for await command in peer.commands.stream where command == "get k" { break }
        session.interruptEvaluation()
        await #expect(throws: DebugError.self) { try await value.value }
        #expect(environment.reply(to: try await session.run(), of: source) == .text("ok"))
        await session.close()
        await peer.close()
    }

    @Test(
        "a connection that was closed while nobody used it is made anew, and so is one with an answer that nobody waits for"
    )
    func idle() async throws {
        for unasked in [false, true] {
            let peer = try ScriptedPeer([
                ScriptedPeer.infoOfGet, .say("$1\r\na\r\n"), .say("$1\r\nb\r\n"),
            ])
            let environment = Self.environment(RedisServerData(at: peer.endpoint, Self.settings()))
            let session = environment.session(
                [UInt8]("local a = redis.call('get', 'k')\nlocal b = redis.call('get', 'k')\nreturn a .. b".utf8))
            try await session.start()
            try session.breakpoints.add(.line(2, in: RedisEnvironment.scriptName))
            guard case .stopped = try await session.run() else { throw Stuck() }
            if unasked { peer.say("$4\r\nlate\r\n") } else { peer.hangUp() }
            // What was sent has arrived when the peer's thread has answered another.
            let probe = try ClientSocket(to: peer.endpoint)
            try probe.send([UInt8]("PING\r\n".utf8))
            for await command in peer.commands.stream where command == "PING" { break }
            #expect(peer.heard.last == "PING")
            peer.again(.say("$1\r\nb\r\n"))
            #expect(try await session.run() == .returned([.text("ab")]))
            #expect(peer.connections == 3)
            await session.close()
            await peer.close()
        }
    }

    @Test("what is pushed comes between replies and is none")
    func pushes() async throws {
        let peer = try ScriptedPeer([
            .say(">2\r\n+invalidate\r\n_\r\n*1\r\n*3\r\n$3\r\nget\r\n:2\r\n~1\r\n+readonly\r\n"),
            .say("%1\r\n+proto\r\n:3\r\n"),
            .say(">1\r\n+hello\r\n$1\r\nv\r\n"),
        ])
        let replies = await Self.run(
            "redis.setresp(3) return {redis.call('get', 'k')}", peer.endpoint, Self.settings())
        #expect(replies == ["v"])
        #expect(peer.heard == ["COMMAND INFO get", "HELLO 3", "get k"])
        await peer.close()
    }

    @Test("a server that does not tell of its commands: our own table's word, and of others the worst")
    func untold() async throws {
        let unknown = ScriptedPeer.Act.say("-ERR unknown command 'COMMAND'\r\n")
        let peer = try ScriptedPeer([unknown, .say("$1\r\nv\r\n")])
        let data = RedisServerData(at: peer.endpoint, Self.settings()).trial()
        var settings = RedisEnvironment.Settings { 0 }
        settings.effects = .rollback
        let source = """
            return {redis.call('get', 'k'), redis.pcall('set', 'k', 'v').err, redis.pcall('json.get', 'k').err,
                redis.pcall('subscribe', 'k').err}
            """
        let reply = await RedisEnvironment(data, settings).evaluate([UInt8](source.utf8)).shown
        #expect(
            reply.contains("\"v\" \"ERR Write commands are not allowed while effects are rolled back: 'set' would"),
            "\(reply)")
        #expect(reply.contains("'json.get' would change"))
        #expect(reply.contains("ERR This Redis command is not allowed from script"))
        // A script may make up names for ever: it is asked once.
        #expect(peer.heard == ["COMMAND INFO get", "get k"])
        await peer.close()
    }

    @Test("a password that is refused is said in the server's own words, and said again")
    func password() async throws {
        let refused = ScriptedPeer.Act.say("-WRONGPASS invalid username-password pair or user is disabled.\r\n")
        let peer = try ScriptedPeer([refused, refused])
        let settings = Self.settings {
            $0.user = [UInt8]("ann".utf8)
            $0.password = [UInt8]("guess".utf8)
        }
        let replies = await Self.run(Self.twice, peer.endpoint, settings)
        #expect(replies == Array(repeating: "WRONGPASS invalid username-password pair or user is disabled.", count: 2))
        #expect(peer.heard == ["AUTH ann guess", "AUTH ann guess"])
        await peer.close()
    }
}
