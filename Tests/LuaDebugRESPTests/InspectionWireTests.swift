// Section 3 of the command contract: inspection.

import LuaDebugCore
import Testing

@testable import LuaDebugRESP

@Suite("C-080 to C-108: inspection")
struct InspectionWireTests {
    @Test("C-080 C-081 C-082 C-083 C-084 lines of the text, byte for byte, before the first step and after the end")
    func code() async {
        await wire { client in
            await client.converse(
                """
                DEVAL "local a = '\\xff\\t'\\r\\n\\r\\n  return a -- end" 0 -> :1
                GETCODE -> "local a = '\\xff\\t'"
                GETCODE 2 -> ""
                GETCODE 3 -> "  return a -- end"
                GETCODE 0 -> -ERR line 0 is out of range*
                GETCODE -1 -> -ERR line -1 is out of range*
                GETCODE 4 -> -ERR line 4 is out of range: the script has 3 lines
                GETCODE x -> -ERR line is not an integer: 'x'
                STEPINTO -> :3
                GETCODE -> "  return a -- end"
                RUN -> +OK
                GETCODE 1 -> "local a = '\\xff\\t'"
                GETCODE -> -ERR no current line*
                """)
        }
    }

    @Test(
        "C-085 C-086 C-087 C-088 what was returned, converted as EVAL converts it",
        arguments: [
            ("return 1.9", ":1"), ("return -1.9", ":-1"), ("return 'a\\x00b'", "\"a\\x00b\""), ("return true", ":1"),
            ("return false", "_"),
            ("return", "_"), ("return nil", "_"), ("return {1,2,nil,4}", "[:1 :2]"), ("return {ok='fine'}", "+fine"),
            ("return {err='MY error'}", "-MY error"), ("return {{1, {2}}, 'x'}", "[[:1 [:2]] \"x\"]"),
            ("return {}", "[]"),
            ("return {a = 1}", "[]"), ("return print", "_"), ("return 1, 2", ":1"),
            ("return 2^53", ":9007199254740992"),
            ("return 0/0", ":0"), ("return 1/0", ":9223372036854775807"), ("local t = {} t[1] = t return t", "[\"*\"]"),
        ])
    func returned(script: String, expected: String) async {
        await wire { client in
            await client.converse(
                "DEVAL \"\(script)\" 0 -> :1\nGETRETURN -> -ERR the script has not finished\nRUN -> +OK\nGETRETURN -> \(expected)\nGETRETURN -> \(expected)\nEND -> \(expected)"
            )
        }
    }

    @Test("C-089 A-17 the stack, innermost first, C functions and tail calls marked")
    func stack() async {
        let script =
            "local function c()\\nlocal x = 1\\nend\\nlocal function b() pcall(c) end\\nlocal function a() return b() end\\na()"
        await wire { client in
            await client.expect("DEVAL \"\(script)\" 0", ":3")
            await client.expect(
                "GETSTACK",
                "[[\"level\" :0 \"name\" \"main chunk\" \"kind\" \"main\" \"chunk\" \"user_script\" \"line\" :3 \"defined\" _]]"
            )
            await client.expect("RUN 2", ":0")
            await client.expect(
                "GETSTACK",
                "[[\"level\" :0 *\"kind\" \"Lua\" \"chunk\" \"user_script\" \"line\" :2 \"defined\" :1] [*\"name\" \"pcall\" \"kind\" \"C\" *] [*\"kind\" \"tail\"*\"line\" :4 *] [\"level\" :3 \"name\" \"main chunk\"*\"line\" :6 *]]"
            )
            await client.converse("BFLUSH -> +OK\nRUN -> +OK\nGETSTACK -> []")
        }
        await wire(resp3: true) { client in
            await client.expect("DEVAL \"return 1\" 0", ":1")
            await client.expect("GETSTACK", "[{\"level\" :0 \"name\" \"main chunk\" *}]")
        }
    }

