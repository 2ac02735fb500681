// Scripts under the debugger: the same replies as without, what stays of their changes, limits, stops at `redis.call`.

import LuaDebugCore
import LuaDebugRESP
import LuaDebugRedis
import Stories
import Synchronization
import Testing

@Suite("redis scripts under the debugger")
struct ScriptSessionTests {
    @Test("stepped through line by line, a script gives the same reply", arguments: ScriptCorpus.all)
    func transparent(_ part: Corpus.Part) async throws {
        for (number, script) in try ScriptLine.all(part.text).enumerated() {
            if script.source.contains("gcinfo") || isSanitized && number % 8 != 0 { continue }
            let source = [UInt8](script.source.utf8)
            // The lines of a script must be several for a step to have an effect.
            let broken = source.map { $0 == 59 ? 10 : $0 }
            let plain = await Self.environment().evaluate(broken, keys: script.keys, arguments: script.arguments)
            let environment = Self.environment()
            let session = environment.session(broken, keys: script.keys, arguments: script.arguments)
            let stepped: RESPValue
            do {
                var outcome = try await session.start()
                for _ in 0..<300 {
                    guard case .stopped(let stop) = outcome else { break }
                    #expect(stop.location.chunk != RedisEnvironment.preludeName, "\(script.source)")
                    outcome = try await session.resume(.stepInto)
                }
                if case .stopped = outcome { outcome = try await session.resume(.finish) }
                stepped = environment.reply(to: outcome, of: broken)
            } catch {
                stepped = RedisEnvironment.reply(to: error)
            }
            await session.close()
            if !stepped.matches(plain, .unordered), !script.source.contains("collectgarbage") {
                Issue.record("\(script.source): stepped \(stepped.shown), plain \(plain.shown)")
            }
        }
    }

    private static func environment(
        _ data: EmbeddedData = EmbeddedData(), _ change: (inout RedisEnvironment.Settings) -> Void = { _ in }
    ) -> RedisEnvironment {
        var settings = RedisEnvironment.Settings { 1_700_000_000_000_000 }
        change(&settings)
        return RedisEnvironment(data, settings)
    }

    // MARK: - Effects

    private static let thousandChanges = """
        for i = 1, 1000 do
            redis.call('set', 'key:' .. i, 'changed')
        end
        redis.call('del', 'list')
        redis.call('select', 3)
        redis.call('set', 'elsewhere', 1)
        return redis.call('dbsize')
        """

