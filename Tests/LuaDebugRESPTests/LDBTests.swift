// The dialect of LDB, byte for byte as its client needs it, and what a client that errs or vanishes does to it.

import LuaDebugCore
import Synchronization
import Testing

@testable import LuaDebugRESP

@Suite("The dialect of LDB")
struct LDBTests {
    private static let unknown =
        "[+<error> Unknown Redis Lua debugger command or wrong number of arguments.]"

    /// A client that has begun a session; its script stands at the first line.
    private func session(
        _ script: String, _ rest: [String] = ["0"], on service: DebugService = Wire.service(),
        _ body: (Wire) async throws -> Void
    ) async throws {
        try await wire(service) { client in
            await client.expect("SCRIPT DEBUG YES", "+OK")
            client.send((["EVAL", script] + rest).map { [UInt8]($0.utf8) })
            try await body(client)
        }
    }

    private func expect(_ client: Wire, _ expected: String, location: SourceLocation = #_sourceLocation) async {
        let reply = await client.reply().map(Wire.show) ?? "closed"
        #expect(Wire.matches(reply, expected), "\(reply), not \(expected)", sourceLocation: location)
    }

    // MARK: - The protocol

    @Test("one array of simple strings for each command; at the end the mark, then what EVAL answers, then nothing")
    func whole() async throws {
        try await session("local a = ARGV[1]\nlocal b = KEYS[1]\nreturn {a, b}", ["1", "key", "arg"]) { client in
            await expect(client, "[+* Stopped at 1, stop reason = step over +-> 1   local a = ARGV[1]]")
            await client.expect("s", "[+* Stopped at 2, stop reason = step over +-> 2   local b = KEYS[1]]")
            await client.expect("PRINT a", "[+<value> \"arg\"]")
            await client.expect("c", "[+<endsession>]")
            await expect(client, "[\"arg\" \"key\"]")
            await expect(client, "closed")
        }
    }

