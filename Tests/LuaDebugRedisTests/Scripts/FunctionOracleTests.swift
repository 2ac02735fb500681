// Libraries of functions against a real redis-server, reply by reply.

import Foundation
import LuaDebugRESP
import LuaDebugRedis
import Testing

@Suite("functions on a real redis-server", .enabled(if: RealRedis.isThere, "redis-server is not installed"))
struct FunctionOracleTests {
    @Test("FUNCTION, FCALL and FCALL_RO", arguments: stories.keys.sorted(), [RESPVersion.resp2, .resp3])
    func story(_ name: String, _ version: RESPVersion) async throws {
        let server = try RealRedis()
        let real = try server.connect(version)
        let client = RedisService(EmbeddedData(), .init(clock: Embedded.realTime)).connect()
        let host = ScriptHost(version: version)
        for line in try Line.all(try #require(Self.stories[name])) {
            let theirs = try real.perform([line.words])[0]
            let answered = try #require(await client.perform(line.words, version: version), "\(line.text)")
            let ours = try host.onTheWire(answered)
            // A mark for Lua's own messages, which 5.3 words in its way.
            if line.comparison == .different {
                #expect(ours != theirs, "no difference any more: \(line.text)")
                if case .error = theirs, case .error = ours { continue }
                if case .integer = theirs, case .integer = ours { continue }
            }
            if !ours.matches(theirs, line.comparison == .different ? .exact : line.comparison) {
                Issue.record("\(line.text): ours \(ours.shown), theirs \(theirs.shown)")
            }
        }
    }

    /// A line for each: a library of one text, and FUNCTION FLUSH.
    private static func loads(_ texts: String) -> String {
        texts.split(separator: "\n").map { text in
            let mark = text.hasPrefix("!") ? "!" : ""
            return "\(mark)FUNCTION LOAD \"\(text.dropFirst(mark.count))\"\nFUNCTION LIST WITHCODE\nFUNCTION FLUSH"
        }.joined(separator: "\n")
    }

