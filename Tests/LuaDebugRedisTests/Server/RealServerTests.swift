// Our environment on the data of a real server, against the scripts as a real server runs them; and who may do what there.

import Foundation
import LuaDebugCore
import LuaDebugRESP
import LuaDebugRedis
import LuaDebugServer
import Testing

@Suite("the data of a real redis-server", .enabled(if: RealRedis.isThere, "redis-server is not installed"))
struct RealServerTests {
    private static func environment(
        _ data: any RedisData, _ change: (inout RedisEnvironment.Settings) -> Void = { _ in }
    ) -> RedisEnvironment {
        var settings = RedisEnvironment.Settings(clock: Embedded.realTime)
        settings.effects = .keep
        change(&settings)
        return RedisEnvironment(data, settings)
    }

    private static func text(_ text: String) -> [UInt8] { [UInt8](text.utf8) }

    /// On the wire to a server another second passes, and nothing stands still while a script runs.
    private static let ofTheServerAlone = ["'px', 1)", "'time'"]

    // MARK: - The same replies

    @Test(
        "the scripts: ours on a real server's data, and its own", arguments: ScriptCorpus.plain,
        [RESPVersion.resp2, .resp3])
    func scripts(_ part: Corpus.Part, _ version: RESPVersion) async throws {
        let server = try RealRedis()
        let behind = try RealRedis()
        let real = try server.connect(version)
        _ = try behind.connect(.resp2)
        let host = ScriptHost(version: version, data: RedisServerData(at: behind.endpoint))
        for script in try ScriptLine.all(part.text) {
            if Self.ofTheServerAlone.contains(where: { script.source.contains($0) }) { continue }
            let theirs = try real.perform([script.command])[0]
            let ours = try await host.evaluate(script)
            if !ours.matches(theirs, script.comparison) {
                Issue.record("\(script.source): ours \(ours.shown), theirs \(theirs.shown)")
            }
        }
    }

    @Test("every command called by a script, in both versions", arguments: Corpus.all, [RESPVersion.resp2, .resp3])
    func commands(_ part: Corpus.Part, _ version: RESPVersion) async throws {
        let server = try RealRedis()
        let behind = try RealRedis()
        let real = try server.connect(version)
        _ = try behind.connect(.resp2)
        let host = ScriptHost(version: version, data: RedisServerData(at: behind.endpoint))
        try await ScriptOracle.compare(part, version, real, host)
    }

    // MARK: - Effects

