// Section 8 of the command contract: what the proposal's guidelines come to.

import LuaDebugCore
import Testing

@testable import LuaDebugRESP

@Suite("C-230 to C-238: guidelines")
struct GuidelineWireTests {
    /// Waits until a session is in a state; another connection would ask by `DSESSIONS`.
    private func wait(
        _ service: DebugService, location: SourceLocation = #_sourceLocation, until isSo: (DebugSession.State) -> Bool
    ) async {
        let deadline = ContinuousClock.now + .seconds(60)
        while !service.sessions.contains(where: { isSo($0.state) }) {
            guard ContinuousClock.now < deadline else {
                Issue.record("it did not come to that: \(service.sessions)", sourceLocation: location)
                return
            }
            await Task.yield()
        }
    }

    private func isRunning(_ state: DebugSession.State) -> Bool { if case .running = state { true } else { false } }
    private func hasEnded(_ state: DebugSession.State) -> Bool { if case .ended = state { true } else { false } }

    @Test("C-230 a script sees no debugger: the same globals and tracebacks, whatever has been done at its stops")
    func unseen() async {
        let script = """
            DEVAL "local names = {}\\nfor name in pairs(_G) do names[#names + 1] = name end\\ntable.sort(names)\\n\
            local _, trace = xpcall(error, debug.traceback, 'x')\\nreturn {#names, table.concat(names, ' '), trace, tostring(debug.gethook())}" 0
            """
        await wire { client in
            await client.expect(script, ":1")
            let plain = await client.ask("END")
            #expect(plain.contains("KEYS") && plain.contains("stack traceback:") && plain.contains("\"nil\""))
            await client.converse(
                """
                \(script)
                WADD "#names" "_G"
                BADD WATCH "names == 1" "nothing.x"
                BADD 4
                BADD FUNC f
                TRON ALL
                RUN -> :*
                DOEVAL "1 + 1" -> :2
                DOEXEC "local y = 1" -> +OK
                GETLOCALS
                STEPOVER
                """)
            await client.expect("END", plain)
        }
    }

    @Test("C-231 values and errors are the same stepped through, traced, and left alone")
    func noHeisenbug() async {
        for script in [
            "local t = {5, 3, 4, 1, 2}\\ntable.sort(t, function(a, b)\\nreturn a < b\\nend)\\nreturn t",
            "local s = ('abc'):gsub('.', function(c)\\nreturn c:upper()\\nend)\\nreturn s",
            "local m = setmetatable({}, {__index = function(_, k)\\nreturn k .. k\\nend})\\nreturn m.x .. m.y",
            "local co = coroutine.create(function(a)\\nlocal b = coroutine.yield(a + 1)\\nerror({b})\\nend)\\nlocal r = {coroutine.resume(co, 1)}\\nlocal _, e = coroutine.resume(co, 2)\\nreturn {r[2], e[1], coroutine.status(co)}",
            "local w = setmetatable({}, {__mode = 'k'})\\nw[{}] = 1\\ncollectgarbage()\\nreturn {tostring(next(w))}",
            "while not done do\\npcall(function()\\ndone = true\\nerror()\\nend)\\nend\\nreturn 'out'",
            "local x\\nreturn x()", "error({code = 7})", "return {err = 'E', ok = 'O'}",
        ] {
            await wire { client in
                await client.expect("DEVAL \"\(script)\" 0", ":*")
                let plain = await client.ask("END")
                await client.converse("DEVAL \"\(script)\" 0\nTRON ALL\nEND -> \(plain)")
                await client.expect("DEVAL \"\(script)\" 0", ":*")
                var steps = 0
                while case let reply = await client.ask("STEPINTO"), reply.hasPrefix(":"), steps < 1_000 { steps += 1 }
                #expect(steps > 0 || !script.contains("\\n"))
                await client.expect("END", plain)
            }
        }
    }

    @Test("C-233 C-237 with a script stopped, and with one running, other connections are served")
    func others() async {
        let service = Wire.service()
        await wire(service) { one in
            await wire(service) { two in
                await wire(service) { three in
                    await one.converse("DEVAL \"local a = 1\\nreturn a\" 0 -> :1\nSTEPINTO -> :2")
                    await two.expect("DEVAL \"while true do end\" 0", ":1")
                    two.send("RUN")
                    await wait(service, until: isRunning)
                    await three.converse(
                        """
                        PING -> +PONG
                        DSESSIONS -> [[*"state" "stopped" "line" :2 *] [*"state" "running" "line" _ *]]
                        DEVAL "return 3" 0 -> :1
                        END -> :3
                        DKILL 2 -> +OK
                        """)
                    #expect(await two.reply().map(Wire.show) == "-KILLED the script was ended (DKILL)")
                    await three.converse("DKILL 1 -> +OK\nDKILL 9 -> -ERR there is no session 9")
                    await one.converse("DOEVAL a -> -KILLED the script was ended (DKILL), use RESTART\nDOEVAL a -> _")
                    await two.converse("RUN -> -KILLED *\nABORT -> +OK\nPING -> +PONG")
                }
            }
        }
        #expect(service.sessions.isEmpty)
    }