    @Test("of a script that is tried out nothing stays, of one that is kept everything", arguments: [true, false])
    func effects(_ keeps: Bool) async throws {
        let data = EmbeddedData()
        var client = KeyspaceClient { 0 }
        for i in 1...500 { _ = data.perform(words("set key:\(i * 2) before"), for: &client) }
        _ = data.perform(words("rpush list a b c"), for: &client)
        let before = data.keyspace
        let environment = Self.environment(data) { $0.effects = keeps ? .keep : .rollback }
        let session = environment.session([UInt8](Self.thousandChanges.utf8))
        try await session.start()
        try session.breakpoints.add(.line(2, in: RedisEnvironment.scriptName), where: "i == 900")
        guard case .stopped = try await session.run() else { return #expect(Bool(false), "it did not stop") }
        // What it has done so far, it sees itself.
        let seen = try await session.evaluate("redis.call('get', 'key:899')")
        #expect(seen == [.text("changed")])
        _ = try await session.evaluate("redis.call('set', 'by hand', 1)")
        #expect(environment.reply(to: try await session.run(), of: []) == .integer(1))
        await session.close()
        #expect((data.keyspace == before) == !keeps)
        #expect(data.keyspace.count(ofDatabase: 3) == (keeps ? 1 : 0))
    }

    @Test("a restart begins with the data as it was, and with globals of its own")
    func restart() async throws {
        let data = EmbeddedData()
        let environment = Self.environment(data)
        let source = [UInt8]("redis.setresp(3)\nKEYS[1] = 'mine'\nreturn redis.call('incr', 'n')".utf8)
        let session = environment.session(source, keys: [[107]])
        try await session.start()
        for _ in 0..<3 {
            #expect(environment.reply(to: try await session.resume(.finish), of: source) == .integer(1))
            guard case .stopped = try await session.resume(.restart()) else { break }
            #expect(try await session.evaluate("KEYS[1]") == [.text("k")])
            #expect(try await session.evaluate("tostring(redis.call('get', 'n'))") == [.text("false")])
        }
        await session.close()
    }

    // MARK: - redis.call is seen

    @Test("redis.call is broken on, is C on the stack, and tells what it was called with")
    func breaking() async throws {
        let calls = Mutex<[RedisCall]>([])
        let environment = Self.environment { $0.onCall = { call in calls.withLock { $0.append(call) } } }
        let source = [UInt8]("local a = 1\nredis.call('set', 'k', a)\nreturn redis.call('get', 'k')".utf8)
        let session = environment.session(source)
        try await session.start()
        try session.breakpoints.add(.function("redis.call"))
        var outcome = try await session.run()
        for line in [2, 3] {
            guard case .stopped = outcome else { return #expect(Bool(false), "it did not stop at line \(line)") }
            let frames = try await session.frames()
            #expect(frames.map(\.kind) == [.c, .main])
            #expect(frames[1].location.line == line)
            outcome = try await session.run()
        }
        #expect(outcome == .returned([.text("1")]))
        await session.close()
        #expect(
            calls.withLock { $0 } == [
                RedisCall(words: words("set k 1"), reply: .ok, line: 2),
                RedisCall(words: words("get k"), reply: .text("1"), line: 3),
            ])
    }

    @Test("a script stops at a command by its name, when it has been done")
    func stopsAtCommand() async throws {
        let environment = Self.environment { $0.stopsAt = { String(decoding: $0[0], as: UTF8.self) == "set" } }
        let session = environment.session(
            [UInt8]("redis.call('get', 'k')\npcall(redis.call, 'set', 'k', 5)\nreturn redis.call('get', 'k')".utf8))
        try await session.start()
        guard case .stopped(let stop) = try await session.run() else { return #expect(Bool(false), "it went on") }
        #expect(stop.location.line == 2)
        #expect(try await session.evaluate("redis.call('get', 'k')") == [.text("5")])
        #expect(try await session.run() == .returned([.text("5")]))
        await session.close()
    }

    @Test("a trace of calls shows redis.call with its arguments, and nothing of what is ours")
    func traced() async throws {
        let session = Self.environment().session(
            [UInt8]("redis.call('set', 'k', 1)\nlocal ok = pcall(redis.call, 'get', bit.bor(1, 2))\nreturn ok".utf8))
        try await session.start()
        session.tracing.start(TraceSettings(.calls))
        #expect(try await session.run() == .returned([.boolean(true)]))
        await session.close()
        var calls: [String] = []
        for await event in session.events {
            guard case .trace(let record) = event, record.event == .call else { continue }
            #expect(record.location.chunk != RedisEnvironment.preludeName)
            calls.append("\(record.frame.function ?? "?") \(record.values ?? [])")
        }
        #expect(
            calls.filter { $0.hasPrefix("redis.call") } == [
                "redis.call [\"set\", \"k\", 1]", "redis.call [\"get\", 3]",
            ])
        #expect(calls.contains("bor [1, 2]"), "\(calls)")
    }

    @Test("while a trace is on each call is told with its reply, also through pcall; redis.debug is told always")
    func reported() async throws {
        let source = [UInt8](
            "redis.call('set', 'k', 'a b')\nredis.debug('x', 1)\npcall(redis.call, 'lpush', 'k', 1)\nreturn redis.call('get', 'k')"
                .utf8)
        for isTraced in [false, true] {
            let session = Self.environment().session(source)
            try await session.start()
            if isTraced { session.tracing.start(.line) }
            #expect(try await session.run() == .returned([.text("a b")]))
            await session.close()
            var told: [String] = []
            for await case .script(let message) in session.events {
                let value = message.values?.first.map { "\($0)" } ?? "-"
                told.append("\(message.location.line ?? 0) \(message.kind) \(message.expression) \(value.prefix(20))")
            }
            let calls = [
                "1 call set k \"a b\" { ok = \"OK\" }", "2 message  \"x\"", "3 call lpush k 1 { err = \"WRONGTYPE O",
                "4 call get k \"a b\"",
            ]
            #expect(told == (isTraced ? calls : [calls[1]]))
        }
    }

    @Test("protected calls may be nested, if not as deeply as there")
    func nested() async {
        func source(_ depth: Int) -> [UInt8] {
            [UInt8](
                """
                local function f(n)
                    if n == 0 then return 0 end
                    local ok, v = pcall(f, n - 1)
                    return ok and v + 1 or -1000
                end
                return f(\(depth))
                """.utf8)
        }
        #expect(await Self.environment().evaluate(source(90)) == .integer(90))
        #expect(await Self.environment().evaluate(source(120)) != .integer(120))
    }

    @Test("redis.breakpoint stops where it is called, and gives what it gives without a debugger")
    func breakpoint() async throws {
        let source = [UInt8]("local a = redis.breakpoint()\nreturn {tostring(a)}".utf8)
        let environment = Self.environment()
        let session = environment.session(source)
        try await session.start()
        guard case .stopped(let stop) = try await session.run() else { return #expect(Bool(false), "it went on") }
        #expect(stop.location.line == 1)
        #expect(stop.reasons == [.script()])
        #expect(environment.reply(to: try await session.run(), of: source) == .array([.text("false")]))
        await session.close()
        #expect(await Self.environment().evaluate(source) == .array([.text("false")]))
    }

    @Test("what redis.debug and redis.log say is handed on")
    func said() async throws {
        let said = Mutex<[String]>([])
        let environment = Self.environment { settings in
            settings.onDebug = { values, line in said.withLock { $0.append("\(line ?? 0) \(values)") } }
            settings.onLog = { level, text in
                said.withLock { $0.append("\(level) \(String(decoding: text, as: UTF8.self))") }
            }
        }
        _ = await environment.evaluate([UInt8]("redis.debug(1, 'x')\nredis.log(redis.LOG_WARNING, 'a', 2)".utf8))
        #expect(said.withLock { $0 } == ["1 [1, \"x\"]", "warning a 2"])
    }

    // MARK: - Limits and what is not there

    @Test("a script without end is ended, cannot catch that, and leaves the server unharmed")
    func endless() async {
        let source = [UInt8]("while true do pcall(function() while true do redis.call('incr', 'n') end end) end".utf8)
        let reply = await Self.environment().evaluate(source, limits: RunLimits(time: .milliseconds(100)))
        #expect(reply == .error([UInt8]("ERR The script was ended (time limit)".utf8)))
    }

    @Test("a script that fills memory, or recurses without end, fails with Lua's own words")
    func greedy() async {
        let limits = RunLimits(memory: 4 << 20)
        let fills = [UInt8]("local t = {} while true do t[#t + 1] = string.rep('x', 1000) .. #t end".utf8)
        #expect(await Self.environment().evaluate(fills, limits: limits).shown == "-ERR not enough memory")
        let values = [UInt8]("redis.call('set', 'k', string.rep('x', 1e6)) local t = {} ".utf8)
        let answers = values + [UInt8]("while true do t[#t + 1] = redis.call('get', 'k') .. #t end".utf8)
        #expect(await Self.environment().evaluate(answers, limits: limits).shown == "-ERR not enough memory")
        let recurses = [UInt8]("local function f() return 1 + f() end return f()".utf8)
        #expect(await Self.environment().evaluate(recurses).shown.contains("stack overflow"))
    }

    @Test(
        "whatever fills memory is told so and may catch it, and the next script has all of it again",
        arguments: [
            "string.rep('x', 1e9)", "('x'):rep(1e6):rep(1000)",
            "table.concat({('x'):rep(2e6), ('y'):rep(2e6), ('z'):rep(2e6)})",
            "(function() local s = 'x' while true do s = s .. s end end)()",
            "(function() local t = {} for i = 1, 1e9 do t[i] = i end end)()",
            "(function() local t = {} while true do t[{}] = function() return t end end end)()",
            "(function() local t = {} while true do t[#t + 1] = coroutine.create(function() end) end end)()",
            "('x'):rep(1e6):gsub('.', ('y'):rep(100))", "('%s'):rep(1e5):format(unpack(KEYS))",
            "struct.pack('c0', ('x'):rep(1e8))", "redis.sha1hex(('x'):rep(1e9))",
            "(function() for i = 1, 100 do redis.call('append', 'k', ('x'):rep(1e5)) end return redis.call('get', 'k') end)()",
            "assert(load(function() return ('x = 1 '):rep(1e5) end))",
        ])
    func memory(_ expression: String) async {
        let limits = RunLimits(time: .seconds(30), memory: 4 << 20)
        let source = """
            local ok, e = pcall(function() return \(expression) end)
            collectgarbage()
            local t = {} for i = 1, 1000 do t[i] = i end
            return {tostring(ok), type(e) == 'table' and e.err or e, #t}
            """
        let reply = await Self.environment().evaluate([UInt8](source.utf8), limits: limits).shown
        // The libraries' buffers have a longer word for it, and `assert` says where, as in 5.1.
        let isTold =
            reply.hasPrefix("[\"false\" \"") && reply.contains("not enough memory") && reply.hasSuffix(" :1000]")
        // Refused at once: a length beyond Lua's own, an argument that is not there.
        let others = ["resulting string too large", "bad argument #2 to 'format'"]
        #expect(isTold || others.contains { reply.contains($0) }, "\(reply)")
        let uncaught = await Self.environment().evaluate([UInt8]("return \(expression)".utf8), limits: limits).shown
        #expect(uncaught.hasPrefix("-ERR "), "\(uncaught)")
    }

    @Test(
        "endless recursion of any kind fails in Lua's own words, and harms nothing",
        arguments: [
            "local function f() f() end f()", "local function f() return 1 + f() end f()",
            "local t = setmetatable({}, {}) getmetatable(t).__index = function(t, k) return t[k] end return t.x",
            "local t = setmetatable({}, {__tostring = function(t) return tostring(t) end}) return tostring(t)",
            "local function f() return (('x'):gsub('x', f)) end return f()",
            "local function f() table.sort({2, 1}, f) end f()",
            "local function f() return coroutine.wrap(f)() end return f()", "local function f() pcall(f) f() end f()",
            "local function f() error(f()) end return f()",
            "local function f() return xpcall(error, f) end f() error('x')",
            "local function f() redis.call('get', f()) end f()",
        ])
    func recursion(_ source: String) async {
        let limits = RunLimits(time: .seconds(2), memory: 64 << 20)
        let reply = await Self.environment().evaluate([UInt8](source.utf8), limits: limits).shown
        let words = [
            "stack overflow", "not enough memory", "C stack overflow", "loop in gettable", "time limit",
            "user_script:1: x",
        ]
        #expect(reply.hasPrefix("-ERR ") && words.contains { reply.contains($0) }, "\(reply.prefix(300))")
    }

    @Test("a table in itself is Redis' own error, and so is what is nested too deeply")
    func cyclic() async {
        for text in [
            "local t = {} t[1] = t return t", "local t = {} for i = 1, 500 do t = {t} end return t",
            "local t = {1} for i = 1, 64 do t = {t, t} end return t", "local t = {} t.map = {x = t} return t",
        ] {
            #expect(await Self.environment().evaluate([UInt8](text.utf8)).shown == "-ERR reached lua stack limit")
        }
        let given = [UInt8]("local t = {} t.t = t return redis.pcall('get', t)".utf8)
        #expect(await Self.environment().evaluate(given).shown.contains("must be strings or integers"))
    }

    @Test("a command that the embedded keyspace has not says where it is")
    func missing() async {
        let reply = await Self.environment().evaluate([UInt8]("return redis.pcall('geoadd', 'k', 1, 2, 'm')".utf8))
        #expect(
            reply.shown
                == "-ERR Unknown Redis command called from script (the embedded keyspace has no 'geoadd': a real server has, see --redis)"
        )
    }

    @Test("an error value without a message is told")
    func strange() async {
        #expect(await Self.environment().evaluate([UInt8]("error({})".utf8)).shown.hasPrefix("-ERR the error value"))
        #expect(await Self.environment().evaluate([UInt8]("error(KEYS)".utf8)).shown.hasPrefix("-ERR the error value"))
    }

    @Test("what is taken away cannot be reached through what is left")
    func sandbox() async {
        for text in [
            "return string.dump.x", "for k, v in pairs(_G) do if k == 'debug' or k == 'io' then return k end end",
            "return getmetatable('').__index.pack", "return rawget(_G, 'require')", "return next(_G, 'x')",
            "return loadstring('return require')()", "return load(function() end, 'x', 'b')",
            "for k, v in pairs(redis) do if type(v) == 'table' then return k end end",
            "local ok = pcall(function() getmetatable('').__index.rep = nil end) return ok and 'changed'",
            "local ok = pcall(setmetatable, getmetatable(_G), {}) return ok and 'changed'",
            "local ok = pcall(rawset, getmetatable(''), '__index', {}) return ok and 'changed'",
        ] {
            let reply = await Self.environment().evaluate([UInt8](text.utf8)).shown
            #expect(reply == "null" || reply.hasPrefix("-ERR"), "\(text): \(reply)")
        }
    }

    @Test("load and loadstring take text only, in a script and in what is evaluated at a stop")
    func binaryChunks() async throws {
        let why = "attempt to load a binary chunk (mode is 't')"
        let prepared = "local text = string.dump(function() return 42 end)\n"
        for call in [
            "loadstring(text)", "load(function() local part = text text = nil return part end)",
            // Byte by byte: what the first piece is does not count alone.
            "load((function() local at = 0 return function() at = at + 1 return text:sub(at, at) end end)(), 'x', 'b')",
        ] {
            let source = [UInt8]("\(prepared)local f, why = \(call)\nreturn {tostring(f), why}".utf8)
            let reply = await Self.environment().evaluate(source)
            #expect(reply == .array([.text("nil"), .text(why)]), "\(call): \(reply.shown)")

            let session = Self.environment().session(source)
            try await session.start()
            try await session.resume(.stepOver)
            #expect(
                try await session.evaluate(LuaText("select(2, \(call))")) == [.text(why)], "evaluated: \(call)")
            await session.close()
        }
    }