    @Test("with rollback nothing is changed: reads go through, what writes is refused and says how it is allowed")
    func rollback() async throws {
        let server = try RealRedis()
        let real = try server.connect(.resp2)
        _ = try real.perform([["SET", "k", "v"].map(Self.text), ["ZADD", "z", "1", "a"].map(Self.text)])
        let data = RedisServerData(at: server.endpoint)
        let source = """
            local said = {redis.call('get', 'k'), redis.call('zrange', 'z', 0, -1), redis.call('pfcount', 'none')}
            for _, words in ipairs {{'set', 'k', 'w'}, {'DEL', 'k'}, {'publish', 'c', 'm'}, {'getex', 'k', 'ex', 1},
                {'sort', 'z', 'alpha', 'store', 'l'}, {'xgroup', 'create', 'x', 'g', '$', 'mkstream'}} do
                said[#said + 1] = redis.pcall(unpack(words)).err
            end
            said[#said + 1] = redis.pcall('config', 'get', 'port').err
            said[#said + 1] = redis.pcall('client', 'nosuch').err
            said[#said + 1] = redis.pcall('get').err
            said[#said + 1] = redis.pcall('nosuch').err
            return said
            """
        let refusals = ["set", "del", "publish", "getex", "sort", "xgroup"].map {
            "ERR Write commands are not allowed while effects are rolled back: '\($0)' would change the data of "
                + "\(server.endpoint), see --effects keep"
        }
        let others = [
            "ERR This Redis command is not allowed from script", "ERR Unknown Redis command called from script",
            "ERR Wrong number of args calling Redis command from script",
            "ERR Unknown Redis command called from script",
        ]
        let reply = await Self.environment(data) { $0.effects = .rollback }.evaluate(Self.text(source))
        #expect(
            reply
                == .array(
                    [.text("v"), .array([.text("a")]), .integer(0)] + (refusals + others).map { RESPValue.text($0) }))
        #expect(
            try real.perform([["GET", "k"].map(Self.text), ["DBSIZE"].map(Self.text)]) == [.text("v"), .integer(2)])
        let uncaught = await Self.environment(data) { $0.effects = .rollback }.evaluate(
            Self.text("local a = 1\nreturn redis.call('incr', 'n')"))
        #expect(uncaught.shown.hasPrefix("-\(refusals[0].prefix(55))"), "\(uncaught.shown)")
        #expect(uncaught.shown.hasSuffix("on @user_script:2."), "\(uncaught.shown)")
        let kept = await Self.environment(data).evaluate(Self.text("return redis.call('incr', 'n')"))
        #expect(kept == .integer(1))
        #expect(try real.perform([["GET", "n"].map(Self.text)]) == [.text("1")])
    }

    // MARK: - Who we are, and where

    @Test("a password, a user and a database; each refusal is the server's own")
    func users() async throws {
        let server = try RealRedis("--requirepass secret --user ann on '>pw' '~a:*' '+@all'")
        let admin = try server.connect(.resp2)
        _ = try admin.perform([
            ["AUTH", "secret"].map(Self.text), ["SELECT", "3"].map(Self.text), ["SET", "a:1", "three"].map(Self.text),
        ])
        func said(_ user: String?, _ password: String?, _ database: Int, _ source: String) async -> String {
            var settings = RedisServerData.Settings()
            settings.user = user.map(Self.text)
            settings.password = password.map(Self.text)
            let data = RedisServerData(at: server.endpoint, settings)
            let reply = await Self.environment(data) { $0.database = database }.evaluate(Self.text(source))
            #expect((data.check(database: database) == nil) == !reply.shown.hasPrefix("-"), "\(reply.shown)")
            return reply.shown
        }
        let get = "return redis.pcall('get', 'a:1')"
        #expect(await said(nil, nil, 0, get) == "-NOAUTH Authentication required.")
        #expect(await said(nil, "wrong", 0, get) == "-WRONGPASS invalid username-password pair or user is disabled.")
        #expect(await said("bob", "pw", 0, get) == "-WRONGPASS invalid username-password pair or user is disabled.")
        #expect(await said(nil, "secret", 0, get) == "null")
        #expect(await said(nil, "secret", 3, get) == "\"three\"")
        #expect(await said("ann", "pw", 3, get) == "\"three\"")
        #expect(await said(nil, "secret", 99, get) == "-ERR DB index is out of range")
        let other = "redis.setresp(3) return {redis.pcall('get', 'b').err, redis.call('get', 'a:1')}"
        #expect(
            await said("ann", "pw", 3, other)
                == "[\"NOPERM this user has no permissions to access one of the keys used as arguments\" \"three\"]")
    }

    @Test("a script's SELECT is its own: the next run begins where it was told")
    func databases() async throws {
        let server = try RealRedis()
        _ = try server.connect(.resp2)
        let data = RedisServerData(at: server.endpoint)
        let source = Self.text(
            "redis.call('set', 'where', 'in ' .. ARGV[1]) local was = redis.call('select', ARGV[1]) return redis.call('get', 'where')"
        )
        for _ in 0..<2 {
            #expect(await Self.environment(data).evaluate(source, arguments: [[UInt8(ascii: "5")]]) == .null)
        }
        #expect(await Self.environment(data).evaluate(Self.text("return redis.call('get', 'where')")) == .text("in 5"))
        let wrong = "local e = redis.pcall('select', 77).err return {e, redis.call('get', 'where')}"
        #expect(
            await Self.environment(data).evaluate(Self.text(wrong)).shown
                == "[\"ERR DB index is out of range\" \"in 5\"]")
    }

    @Test("over TCP, and again after the server has closed the connection, with everything that was chosen")
    func reconnecting() async throws {
        var port = 0
        var server: RealRedis?
        while server == nil {
            port = Int.random(in: 20_000..<30_000)
            let probe = SocketServer { _ in preconditionFailure("nobody connects") }
            guard (try? probe.listen(on: Endpoint("127.0.0.1:\(port)"))) != nil else { continue }
            await probe.close()
            server = try RealRedis(port: port, "--requirepass pw")
        }
        let admin = try #require(try server?.connect(.resp2))
        var settings = RedisServerData.Settings()
        settings.password = Self.text("pw")
        let data = RedisServerData(at: .tcp(host: "localhost", port: port), settings)
        let environment = Self.environment(data)
        let source = Self.text(
            """
            redis.setresp(3)
            redis.call('select', 7)
            redis.call('hset', 'h', 'f', 'v')
            return redis.call('hgetall', 'h')
            """)
        let session = environment.session(source)
        try await session.start()
        try session.breakpoints.add(.line(4, in: RedisEnvironment.scriptName))
        guard case .stopped = try await session.run() else { throw RealRedis.NoServer(why: "It did not stop.") }
        let killed = try admin.perform(
            [["AUTH", "pw"], ["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"]].map { $0.map(Self.text) })
        #expect(killed == [.ok, .integer(1)])
        #expect(environment.reply(to: try await session.run(), of: source) == .map([.init(.text("f"), .text("v"))]))
        await session.close()
    }

    @Test("commands that wait do not wait, as in a script")
    func blocking() async throws {
        let server = try RealRedis()
        let real = try server.connect(.resp2)
        let host = ScriptHost(version: .resp2, data: RedisServerData(at: server.endpoint))
        for line in [
            "return redis.pcall('blmpop', 0, 1, 'none', 'left')", "return redis.pcall('bzmpop', 0, 1, 'none', 'min')",
            "return redis.pcall('blpop', 'none', 0)", "return redis.pcall('blmpop', 'x', 1, 'none', 'left')",
            "return redis.pcall('XREAD', 'block', 0, 'streams', 's', '$')",
            "return redis.pcall('xread', 'count', 1, 'block', 0, 'streams', 's', '$')",
            "return redis.pcall('xread', 'count', 1, 'streams', 'block', '0')",
            "redis.call('rpush', 'l', 1, 2) return redis.call('blmpop', 0, 1, 'l', 'left', 'count', 2)",
        ] {
            let script = try ScriptLine(line)
            let ours = try await host.evaluate(script)
            let theirs = try real.perform([script.command])[0]
            #expect(ours == theirs, "\(line): ours \(ours.shown), theirs \(theirs.shown)")
        }
    }

    @Test("many scripts at once: each has its commands in order, and a slow one holds up no other")
    func together() async throws {
        let server = try RealRedis()
        let real = try server.connect(.resp2)
        let data = RedisServerData(at: server.endpoint)
        let source = Self.text(
            "for i = 1, 200 do redis.call('rpush', KEYS[1], i) end return redis.call('lrange', KEYS[1], 0, -1)")
        await withTaskGroup(of: RESPValue.self) { group in
            for number in 0..<12 {
                group.addTask { await Self.environment(data).evaluate(source, keys: [Self.text("l\(number)")]) }
            }
            let expected = RESPValue.array((1...200).map { RESPValue.text("\($0)") })
            for await reply in group { #expect(reply == expected) }
        }
        #expect(try real.perform([["DBSIZE"].map(Self.text)]) == [.integer(12)])
    }
}