    @Test("C-234 the limit is on running time: time spent stopped does not count; then the script is ended, or stopped")
    func timeLimit() async {
        let limit = Duration.seconds(1)
        for stops in [false, true] {
            let service = Wire.service { $0.limits = RunLimits(time: limit, stopsWhenTimeIsOver: stops) }
            await wire(service) { client in
                await client.converse(
                    "DEVAL \"local a = 1\\nif stay then\\nwhile true do end end\\nreturn a\" 0 -> :1\nSTEPINTO -> :2")
                let enough = ContinuousClock.now + limit + limit
                while ContinuousClock.now < enough { await client.expect("PING", "+PONG") }
                await client.converse("STEPINTO -> :4\nRUN -> +OK\nRESTART -> :1\nDOEXEC \"stay = true\" -> +OK")
                if stops {
                    await client.converse("RUN -> _\nGETCODE -> \"while true do end end\"\nABORT -> +OK")
                } else {
                    await client.converse(
                        "RUN -> -KILLED the script was ended (time limit)\nGETRETURN -> -KILLED *\nRESTART -> :1\nEND -> :1"
                    )
                }
            }
        }
    }

    @Test("C-235 SCRIPT KILL from another connection: while running, in END, stopped; else NOTBUSY")
    func kill() async {
        let service = Wire.service()
        await wire(service) { client in
            await wire(service) { other in
                await other.expect("SCRIPT KILL", "-NOTBUSY No scripts in execution right now.")
                for command in ["RUN", "END", "STEPOUT"] {
                    await client.expect("DEVAL \"while true do pcall(error) end\" 0", ":1")
                    client.send(command)
                    await wait(service, until: isRunning)
                    await other.expect("SCRIPT KILL", "+OK")
                    #expect(
                        await client.reply().map(Wire.show) == "-KILLED the script was ended (SCRIPT KILL)",
                        "\(command)")
                    await other.expect("SCRIPT KILL", "-NOTBUSY *")
                    if command == "END" {
                        await client.expect("RUN", "-NOSESSION *")
                    } else {
                        await client.expect("ABORT", "+OK")
                    }
                }
            }
        }
    }

    @Test("C-235 killed while it is stopped: the client's next command says so, once; RESTART, END and ABORT work")
    func killStopped() async {
        let service = Wire.service()
        await wire(service) { client in
            await wire(service) { other in
                for (command, reply, then) in [
                    (
                        "RUN", "-KILLED the script was ended (SCRIPT KILL), use RESTART",
                        "RESTART -> :1\nRUN -> +OK\nABORT -> +OK"
                    ),
                    ("BLIST", "-KILLED *", "BLIST -> []\nGETSTACK -> []\nABORT -> +OK"),
                    ("PING", "+PONG", "DOEVAL x -> -KILLED *\nDOEVAL x -> :1\nGETRETURN -> -KILLED *\nABORT -> +OK"),
                    ("RESTART", ":1", "STEPINTO -> :2\nEND -> :1"),
                    ("END", "-KILLED *", "RUN -> -NOSESSION *"),
                    ("ABORT", "+OK", "RUN -> -NOSESSION *"),
                ] {
                    await client.converse("DEVAL \"x = 1\\nreturn x\" 0 -> :1\nSTEPINTO -> :2")
                    await other.expect("SCRIPT KILL", "+OK")
                    await client.converse("\(command) -> \(reply)\n\(then)")
                }
            }
        }
    }

    @Test(
        "C-235 the client's own SCRIPT KILL reaches its running script; with several scripts the others must say which")
    func killOwn() async {
        let service = Wire.service()
        await wire(service) { one in
            await wire(service) { two in
                await one.expect("DEVAL \"while true do end\" 0", ":1")
                await two.expect("DEVAL \"return 1\" 0", ":1")
                await wire(service) {
                    await $0.expect("SCRIPT KILL", "-ERR several scripts are in execution: DKILL one of 1, 2")
                }
                one.send("RUN")
                await wait(service, until: isRunning)
                one.send("SCRIPT KILL")
                #expect(await one.reply().map(Wire.show) == "-KILLED the script was ended (SCRIPT KILL)")
                #expect(await one.reply() == .ok)
                await two.expect("END", ":1")
                await one.converse("SCRIPT FOO -> -ERR *\nSCRIPT EXISTS abc -> [:0]\nABORT -> +OK")
            }
        }
    }

    @Test("C-236 the host decides, by the script; who is refused is told why")
    func decides() async {
        let service = Wire.service { configuration in
            configuration.decide = { script in
                script.source.starts(with: Array("return".utf8)) ? .allow : .refuse("no debugging in production")
            }
        }
        await wire(service) { client in
            await client.converse(
                """
                DEVAL "x = 1" 0 -> -DENIED no debugging in production
                RUN -> -NOSESSION *
                DSESSIONS -> []
                DEVAL "return 1" 0 -> :1
                END -> :1
                """)
        }
        await wire(Wire.service { $0.mostSessions = 0 }) { client in
            await client.expect("DEVAL \"return 1\" 0", "-BUSY 0 sessions are the most that there can be")
        }
    }

    @Test("C-236 nothing is debugged in production, unless the host says so of a script")
    func production() async {
        await wire(Wire.service { $0.isProduction = true }) { client in
            await client.converse(
                "DEVAL \"return 1\" 0 -> -DENIED scripts of clients are not debugged in production here\nRUN -> -NOSESSION *"
            )
        }
        let service = Wire.service { configuration in
            configuration.isProduction = true
            configuration.decide = { _ in .allow }
        }
        await wire(service) { await $0.converse("DEVAL \"return 1\" 0 -> :1\nEND -> :1") }
    }

    @Test(
        "C-237 a stop that lasts too long is over: the script is ended, or runs to its end"
    )
    func stopLimit() async {
        let ending = Wire.service { $0.limits = RunLimits(stop: .milliseconds(300)) }
        await wire(ending) { client in
            await client.expect("DEVAL \"local a = 1\\nreturn a\" 0", ":1")
            // An evaluation without end does not keep it stopped.
            await client.expect("DOEVAL \"(function() while true do end end)()\"", "-*")
            await wait(ending, until: hasEnded)
            await client.converse("RUN -> -KILLED the script was ended (it was stopped for too long), use RESTART")
        }
        let finishing = Wire.service { configuration in
            configuration.limits = RunLimits(stop: .milliseconds(100))
            configuration.limits.whenStopIsOver = .finish
        }
        await wire(finishing) { client in
            await client.expect("DEVAL \"local a = 1\\nwhile stay do end\\nreturn a\" 0", ":1")
            await wait(finishing, until: hasEnded)
            await client.converse(
                "BADD 2 -> :0\nGETRETURN -> :1\nEND -> :1\nDEVAL \"stay = true\\nwhile stay do end\" 0 -> :1")
            await wait(finishing, until: isRunning)
            await client.converse("RUN -> -ERR *running*\nRESTART -> :1\nABORT -> +OK")
        }
    }

    @Test("C-238 operators see who debugs, what, since when, and where it is stopped")
    func operators() async throws {
        let service = Wire.service()
        let hosted = DebugSession(Script("local n = 0\nreturn n", name: "host.lua"), output: { _ in })
        try await hosted.start()
        let id = service.register(hosted, name: "host.lua")
        await wire(service) { client in
            await wire(service) { other in
                await client.converse("CLIENT SETNAME ada\nDEVAL \"local a = 1\\nreturn a\" 0 -> :1\nSTEPINTO -> :2")
                await other.converse(
                    """
                    DSESSIONS -> [["id" :1 "name" "host.lua" "state" "stopped" "line" :1 "seconds" :* "holder" _ "observers" :0] ["id" :2 "name" "user_script" "state" "stopped" "line" :2 "seconds" :* "holder" "ada (test *)" "observers" :0]]
                    DATTACH \(id) -> :1
                    DSESSIONS -> [[*"holder" "test *" *] *]
                    DDETACH -> +OK
                    """)
                await client.converse("RUN -> +OK\nDSESSIONS -> [* [*\"state\" \"ended\" \"line\" _ *]]\nEND -> :1")
            }
        }
        await hosted.settled()
        #expect(hosted.state == .ended(.returned([.integer(0)])))
        await hosted.close()
        service.unregister(id)
        #expect(service.sessions.isEmpty)
    }
}
