// luadebug run on Redis scripts: keys and arguments, data from a file or a real server, what stays, and what is refused.

import Foundation
import Testing

@Suite("luadebug run on Redis scripts", .timeLimit(.minutes(5)))
struct RedisRunTests {
    private let folder: Folder

    init() throws {
        folder = try Folder()
        try folder.write(
            "local n = redis.call('INCRBY', KEYS[1], ARGV[1])\nredis.log(redis.LOG_NOTICE, 'n is', n)\nredis.debug(n)\nreturn n\n",
            to: "add.lua")
        try folder.write("return {KEYS, ARGV}\n", to: "words.lua")
        try folder.write("# a comment\n\nSET n 40\nRPUSH \"a list\" \"x y\" \"\\x00\"\n", to: "data.redis")
        try folder.write(
            "local v = redis.call('GET', 'n')\nreturn redis.call('LRANGE', 'a list', 0, -1)\n", to: "read.lua")
        try folder.write("secret\n", to: "password")
    }

    private func run(_ command: String, typed: String = "c\n") async throws -> (text: String, status: Int32) {
        try folder.write(typed, to: "typed")
        let path = folder.path
        return try await offPool {
            try Running("cd '\(path)'; export LUADEBUG='\(Running.program)'; (\(command)) < typed 2>&1").finish()
        }
    }

    /// The same beside a redis-server on the socket `s`, which is ended with it.
    private func withServer(_ options: String, _ command: String, typed: String = "c\n") async throws -> String {
        try await run(RealAndOurs.server(options) + command, typed: typed).text
    }

