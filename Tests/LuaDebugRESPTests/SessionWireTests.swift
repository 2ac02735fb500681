// Section 1 of the command contract: the session and DEVAL.

import LuaDebugCore
import Testing

@testable import LuaDebugRESP

@Suite("C-001 to C-025: session and DEVAL")
struct SessionWireTests {
    @Test("the proposal's own example, as it stands there")
    func proposal() async {
        await wire { client in
            await client.converse(
                """
                DREPLY TEXT -> "OK"
                DEVAL "return 42" 0 -> "1"
                RUN -> "OK"
                GETRETURN -> "42"
                END -> "42"
                """)
        }
    }

    @Test("C-001 C-003 C-005 C-006 the reply is the line of the script that runs first, typed")
    func firstLine() async {
        for (script, line) in [
            ("return 42", ":1"), ("-- a\\n-- b\\nreturn 1", ":3"),
            ("local function f()\\nreturn 1\\nend\\nreturn f()", ":3"),
            ("", ":1"), ("\\n\\n\\nreturn 1", ":4"),
        ] {
            await wire { await $0.expect("DEVAL \"\(script)\" 0", line) }
        }
        await wire { client in
            await client.converse("DEVAL \"\" 0 -> :1\nRUN -> +OK\nGETRETURN -> _")
        }
    }

    @Test("C-002 C-004 nothing has run yet")
    func nothingRun() async {
        await wire { client in
            await client.converse("DEVAL \"x = 1\\nreturn x\" 0 -> :1\nDOEVAL x -> _\nSTEPINTO -> :2\nDOEVAL x -> :1")
        }
    }

    @Test("C-007 KEYS and ARGV are there before the first line, byte for byte")
    func keys() async {
        await wire { client in
            await client.converse(
                """
                DEVAL "return KEYS[1]" 2 k1 "k\\x00\\xff" a1 "" -> :1
                DOEVAL KEYS[1] -> "k1"
                DOEVAL KEYS[2] -> "k\\x00\\xff"
                DOEVAL "#KEYS .. #ARGV .. ARGV[1] .. '<' .. ARGV[2] .. '>'" -> "22a1<>"
                END -> "k1"
                """)
        }
    }

    @Test("C-008 C-009 C-010 what is no script or no number begins no session")
    func refused() async {
        await wire { client in
            await client.converse(
                """
                DEVAL -> -ERR wrong number of arguments for 'deval'
                DEVAL "return 1" -> -ERR wrong number of arguments for 'deval'
                DEVAL "return 1" x -> -ERR value is not an integer or out of range
                DEVAL "return 1" 99999999999999999999 -> -ERR value is not an integer or out of range
                DEVAL "return 1" -1 -> -ERR Number of keys can't be negative
                DEVAL "return 1" 2 a -> -ERR Number of keys can't be greater than number of args
                DEVAL "return +" 0 -> -ERR user_script:1: unexpected symbol near '+'
                DEVAL "\\x1bLuaS" 0 -> -ERR *binary chunk*
                RUN -> -NOSESSION no debug session: DEVAL begins one
                PING -> +PONG
                DSESSIONS -> []
                """)
        }
    }

    @Test("C-011 C-012 C-015 in a session only debug commands and housekeeping")
    func onlyDebugCommands() async {
        await wire { client in
            await client.converse(
                """
                DEVAL "return 1" 0 -> :1
                SET a b -> -ERR unknown debug command 'SET'*
                EVAL "return 1" 0 -> -ERR unknown debug command 'EVAL'*
                DEVAL "return 2" 0 -> -ERR DEVAL is not accepted during a debug session*
                PING -> +PONG
                PING hello -> "hello"
                CLIENT SETNAME me -> +OK
                CLIENT GETNAME -> "me"
                CLIENT ID -> :*
                HELLO 2 -> *
                COMMAND COUNT -> :*
                GETCODE -> "return 1"
                RUN -> +OK
                """)
        }
    }

    @Test("C-013 C-069 debug commands without a session, each with a code of its own")
    func outside() async {
        await wire { client in
            for command in DebugCommand.table where command.scope == .inside {
                let words = [command.name] + [String](repeating: "x", count: command.arity.lowerBound)
                await client.expect(words.joined(separator: " "), "-NOSESSION *")
            }
            await client.converse("DEVAL \"return 1\" 0\nEND -> :1\nRUN -> -NOSESSION *")
        }
    }

