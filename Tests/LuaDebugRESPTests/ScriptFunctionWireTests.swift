// Section 7 of the command contract: what a script says to its debugger, as the client sees it.

import LuaDebugCore
import Testing

@testable import LuaDebugRESP

@Suite("C-210 to C-220: the script's own debug functions")
struct ScriptFunctionWireTests {
    @Test("C-210 C-211 they are there, take anything and give nothing; with END they do nothing at all")
    func anything() async {
        let script = """
            DEVAL "local n = 0 for _, f in ipairs {'debugbreak', 'debugmode', 'debugtrace', 'debugeval', 'debugprint'} do\\n\
            n = n + select('#', redis[f]()) + select('#', redis[f](nil)) + select('#', redis[f]({})) + select('#', redis[f]('1 +'))\\n\
            end\\nreturn n .. redis.traceall .. redis.traceoff" 0 -> :1
            """
        await wire { client in
            await client.converse("\(script)\nEND -> \"0alloff\"")
            await client.converse(
                "\(script)\nDOEVAL \"select('#', redis.debugbreak(), redis.debugeval('1'))\" -> :1\nABORT -> +OK")
        }
        // A host may call them otherwise, or have none.
        await wire(Wire.service { $0.scriptFunctions = "server" }) { client in
            await client.converse(
                "DEVAL \"server.debugbreak() return redis\" 0 -> :1\nRUN -> _\nRUN -> +OK\nGETRETURN -> _")
        }
        await wire(Wire.service { $0.scriptFunctions = nil }) { client in
            await client.converse("DEVAL \"return type(redis)\" 0 -> :1\nEND -> \"nil\"")
        }
    }

    @Test("C-212 C-214 debugbreak stops on its own line; the reply is null, and a step from there goes on")
    func breaks() async {
        await wire { client in
            await client.converse(
                """
                DEVAL "local a = 1\\nlocal b = 2 redis.debugbreak() b = 3\\nreturn b" 0 -> :1
                RUN -> _
                GETCODE -> "local b = 2 redis.debugbreak() b = 3"
                DOEVAL b -> :2
                GETSTACK -> [["level" :0 "name" "main chunk" * "line" :2 *]]
                STEPINTO -> :3
                DOEVAL b -> :3
                RESTART -> :1
                STEPOVER -> :2
                STEPOVER -> :2
                STEPOVER -> :3
                RESTART -> :1
                BADD 2 -> :0
                RUN -> :0
                RUN -> _
                RUN -> +OK
                """)
        }
        await wire(resp3: true) { client in
            await client.converse("DREPLY TEXT\nDEVAL \"redis.debugbreak()\" 0 -> \"1\"\nRUN -> _\nRUN -> \"OK\"")
        }
    }

    @Test("C-213 A-36 a value: Lua's truth; an explicit nil is one; a text: its truth, and what cannot be told stops")
    func conditions() async {
        for (argument, reply) in [
            ("", "_"), ("true", "_"), ("0", "_"), ("{}", "_"), ("'x == 5'", "_"), ("'x +'", "_"), ("'error(1)'", "_"),
            ("nil", "+OK"), ("false", "+OK"), ("'x == 6'", "+OK"), ("'nil'", "+OK"),
        ] {
            await wire { client in
                await client.converse(
                    "DEVAL \"local x = 5\\nredis.debugbreak(\(argument))\\nreturn x\" 0 -> :1\nRUN -> \(reply)")
            }
        }
    }

    @Test("C-215 in a callback, a coroutine, a metamethod and a protected call")
    func callbacks() async {
        await wire { client in
            await client.converse(
                """
                DEVAL "table.sort({2, 1}, function(a, b) redis.debugbreak()\\nreturn a < b end)\\n\
                coroutine.wrap(function() redis.debugbreak() end)()\\n\
                local m = setmetatable({}, {__index = function() redis.debugbreak() return 1 end}).x\\n\
                pcall(function() redis.debugbreak() error('x') end)\\nreturn m" 0 -> :1
                RUN -> _
                DOEVAL "a + b" -> :3
                BADD WATCH "m == 1" -> :0
                """)
            var replies: [String] = []
            while !replies.contains("+OK"), replies.count < 20 { replies.append(await client.ask("RUN")) }
            #expect(replies.count { $0 == "_" } >= 3 && replies.last == "+OK")
        }
    }

