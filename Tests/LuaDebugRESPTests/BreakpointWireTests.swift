// Section 6 of the command contract: breakpoints. What section 10 adds is in BreakpointSettingWireTests.

import LuaDebugCore
import Testing

@testable import LuaDebugRESP

@Suite("C-170 to C-193: breakpoints")
struct BreakpointWireTests {
    private static let loop = "DEVAL \"local n = 0\\nfor i = 1, 3 do\\n  n = n + i\\nend\\nreturn n\" 0 -> :1"
    /// Line 2 is blank, 3 a comment, 5 only `else`, 7 to 9 a long string.
    private static let gaps =
        "DEVAL \"local a = 1\\n\\n-- b\\nif a then a = 2\\nelse\\na = 3 end\\nlocal s = [[\\nx\\n]]\\nreturn a\\n-- end\" 0 -> :1"

    // MARK: - Adding

    @Test("C-170 C-188 A-43 ids from 0, one for both kinds; one asked for: an id; several: an array")
    func added() async {
        await wire { client in
            await client.converse(
                """
                \(Self.loop)
                BCOUNT -> :0
                BADD 3 -> :0
                BADD LINE 5 -> :1
                BADD WATCH "n == 3" -> :2
                BADD line 1 2 -> [:3 :4]
                BADD watch "n" "i" -> [:5 :6]
                BCOUNT -> :7
                BOFF 0 -> +OK
                BCOUNT -> :7
                """)
        }
    }

    @Test("C-171 C-172 C-173 A-30 watch breakpoints: at every line, by Lua's truth, again while it stays true")
    func watches() async {
        await wire { client in
            await client.converse(
                """
                \(Self.loop)
                BADD WATCH "n >= 1" -> :0
                RUN -> :0
                GETCODE -> "for i = 1, 3 do"
                RUN -> :0
                GETCODE -> "  n = n + i"
                RUN -> :0
                RUN -> :0
                RUN -> :0
                RUN -> :0
                GETCODE -> "return n"
                RUN -> +OK
                """)
        }
        for (expression, reply) in [
            ("0", ":0"), ("''", ":0"), ("{}", ":0"), ("true", ":0"), ("nil", "+OK"), ("false", "+OK"),
            ("nothing", "+OK"),
        ] {
            await wire { await $0.converse("\(Self.loop)\nBADD WATCH \"\(expression)\" -> :0\nRUN -> \(reply)") }
        }
    }

    @Test("C-174 A-31 a watch breakpoint that fails is false; BLIST shows how it failed")
    func failing() async {
        await wire { client in
            await client.converse(
                """
                DEVAL "local t\\nlocal a = 1\\nt = {x = 1}\\nreturn t.x" 0 -> :1
                BADD WATCH "t.x == 1" -> :0
                BLIST -> [[:0 "WATCH" "t.x == 1" "ON" :0 _ _]]
                RUN -> :0
                GETCODE -> "return t.x"
                BLIST -> [[:0 "WATCH" "t.x == 1" "ON" :1 _ "*attempt to index a nil value (local 't')"]]
                RUN -> +OK
                """)
        }
    }

    @Test("C-175 A-41 a watch breakpoint looks at the frame that is about to run, in coroutines too; others are nil")
    func frames() async {
        await wire { client in
            await client.converse(
                """
                DEVAL "local function f(v)\\n  return 1\\nend\\nf(1)\\ncoroutine.wrap(function(w)\\n  local v = w\\n  v = 3\\nend)(2)\\nreturn v" 0 -> :3
                BADD WATCH "v ~= nil" -> :0
                RUN -> :0
                GETCODE -> "  return 1"
                RUN -> :0
                GETCODE -> "  v = 3"
                RUN -> :0
                GETCODE -> "end)(2)"
                RUN -> +OK
                """)
        }
    }

    @Test("C-176 what a watch breakpoint calls does not stop, is not traced, and has a bound")
    func quiet() async {
        await wire { client in
            await client.converse(
                """
                DEVAL "function f()\\n  return false\\nend\\nlocal a = 1\\nreturn a" 0 -> :3
                BADD 2 -> :0
                BADD WATCH "f and f()" "(function() while true do pcall(error) end end)()" -> [:1 :2]
                TRON -> :3
                RUN -> +OK
                GETRETURN -> :1
                TRREAD -> [:0 [["trace" :1] ["trace" :4] ["trace" :5]]]
                BLIST -> [[:0 "LINE" :2 "ON" :0 :2 _] [:1 "WATCH" "f and f()" "ON" :0 _ _] [:2 *"ON" :0 _ "*took too long*"]]
                """)
        }
    }