    @Test("C-014 words and switches in any case; expressions as they are")
    func cases() async {
        await wire { client in
            await client.converse(
                """
                deval "local AbC = 1 return AbC" 0 -> :1
                tRoN cOdE -> [:1 "local AbC = 1 return AbC"]
                badd WATCH "AbC == 2" -> :0
                doeval Abc -> _
                restart flush -> :1
                Run -> +OK
                """)
        }
    }

    @Test("C-016 wrong arity for each command changes nothing")
    func arity() async {
        await wire { client in
            await client.expect("DEVAL \"return 1\" 0", ":1")
            for command in DebugCommand.table where command.scope == .inside {
                if command.arity.lowerBound > 0 {
                    await client.expect(
                        command.name, "-ERR wrong number of arguments for '\(command.name.lowercased())'")
                }
                if command.arity.upperBound < 10 {
                    let words = [command.name] + [String](repeating: "x", count: command.arity.upperBound + 1)
                    await client.expect(
                        words.joined(separator: " "),
                        "-ERR wrong number of arguments for '\(command.name.lowercased())'")
                }
            }
            await client.converse("BCOUNT -> :0\nWCOUNT -> :0\nGETCODE -> \"return 1\"\nRUN -> +OK")
        }
    }

    @Test("C-017 empty arguments, NUL, CR and LF, and a megabyte")
    func oddArguments() async {
        await wire { client in
            await client.expect("DEVAL \"local s = ARGV[1] return #s\" 0 \"\"", ":1")
            let large = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
            client.send([Array("DOEVAL".utf8), Array("#'".utf8) + large + Array("'".utf8)])
            #expect(await client.reply() == .integer(1 << 20))
            await client.converse(
                """
                DOEVAL "" -> -ERR *
                DOEVAL "'\\x00\\r\\n'" -> -ERR *
                DOEVAL "'a\\x00b'" -> "a\\x00b"
                DOEVAL "error('a\\\\r\\\\nb', 0)" -> -ERR a  b
                GETCODE "" -> -ERR line is not an integer: ''
                BADD "" -> -ERR line is not an integer: ''
                WADD "" -> -ERR *does not compile*
                RUN -> +OK
                """)
            client.send([[]])
            #expect(await client.reply().map(Wire.show)?.hasPrefix("-ERR unknown debug command") == true)
        }
    }

    @Test("C-018 pipelined commands are carried out in order, each with its reply")
    func pipelined() async {
        await wire { client in
            var bytes: [UInt8] = []
            for words in [
                ["DEVAL", "local a = 1\nlocal b = 2\nreturn a + b", "0"], ["BADD", "3"], ["RUN"], ["DOEVAL", "a + b"],
                ["RUN"], ["GETRETURN"], ["END"], ["PING"],
            ] {
                RESPEncoder.command(words.map { Array($0.utf8) }, into: &bytes)
            }
            client.connection.receive(bytes)
            var replies: [String] = []
            for _ in 0..<8 { replies.append(await client.reply().map(Wire.show) ?? "closed") }
            #expect(replies == [":1", ":0", ":0", ":3", "+OK", ":3", ":3", "+PONG"])
        }
    }

    @Test("C-019 inline commands, with CRLF and LF, byte by byte")
    func inline() async {
        await wire { client in
            for byte in "\r\n\nDEVAL \"return 'a b'\" 0\r\nrun\nGETRETURN\r\nEND\n".utf8 {
                client.connection.receive([byte])
            }
            for expected in [":1", "+OK", "\"a b\"", "\"a b\""] {
                #expect(await client.reply().map(Wire.show) == expected)
            }
            client.connection.receive(Array("PING \"a\n".utf8))
            #expect(await client.reply().map(Wire.show)?.hasPrefix("-ERR Protocol error") == true)
            #expect(await client.reply() == nil)
        }
    }

    @Test("C-020 sessions of two connections are independent; one of the host's is held by one")
    func independent() async throws {
        let service = Wire.service()
        let hosted = DebugSession(Script("local n = 0\nreturn n", name: "host.lua"), output: { _ in })
        try await hosted.start()
        let id = service.register(hosted, name: "host.lua")
        await wire(service) { one in
            await wire(service) { two in
                await one.converse("DEVAL \"x = 1\\nreturn x\" 0 -> :1\nSTEPINTO -> :2")
                await two.converse("DEVAL \"x = 2\\nreturn x\" 0 -> :1\nSTEPINTO -> :2\nDOEVAL x -> :2\nEND -> :2")
                await one.expect("END", ":1")
                await one.expect("DATTACH \(id)", ":1")
                await two.expect("DATTACH \(id)", "-BUSY The session is held by *")
                await one.converse("STEPOVER -> :2\nDOEVAL n -> :0\nRESTART -> -ERR only*\nDDETACH -> +OK")
            }
        }
        await hosted.settled()
        #expect(hosted.state == .ended(.returned([.integer(0)])))
        await hosted.close()
        service.unregister(id)
        #expect(service.sessions.isEmpty)
    }