    @Test(
        "C-216 A-37 debugmode(false): no stop and no trace until debugmode(true); the pending command answers as ever")
    func mode() async {
        await wire { client in
            await client.converse(
                """
                DEVAL "local a = 1\\nredis.debugmode(false)\\nlocal b = 2 redis.debugbreak()\\nredis.debugmode()\\nlocal c = 3\\nredis.debugbreak()\\nredis.debugmode(false)\\nerror('e', 0)" 0 -> :1
                BADD 3 5 8 -> [:0 :1 :2]
                TRON -> :1
                RUN -> :1
                RUN -> _
                RUN -> -ERR e
                GETRETURN -> -ERR e
                TRREAD -> [:0 [["trace" :2] ["trace" :5] ["trace" :6] ["trace" :7]]]
                BLIST 0 0 -> [[:0 "LINE" :3 "ON" :0 :3 _]]
                RESTART -> :1
                RUN -> :1
                """)
        }
    }

    @Test("C-217 A-38 debugtrace is TRON and TROFF: each record has the shape of the mode that was on")
    func traces() async {
        let script = """
            DEVAL "redis.debugtrace(redis.traceline)\\nlocal a = 1\\nredis.debugtrace(redis.tracecode)\\na = 2\\n\
            redis.debugtrace(redis.tracewatch)\\na = 3\\nredis.debugtrace(redis.traceoff)\\na = 4\\n\
            redis.debugtrace('nonsense')\\nreturn a" 0 -> :1
            """
        let records = [
            "\"trace\" :2", "\"trace\" :3", "\"trace\" [:4 \"a = 2\"]",
            "\"trace\" [:5 \"redis.debugtrace(redis.tracewatch)\"]", "\"trace\" [:2]", "\"trace\" [:3]",
            "\"debugtrace\" \"nonsense\" -ERR one of the trace constants is wanted",
        ]
        await wire(resp3: true) { client in
            await client.converse("\(script)\nWADD a\nRUN -> +OK\nGETRETURN -> :4")
            #expect(client.pushes() == records.map { ">[\($0)]" })
        }
        await wire { client in
            await client.converse(
                "\(script)\nWADD a\nRUN -> +OK\nTRREAD -> [:0 [\(records.map { "[\($0)]" }.joined(separator: " "))]]")
        }
    }

    @Test(
        "C-218 C-219 A-39 debugeval and debugprint: values and errors go to the client; the script gets nothing and goes on"
    )
    func evaluates() async {
        let script = """
            DEVAL "local t = {1, {k = 'v'}}\\nlocal function f(x, ...)\\nlocal _ = t\\nredis.debugeval('x + 1') redis.debugprint('t')\\n\
            redis.debugeval('1 +') redis.debugeval('x.y.z') redis.debugprint('error({})') redis.debugeval(12)\\n\
            redis.debugeval('t') redis.debugprint('...') redis.debugeval('nil')\\n\
            return select('#', redis.debugeval('1'))\\nend\\nreturn f(1, 'a', 2.5)" 0 -> :1
            """
        let printed = #""{\n  1,\n  {\n    k = \"v\"\n  }\n}""#
        await wire { client in
            await client.converse("\(script)\nRUN -> +OK\nGETRETURN -> :0")
            let records = await client.ask("TRREAD")
            #expect(
                Wire.matches(
                    records,
                    """
                    [:0 [["eval" "x + 1" :2] ["print" "t" *] ["eval" "1 +" -ERR *unexpected symbol near <eof>] \
                    ["eval" "x.y.z" -ERR *attempt to index a number value*] ["print" "error({})" -ERR *] \
                    ["eval" "" -ERR an expression is wanted, as a string] ["eval" "t" [:1 ["k" "v"]]] \
                    ["print" "..." "\\"a\\", 2.5"] ["eval" "nil" _] ["eval" "1" :1]]]
                    """), "\(records)")
        }
        await wire(resp3: true) { client in
            await client.converse("\(script)\nRUN -> +OK")
            let pushes = client.pushes()
            #expect(pushes.count == 10)
            #expect(pushes.first == ">[\"eval\" \"x + 1\" :2]")
            #expect(pushes[1] == ">[\"print\" \"t\" =txt:\(printed)]")
            #expect(pushes[6] == ">[\"eval\" \"t\" [:1 {\"k\" \"v\"}]]")
        }
    }

    @Test("while something is being evaluated they are quiet")
    func quiet() async {
        await wire { client in
            await client.converse(
                """
                DEVAL "function f() redis.debugbreak() redis.debugeval('1') redis.debugmode(false) return 7 end\\nredis.debugbreak()" 0 -> :1
                STEPINTO -> :2
                DOEVAL f() -> :7
                TRREAD -> [:0 []]
                RUN -> _
                """)
        }
    }
}