    private static let stories: [String: String] = [
        "headers": loads(
            #"""
            return 1
            #!lua
            #!lua\n
            #!lua name=\nx
            #!lua name=a
            #!lua name=a\n
            #!lua name=a-b\nreturn 1
            #!lua name=a name=b\nreturn 1
            #!lua name=a foo=bar\nreturn 1
            #!lua name=a foo\nreturn 1
            #!js name=a\nreturn 1
            #!js\nreturn 1
            #! name=a\nreturn 1
            #! lua name=a\nreturn 1
            #!\nreturn 1
            #!LUA NAME=a\nredis.register_function('f', function() end)
            #!lua name='a b'\nreturn 1
            #!lua name='a\nreturn 1
            #!lua name='a'b\nreturn 1
            #!lua\tname='a'\r\nredis.register_function('f', function() end)
             #!lua name=a\nreturn 1
            """#),
        "names and arguments": loads(
            #"""
            #!lua name=a\nredis.register_function()
            #!lua name=a\nredis.register_function(1, 2, 3)
            #!lua name=a\nredis.register_function('f')
            #!lua name=a\nredis.register_function({}, function() end)
            #!lua name=a\nredis.register_function('f', 2)
            #!lua name=a\nredis.register_function(12, function() end)
            #!lua name=a\nredis.register_function(1.5, function() end)
            #!lua name=a\nredis.register_function('', function() end)
            #!lua name=a\nredis.register_function('f-g', function() end)
            #!lua name=a\nredis.register_function('f', function() end) redis.register_function('f', function() end)
            #!lua name=a\nredis.register_function{}
            #!lua name=a\nredis.register_function{function_name='f'}
            #!lua name=a\nredis.register_function{callback=function() end}
            #!lua name=a\nredis.register_function{function_name=1, callback=function() end}
            #!lua name=a\nredis.register_function{function_name={}, callback=function() end}
            #!lua name=a\nredis.register_function{function_name='f', callback=1}
            #!lua name=a\nredis.register_function{function_name='f', callback=function() end, description={}}
            #!lua name=a\nredis.register_function{function_name='f', callback=function() end, description=5}
            #!lua name=a\nredis.register_function{function_name='f', callback=function() end, flags=1}
            #!lua name=a\nredis.register_function{function_name='f', callback=function() end, flags={}}
            #!lua name=a\nredis.register_function{function_name='f', callback=function() end, flags={'no-such'}}
            #!lua name=a\nredis.register_function{function_name='f', callback=function() end, flags={1}}
            #!lua name=a\nredis.register_function{function_name='f', callback=function() end, flags={'no-writes', x=1}}
            #!lua name=a\nredis.register_function{function_name='f', callback=function() end, flags={'allow-oom', nil, 'no'}}
            #!lua name=a\nredis.register_function{function_name='f', callback=function() end, other=1}
            #!lua name=a\nredis.register_function{'f', callback=function() end}
            #!lua name=a\nredis.register_function{[true]=1}
            #!lua name=a\nredis.register_function{function_name='f', callback=function() end, flags={'no-cluster','allow-stale','allow-oom','no-writes','allow-cross-slot-keys','no-writes'}, description='what it does'}
            """#),
        "while loading": loads(
            #"""
            #!lua name=a\nreturn 1
            !#!lua name=a\nreturn 1 +
            #!lua name=a\nlocal x = \nreturn 1
            #!lua name=a\n\nredis.call('GET', 'x')
            #!lua name=a\nreturn redis.sha1hex
            #!lua name=a\nreturn redis.REPL_ALL
            #!lua name=a\nredis.register_function('v' .. redis.REDIS_VERSION_NUM .. redis.LOG_DEBUG, function() end)
            #!lua name=a\n\nx = 1
            #!lua name=a\nredis = nil
            #!lua name=a\nredis.foo = 1
            #!lua name=a\n\nreturn y
            #!lua name=a\nreturn KEYS[1]
            #!lua name=a\nreturn pcall
            #!lua name=a\nreturn string
            #!lua name=a\nreturn _G
            #!lua name=a\nreturn _VERSION
            #!lua name=a\nlocal s = ('f'):rep(3) redis.register_function(s, function() end)
            !#!lua name=a\nlocal t = nil; return t.x
            #!lua name=a\nlocal function f()\nredis.register_function('f-', function() end)\nend\nf()
            #!lua name=a\nlocal n = 0\nfor i = 1, 3 do n = n + i end\nredis.register_function('f' .. n, function() end)
            #!lua name=a\nredis.log(redis.LOG_DEBUG, 'loaded') redis.log(1)
            #!lua name=a\nredis.log('x', 1)
            #!lua name=a\nredis.log(9, 1)
            #!lua name=a\nwhile true do end
            """#),
        "calls": calls,
        "subcommands": subcommands,
    ]

    private static let subcommands = #"""
        FUNCTION
        FUNCTION FOO
        FUNCTION LOAD
        FUNCTION LOAD REPLACE
        FUNCTION LOAD FOO x
        FUNCTION LOAD REPLACE REPLACE x
        FUNCTION LOAD a b c
        FUNCTION DELETE
        FUNCTION DELETE nosuch
        FUNCTION DELETE a b
        FUNCTION FLUSH X
        FUNCTION FLUSH SYNC ASYNC
        FUNCTION FLUSH SYNC
        FUNCTION KILL
        FUNCTION KILL x
        FUNCTION LIST
        FUNCTION LIST FOO
        FUNCTION LIST LIBRARYNAME
        FUNCTION LIST WITHCODE WITHCODE
        FUNCTION LIST LIBRARYNAME a LIBRARYNAME a
        FUNCTION LOAD "#!lua name=a\nredis.register_function('f', function() return 1 end)"
        FUNCTION LOAD "#!lua name=a\nredis.register_function('f', function() return 2 end)"
        FCALL f 0
        FUNCTION LOAD replace "#!lua name=a\nredis.register_function('f', function() return 2 end)"
        FCALL f 0
        FCALL F 0
        FUNCTION LOAD REPLACE "#!lua name=a\nnosuch()"
        FUNCTION LOAD REPLACE "#!lua name=a\nreturn 1"
        FCALL f 0
        FUNCTION LOAD "#!lua name=b\nredis.register_function('f', function() end)"
        FUNCTION LOAD "#!lua name=b\nredis.register_function('F', function() end)"
        FUNCTION LOAD "#!lua name=A\nredis.register_function('g', function() end)"
        ~FUNCTION LIST LIBRARYNAME a
        FUNCTION LIST LIBRARYNAME b*
        FUNCTION LOAD REPLACE "#!lua name=a\nredis.register_function('h', function() end)"
        FCALL f 0
        FUNCTION LOAD "#!lua name=b\nredis.register_function('f', function() return 'b' end)"
        FCALL f 0
        FUNCTION DELETE B
        FUNCTION DELETE b
        FUNCTION DELETE b
        FCALL f 0
        EVAL "return redis.call('function', 'list')" 0
        EVAL "return redis.call('fcall', 'h', 0)" 0
        EVAL "return redis.register_function" 0
        FUNCTION FLUSH ASYNC
        FCALL h 0
        """#

    /// Each in a library of its own, called by FCALL and by FCALL_RO with a key and two arguments.
    private static var calls: String {
        let misuse = #"""
            FCALL
            FCALL f
            FCALL nosuch 0
            FCALL nosuch x
            FUNCTION LOAD "#!lua name=a\nredis.register_function('f', function() end)"
            FCALL f x
            FCALL f 0x1
            FCALL f 99999999999999999999
            FCALL f -1
            FCALL f 2 a
            FCALL f 0
            FCALL_RO f
            FCALL_RO f -1
            FCALL_RO f 0
            FCALL_RO nosuch 0
            FUNCTION FLUSH

            """#
        let named = ["no-writes", "allow-oom"].map { flag in
            """
            local function set(keys, args) return redis.call('SET', keys[1], args[1]) end \
            redis.register_function{function_name='f', callback=set, flags={'\(flag)'}}
            """
        }
        let bodies = #"""
            return {#keys, keys, args}
            return select('#', ...)
            return KEYS[1]
            return ARGV
            local x = redis.call('SET', keys[1], args[1])\nreturn {x, redis.call('GET', keys[1])}
            return redis.pcall('LPUSH', keys[1], 'x')
            return redis.call('LPUSH', keys[1], 'x')
            return redis.call('nosuch')
            return {redis.breakpoint == nil, redis.debug == nil, redis.replicate_commands == nil, redis.acl_check_cmd ~= nil}
            !\nredis.register_function('g', function() end)
            !local x = nil\nreturn x.y
            x = 1
            return y
            redis.foo = 1
            return redis.error_reply('MY own')
            return redis.status_reply('fine')
            return {double=3.5}
            redis.setresp(3) redis.call('HSET', 'h', 'f', 'v') return redis.call('HGETALL', 'h')
            error('own')
            error({err='MY own'})
            error({err='own'}, 2)
            assert(false, 'own')
            return {pcall(error, 'own')}
            return {pcall(redis.call, 'nosuch')}
            return coroutine.wrap(function() return 7 end)()
            return cjson and 1
            return {type(string.format), type(loadstring('return 1')), math.floor(1.5), bit.band(7, 2), redis.sha1hex('')}
            \nlocal function g() return nosuch end\nreturn g() + 1
            return 1, 2
            return
            """#
        let libraries =
            bodies.split(separator: "\n").map { body -> (mark: String, text: String) in
                let mark = body.hasPrefix("!") ? "!" : ""
                let parameters = body.contains("...") || body.contains("'#'") ? "..." : "keys, args"
                return (mark, "redis.register_function('f', function(\(parameters)) \(body.dropFirst(mark.count)) end)")
            } + named.map { ("", $0) }
            + [
                ("", "local early = redis redis.register_function('f', function() return early.call('PING') end)"),
                ("", "local early = redis redis.register_function('f', function() return early == redis end)"),
                (
                    "",
                    "redis.register_function('g', function() end) redis.register_function('f', function() return 'f' end)"
                ),
                ("", "local n = 40 redis.register_function('f', function() n = n + 2 return n end)"),
            ]
        return misuse
            + libraries.map { mark, text in
                """
                FUNCTION LOAD "#!lua name=a\\n\(text)"
                \(mark)FCALL f 1 key one two
                FCALL_RO f 1 key one two
                FUNCTION FLUSH
                """
            }.joined(separator: "\n")
    }

    @Test("what a library remembers from call to call is gone here, as is said")
    func forgetful() async throws {
        let server = try RealRedis()
        let real = try server.connect(.resp2)
        let client = RedisService(EmbeddedData(), .init(clock: Embedded.realTime)).connect()
        let lines = try Line.all(
            #"""
            FUNCTION LOAD "#!lua name=a\nlocal n = 0 redis.register_function('f', function() n = n + 1 return n end)"
            FCALL f 0
            FCALL f 0
            """#)
        var replies: [[String]] = []
        for line in lines {
            let ours = await client.perform(line.words, version: .resp2)
            replies.append([try real.perform([line.words])[0].shown, ours?.shown ?? ""])
        }
        #expect(replies == [["\"a\"", "\"a\""], [":1", ":1"], [":2", ":1"]])
    }

    @Test("the example library does what its header says, here and there")
    func example() async throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Examples/redis/functions/stock.lua")
        let server = try RealRedis()
        let real = try server.connect(.resp2)
        let client = RedisService(EmbeddedData(), .init(clock: Embedded.realTime)).connect()
        let load = [[UInt8]("FUNCTION".utf8), [UInt8]("LOAD".utf8), [UInt8](try Data(contentsOf: file))]
        let loaded = try [await client.perform(load, version: .resp2), real.perform([load])[0]].map { $0?.shown }
        #expect(loaded == ["\"stock\"", "\"stock\""])
        for line in """
        HSET tea there 10 => :1
        FCALL left 1 tea => :10
        FCALL reserve 1 tea 3 ann => :7
        FCALL reserve 1 tea 4 bob => :3
        FCALL reserve 1 tea 4 ann => -SOLDOUT 3 left
        FCALL reserve 1 tea none ann => -ERR a reservation is for one or more
        FCALL_RO left 1 tea => :3
        FCALL_RO left 1 nothing => :0
        HGET tea for:ann => "3"
        """.split(separator: "\n") {
            let parts = line.split(separator: " => ", maxSplits: 1)
            let words = try Line.words(String(parts[0]))
            let ours = await client.perform(words, version: .resp2)
            let theirs = try real.perform([words])[0]
            #expect([ours?.shown, theirs.shown] == Array(repeating: String(parts[1]), count: 2), "\(line)")
        }
    }
}