    @Test("C-090 C-091 C-092 C-093 expressions in the frame: innermost first; names out of scope; one value")
    func evaluate() async {
        await wire { client in
            await client.converse(
                """
                DEVAL "g = 'global' local u = 'up'\\nlocal function f(p, ...)\\nlocal x = 1 local x = 2\\nlocal _ = u\\nreturn x\\nend\\nlocal r = f('par', 'v1', 'v2') return r" 0 -> :1
                RUN 5 -> :0
                DOEVAL x -> :2
                DOEVAL p -> "par"
                DOEVAL u -> "up"
                DOEVAL g -> "global"
                DOEVAL "select('#', ...)" -> :2
                DOEVAL "..." -> "v1"
                DOEVAL nowhere -> _
                DOEVAL "x = 1" -> -ERR *
                DOEVAL "1, 2, 3" -> :1
                DOPRINT "1, 2, 3" -> "1, 2, 3"
                DOEVAL x -> :2
                FRAME 1 -> [*"level" :1 *"name" "main chunk"*]
                DOEVAL p -> _
                DOEVAL u -> "up"
                FRAME 0 -> [*]
                FRAME 5 -> -ERR there is no frame 5*
                FRAME -1 -> -ERR there is no frame -1*
                FRAME x -> -ERR level is not an integer*
                """)
        }
    }

    @Test("C-094 C-095 C-096 evaluations that fail, never end, or call what holds breakpoints harm nothing")
    func failing() async {
        let service = Wire.service { $0.budget = EvaluationBudget(instructions: 1_000_000, milliseconds: 0) }
        await wire(service) { client in
            await client.converse(
                """
                DEVAL "function f()\\nlocal a = 1\\nreturn a\\nend\\nlocal x = 1\\nreturn x" 0 -> :*
                BADD 2 -> :0
                RUNTO 6 -> :6
                DOEVAL "error('s', 0)" -> -ERR s
                DOEVAL "error({})" -> -ERR *table value*
                DOEVAL "error()" -> -ERR *
                DOEVAL "(function() return (function(f) return f(f) + 1 end)(function(f) return f(f) + 1 end) end)()" -> -ERR *
                DOEVAL "('x'):rep(1e10)" -> -ERR *
                DOEVAL "f()" -> :1
                DOEVAL "coroutine.wrap(f)()" -> :1
                DOEVAL "(function() while true do end end)()" -> -ERR *more than*
                DOEVAL "(function() while true do pcall(error) end end)()" -> -ERR *more than*
                GETCODE -> "return x"
                RUN -> +OK
                """)
        }
    }

    @Test(
        "C-097 types, in RESP2 and RESP3",
        arguments: [
            ("1", ":1", ":1"), ("1.5", "\"1.5\"", ",1.5"), ("3.0", "\"3.0\"", ",3.0"), ("true", ":1", "#t"),
            ("false", "_", "#f"),
            ("nil", "_", "_"), ("'\\x00\\xff'", "\"\\x00\\xff\"", "\"\\x00\\xff\""),
            ("{1, 2.5}", "[:1 \"2.5\"]", "[:1 ,2.5]"),
            ("{a = 1}", "[\"a\" :1]", "{\"a\" :1}"), ("{err = 'x'}", "[\"err\" \"x\"]", "{\"err\" \"x\"}"),
            ("{}", "[]", "[]"),
            ("{1, nil, 3}", "[:1 _ :3]", "[:1 _ :3]"), ("print", "\"<C function>\"", "\"<C function>\""),
            ("function() end", "\"<function *", "\"<function *"),
            ("math.maxinteger", ":9223372036854775807", ":9223372036854775807"),
        ])
    func types(expression: String, resp2: String, resp3: String) async {
        await wire { client in
            await client.expect("DEVAL \"return 1\" 0", ":1")
            await client.expect("DOEVAL \"\(expression)\"", resp2)
        }
        await wire(resp3: true) { client in
            await client.expect("DEVAL \"return 1\" 0", ":1")
            await client.expect("DOEVAL \"\(expression)\"", resp3)
        }
    }