    @Test("C-177 C-180 C-182 what is no line, or does not compile, adds nothing of its call")
    func refused() async {
        await wire { client in
            await client.expect("DEVAL \"local a = 1\\nlocal b = 2\\nreturn a\\n-- end\" 0", ":1")
            for arguments in [
                "0", "-1", "4", "5", "1000000", "abc", "1.5", "\"\"", "99999999999999999999", "LINE 0", "LINE abc",
                "2 0",
                "1 2 3 4", "LINE 1 WATCH", "3 WATCH \"x\"", "WATCH \"a\" \"b +\"", "WATCH \"\"", "WATCH \"x = 1\"",
                "CHANGE a \"b +\"",
                "FUNC f \"a b\"", "FUNC \"\"", "ERROR SOME", "ERROR ALL ALL",
            ] {
                await client.expect("BADD \(arguments)", "-ERR *")
            }
            await client.converse("BCOUNT -> :0\nRUN 2 0 -> -ERR *\nBCOUNT -> :0\nGETCODE -> \"local a = 1\"")
        }
    }

    @Test("C-182 a refused call leaves those that are there as they were")
    func refusedKeeps() async {
        await wire { client in
            await client.converse(
                """
                \(Self.loop)
                BADD WATCH "n == 1" -> :0
                BOFF -> +OK
                BADD WATCH "n == 1" "n == 2" "+" -> -ERR *
                BLIST -> [[:0 "WATCH" "n == 1" "OFF" :0 _ _]]
                """)
        }
    }

    @Test("C-178 A-32 a line without code moves to the next that has some, and both are told")
    func moved() async {
        await wire { client in
            await client.converse(
                """
                \(Self.gaps)
                BADD 2 3 5 7 8 -> [:0 :1 :2 :3 :4]
                BLIST 0 2 -> [[:0 "LINE" :2 "ON" :0 :4 _] [:1 "LINE" :3 "ON" :0 :4 _] [:2 "LINE" :5 "ON" :0 :6 _]]
                RUN -> :0
                GETCODE -> "if a then a = 2"
                BLIST 0 1 -> [[:0 "LINE" :2 "ON" :1 :4 _] [:1 "LINE" :3 "ON" :1 :4 _]]
                RUN -> :*
                BADD 11 -> -ERR line 11 is out of range: there is code up to line 10
                """)
        }
        // Of two bare locals only the first gets an instruction of its own.
        await wire { client in
            await client.converse(
                "DEVAL \"local a\\nlocal b\\nlocal c = 1\\nreturn c\" 0 -> :1\nBADD 2 -> :0\nBLIST -> [[:0 \"LINE\" :2 \"ON\" :0 :3 _]]\nRUN -> :0\nGETCODE -> \"local c = 1\""
            )
        }
    }

    @Test(
        "C-179 A-33 BADD alone is the current line, an error after the end; BADD LINE and the others alone are errors")
    func alone() async {
        await wire { client in
            await client.converse(
                """
                \(Self.loop)
                STEPINTO -> :2
                BADD -> :0
                BLIST -> [[:0 "LINE" :2 "ON" :0 :2 _]]
                BADD -> :0
                BADD LINE -> -ERR wrong number of arguments for 'badd'
                BADD WATCH -> -ERR wrong number of arguments for 'badd'
                BADD CHANGE -> -ERR wrong number of arguments for 'badd'
                BADD FUNC -> -ERR wrong number of arguments for 'badd'
                BFLUSH -> +OK
                RUN -> +OK
                BADD -> -ERR the script has finished, use RESTART
                BADD 3 -> :0
                """)
        }
    }

    @Test("C-181 the switch is the first word only")
    func switchWord() async {
        await wire { client in
            await client.converse(
                "\(Self.loop)\nBADD WATCH LINE WATCH -> [:0 :1]\nBLIST -> [[:0 \"WATCH\" \"LINE\" *] [:1 \"WATCH\" \"WATCH\" *]]"
            )
        }
    }