    @Test("libraries, their metatables and that of strings are the same for who comes next, whatever a script tries")
    func shared() async throws {
        for text in [
            "string.rep = nil", "redis.call = nil", "cjson.encode = nil", "rawset(string, 'rep', nil)",
            "getmetatable('').__index = {}", "getmetatable('').__add = error",
            "rawset(getmetatable(''), '__index', {})", "setmetatable(string, {})", "setmetatable(redis, {})",
            "setmetatable(_G, {})", "getmetatable(_G).__index = nil", "getmetatable(string).__index = nil",
            "pcall = nil", "_G.pcall = nil",
        ] {
            let source = "local ok = pcall(function() \(text) end)\nreturn ok"
            let session = Self.environment().session([UInt8](source.utf8))
            try await session.start()
            // Whoever debugs it is in the same sandbox.
            await #expect(throws: DebugError.self, "executed: \(text)") {
                try await session.execute(LuaText(text))
            }
            #expect(try await session.run() == .returned([.boolean(false)]), "\(text)")
            await session.close()
        }
    }

    @Test(
        "SHA-1",
        arguments: [
            ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"), ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
            ),
            (String(repeating: "a", count: 1_000_000), "34aa973cd4c4daa4f61eeb2bdbad27316534016f"),
        ])
    func hashes(_ text: String, _ digest: String) {
        #expect(String(decoding: SHA1.hex([UInt8](text.utf8)), as: UTF8.self) == digest)
    }

    private func words(_ text: String) -> [[UInt8]] { text.split(separator: " ").map { [UInt8]($0.utf8) } }
}
