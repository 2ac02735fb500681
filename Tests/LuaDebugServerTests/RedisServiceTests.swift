// luadebug serve as its users see it: Redis' commands and scripts, and sessions that see the same data.

import Foundation
import Testing

@testable import LuaDebugServer

@Suite("luadebug serve with Redis' data", .serialized, .timeLimit(.minutes(5)))
struct RedisServiceTests {
    /// A server that ends with the test.
    private final class Server {
        let program: Running
        let endpoint: Endpoint

        init(_ options: String = "") async throws {
            let program = try Running("exec '\(Running.program)' serve --resp 0 \(options)")
            self.program = program
            endpoint = try Endpoint(String(try await offPool { program.line() }.dropFirst(18)))
        }

        deinit { program.signal(SIGTERM) }

        var port: Int { if case .tcp(_, let port) = endpoint { port } else { 0 } }

        /// What redis-cli prints for these lines.
        func typed(_ lines: String) async throws -> String {
            let folder = try Folder()
            try folder.write(lines + "\n", to: "typed")
            let command = "redis-cli -p \(port) < '\(folder.path)/typed' 2>&1"
            return try await offPool { try Programs.output(of: command) }
        }
    }

    // MARK: - Outside a session

    private static let commands = #"""
        SET counter 10
        EVAL "return {KEYS[1], ARGV[1], redis.call('INCR', KEYS[1])}" 1 counter arg
        EVAL "return redis.call('SET', KEYS[1], 'x')" 1 other
        EVAL_RO "return redis.call('GET', KEYS[1])" 1 other
        EVAL_RO "return redis.call('SET', KEYS[1], 'y')" 1 other
        EVAL "return 1" 2 a
        EVAL "return 1" -1
        EVAL "return 1" one
        EVAL "return 1"
        EVAL "return nothing" 0
        EVAL "redis.call('LPUSH', 'other', 1)" 0
        EVAL "return redis.error_reply('MY own')" 0
        SCRIPT LOAD "return {ARGV[1], 7}"
        EVALSHA b2f9a1ee1d1e3bc0b1f5ba8f1bf7bd20b4a8d6c4 0
        SCRIPT LOAD "return 7"
        EVALSHA 59b6ab2fbe0ee4b25733de0f62e6cda4899ef8e9 0
        EVALSHA 59B6AB2FBE0EE4B25733DE0F62E6CDA4899EF8E9 0
        EVALSHA_RO 59b6ab2fbe0ee4b25733de0f62e6cda4899ef8e9 0
        EVALSHA 59b6ab2fbe0ee4b25733de0f62e6cda4899ef8e9
        SCRIPT EXISTS 59b6ab2fbe0ee4b25733de0f62e6cda4899ef8e9 nosuch
        SCRIPT EXISTS
        SCRIPT LOAD
        SCRIPT FLUSH NOW
        SCRIPT FLUSH
        SCRIPT EXISTS 59b6ab2fbe0ee4b25733de0f62e6cda4899ef8e9
        EVALSHA 59b6ab2fbe0ee4b25733de0f62e6cda4899ef8e9 0
        EVAL "return 'cached'" 0
        EVALSHA 9c80e0c0c6a4e0eb77a8e6e3c8d4cf6ef3ae2f10 0
        SCRIPT KILL
        SELECT 3
        SET here 1
        EVAL "return redis.call('GET', 'here')" 0
        SELECT 0
        GET here
        LPUSH list a b c
        LRANGE list 0 -1
        TYPE list
        GET list
        GET
        PING
        ECHO hello
        """#

    @Test(
        "commands and scripts, typed to it and to a real redis-server, are answered alike",
        .enabled(if: RealAndOurs.isThere))
    func oracle() async throws {
        let folder = try Folder()
        try folder.write(Self.commands + "\n", to: "typed")
        let (real, ours) = try await RealAndOurs.answers(to: "redis-cli --no-raw -s $SOCKET < typed", in: folder)
        #expect(ours == real)
        #expect(real.count > 40)
    }

    @Test("an endless script blocks nobody; SCRIPT KILL from another connection ends it, whatever it catches")
    func killing() async throws {
        let server = try await Server()
        let endpoint = server.endpoint
        // It waits for sockets, which would take a thread of the pool that other tests need.
        try await offPool {
            let busy = try ClientSocket(to: endpoint)
            let endless = "while true do pcall(function() while true do redis.call('INCR', 'n') end end) end"
            try busy.send(bytes("EVAL \"\(endless)\" 0\r\n"))
            let stopped = try ClientSocket(to: endpoint)
            try stopped.send(bytes("DEVAL \"local a = 1\\nreturn a\" 0\r\n"))
            #expect(try stopped.receive() == bytes(":1\r\n"))
            let other = try ClientSocket(to: endpoint)
            // Whether it runs already is seen by what it does.
            var count = 0
            while count == 0 {
                try other.send(bytes("GET n\r\n"))
                count = String(decoding: try other.receive(), as: UTF8.self).hasPrefix("$-1") ? 0 : 1
            }
            try other.send(bytes("PING\r\n"))
            #expect(try other.receive() == bytes("+PONG\r\n"))
            try other.send(bytes("EVAL \"return 1\" 0\r\n"))
            #expect(try other.receive() == bytes(":1\r\n"))
            try other.send(bytes("SCRIPT KILL\r\n"))
            #expect(try other.receive() == bytes("+OK\r\n"))
            let reply = String(decoding: try busy.receive(), as: UTF8.self)
            #expect(reply.hasPrefix("-ERR Script killed by user with SCRIPT KILL. script: "), "\(reply)")
            // The session beside it stands where it stood; it is the only script now, and SCRIPT KILL means it.
            try stopped.send(bytes("STEPOVER\r\n"))
            #expect(try stopped.receive() == bytes(":2\r\n"))
            try other.send(bytes("SCRIPT KILL\r\n"))
            #expect(try other.receive() == bytes("+OK\r\n"))
            try busy.send(bytes("PING\r\n"))
            #expect(try busy.receive() == bytes("+PONG\r\n"))
        }
        withExtendedLifetime(server) {}
    }

    @Test("a script past its time is ended with that reason; in a session the time spent stopped does not count")
    func timeLimit() async throws {
        let server = try await Server("--time 1")
        let output = try await server.typed(
            "EVAL \"while true do end\" 0\nPING\nDEVAL \"while true do end\" 0\nRUN\nABORT")
        #expect(
            output == """
                ERR The script was ended (time limit)