    @Test("C-183 A-06 the same again is the same, switched on, whatever has been set on it")
    func same() async {
        await wire { client in
            await client.converse(
                """
                \(Self.loop)
                BADD 3 -> :0
                BADD 3 LINE -> -ERR line is not an integer: 'LINE'
                BADD 3 3 5 -> [:0 :0 :1]
                BADD WATCH "n == 9" " n == 9 " -> [:2 :2]
                BADD FUNC f f -> [:3 :3]
                BOFF -> +OK
                BADD LINE 3 -> :0
                RUN 5 -> :0
                BLIST 0 1 -> [[:0 "LINE" :3 "ON" :1 :3 _] [:1 "LINE" :5 "ON" :0 :5 _]]
                BSET 0 COND "i == 3" -> +OK
                BADD 3 -> :0
                RUN 3 -> :0
                DOEVAL i -> :3
                BCOUNT -> :4
                """)
        }
    }

    @Test("C-184 more than 64")
    func many() async {
        await wire { client in
            await client.expect("DEVAL \"\(String(repeating: "x = 1\\n", count: 300))return 1\" 0", ":1")
            await client.converse(
                """
                BADD \((2...300).map(String.init).joined(separator: " ")) -> [:0 :1 *:298]
                BADD WATCH \((1...300).map { "x\($0)" }.joined(separator: " ")) -> [:299 *:598]
                BCOUNT -> :599
                BOFF \((0..<298).map(String.init).joined(separator: " ")) -> +OK
                RUN -> :298
                GETCODE -> "x = 1"
                RUN -> +OK
                """)
        }
    }

    // MARK: - Changing

    @Test("C-185 removing: all or none, twice counts once, the one we stand at too; the others stay exactly")
    func removed() async {
        await wire { client in
            await client.converse(
                """
                \(Self.loop)
                BADD 2 3 5 -> [:0 :1 :2]
                BREM 3 -> -ERR there is no breakpoint 3
                BREM 0 3 -> -ERR there is no breakpoint 3
                BREM -1 -> -ERR there is no breakpoint -1
                BREM x -> -ERR there is no breakpoint x
                BCOUNT -> :3
                RUN -> :0
                BREM 0 0 -> :2
                BLIST -> [[:0 "LINE" :3 "ON" :0 :3 _] [:1 "LINE" :5 "ON" :0 :5 _]]
                RUN -> :0
                BREM 0 -> :1
                RUN -> :0
                GETCODE -> "return n"
                BREM 0 -> :0
                RUN -> +OK
                """)
        }
    }

    @Test(
        "C-186 C-187 A-34 on and off, all or some; one that is off is listed, counted, keeps its id and does not stop")
    func switched() async {
        await wire { client in
            await client.converse(
                """
                \(Self.loop)
                BON -> +OK
                BOFF -> +OK
                BADD 2 3 5 -> [:0 :1 :2]
                BOFF 1 3 -> -ERR there is no breakpoint 3
                BON x -> -ERR there is no breakpoint x
                BOFF 0 1 -> +OK
                BLIST -> [[:0 "LINE" :2 "OFF" :0 :2 _] [:1 "LINE" :3 "OFF" :0 :3 _] [:2 "LINE" :5 "ON" :0 :5 _]]
                BCOUNT -> :3
                RUN -> :2
                RESTART -> :1
                BLIST 0 1 -> [[:0 "LINE" :2 "OFF" *] [:1 "LINE" :3 "OFF" *]]
                BON 1 -> +OK
                RUN -> :1
                BOFF -> +OK
                RUN -> +OK
                RESTART -> :1
                BON -> +OK
                RUN -> :0
                """)
        }
    }

