// Section 5 of the command contract: watches.

import LuaDebugCore
import Testing

@testable import LuaDebugRESP

@Suite("C-140 to C-159: watches")
struct WatchWireTests {
    private static let script = "DEVAL \"local a = 1\\ng = {x = 7}\\nreturn a\" 0 -> :1"

    @Test("C-140 C-148 A-25 one asked for: its id; several: an array; the first is 0")
    func added() async {
        await wire { client in
            await client.converse(
                """
                \(Self.script)
                WCOUNT -> :0
                WADD "a" -> :0
                WADD "a + 1" "g" -> [:1 :2]
                WADD "g.x" -> :3
                WCOUNT -> :4
                """)
        }
    }

    @Test("C-141 C-142 what does not compile adds nothing of its call; what fails now may be added")
    func compiled() async {
        await wire { client in
            await client.converse(
                """
                \(Self.script)
                WADD "a" "b +" "c" -> -ERR *"b +" does not compile: *unexpected symbol near <eof>
                WADD "x = 1" -> -ERR *does not compile*
                WADD "a) or (a" -> -ERR *does not compile*
                WCOUNT -> :0
                WADD "t.a.b" "error('x')" -> [:0 :1]
                WCOUNT -> :2
                """)
        }
    }

    @Test("C-143 the same text twice is two watches")
    func twice() async {
        await wire { client in
            await client.converse("\(Self.script)\nWADD a a -> [:0 :1]\nWADD a -> :2\nWLIST -> [\"a\" \"a\" \"a\"]")
        }
    }

    @Test(
        "C-144 C-145 C-147 A-27 removing: ids mean the list before the call, twice counts once, all or none; gaps close"
    )
    func removed() async {
        await wire { client in
            await client.converse(
                """
                \(Self.script)
                WADD "1" "2" "3" "4" "5" -> [:0 :1 :2 :3 :4]
                WREM 5 -> -ERR there is no watch 5
                WREM 0 5 -> -ERR there is no watch 5
                WREM 0 -1 -> -ERR there is no watch -1
                WREM 0 x -> -ERR there is no watch x
                WREM 0 1.0 -> -ERR there is no watch 1.0
                WREM "" -> -ERR there is no watch*
                WREM 99999999999999999999 -> -ERR there is no watch 99999999999999999999
                WCOUNT -> :5
                WREM 0 2 -> :3
                WLIST -> ["2" "4" "5"]
                WREM 0 0 0 -> :2
                WEVAL 0 1 -> [:4 :5]
                WREM 0 -> :1
                WREM 0 -> :0
                WREM 0 -> -ERR there is no watch 0
                """)
        }
    }

    @Test("C-146 A-26 a watch that is a breakpoint too takes that along; BREM and BFLUSH leave the watches")
    func linked() async {
        await wire { client in
            await client.converse(
                """
                \(Self.script)
                BADD WATCH "a == 5" "a == 6" " a  ==  5 " -> [:0 :1 :2]
                BADD 3 -> :3
                WADD "a == 5 " "a == 6" "a" -> [:0 :1 :2]
                BCOUNT -> :4
                WREM 0 -> :2
                BCOUNT -> :3
                BLIST 0 0 -> [[:0 "WATCH" "a == 6" *]]
                BREM 0 -> :2
                WLIST -> ["a == 6" "a"]
                BFLUSH -> +OK
                WCOUNT -> :2
                """)
        }
    }

    @Test(
        "C-149 C-150 C-151 A-28 values: all, or those asked for in that order, always an array; errors in their slots")
    func evaluated() async {
        await wire { client in
            await client.converse(
                """
                \(Self.script)
                WEVAL -> []
                WADD "a" "g.x" "'s'" -> [:0 :1 :2]
                WEVAL -> [_ -ERR *attempt to index a nil value (global 'g') "s"]
                STEPINTO -> :2
                STEPINTO -> :3
                WEVAL -> [:1 :7 "s"]
                WEVAL 2 0 -> ["s" :1]
                WEVAL 1 -> [:7]
                WEVAL 1 1 -> [:7 :7]
                WEVAL 3 -> -ERR there is no watch 3
                WEVAL 0 -1 -> -ERR there is no watch -1
                WEVAL x -> -ERR there is no watch x
                RUN -> +OK
                """)
        }
    }