                PONG
                1
                KILLED the script was ended (time limit)

                OK

                """)
    }

    @Test("--plain is Lua's own libraries, without data")
    func plain() async throws {
        let server = try await Server("--plain")
        let output = try await server.typed(
            "GET a\nEVAL \"return 1\" 0\nDEFFECTS\nDEVAL \"return type(io) .. type(redis.call)\" 0\nBCALL get\nEND")
        #expect(
            output == """
                ERR unknown command 'GET'

                ERR unknown command 'EVAL'

                ERR the host has no data that a script could change

                1
                ERR the host has no commands that a script could call

                tablenil

                """)
    }

    // MARK: - In a session

    @Test("a session sees keys, arguments and data, stops at commands by name, and tells each call with its reply")
    func session() async throws {
        let server = try await Server()
        let output = try await server.typed(
            #"""
            SET n 41
            DEVAL "local n = redis.call('incr', KEYS[1])\nredis.pcall('LPUSH', KEYS[1], 'a b')\nredis.debug('n', n)\nlocal all = {redis.call('get', KEYS[1]), ARGV[1]}\nreturn all" 1 n x
            DOEVAL "KEYS[1] .. ARGV[1]"
            BCALL GET nosuch
            TRON CODE
            RUN
            GETCODE
            DOEVAL n
            TRREAD
            BCALL FLUSH
            RUN
            GETRETURN
            DEFFECTS
            DEFFECTS KEEP
            END
            GET n
            DEFFECTS KEEP
            DEVAL "return redis.call('incr', KEYS[1])" 1 n
            DEFFECTS
            DRESTART
            END
            GET n
            DEVAL "local x = redis.call('get', 'n')\nreturn x .. nothing" 0
            RUN
            END
            """#)
        #expect(
            output == """
                OK
                1
                nx
                get
                nosuch
                1
                local n = redis.call('incr', KEYS[1])