    @Test("the bytes on the wire are those that redis-cli was seen to read")
    func bytes() async throws {
        let sent = Bytes()
        let connection = DebugConnection(
            service: Wire.service(), peer: "bytes", send: { sent.add($0) }, close: { sent.close() })
        connection.receive(
            [UInt8]("*3\r\n$6\r\nSCRIPT\r\n$5\r\nDEBUG\r\n$3\r\nyes\r\n".utf8)
                + [UInt8]("*3\r\n$4\r\nEVAL\r\n$9\r\nreturn 12\r\n$1\r\n0\r\n*1\r\n$1\r\nc\r\n".utf8))
        await sent.closed()
        #expect(
            sent.text == "+OK\r\n*2\r\n+* Stopped at 1, stop reason = step over\r\n+-> 1   return 12\r\n"
                + "*1\r\n+<endsession>\r\n:12\r\n")
        connection.closed()
    }

    @Test(
        "what cannot begin ends at once, with the mark in front: without it the client would ask for commands",
        arguments: [
            ("x =", ["0"], "-ERR user_script:1: unexpected symbol near <eof>"),
            ("return 1", ["one"], "-ERR value is not an integer or out of range"),
            ("return 1", ["-1"], "-ERR Number of keys can't be negative"),
            ("return 1", ["2", "k"], "-ERR Number of keys can't be greater than number of args"),
            ("\u{1B}Lua", ["0"], "-ERR *binary chunk*"),
        ])
    func cannotBegin(script: String, rest: [String], error: String) async throws {
        let service = Wire.service()
        try await session(script, rest, on: service) { client in
            await expect(client, "[+<endsession>]")
            await expect(client, error)
            await expect(client, "closed")
        }
        #expect(service.sessions.isEmpty)
    }

    @Test(
        "SCRIPT DEBUG takes one of three words; NO switches it off; EVALSHA is not for it; EVAL without it is the host's"
    )
    func choosing() async throws {
        await wire { client in
            await client.converse(
                """
                SCRIPT DEBUG -> -ERR wrong number of arguments for 'script|debug' command
                SCRIPT DEBUG MAYBE -> -ERR Use SCRIPT DEBUG YES/SYNC/NO
                script debug yes -> +OK
                EVALSHA abc 0 -> -ERR Please use EVAL instead of EVALSHA for debugging
                SCRIPT DEBUG NO -> +OK
                EVALSHA abc 0 -> -NOSCRIPT No matching script.
                EVAL "return 1" 0 -> -ERR unknown command 'EVAL'
                DEVAL "return 1" 0 -> :1
                SCRIPT DEBUG YES -> -ERR unknown subcommand or wrong number of arguments for 'script|debug'
                END -> :1
                """)
        }
    }

    // MARK: - What LDB does wrong

    @Test("pipelined commands are each answered; empty, long and binary arguments are arguments")
    func pipelined() async throws {
        try await session("local a = 1\nreturn a") { client in
            await expect(client, "[+* Stopped at 1,*]")
            client.send("p a")
            client.send("s")
            client.send("p a")
            client.send(["e", String(repeating: " ", count: 5000) + "#'" + "x\0y" + "'"].map { [UInt8]($0.utf8) })
            client.send(["e", ""].map { [UInt8]($0.utf8) })
            await expect(client, "[+<value> nil]")
            await expect(client, "[+* Stopped at 2,*]")
            await expect(client, "[+<value> 1]")
            await expect(client, "[+<retval> 3]")
            await expect(client, "[+<retval> nil]")
            await client.expect("a", "[+<endsession>]")
        }
    }

    @Test("next goes over calls; a breakpoint set twice, moved, or one of two removed is as one expects")
    func right() async throws {
        try await session("local function f()\n  return 1\nend\n-- nothing\nlocal a = f()\nlocal b = f()\nreturn a + b")
        {
            client in
            await expect(client, "[+* Stopped at 3,*]")
            await client.expect("n", "[+* Stopped at 5,*]")
            await client.expect("n", "[+* Stopped at 6,*]")
            await client.expect("b 4", "[+<hint> There is no code at line 4: the breakpoint is at line 5.*]")
            await client.expect("b 2", "[+   1 *+  #2 *+   3 *]")
            await client.expect("b 2 7", "[+   1 *+  #2 *+   3 *+-> 6 *+  #7 *]")
            await client.expect("b -2", "[+Breakpoint removed.]")
            await client.expect("b", "[+2 breakpoints set: +  #5 *+  #7 *]")
            await client.expect("c", "[+* Stopped at 7, stop reason = break point*]")
            await client.expect("c", "[+<endsession>]")
            await expect(client, ":2")
        }
    }

    @Test("an abort cannot be caught")
    func abort() async throws {
        try await session("while true do\n  pcall(function() while true do local a = 1 end end)\nend") { client in
            await expect(client, "[+* Stopped at 2,*]")
            await client.expect("s", "[+* Stopped at 2,*]")
            await client.expect("abort", "[+<endsession>]")
            await expect(client, "-KILLED the script was ended (abort)")
            await expect(client, "closed")
        }
    }

    @Test("lines of the script and of values cannot break out of their line of the reply")
    func injection() async throws {
        try await session("local a = 'x' --\u{01}\rlocal b = \"y\\n+OK\"\nerror('two\\r\\nlines')") { client in
            await expect(client, "[+* Stopped at 1,*]")
            await client.expect("s", "[+* Stopped at 2,*]")
            await client.expect("s", "[+* Stopped at 3,*]")
            await client.expect("p b", "[+<value> \"y\\n+OK\"]")
            client.send(["e", "error('a\\n+<endsession>', 0)"].map { [UInt8]($0.utf8) })
            await expect(client, "[+<error> a +<endsession>]")
            await client.expect("c", "[+<endsession>]")
            await expect(client, "-ERR user_script:3: two*lines")
        }
    }

    // MARK: - Bad input

    @Test(
        "words that are none, wrong numbers of arguments, numbers out of range: an error, and the session is unharmed")
    func badWords() async throws {
        try await session("local a = 1\nreturn a") { client in
            await expect(client, "[+* Stopped at 1,*]")
            for line in [
                "nope", "st", "step 1", "c 2", "list 1 2 3", "maxlen 1 2", "abort now", "redis", "eval", "trace 1",
                "cond", "up 1 2", "\"\"", "PING", "GET a", "DEVAL \"return 1\" 0",
            ] {
                await client.expect(line, Self.unknown)
            }
            await client.converse(
                """
                b 3 -> [+Wrong line number.]
                b 99999999999999999999 -> [+Invalid argument:'99999999999999999999']
                b 9223372036854775807 -> [+Wrong line number.]
                b -9223372036854775808 -> [+No breakpoint in the specified line.]
                l 9223372036854775807 9223372036854775807 -> []
                l -5 -5 -> [+-> 1   local a = 1]
                cond 0 a -> [+Invalid argument:'0']
                cond 2 == -> [+<error> *]
                up -> [+<error> there is no function further out]
                up 0 -> [+<error> a number of frames from 1 is wanted]
                down -> [+<error> there is no function further in]
                watch -1 -> [+There is no such watch.]
                watch == -> [+<error> *]
                maxlen -1 -> [+<error> maxlen takes a number from 0, not '-1']
                r GET a -> [+<error> there is no data here that commands could work on]
                s -> [+* Stopped at 2, *]
                c -> [+<endsession>]
                """)
        }
    }

    @Test("what is no RESP ends the session: the mark, the error, and nobody waits for the script")
    func nonsense() async throws {
        let service = Wire.service()
        try await session("while true do end", on: service) { client in
            await expect(client, "[+* Stopped at 1,*]")
            client.connection.receive([UInt8]("*2\r\n$1\r\nb\r\n$x\r\n".utf8))
            await expect(client, "[+<endsession>]")
            await expect(client, "-ERR Protocol error: *")
            await expect(client, "closed")
        }
        #expect(service.sessions.isEmpty)
    }

    @Test("a client that vanishes ends its own script only, running or stopped")
    func vanishing() async throws {
        let service = Wire.service()
        try await session("local a = 1\nreturn a", on: service) { other in
            await expect(other, "[+* Stopped at 1,*]")
            for command in ["", "c"] {
                try await session("local n = 0\nwhile true do n = n + 1 end", on: service) { client in
                    await expect(client, "[+* Stopped at 1,*]")
                    if !command.isEmpty { client.send(command) }
                }
            }
            await other.expect("s", "[+* Stopped at 2,*]")
            await other.expect("c", "[+<endsession>]")
        }
    }

    @Test("a script that another client has ended: the pending command says so, or the next one")
    func killed() async throws {
        // Not stopped by the dialect's own patience, however busy the machine is.
        let service = Wire.service { $0.limits.time = .seconds(3600) }
        for isRunning in [true, false] {
            try await session("while true do end", on: service) { client in
                await expect(client, "[+* Stopped at 1,*]")
                if isRunning { client.send("c") }
                await wire(service) { other in
                    while true {
                        guard isRunning, let listing = service.sessions.first, case .running = listing.state else {
                            if !isRunning { break }
                            await Task.yield()
                            continue
                        }
                        break
                    }
                    await other.expect("SCRIPT KILL", "+OK")
                }
                if !isRunning { client.send("p") }
                await expect(client, "[+<endsession>]")
                await expect(client, "-KILLED the script was ended (SCRIPT KILL)")
                await expect(client, "closed")
            }
        }
    }

    @Test("a script that runs for too long stops and says why; the host's own limit of time ends it instead")
    func patience() async throws {
        try await session("while true do end") { client in
            await expect(client, "[+* Stopped at 1,*]")
            await client.expect("c", "[+* Stopped at 1, stop reason = timeout reached, infinite loop? +-> 1 *]")
            await client.expect("a", "[+<endsession>]")
        }
        let service = Wire.service { $0.limits.time = .milliseconds(500) }
        try await session("while true do end", on: service) { client in
            await expect(client, "[+* Stopped at 1,*]")
            await client.expect("c", "[+<endsession>]")
            await expect(client, "-KILLED the script was ended (time limit)")
        }
    }
}

/// What one connection has sent.
private final class Bytes: Sendable {
    private let state = Mutex<(bytes: [UInt8], isClosed: Bool)>(([], false))
    func add(_ bytes: [UInt8]) { state.withLock { $0.bytes += bytes } }
    func close() { state.withLock { $0.isClosed = true } }
    func closed() async { while !state.withLock({ $0.isClosed }) { await Task.yield() } }
    var text: String { String(decoding: state.withLock { $0.bytes }, as: UTF8.self) }
}