    @Test("C-189 A-35 the list; ranges as everywhere; BLIST id id is the one that RUN has told")
    func listed() async {
        await wire { client in
            await client.converse(
                """
                \(Self.loop)
                BLIST -> []
                BADD 2 3 -> [:0 :1]
                BADD WATCH "n == 3" -> :2
                BLIST 0 -1 -> [[:0 *] [:1 *] [:2 "WATCH" "n == 3" "ON" :0 _ _]]
                BLIST -1 -1 -> [[:2 *]]
                BLIST 0 100 -> [[:0 *] [:1 *] [:2 *]]
                BLIST -100 0 -> [[:0 "LINE" :2 "ON" :0 :2 _]]
                BLIST 5 9 -> []
                BLIST 2 1 -> []
                BLIST 1 -> -ERR syntax error*
                BLIST a b -> -ERR syntax error*
                BLIST 0 1 FOO -> -ERR syntax error*
                RUN -> :0
                BLIST 0 0 -> [[:0 "LINE" :2 "ON" :1 :2 _]]
                RUN -> :1
                BLIST 1 1 -> [[:1 "LINE" :3 "ON" :1 :3 _]]
                """)
        }
    }

    @Test("C-190 A-29 A-44 RAW: two strings, each to be typed after BADD; what a BADD cannot make is left out")
    func raw() async {
        await wire { client in
            await client.converse(
                """
                \(Self.loop)
                BLIST RAW -> ["" ""]
                BADD WATCH "n == \\"a b\\"" -> :0
                BLIST RAW -> ["" "WATCH \\"n == \\\\\\"a b\\\\\\"\\""]
                BADD 3 5 -> [:1 :2]
                BADD WATCH "'\\xff\\\\n'" -> :3
                BADD FUNC f -> :4
                BLIST 1 2 RAW -> ["3 5" ""]
                BLIST 3 -1 RAW -> ["" "WATCH \\"'\\\\xff\\\\\\\\n'\\""]
                """)
            client.send("BLIST 0 3 RAW")
            guard case .array(let parts)? = await client.reply(), case .bulkString(let lines) = parts[0],
                case .bulkString(let watches) = parts[1], parts.count == 2
            else {
                Issue.record("RAW is two strings")
                return
            }
            let before = await client.ask("BLIST 0 3")
            await client.expect("BFLUSH", "+OK")
            for part in [watches, lines] { client.connection.receive(Array("BADD ".utf8) + part + Array("\n".utf8)) }
            #expect(await client.reply().map(Wire.show) == "[:0 :1]")
            #expect(await client.reply().map(Wire.show) == "[:2 :3]")
            // The kinds have changed places, each in its order.
            await client.expect("BLIST", "[[:0 \"WATCH\" *] [:1 \"WATCH\" *] [:2 \"LINE\" :3 *] [:3 \"LINE\" :5 *]]")
            #expect(before.hasPrefix("[[:0 \"WATCH\""))
        }
    }

    @Test("C-191 BFLUSH: none is left, the watches are; ids begin at 0")
    func flushed() async {
        await wire { client in
            await client.converse(
                """
                \(Self.loop)
                BFLUSH -> +OK
                WADD "n" -> :0
                BADD WATCH "n == 1" -> :0
                BADD 3 -> :1
                BFLUSH -> +OK
                BCOUNT -> :0
                WCOUNT -> :1
                BADD 5 -> :0
                RUN -> :0
                GETCODE -> "return n"
                """)
        }
    }

    // MARK: - Where they hold

    @Test("C-192 a function that is called after the end, by the session itself: nothing stops")
    func afterEnd() async {
        await wire { client in
            await client.converse(
                """
                DEVAL "function f()\\n  return 7\\nend\\nreturn f()" 0 -> :3
                BADD 2 -> :0
                RUN -> :0
                RUN -> +OK
                DOEVAL f() -> :7
                BLIST -> [[:0 "LINE" :2 "ON" :1 :2 _]]
                """)
        }
    }

    @Test("C-193 a line is one of the script, and not of what it loads")
    func otherChunks() async {
        await wire { client in
            await client.converse(
                """
                DEVAL "local n = 0\\nlocal f = load('x = 1\\\\nx = 2\\\\nx = 3\\\\nreturn x')\\nn = f()\\nreturn n" 0 -> :1
                BADD 3 4 -> [:0 :1]
                RUN -> :0
                GETCODE -> "n = f()"
                RUN -> :1
                GETCODE -> "return n"
                BLIST -> [[:0 "LINE" :3 "ON" :1 :3 _] [:1 "LINE" :4 "ON" :1 :4 _]]
                """)
        }
    }
}
