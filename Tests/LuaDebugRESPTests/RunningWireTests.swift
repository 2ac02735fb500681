// Section 2 of the command contract: running.

import LuaDebugCore
import Synchronization
import Testing

@testable import LuaDebugRESP

@Suite("C-030 to C-072: running")
struct RunningWireTests {
    @Test("C-030 C-031 C-032 an end is OK, an error an error, a break an id, and id 0 is not OK")
    func run() async {
        await wire { client in
            await client.converse(
                """
                DEVAL "local a = 1\\nlocal b = 2\\nreturn {err = 'x'}" 0 -> :1
                RUN 2 -> :0
                RUN -> +OK
                RESTART -> :1
                BADD 3 -> :1
                RUN -> :0
                RUN -> :1
                RUN -> +OK
                ABORT -> +OK
                DEVAL "error('bad')" 0 -> :1
                RUN -> -ERR user_script:1: bad
                RESTART -> :1
                RUN -> -ERR user_script:1: bad
                """)
        }
    }

    @Test("C-033 C-034 C-035 lines given to RUN are breakpoints that stay, once each, and are switched on again")
    func runLines() async {
        await wire { client in
            await client.converse(
                """
                DEVAL "for i = 1, 3 do\\nlocal a = i\\nlocal b = i\\nend\\nreturn 1" 0 -> :1
                RUN 2 3 -> :0
                RUN 2 -> :1
                BCOUNT -> :2
                BOFF 0 -> +OK
                RUN 2 -> :0
                BLIST 0 0 -> [[:0 "LINE" :2 "ON" :2 :2 _]]
                """)
        }
    }

    @Test("C-036 bad lines add nothing, and the script does not go on")
    func badLines() async {
        await wire { client in
            await client.expect("DEVAL \"local a = 1\\nreturn a\" 0", ":1")
            for line in ["0", "-1", "abc", "3", "1.5", "99999999999999999999", ""] {
                await client.expect("RUN 2 \"\(line)\"", "-ERR line *")
            }
            await client.converse("BCOUNT -> :0\nGETCODE -> \"local a = 1\"")
        }
    }

    @Test("C-037 C-038 the line that it stands on does not stop it before it has run; a loop stops at each arrival")
    func arrivals() async {
        await wire { client in
            await client.converse(
                """
                DEVAL "for i = 1, 3 do local a = i end\\nreturn 1" 0 -> :1
                RUN 1 -> :0
                RUN -> :0
                RUN -> :0
                BLIST -> [[:0 "LINE" :1 "ON" :3 :1 _]]
                """)
        }
    }

    @Test("C-039 two at the same moment: the lowest id, and both have their hit")
    func several() async {
        await wire { client in
            await client.converse(
                """
                DEVAL "local a = 1\\nlocal b = 2\\nreturn b" 0 -> :1
                BADD WATCH "a == 1 and b == nil" -> :0
                BADD 2 -> :1
                RUN -> :0
                BLIST -> [[:0 "WATCH" "a == 1 and b == nil" "ON" :1 _ _] [:1 "LINE" :2 "ON" :1 :2 _]]
                """)
        }
    }

    @Test("C-040 a stop that no breakpoint made is null")
    func noBreakpoint() async {
        await wire { client in
            await client.converse(
                "DEVAL \"local a = 1\\nredis.debugbreak()\\nreturn 1\" 0 -> :1\nRUN -> _\nGETCODE -> \"redis.debugbreak()\"\nRUN -> +OK"
            )
        }
    }

    @Test("C-041 C-065 after the end nothing runs or steps but RESTART")
    func ended() async {
        await wire { client in
            await client.converse(
                """
                DEVAL "return 7" 0 -> :1
                RUN -> +OK
                RUN -> -ERR the script has finished, use RESTART
                RUN 1 -> -ERR the script has finished, use RESTART
                STEPINTO -> -ERR the script has finished, use RESTART
                STEPOVER -> -ERR the script has finished, use RESTART
                STEPOUT -> -ERR the script has finished, use RESTART
                RUNTO 1 -> -ERR the script has finished, use RESTART
                PAUSE -> -ERR the script has finished, use RESTART
                BCOUNT -> :0
                RESTART -> :1
                """)
        }
    }

    @Test(
        "C-042 errors that are no strings",
        arguments: [
            "error({})", "error()", "error(nil)", "error(12)", "error(print)",
            "error(setmetatable({}, {__tostring = error}))",
        ])
    func oddErrors(script: String) async {
        await wire { client in
            await client.expect("DEVAL \"\(script)\" 0", ":1")
            await client.expect("RUN", "-ERR *")
            await client.expect("GETRETURN", "-ERR *")
            await client.expect("RESTART", ":1")
        }
    }

    @Test("C-043 an error that is caught is none")
    func caught() async {
        await wire { client in
            await client.converse("DEVAL \"pcall(error, 'x')\\nreturn 1\" 0 -> :1\nRUN -> +OK\nGETRETURN -> :1")
        }
    }