    @Test("C-098 after the end: globals, KEYS and ARGV")
    func afterEnd() async {
        await wire { client in
            await client.converse(
                """
                DEVAL "g = 1 local l = 2 return l" 1 k a -> :1
                RUN -> +OK
                DOEVAL g -> :1
                DOEVAL l -> _
                DOEVAL "KEYS[1] .. ARGV[1]" -> "ka"
                DOEXEC "g = 2" -> -ERR the script has finished, use RESTART
                """)
        }
    }

    @Test(
        "C-099 C-100 C-101 C-102 C-103 pretty: in order, nested, cycles and cuts marked, no metamethod; errors stay errors"
    )
    func printed() async {
        await wire { client in
            await client.converse(
                """
                DEVAL "t = {3, 3.0, 'q\\"', {b = 1, a = 2}} t.self = t m = setmetatable({}, {__tostring = error, __pairs = error, __index = error, __len = error}) d = {} for i = 1, 10000 do d = {d} end big = {} for i = 1, 1e6 do big[i] = i end\\nreturn 1" 0 -> :1
                RUNTO 2 -> :2
                DOPRINT t -> "<table 1>{\\n  3,\\n  3.0,\\n  \\"q\\\\\\"\\",\\n  {\\n    a = 2,\\n    b = 1\\n  },\\n  self = <cycle 1>\\n}"
                DOPRINT m -> "{}"
                DOPRINT d -> *...*
                DOPRINT big -> *...*
                DOPRINT "nothing.x" -> -ERR *attempt to index a nil value*
                """)
        }
        await wire(resp3: true) { client in
            await client.converse("DEVAL \"return 1\" 0 -> :1\nDOPRINT \"{1}\" -> =txt:\"{\\n  1\\n}\"")
        }
    }

    @Test("C-104 C-105 C-106 C-107 C-108 statements write through, are bounded, and cannot unwind the script")
    func execute() async {
        await wire { client in
            await client.converse(
                """
                DEVAL "local u = 1 local function f(x)\\nlocal y = x\\nreturn x + u\\nend\\nlocal r = f(1)\\nreturn r" 0 -> :*
                RUN 3 -> :0
                DOEXEC "x = 5 u = 10" -> +OK
                DOEXEC "new = 1\\nother = 2" -> +OK
                DOEXEC "local gone = 1" -> +OK
                DOEVAL gone -> _
                DOEXEC "return 7" -> +OK
                DOEXEC "half = 1 error('stop', 0)" -> -ERR stop
                DOEVAL half -> :1
                DOEXEC "coroutine.yield()" -> -ERR *yield*
                DOEXEC "x +" -> -ERR *
                GETCODE -> "return x + u"
                END -> :15
                """)
        }
    }

    @Test("GETLOCALS, GETSOURCE")
    func locals() async {
        await wire { client in
            await client.converse(
                """
                DEVAL "local u = 1 local function f(p, ...)\\nlocal l = u\\nreturn l\\nend\\nreturn f('a', 'b') + 1" 0 -> :*
                RUN 3 -> :0
                GETLOCALS -> [["name" "p" "kind" "parameter" "value" "a" "shadowed" :0] ["name" "(vararg 1)" "kind" "vararg" "value" "b" "shadowed" :0] ["name" "l" "kind" "local" "value" :1 "shadowed" :0] ["name" "u" "kind" "upvalue" "value" :1 "shadowed" :0]*]
                GETLOCALS 1 -> [["name" "u" *
                GETLOCALS 9 -> -ERR *frame 9*
                GETSOURCE 2 3 -> [[:2 "local l = u" :1 :0 :0] [:3 "return l" :1 :1 :1]]
                GETSOURCE 4 -> [[:4 "end" :1 :0 :0]]
                GETSOURCE -> [[:1 *] [:2 *] [:3 *] [:4 *] [:5 *]]
                GETSOURCE 9 -> -ERR lines 9 to 9 are out of range*
                GETSOURCE 3 2 -> -ERR *out of range*
                """)
        }
    }
}