    @Test("words are keys, and behind a comma arguments; log and debug lines are seen, and the reply at the end")
    func words() async throws {
        let result = try await run("\"$LUADEBUG\" run --redis-script add.lua counter , 7")
        #expect(
            result.text == """
                redis.log notice: n is 7
                debug at user_script:3: 7
                The script has ended and returned 7.
                reply: (integer) 7
                effects: rolled back; --effects keep lets changes stay until this program ends

                """)
        #expect(result.status == 0)
        for (words, reply) in [
            ("a b , c", "1) 1) \"a\"\n          2) \"b\"\n       2) 1) \"c\"\n"),
            ("a b", "1) 1) \"a\"\n          2) \"b\"\n       2) (empty array)\n"),
            (", a,b ,", "1) (empty array)\n       2) 1) \"a,b\"\n          2) \",\"\n"),
            ("", "1) (empty array)\n       2) (empty array)\n"),
        ] {
            let result = try await run("\"$LUADEBUG\" run --redis-script words.lua \(words)")
            #expect(result.text.contains("reply: \(reply)"), "\(result.text)")
        }
    }

    @Test("run at the prompt takes other keys and arguments")
    func restarted() async throws {
        let result = try await run(
            "\"$LUADEBUG\" run --redis-script words.lua a , b", typed: "c\nrun k 'l m' , x , y\nc\nrun\nc\nrun ,\nc\n")
        let returned = result.text.split(separator: "\n").filter { $0.contains("returned") }
        #expect(
            returned.map { $0.dropFirst(34) } == [
                "{ { \"a\" }, { \"b\" } }.", "{ { \"k\", \"l m\" }, { \"x\", \",\", \"y\" } }.",
                "{ { \"k\", \"l m\" }, { \"x\", \",\", \"y\" } }.", "{ {}, {} }.",
            ], "\(result.text)")
    }

    @Test("data from a file; what changes is rolled back at each restart, or kept from run to run")
    func data() async throws {
        let filled = try await run("\"$LUADEBUG\" run --redis-data data.redis read.lua")
        #expect(filled.text.contains("reply: 1) \"x y\"\n       2) \"\\x00\"\n"), "\(filled.text)")
        let typed = "c\nrestart\nc\n"
        let rolled = try await run("\"$LUADEBUG\" run --redis-data data.redis add.lua n , 1", typed: typed)
        #expect(rolled.text.contains("returned 41.\n") && !rolled.text.contains("42"), "\(rolled.text)")
        let kept = try await run(
            "\"$LUADEBUG\" run --redis-data data.redis --effects keep add.lua n , 1", typed: typed)
        #expect(kept.text.contains("returned 41.\n") && kept.text.contains("returned 42.\n"), "\(kept.text)")
        #expect(kept.text.hasSuffix("effects: kept from run to run, and gone with this program\n"))
    }

    @Test("what fails: the script, as Redis says it; a line of the data; and what does not go together")
    func refusals() async throws {
        try folder.write("local x = 1\nreturn redis.call('INCR', 'a list')\n", to: "bad.lua")
        let failed = try await run("\"$LUADEBUG\" run --redis-data data.redis bad.lua")
        #expect(failed.text.contains("The script has failed: "))
        #expect(
            failed.text.contains(
                "reply: (error) WRONGTYPE Operation against a key holding the wrong kind of value script: "))
        #expect(failed.status == 1)
        try folder.write("SET a 1\nSET a\n", to: "bad.redis")
        try folder.write("SET a 'b\n", to: "open.redis")
        for (arguments, text, status) in [
            ("--redis-data bad.redis add.lua", "bad.redis:2: ERR wrong number of arguments for 'set' command", 1),
            ("--redis-data open.redis add.lua", "open.redis:1: unbalanced quotes", 1),
            ("--redis-data nowhere add.lua", "cannot read nowhere", 1),
            ("--redis nowhere add.lua", "\"nowhere\" is no endpoint", 2),
            (
                "--redis unix:nowhere add.lua",
                "IOERR error connecting to unix:nowhere: Nobody listens on unix:nowhere.", 1
            ),
            ("--redis 6379 --redis-data data.redis add.lua", "not with --redis", 2),
            ("--redis-user ann add.lua", "--redis-user is about a server; --redis names it", 2),
            ("--redis 6379 --redis-user ann add.lua", "--redis-user needs a password", 2),
            ("--redis-database 16 add.lua", "from 0 to 15, not 16", 2),
            ("--redis-database x add.lua", "from 0 to 15, not x", 2),
            ("--effects drop add.lua", "--effects is one of keep, rollback, not drop", 2),
        ] as [(String, String, Int32)] {
            let result = try await run("\"$LUADEBUG\" run \(arguments)")
            #expect(result.text.hasPrefix("luadebug: ") && result.text.contains(text), "\(arguments): \(result.text)")
            #expect(result.status == status, "\(arguments)")
        }
    }

    @Test(
        "on a real server: reads go through, writes are refused, and with keep they stay",
        .enabled(if: RealAndOurs.isThere))
    func realServer() async throws {
        let text = try await withServer(
            "",
            """
            redis-cli -s s -n 2 set n 40 >/dev/null
            "$LUADEBUG" run --redis unix:s --redis-database 2 add.lua n , 1; echo status $?
            redis-cli -s s -n 2 get n
            echo "p redis.call('GET', 'n'), redis.pcall('SET', 'n', 1).err" |
                "$LUADEBUG" run --redis unix:s --redis-database 2 read.lua
            echo c | "$LUADEBUG" run --redis unix:s --redis-database 2 --effects keep add.lua n , 1
            redis-cli -s s -n 2 get n
            """)
        let refusal =
            "ERR Write commands are not allowed while effects are rolled back: 'incrby' would change the data of unix:s, see --effects keep"
        #expect(text.contains("reply: (error) \(refusal) script: "), "\(text)")
        #expect(
            text.contains("effects: rolled back; nothing was changed on unix:s, see --effects keep\nstatus 1\n40\n"))
        #expect(text.contains("\"40\", \"\(refusal.replacing("incrby", with: "set"))\"\n"), "\(text)")
        #expect(text.hasSuffix("reply: (integer) 41\neffects: kept on unix:s\n41\n"), "\(text)")
    }

    @Test(
        "a password comes from a file or the environment; the server refuses in its own words",
        .enabled(if: RealAndOurs.isThere))
    func password() async throws {
        let text = try await withServer(
            "--requirepass secret --user ann on '>other' '~*' '+@all'",
            """
            for WHO in '' '--redis-user ann' '--redis-password-file password' '--redis-user ann --redis-password-file password'; do
                "$LUADEBUG" run --redis unix:s $WHO words.lua
            done
            REDISCLI_AUTH=other "$LUADEBUG" run --redis unix:s --redis-user ann words.lua
            REDISCLI_AUTH=other "$LUADEBUG" run --redis unix:s --redis-password-file password words.lua
            """, typed: "")
        let lines = text.split(separator: "\n")
        let welcome = "effects: rolled back; nothing was changed on unix:s, see --effects keep"
        #expect(
            lines == [
                "luadebug: (error) NOAUTH Authentication required.",
                "luadebug: --redis-user needs a password: --redis-password-file, or REDISCLI_AUTH in the environment",
                Substring(welcome),
                "luadebug: (error) WRONGPASS invalid username-password pair or user is disabled.",
                Substring(welcome), Substring(welcome),
            ], "\(text)")
    }

    @Test("of a library one function is debugged; what is no library, or has no such function, is refused")
    func function() async throws {
        try folder.write(
            """
            #!lua name=lib
            local function add(key, by)
              return redis.call('INCRBY', key, by)
            end
            redis.register_function('grow', function(keys, args)
              return add(keys[1], args[1])
            end)
            redis.register_function{function_name = 'sly', flags = {'no-writes'}, callback = function(keys)
              return redis.call('SET', keys[1], 1)
            end}
            """, to: "lib.lua")
        let grown = try await run(
            "\"$LUADEBUG\" run --redis-function grow lib.lua n , 7",
            typed: "list 1\nbreak 3\ncontinue\nkey .. by\ncontinue\n")
        for line in ["#!lua name=lib", "user_function:3 in", "n7", "reply: (integer) 7"] {
            #expect(grown.text.contains(line), "\(line) is not in \(grown.text)")
        }
        #expect(grown.status == 0)
        let sly = try await run("\"$LUADEBUG\" run --redis-function sly lib.lua n")
        #expect(
            sly.text.contains(
                "ERR Write commands are not allowed from read-only scripts. script: sly, on @user_function:9."),
            "\(sly.text)")
        for (command, said) in [
            ("run --redis-function nosuch lib.lua", "luadebug: Function not found\n"),
            ("run --redis-function f add.lua", "luadebug: add.lua: Missing library metadata\n"),
        ] {
            let refused = try await run("\"$LUADEBUG\" \(command)")
            #expect(refused.text == said)
            #expect(refused.status == 1)
        }
        #expect(try await run("\"$LUADEBUG\" serve --redis-function f").status == 2)
    }
}
