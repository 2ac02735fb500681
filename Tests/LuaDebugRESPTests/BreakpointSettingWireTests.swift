// What section 10 of the command contract adds to breakpoints: settings, log messages, functions, errors, changes.

import LuaDebugCore
import Testing

@testable import LuaDebugRESP

@Suite("breakpoints with more than the proposal has")
struct BreakpointSettingWireTests {
    private static let loop = "DEVAL \"local n = 0\\nfor i = 1, 3 do\\n  n = n + i\\nend\\nreturn n\" 0 -> :1"

    @Test("BSET: a condition, an ignore count, once, a message; CLEAR takes them away")
    func set() async {
        await wire(resp3: true) { client in
            await client.converse(
                """
                \(Self.loop)
                BADD 3 5 -> [:0 :1]
                BSET 0 COND "i == 2" -> +OK
                RUN -> :0
                DOEVAL i -> :2
                RESTART -> :1
                BSET 0 CLEAR IGNORE 2 -> +OK
                RUN -> :0
                DOEVAL i -> :3
                RESTART -> :1
                BSET 0 CLEAR LOG "i is {i}, {nope.x}" COND "i > 1" -> +OK
                RUN -> :1
                """)
            let pushes = client.pushes()
            #expect(pushes.count == 2)
            #expect(Wire.matches(pushes.first ?? "", ">[\"log\" :0 \"i is 2, <*attempt to index a nil value*>\"]"))
            await client.converse(
                """
                RESTART -> :1
                BSET 0 CLEAR ONCE -> +OK
                RUN -> _
                GETCODE -> "  n = n + i"
                BCOUNT -> :1
                RUN -> :0
                RUN -> +OK
                """)
        }
    }

    @Test("BSET refuses whole calls")
    func setRefused() async {
        await wire { client in
            await client.converse(
                """
                \(Self.loop)
                BADD 3 -> :0
                BSET 1 ONCE -> -ERR there is no breakpoint 1
                BSET x ONCE -> -ERR there is no breakpoint x
                BSET 0 -> -ERR wrong number of arguments for 'bset'
                BSET 0 ONCE FOO -> -ERR syntax error*
                BSET 0 ONCE COND -> -ERR wrong number of arguments for 'bset'
                BSET 0 ONCE COND "i +" -> -ERR *does not compile*
                BSET 0 ONCE LOG "{" -> -ERR *
                BSET 0 ONCE IGNORE -1 -> -ERR ignore count is not an integer from 0: '-1'
                BSET 0 ONCE IGNORE x -> -ERR ignore count is not an integer from 0: 'x'
                RUN -> :0
                RUN -> :0
                RUN -> :0
                RUN -> +OK
                """)
        }
    }

    @Test("the id that a log message is told with is the position in the list, as everywhere")
    func logIdentifier() async {
        await wire { client in
            await client.converse(
                """
                \(Self.loop)
                BADD 2 5 3 -> [:0 :1 :2]
                BSET 2 LOG "{n}" -> +OK
                BREM 0 -> :2
                RUN -> :0
                TRREAD -> [:0 [["log" :1 "0"] ["log" :1 "1"] ["log" :1 "3"]]]
                """)
        }
    }

    @Test("BADD FUNC: where a function begins, however it is reached; C's too")
    func functions() async {
        await wire { client in
            await client.converse(
                """
                DEVAL "t = {}\\nfunction t.f(x)\\n  return x\\nend\\nlocal y = t.f(5)\\ny = ('a'):rep(3)\\nreturn y" 0 -> :1
                BADD FUNC t.f string.rep nothing -> [:0 :1 :2]
                RUN -> :0
                DOEVAL x -> :5
                BLIST 0 0 -> [[:0 "FUNC" "t.f" "ON" :1 _ _]]
                RUN -> :1
                RUN -> +OK
                BLIST 2 2 -> [[:2 "FUNC" "nothing" "ON" :0 _ _]]
                """)
        }
    }

    @Test("BADD ERROR: where an error is raised that nothing catches; ALL: any")
    func errors() async {
        let script =
            "DEVAL \"local function f(n)\\n  local inner = n\\n  error('e' .. n, 0)\\nend\\npcall(f, 1)\\nf(2)\" 0 -> :4"
        await wire { client in
            await client.converse(
                """
                \(script)
                BADD ERROR -> :0
                RUN -> :0
                FRAME 1 -> [*]
                DOEVAL inner -> :2
                BLIST -> [[:0 "ERROR" "UNCAUGHT" "ON" :1 _ _]]
                RUN -> -ERR e2
                RESTART -> :4
                BADD ERROR ALL -> :1
                BOFF 0 -> +OK
                RUN -> :1
                FRAME 1 -> [*]
                DOEVAL inner -> :1
                RUN -> :1
                RUN -> -ERR e2
                """)
        }
    }

    @Test("BADD CHANGE: where an expression has another value than before")
    func changes() async {
        await wire { client in
            await client.converse(
                """
                \(Self.loop)
                STEPINTO -> :2
                BADD CHANGE n -> :0
                BADD WATCH n -> :1
                BOFF 1 -> +OK
                RUN -> :0
                DOEVAL n -> :1
                RUN -> :0
                DOEVAL n -> :3
                BLIST 0 0 -> [[:0 "CHANGE" "n" "ON" :2 _ _]]
                BLIST RAW -> ["" "WATCH \\"n\\""]
                RUN -> :0
                RUN -> +OK
                """)
        }
    }
}