                local all = {redis.call('get', KEYS[1]), ARGV[1]}
                42
                0
                call
                1
                incr n
                42
                trace
                2
                redis.pcall('LPUSH', KEYS[1], 'a b')
                call
                2
                LPUSH n "a b"
                err
                WRONGTYPE Operation against a key holding the wrong kind of value
                ignore_error_stats_update
                1
                trace
                3
                redis.debug('n', n)
                debug
                3
                n
                42
                trace
                4
                local all = {redis.call('get', KEYS[1]), ARGV[1]}
                call
                4
                get n
                42

                OK
                42
                x
                rollback
                ERR what becomes of effects is chosen before the session: END or ABORT it

                42
                x
                41
                keep
                1
                keep
                1
                42
                42
                1
                ERR user_script:2: Script attempted to access nonexistent global variable 'nothing' script: b3d2edd33a41cb8f7b887d57434d29766d4b2074, on @user_script:2.

                ERR user_script:2: Script attempted to access nonexistent global variable 'nothing' script: b3d2edd33a41cb8f7b887d57434d29766d4b2074, on @user_script:2.


                """)
    }

    /// Every key with its type, its time to live and all that it holds, in the order of the keys.
    private static let dump = """
        local keys = redis.call('KEYS', '*')
        table.sort(keys)
        local all = {}
        for _, key in ipairs(keys) do
          local kind = redis.call('TYPE', key).ok
          local how = {string = {'GET', key}, list = {'LRANGE', key, 0, -1}, hash = {'HGETALL', key},
            set = {'SMEMBERS', key}, zset = {'ZRANGE', key, 0, -1, 'WITHSCORES'}}
          local held = redis.call(unpack(how[kind]))
          if type(held) == 'table' then held = table.concat(held, ',') end
          all[#all + 1] = table.concat({key, kind, redis.call('PEXPIRETIME', key), held}, ' ')
        end
        return table.concat(all, '|')
        """

    @Test("after a session that changed 1,000 keys everything is as it was, unless it was to be kept")
    func rollback() async throws {
        let server = try await Server()
        let fill = """
            for i = 1, 1200 do
              local key = string.format('key:%04d', i)
              if i % 5 == 0 then redis.call('RPUSH', key, i, i + 1)
              elseif i % 5 == 1 then redis.call('HSET', key, 'field', i)
              elseif i % 5 == 2 then redis.call('SADD', key, 'one', i)
              elseif i % 5 == 3 then redis.call('ZADD', key, i, 'member')
              else redis.call('SET', key, i) end
              if i % 7 == 0 then redis.call('PEXPIREAT', key, 4102444800000 + i) end
            end
            """
        let change = """
            for i = 1, 1000 do
              local key = string.format('key:%04d', i)
              if i % 3 == 0 then redis.call('DEL', key)
              elseif i % 3 == 1 then redis.call('SET', key, 'changed')
              else redis.call('EXPIRE', key, 1000) end
            end
            redis.call('SET', 'new', 1)
            redis.call('SELECT', 1)
            redis.call('SET', 'elsewhere', 1)
            return redis.call('DBSIZE')
            """
        func line(_ command: String, _ script: String) -> String {
            "\(command) \"\(script.replacing("\n", with: "\\n"))\" 0"
        }
        let dump = line("EVAL", Self.dump)
        func ask(_ lines: String) async throws -> [String] {
            try await server.typed(lines).split(separator: "\n").map(String.init)
        }
        _ = try await ask(line("EVAL", fill))
        let before = try await ask(dump)
        #expect(before.first?.split(separator: "|").count == 1200)
        for how in ["END", "RUN\nEND", "STEPOVER\nBADD 8\nRUN\nRESTART\nBFLUSH\nRUN\nABORT"] {
            _ = try await ask(line("DEVAL", change) + "\n" + how)
            #expect(try await ask(dump) == before, "\(how)")
        }
        #expect(try await ask(line("DEVAL", change) + "\nEND").last == "1")
        #expect(try await ask("SELECT 1\nDBSIZE") == ["OK", "0"])
        #expect(try await ask("DEFFECTS KEEP\n" + line("DEVAL", change) + "\nEND").last == "1")
        #expect(try await ask(dump) != before)
        #expect(try await ask("SELECT 1\nDBSIZE") == ["OK", "1"])
    }
}