    @Test(
        "C-044 C-215 breakpoints in what pcall, a metamethod, sort, gsub and a coroutine call",
        arguments: [
            "pcall(function()\\nlocal a = 1\\nend)",
            "local m = setmetatable({}, {__index = function()\\nlocal a = 1\\nend}) local x = m.x",
            "table.sort({2, 1}, function(a, b)\\nlocal c = 1\\nreturn a < b end)",
            "('x'):gsub('.', function()\\nlocal a = 1\\nend)", "coroutine.wrap(function()\\nlocal a = 1\\nend)()",
        ])
    func callbacks(script: String) async {
        await wire { client in
            await client.expect("DEVAL \"\(script)\\nreturn 1\" 0", ":*")
            await client.converse("RUN 2 -> :0\nDOEVAL 1 -> :1\nBFLUSH -> +OK\nRUN -> +OK")
        }
    }

    @Test("levels past all frames, where a frame of ours is on the stack, too")
    func levels() async {
        await wire { client in
            await client.converse(
                """
                DEVAL "redis.debugbreak()\\nreturn nosuch.field" 0 -> :1
                RUN -> _
                GETLOCALS 9223372036854775807 -> -ERR *
                BADD ERROR -> :0
                RUN -> :0
                GETLOCALS 9223372036854775807 -> -ERR *
                GETLOCALS 9223372036854775806 -> -ERR *
                ABORT -> +OK
                """)
        }
    }

    @Test(
        "C-046 C-047 C-050 C-051 RESTART is fresh and keeps breakpoints and watches; FLUSH forgets them and the trace")
    func restart() async {
        await wire { client in
            await client.converse(
                """
                DEVAL "g = (g or 0) + 1\\nstring.x = (string.x or 0) + 1\\nreturn g + string.x" 1 k -> :1
                WADD g -> :0
                TRON -> :1
                RUN 3 -> :0
                RUN -> +OK
                GETRETURN -> :2
                BOFF 0 -> +OK
                RESTART -> :1
                GETRETURN -> -ERR the script has not finished
                BLIST -> [[:0 "LINE" :3 "OFF" :0 :3 _]]
                DOEVAL KEYS[1] -> "k"
                DOEVAL "g, string.x" -> _
                RUN -> +OK
                GETRETURN -> :2
                RESTART FOO -> -ERR syntax error*
                RESTART FLUSH -> :1
                BCOUNT -> :0
                WCOUNT -> :0
                RUN -> +OK
                """)
        }
    }

    @Test(
        "C-048 C-049 RESTART from wherever the script is, whatever it catches",
        arguments: [
            ("local a = 1\\nreturn 1", 1),
            ("local function f()\\nlocal a = 1\\nend local function g() f() end pcall(g)\\nreturn 1", 2),
            ("while true do pcall(function()\\nlocal a = 1\\nend) end", 2),
            ("coroutine.wrap(function()\\nlocal a = 1\\nend)()", 2),
            ("table.sort({3, 2, 1}, function(a, b)\\nlocal c = 1\\nreturn a < b end)", 2),
            ("while true do xpcall(function()\\nlocal a = 1\\nend, function() while true do end end) end", 2),
        ])
    func restartAnywhere(script: String, line: Int) async {
        await wire { client in
            client.send("DEVAL \"\(script)\" 0")
            let first = await client.reply().map(Wire.show) ?? "closed"
            if line > 1 { await client.expect("RUN \(line)", ":0") }
            for _ in 0..<3 {
                await client.expect("RESTART", first)
                if line > 1 { await client.expect("RUN", ":0") }
            }
            await client.expect("ABORT", "+OK")
        }
    }

    @Test("C-052 what a script did outside of Lua is not undone, but by the host, who is asked to")
    func outside() async {
        let printed = Count()
        let undone = Count()
        let service = Wire.service { configuration in
            configuration.output = { _ in printed.add() }
            configuration.willRestart = { script in if script.name == "user_script" { undone.add() } }
        }
        await wire(service) { client in
            await client.converse("DEVAL \"print(1) return 1\" 0 -> :1\nRUN -> +OK")
            #expect((printed.value, undone.value) == (1, 0))
            await client.converse("RESTART -> :1")
            #expect((printed.value, undone.value) == (1, 1))
            await client.converse("RUN -> +OK")
        }
        #expect((printed.value, undone.value) == (2, 1))
    }

    private static let nested =
        "local function g(n)\\nif n > 0 then return g(n - 1) end\\nreturn n\\nend\\nlocal function f()\\nlocal r = g(2)\\nreturn g(1)\\nend\\nlocal a = f()\\nreturn a"