    @Test("C-150 the types of values, in RESP2 and in RESP3")
    func types() async {
        let watches = #"WADD nil true false 1.5 "2^53" "{1, 2}" "{k = 1}" print "'\x00\xff'" "1, 2" -> [*]"#
        await wire { client in
            await client.converse(
                "\(Self.script)\n\(watches)\n"
                    + #"WEVAL -> [_ :1 _ "1.5" "9007199254740992.0" [:1 :2] ["k" :1] "*" "\x00\xff" :1]"#)
        }
        await wire(resp3: true) { client in
            await client.converse(
                "\(Self.script)\n\(watches)\n"
                    + #"WEVAL -> [_ #t #f ,1.5 ,9007199254740992.0 [:1 :2] {"k" :1} "*" "\x00\xff" :1]"#)
        }
    }

    @Test("C-152 before the first line and after the end: what is in scope")
    func scope() async {
        await wire { client in
            await client.converse(
                """
                \(Self.script)
                WADD "a" "g and g.x" "KEYS and #KEYS" -> [:0 :1 :2]
                WEVAL -> [_ _ :0]
                RUN -> +OK
                WEVAL -> [_ :7 :0]
                """)
        }
    }

    @Test("C-153 C-154 C-155 the list, exactly as given; ranges as everywhere")
    func listed() async {
        await wire { client in
            await client.converse(
                """
                \(Self.script)
                WLIST -> []
                WLIST 0 -1 -> []
                WADD " a " "b" "c" "d" "e\\n+ 1" -> [:0 :1 :2 :3 :4]
                WLIST -> [" a " "b" "c" "d" "e\\n+ 1"]
                WLIST 0 -1 -> [" a " "b" "c" "d" "e\\n+ 1"]
                WLIST 1 1 -> ["b"]
                WLIST -2 -1 -> ["d" "e\\n+ 1"]
                WLIST 0 100 -> [" a " "b" "c" "d" "e\\n+ 1"]
                WLIST 5 9 -> []
                WLIST -100 0 -> [" a "]
                WLIST 3 1 -> []
                WLIST -1 -2 -> []
                WLIST 1 -> -ERR syntax error*
                WLIST a b -> -ERR syntax error*
                WLIST 0 b -> -ERR syntax error*
                WLIST 0 -1 FOO -> -ERR syntax error*
                WLIST 0 RAW -> -ERR syntax error*
                WLIST RAW 0 -1 -> -ERR syntax error*
                WLIST 0 -1 RAW RAW -> -ERR wrong number of arguments for 'wlist'
                """)
        }
    }

    @Test("C-156 C-157 C-158 A-29 RAW, typed after WADD, makes the same watches: quotes, backslashes, lines, any bytes")
    func raw() async {
        let expressions: [[UInt8]] =
            ["\"a\"", "'\\\\'", "a\n+\n1\r\n", "\t a", "''", "'it\\'s'", "[[ ]] -- x\\", "'$1'"].map { Array($0.utf8) }
            + [[39] + (128...255) + [39], [39, 0, 1, 39]]
        await wire { client in
            await client.converse("\(Self.script)\nWLIST RAW -> \"\"\nWLIST 0 -1 raw -> \"\"")
            client.send([Array("WADD".utf8)] + expressions)
            _ = await client.reply()
            // Twice quoted: once by us, once to be shown.
            await client.expect("WLIST 0 0 RAW", #""\"\\\"a\\\"\"""#)
            await client.expect("WLIST 2 3 RAW", #""\"a\\n+\\n1\\r\\n\" \"\\t a\"""#)
            client.send("WLIST RAW")
            guard case .bulkString(let raw)? = await client.reply() else {
                Issue.record("RAW is one string")
                return
            }
            #expect(raw.allSatisfy { (32..<127).contains($0) }, "it can be typed")
            await client.expect("WFLUSH", "+OK")
            client.connection.receive(Array("WADD ".utf8) + raw + Array("\r\n".utf8))
            #expect(await client.reply() == .array((0..<10).map { .integer($0) }))
            client.send("WLIST")
            #expect(await client.reply() == .array(expressions.map { .bulkString($0) }))
        }
    }

    @Test("C-159 WFLUSH: no watch is left, and no breakpoint on one; ids begin at 0")
    func flushed() async {
        await wire { client in
            await client.converse(
                """
                \(Self.script)
                WFLUSH -> +OK
                WADD "a" "a == 9" -> [:0 :1]
                BADD WATCH "a == 9" "a == 8" -> [:0 :1]
                WFLUSH -> +OK
                WCOUNT -> :0
                BLIST -> [[:0 "WATCH" "a == 8" "ON" :0 _ _]]
                WADD "a" -> :0
                """)
        }
    }
}