    @Test(
        "C-021 A-05 a client that is gone: its script is ended, or runs on, as the host says; never is it left waiting")
    func lostClient() async {
        for policy in [DebugService.LostClient.abort, .finish] {
            for state in ["stopped", "running", "ended"] {
                let service = Wire.service { $0.whenClientIsLost = policy }
                await wire(service) { client in
                    await client.expect("DEVAL \"go = false\\nwhile not done do done = go end\\nreturn 1\" 0", ":1")
                    switch state {
                    case "running":
                        client.send("RUN")
                        while !service.sessions.contains(where: { $0.state == .running }) { await Task.yield() }
                        if policy == .finish {
                            client.send("PAUSE")
                            _ = await client.reply()
                            _ = await client.reply()
                            await client.expect("DOEXEC \"go = true\"", "+OK")
                        }
                    case "ended": await client.converse("DOEXEC \"done = true\"\nRUN -> +OK")
                    default: await client.expect("DOEXEC \"done = true\"", "+OK")
                    }
                }
                #expect(service.sessions.isEmpty)
            }
        }
    }

    @Test("A-05 a script of the host's goes on when its client is gone, running or stopped; nobody is waited for")
    func lostHost() async throws {
        for isRunning in [false, true] {
            let service = Wire.service()
            let source = "local n = 0\nwhile not done do n = n + 1 end\nlocal a = 1\nreturn 'done'"
            let hosted = DebugSession(Script(source, name: "host.lua"), output: { _ in })
            try await hosted.start()
            let id = service.register(hosted, name: "host.lua")
            await wire(service) { client in
                await client.converse(
                    "DATTACH \(id) -> :1\nBADD 3 -> :0\nSTEPINTO -> :2\nDOEXEC \"done = \(!isRunning)\" -> +OK")
                if isRunning {
                    client.send("RUN")
                    while hosted.state != .running { await Task.yield() }
                }
            }
            if isRunning {
                // Let run on, it does not stop any more; a host ends what never ends.
                #expect(service.sessions.first?.holder == nil)
                hosted.abort()
            }
            while true {
                if case .ended = hosted.state { break }
                await Task.yield()
            }
            if !isRunning { #expect(hosted.state == .ended(.returned([.text("done")]))) }
            await hosted.close()
        }
    }

    @Test("C-020 one debugs a session of the host's, others look on; who takes over is the only one who may resume it")
    func observers() async throws {
        let service = Wire.service()
        let hosted = DebugSession(Script("local n = 0\nn = 1\nreturn n", name: "host.lua"), output: { _ in })
        try await hosted.start()
        service.registry.register(hosted, name: "worker 7", allowsTakeOver: true)
        await wire(service) { one in
            await wire(service) { two in
                await one.converse("DATTACH \"worker 7\" -> :1\nBADD 3 -> :0")
                await two.converse(
                    """
                    DATTACH nobody -> -ERR There is no session nobody*
                    DATTACH "worker 7" STEAL -> -ERR STEAL is neither*
                    DATTACH "worker 7" -> -BUSY The session is held by test*; it can be taken over.
                    DATTACH "worker 7" OBSERVE -> :1
                    DSESSIONS -> [[*"holder" "test*" "observers" :1]]
                    GETSTACK -> [*]
                    BCOUNT -> :1
                    BLIST -> [*]
                    WLIST -> []
                    """)
                for line in [
                    "RUN", "STEPOVER", "PAUSE", "ABORT", "DOEVAL n", "DOEXEC \"n = 2\"", "BFLUSH", "BADD 2", "WFLUSH",
                    "WADD n", "TRON", "TROFF", "TRREAD",
                ] {
                    await two.expect(line, "-NOTCONTROLLER \"test*\" observes this session*")
                }
                await one.expect("STEPOVER", ":2")
                await two.converse("GETCODE -> \"n = 1\"\nDDETACH -> +OK\nDATTACH 1 TAKEOVER -> :2")
                await one.converse(
                    "STEPOVER -> -NOTCONTROLLER \"test*\" has taken this session over.\nDDETACH -> +OK\nDSESSIONS -> [*]"
                )
                await two.converse("RUN -> :0\nDOEVAL n -> :1\nDDETACH -> +OK")
            }
        }
        await hosted.settled()
        #expect(hosted.state == .ended(.returned([.integer(1)])))
        await hosted.close()
    }

    @Test("a peer that ends its input still gets all its replies, then the connection is closed")
    func ended() async {
        let service = Wire.service()
        await wire(service) { client in
            client.send("DEVAL \"local a = 1\\nreturn a\" 0")
            client.send("RUN 2")
            client.send("END")
            client.connection.ended()
            for expected in [":1", ":0", ":1"] { #expect(await client.reply().map(Wire.show) == expected) }
            #expect(await client.reply() == nil)
        }
        await wire(service) { client in
            await client.expect("PING", "+PONG")
            client.connection.ended()
            #expect(await client.reply() == nil)
        }
    }

    @Test("C-024 a debugged script is in no cache")
    func notCached() async {
        await wire { client in
            await client.converse(
                "DEVAL \"return 1\" 0\nEND -> :1\nEVALSHA e0e1f9fabfc9d4800c877a703b823ac0578ff8db 0 -> -NOSCRIPT *")
        }
    }

    @Test("C-025 an error carries the script's own text, and nothing of ours")
    func errors() async {
        await wire { client in
            await client.converse(
                """
                DEVAL "local x\\nreturn x.y" 0 -> :1
                RUN -> -ERR user_script:2: attempt to index a nil value (local 'x')
                GETRETURN -> -ERR user_script:2: attempt to index a nil value (local 'x')
                RESTART -> :1
                END -> -ERR user_script:2: attempt to index a nil value (local 'x')
                PING -> +PONG
                """)
        }
    }

    @Test("housekeeping: QUIT, COMMAND, DHELP, unknown words, the host's own")
    func housekeeping() async {
        await wire { client in
            await client.converse(
                """
                FOO -> -ERR unknown command 'FOO'
                COMMAND DOCS run -> ["run" [*"group" "running"]]
                COMMAND INFO run nothing -> [["run" :-1 [] :0 :0 :0] _]
                DHELP run -> ["RUN [line...]" "*"]
                DHELP nothing -> -ERR there is no command 'nothing'
                DREPLY FOO -> -ERR syntax error*
                QUIT -> +OK
                """)
            #expect(await client.reply() == nil)
            #expect(client.isClosed)
        }
        let service = Wire.service { configuration in
            configuration.otherCommands = { words in words[0] == Array("GET".utf8) ? .text("value") : nil }
        }
        await wire(service) { client in
            await client.converse(
                "GET k -> \"value\"\nGOT k -> -ERR unknown command 'GOT'\nDEVAL \"return 1\" 0\nGET k -> -ERR unknown debug command*"
            )
        }
    }

    @Test("what came before a protocol error is answered before it is told")
    func protocolErrorInTurn() async {
        await wire { client in
            let commands =
                "DEVAL \"local n = 0 for i = 1, 1e5 do n = n + i end return n\" 0\r\nRUN\r\nGETRETURN\r\nPING\r\n"
            client.connection.receive(Array((commands + "*1\r\n:1\r\nPING\r\n").utf8))
            for expected in [":1", "+OK", ":5000050000", "+PONG"] {
                #expect(await client.reply().map(Wire.show) == expected)
            }
            #expect(await client.reply().map(Wire.show)?.hasPrefix("-ERR Protocol error") == true)
            #expect(await client.reply() == nil)
        }
    }

    @Test("what a web page has its browser send is not carried out", arguments: ["POST / HTTP/1.1", "GET / HTTP/1.1"])
    func webPage(line: String) async {
        let service = Wire.service()
        await wire(service) { client in
            client.connection.receive(Array("\(line)\r\nHost: localhost\r\n\r\nDEVAL 'return 1' 0\r\n".utf8))
            var replies: [String] = []
            while let reply = await client.reply() { replies.append(Wire.show(reply)) }
            #expect(replies.last == "-ERR this is no web server; the connection is closed", "\(replies)")
            #expect(replies.count <= 2 && service.sessions.isEmpty)
        }
    }

    @Test("a protocol error is told, and ends this connection only")
    func protocolError() async {
        let service = Wire.service()
        await wire(service) { other in
            await other.expect("DEVAL \"return 1\" 0", ":1")
            await wire(service) { client in
                client.connection.receive(Array("*1\r\n$9223372036854775807\r\n".utf8))
                #expect(await client.reply().map(Wire.show)?.hasPrefix("-ERR Protocol error") == true)
                #expect(await client.reply() == nil)
            }
            await other.expect("END", ":1")
        }
    }
}