    @Test("C-053 C-054 C-055 C-058 C-059 C-063 into, over, out: recursion, tail calls, the top")
    func steps() async {
        await wire { client in
            await client.expect("DEVAL \"\(Self.nested)\" 0", ":4")
            await client.converse(
                """
                STEPOVER -> :8
                STEPOVER -> :9
                STEPINTO -> :6
                STEPOVER -> :7
                STEPOVER -> :10
                STEPOUT -> +OK
                RESTART -> :4
                RUN 6 -> :0
                STEPINTO -> :2
                STEPOUT -> :7
                STEPINTO -> :2
                STEPINTO -> :2
                STEPINTO -> :3
                STEPINTO -> :10
                STEPOUT -> +OK
                """)
        }
    }

    @Test("C-056 C-057 C-066 a step that ends, that fails, that meets a breakpoint; steps take no arguments")
    func stepEnds() async {
        await wire { client in
            await client.converse(
                """
                DEVAL "local function f()\\nlocal a = 1\\nend\\nf()\\nerror('x')" 0 -> :3
                BADD 2 -> :0
                STEPOVER -> :4
                STEPOVER -> :2
                BLIST -> [[:0 "LINE" :2 "ON" :1 :2 _]]
                STEPOUT -> :5
                STEPINTO -> -ERR user_script:5: x
                STEPINTO 1 -> -ERR wrong number of arguments for 'stepinto'
                RESTART FLUSH -> :3
                ABORT -> +OK
                DEVAL "return 1" 0 -> :1
                STEPOVER -> +OK
                """)
        }
    }

    @Test(
        "C-060 C-061 C-062 C-064 over an error that is caught, a coroutine, a C function that calls back; one line is one step"
    )
    func stepsAround() async {
        await wire { client in
            await client.converse(
                """
                DEVAL "local function f()\\nerror('x')\\nend\\npcall(f)\\nlocal co = coroutine.wrap(function()\\ncoroutine.yield()\\nend)\\nco()\\nlocal s = ('a'):gsub('.', function()\\nreturn 'b' end)\\nlocal a = 1 local b = 2 local c = 3\\nreturn s" 0 -> :3
                STEPOVER -> :4
                STEPINTO -> :2
                STEPOVER -> *
                RUNTO 8 -> :8
                STEPINTO -> :6
                STEPOUT -> *
                RUNTO 11 -> :11
                STEPINTO -> :12
                RESTART -> :3
                RUNTO 9 -> :9
                STEPINTO -> *
                END -> "b"
                """)
        }
    }

    @Test(
        "C-067 C-068 C-069 END: whatever is set, the value or the error; after the end the same again; then the session is over"
    )
    func end() async {
        await wire { client in
            await client.converse(
                """
                DEVAL "local a = 1\\nredis.debugbreak()\\nreturn 'v'" 0 -> :1
                BADD 2 3 -> [:0 :1]
                BADD WATCH "a == 1" -> :2
                END -> "v"
                GETRETURN -> -NOSESSION *
                DEVAL "return 42" 0 -> :1
                RUN -> +OK
                GETRETURN -> :42
                GETRETURN -> :42
                END -> :42
                DEVAL "error('x', 0)" 0 -> :1
                END -> -ERR x
                PING -> +PONG
                """)
        }
    }

    @Test("C-070 an endless script at its END is still ended by another")
    func endlessEnd() async {
        let service = Wire.service()
        await wire(service) { client in
            await client.expect("DEVAL \"while true do pcall(error) end\" 0", ":1")
            client.send("END")
            while !service.sessions.contains(where: { $0.state == .running }) { await Task.yield() }
            await wire(service) { await $0.expect("SCRIPT KILL", "+OK") }
            #expect(await client.reply().map(Wire.show) == "-KILLED the script was ended (SCRIPT KILL)")
            await client.expect("PING", "+PONG")
        }
    }

    @Test("C-071 C-072 ABORT, wherever the script is, and the next DEVAL is clean")
    func abort() async {
        await wire { client in
            await client.converse(
                """
                DEVAL "while true do pcall(function()\\nx = 1\\nend) end" 0 -> :*
                RUN 2 -> :0
                ABORT -> +OK
                ABORT -> -NOSESSION *
                DEVAL "return x" 0 -> :1
                RUN -> +OK
                ABORT -> +OK
                DEVAL "return x" 0 -> :1
                ABORT -> +OK
                DSESSIONS -> []
                """)
        }
    }

    @Test("UNTIL and RUNTO")
    func until() async {
        await wire { client in
            await client.converse(
                """
                DEVAL "for i = 1, 3 do\\nlocal a = i\\nend\\nlocal b = 1\\nreturn b" 0 -> :1
                RUNTO 2 -> :2
                BCOUNT -> :0
                UNTIL -> :4
                UNTIL 5 -> :5
                RUNTO 99 -> -ERR *
                RUNTO x -> -ERR line is not an integer: 'x'
                UNTIL -> +OK
                """)
        }
    }
}

/// Counts from any thread.
final class Count: Sendable {
    private let content = Mutex(0)
    func add() { content.withLock { $0 += 1 } }
    var value: Int { content.withLock { $0 } }
}
