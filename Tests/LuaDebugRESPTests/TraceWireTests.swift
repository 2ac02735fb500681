// Section 4 of the command contract: traces.

import LuaDebugCore
import Stories
import Testing

@testable import LuaDebugRESP

@Suite("C-120 to C-131: tracing")
struct TraceWireTests {
    private static let three = "DEVAL \"local a = 1\\nlocal b = 2\\nreturn a + b\" 0 -> :1"
    private static let calls =
        "DEVAL \"local function f(x)\\n  return x\\nend\\nlocal y = f(1)\\ny = f(2)\\nreturn y\" 0 -> :3"

    @Test("C-120 C-121 A-23 LINE by default; one shape for each mode; the first reply is about where the script is")
    func shapes() async {
        let frame =
            "[\"level\" :0 \"name\" \"main chunk\" \"kind\" \"main\" \"chunk\" \"user_script\" \"line\" :1 \"defined\" _]"
        await wire { client in
            await client.converse(
                """
                \(Self.three)
                WADD "a" "1 + 1" -> [:0 :1]
                TRON -> :1
                TRON LINE -> :1
                TRON CODE -> [:1 "local a = 1"]
                TRON STACK -> [\(frame)]
                TRON WATCH -> [_ :2]
                TRON ALL -> [:1 "local a = 1" [\(frame)] [_ :2]]
                TRON CALLS -> :1
                TRON VARIABLES -> [:1 []]
                STEPINTO -> :2
                TRON all -> [:2 "local b = 2" [*] [:1 :2]]
                END -> :3
                """)
        }
    }

    @Test("C-122 C-123 RESP3: one push for each line, in steps and in runs, before the reply, until TROFF")
    func pushes() async {
        await wire(resp3: true) { client in
            await client.converse("\(Self.calls)\nTRON CODE -> [:3 \"end\"]\nSTEPOVER -> :4")
            #expect(client.pushes() == [">[\"trace\" [:4 \"local y = f(1)\"]]"])
            await client.expect("STEPOVER", ":5")
            #expect(client.pushes() == [">[\"trace\" [:2 \"  return x\"]]", ">[\"trace\" [:5 \"y = f(2)\"]]"])
            await client.converse("TRON -> :5\nBADD 2 -> :0\nRUN -> :0")
            #expect(client.pushes() == [">[\"trace\" :2]"])
            await client.expect("TROFF", "+OK")
            await client.converse("BFLUSH -> +OK\nRUN -> +OK\nGETRETURN -> :2\nTRREAD -> [:0 []]")
            #expect(client.pushes() == [])
        }
    }

    @Test("C-121 C-123 a push has the shape of its mode")
    func pushedShapes() async {
        let frame = #"{"level" :0 "name" "main chunk" "kind" "main" "chunk" "user_script" "line" :2 "defined" _}"#
        for (mode, push) in [
            ("LINE", ":2"), ("CODE", #"[:2 "local b = 2"]"#), ("STACK", "[\(frame)]"),
            ("WATCH", "[:1 #t ,1.5]"), ("ALL", "[:2 \"local b = 2\" [\(frame)] [:1 #t ,1.5]]"),
        ] {
            await wire(resp3: true) { client in
                await client.converse(
                    "\(Self.three)\nWADD a \"a == 1\" \"a and 1.5\" -> [:0 :1 :2]\nTRON \(mode)\nSTEPINTO -> :2")
                #expect(client.pushes() == [">[\"trace\" \(push)]"])
            }
        }
        await wire(resp3: true) { client in
            await client.converse("\(Self.three)\nTRON VARIABLES -> [:1 []]\nSTEPINTO -> :2\nSTEPINTO -> :3")
            #expect(client.pushes() == [">[\"trace\" [:2 []]]", ">[\"trace\" [:3 [[\"b\" :2 _]]]]"])
        }
        await wire(resp3: true) { client in
            await client.converse("\(Self.calls)\nTRON CALLS -> :3\nSTEPOVER -> :4\nSTEPOVER -> :5")
            #expect(client.pushes().map { $0.contains("\"call\"") || $0.contains("\"return\"") } == [true, true])
        }
    }

    @Test("C-123 RESP2: replies keep their shapes; TRREAD takes the records, the oldest first")
    func buffer() async {
        await wire { client in
            await client.converse(
                """
                \(Self.calls)
                TRREAD -> [:0 []]
                TRON -> :3
                STEPOVER -> :4
                STEPOVER -> :5
                RUN -> +OK
                TRREAD 2 -> [:0 [["trace" :4] ["trace" :2]]]
                TRREAD 1 -> [:0 [["trace" :5]]]
                RESTART -> :3
                TRREAD -> [:0 [["trace" :2] ["trace" :6] ["trace" :3]]]
                TRREAD -> [:0 []]
                TRREAD 0 -> -ERR count must be positive: 0
                TRREAD -1 -> -ERR count must be positive: -1
                TRREAD x -> -ERR count is not an integer: 'x'
                """)
            #expect(client.pushes() == [])
        }
    }

    @Test("C-123 A-24 a second connection subscribes: to one session or to all, in RESP2 and in RESP3")
    func subscribed() async {
        let service = Wire.service()
        await wire(service) { reader in
            await wire(service, resp3: true) { other in
                await reader.expect("SUBSCRIBE trace:1 nothing", "[\"subscribe\" \"trace:1\" :1]")
                #expect(await reader.reply().map(Wire.show) == "[\"subscribe\" \"nothing\" :2]")
                other.send("SUBSCRIBE trace")
                await other.expect("PING", "+PONG")
                #expect(other.pushes() == [">[\"subscribe\" \"trace\" :1]"])
                await wire(service) { client in
                    await client.converse("\(Self.three)\nTRON CODE\nRUN -> +OK\nTRREAD -> [:0 []]")
                }
                for line in [#"trace [2 \"local b = 2\"]"#, #"trace [3 \"return a + b\"]"#] {
                    #expect(await reader.reply().map(Wire.show) == "[\"message\" \"trace:1\" \"\(line)\"]")
                }
                #expect(other.pushes().map { $0.hasPrefix(">[\"message\" \"trace\" \"trace [") } == [true, true])
                // The second session is the business of the second reader alone.
                other.send("UNSUBSCRIBE nothing")
                await wire(service) { client in
                    await client.converse("\(Self.three)\nTRON\nSTEPINTO -> :2")
                    other.send("UNSUBSCRIBE")
                    await other.expect("PING", "+PONG")
                    await client.converse("STEPINTO -> :3\nTRREAD -> [:0 [[\"trace\" :3]]]")
                }
                #expect(
                    other.pushes() == [
                        ">[\"unsubscribe\" \"nothing\" :1]", ">[\"message\" \"trace\" \"trace 2\"]",
                        ">[\"unsubscribe\" \"trace\" :0]",
                    ])
                await reader.converse("PING -> +PONG\nUNSUBSCRIBE trace:1 -> [\"unsubscribe\" \"trace:1\" :1]")
            }
        }
    }

    @Test("C-123 who subscribes while a traced script runs gets what comes from then on")
    func subscribedLate() async {
        let service = Wire.service()
        await wire(service) { reader in
            await wire(service, resp3: true) { client in
                // Slow enough that nobody drowns in records.
                await client.converse("DEVAL \"while true do\\nlocal s = ('x'):rep(5000000)\\nend\" 0 -> :2\nTRON")
                client.send("RUN")
                let deadline = ContinuousClock.now + .seconds(60)
                while client.pushes().isEmpty, ContinuousClock.now < deadline { await Task.yield() }
                await reader.expect("SUBSCRIBE trace", "[\"subscribe\" \"trace\" :1]")
                #expect(await reader.reply().map(Wire.show)?.hasPrefix("[\"message\" \"trace\" \"") == true)
                client.send("SCRIPT KILL")
                #expect(await client.reply().map(Wire.show) == "-KILLED the script was ended (SCRIPT KILL)")
                #expect(await client.reply() == .ok)
            }
        }
    }

    @Test(
        "C-124 nobody reads: the script runs through, what is dropped is counted, what is kept is the oldest",
        .disabled(if: isSanitized, "hundreds of thousands of records, and nothing else"))
    func dropped() async {
        let script = "DEVAL \"for i = 1, 70000 do\\nlocal x = i\\nend\\nreturn 1\" 0 -> :1"
        await wire { client in
            await client.converse("\(script)\nTRON\nRUN -> +OK")
            var lost: Int64 = 0
            var records: [RESPValue] = []
            while true {
                client.send("TRREAD 100000")
                guard case .array(let parts) = await client.reply(), case .integer(let missing) = parts[0],
                    case .array(let more) = parts[1]
                else { break }
                if missing == 0, more.isEmpty { break }
                lost += missing
                records += more
            }
            #expect(lost > 0 && lost + Int64(records.count) == 140_001)
            #expect(records.prefix(2).map(Wire.show) == ["[\"trace\" :2]", "[\"trace\" :1]"])
        }
        await wire(resp3: true) { client in
            await client.converse("\(script)\nTRON\nRUN -> +OK")
            var count = 0
            for push in client.pushes() {
                count += push.hasPrefix(">[\"lost\" :") ? Int(push.dropFirst(10).dropLast()) ?? 0 : 1
            }
            #expect(count == 140_001)
        }
    }

    @Test(
        "C-124 who reads nothing is told of a part, and how much is missing; so is a subscriber, of each channel",
        .disabled(if: isSanitized, "hundreds of thousands of records, and nothing else"))
    func behind() async {
        let script = "DEVAL \"for i = 1, 70000 do\\nlocal x = i\\nend\\nreturn 1\" 0 -> :1"
        await wire(resp3: true, unread: { 16 << 20 }) { client in
            await client.converse("\(script)\nTRON\nRUN -> +OK")
            let pushes = client.pushes()
            let lost = pushes.filter { $0.hasPrefix(">[\"lost\" :") }.compactMap { Int($0.dropFirst(10).dropLast()) }
            #expect(lost.last ?? 0 > 50_000 && pushes.last?.hasPrefix(">[\"lost\"") == true)
            #expect(pushes.count - lost.count + lost.reduce(0, +) == 140_001)
        }
        let service = Wire.service()
        await wire(service, unread: { 16 << 20 }) { listener in
            await wire(service) { client in
                await client.converse(script)
                await listener.converse("SUBSCRIBE trace trace:1")
                _ = await listener.reply()
                await client.converse("TRON\nRUN -> +OK")
                for channel in ["trace:1", "trace"] {
                    let heard = await listener.reply().map(Wire.show)
                    #expect(heard == "[\"message\" \"\(channel)\" \"lost 140001\"]")
                }
            }
        }
    }

    @Test("C-124 what is lost is told where it is missing, before what came after it")
    func missing() async {
        let lines = 200
        let looks = Count()
        // Now read, now not.
        let unread = { @Sendable in
            looks.add()
            return looks.value % 7 == 1 ? 16 << 20 : 0
        }
        await wire(resp3: true, unread: unread) { client in
            let script = (1...lines).map { "x = \($0)" }.joined(separator: "\\n")
            await client.converse("DEVAL \"\(script)\" 0 -> :1\nTRON\nRUN -> +OK")
            let pushes = client.pushes()
            var last = 1
            for push in pushes {
                if let lost = push.firstMatch(of: /^>\["lost" :(\d+)\]$/) {
                    last += Int(lost.1) ?? 0
                } else {
                    last += 1
                    #expect(push == ">[\"trace\" :\(last)]")
                }
            }
            #expect(last == lines, "\(pushes.filter { $0.contains("lost") })")
            #expect(pushes.contains { $0.contains("lost") })
        }
    }

    @Test("C-125 C-126 another mode replaces the one under way; what is no mode changes nothing")
    func modes() async {
        await wire(resp3: true) { client in
            await client.converse(
                """
                \(Self.three)
                TRON -> :1
                TRON CODE -> [:1 "local a = 1"]
                TRON FOO -> -ERR syntax error*
                TRON "" -> -ERR syntax error*
                TRON LINE CODE -> -ERR wrong number of arguments for 'tron'
                RUN -> +OK
                """)
            #expect(client.pushes().first == ">[\"trace\" [:2 \"local b = 2\"]]")
        }
        await wire { client in
            await client.converse("\(Self.three)\nTRON FOO -> -ERR syntax error*\nRUN -> +OK\nTRREAD -> [:0 []]")
        }
    }

    @Test("C-125 records that were written in another mode keep its shape")
    func keptShapes() async {
        await wire { client in
            await client.converse(
                """
                \(Self.three)
                TRON CODE
                STEPINTO -> :2
                TRON LINE -> :2
                STEPINTO -> :3
                TRON STACK
                TROFF -> +OK
                TRREAD -> [:0 [["trace" [:2 "local b = 2"]] ["trace" :3]]]
                """)
        }
    }

    @Test("C-127 TROFF is always OK")
    func off() async {
        await wire { client in
            await client.converse(
                "\(Self.three)\nTROFF -> +OK\nTRON\nTROFF -> +OK\nTROFF -> +OK\nRUN -> +OK\nTROFF -> +OK\nTRREAD -> [:0 []]"
            )
        }
    }

    @Test("C-128 after the end: accepted, without a position, and in force from RESTART on")
    func ended() async {
        await wire { client in
            await client.converse(
                """
                \(Self.three)
                WADD a "2"
                RUN -> +OK
                TRON -> _
                TRON CODE -> [_ _]
                TRON STACK -> []
                TRON WATCH -> [_ :2]
                TRON ALL -> [_ _ [] [_ :2]]
                TRON LINE -> _
                RESTART -> :1
                STEPINTO -> :2
                TRREAD -> [:0 [["trace" :1] ["trace" :2]]]
                """)
        }
    }

    @Test("C-129 A-12 A-42 RESTART and END keep the trace; RESTART FLUSH and ABORT end it")
    func kept() async {
        await wire(resp3: true) { client in
            await client.converse("\(Self.three)\nTRON\nRESTART -> :1")
            #expect(client.pushes() == [">[\"trace\" :1]"])
            await client.expect("RESTART FLUSH", ":1")
            #expect(client.pushes() == [])
            await client.expect("STEPINTO", ":2")
            #expect(client.pushes() == [])
            await client.converse("TRON -> :2\nEND -> :3")
            #expect(client.pushes() == [">[\"trace\" :3]"])
            await client.converse("\(Self.three)\nTRON -> :1\nABORT -> +OK\n\(Self.three)\nRUN -> +OK")
            #expect(client.pushes() == [])
        }
    }

    @Test("C-130 values and errors are the same with and without a trace")
    func unchanged() async {
        for script in [
            "local t = {3, 1, 2} table.sort(t, function(a, b)\\nreturn a < b end)\\nreturn t",
            "return pcall(error, {err = 'x'})", "local x\\nreturn x.y", "error({})", "return select('#', nil, nil)",
            "local co = coroutine.wrap(function()\\ncoroutine.yield(1)\\nerror('e') end)\\nco()\\nco()",
            "local function f(n)\\nreturn n == 0 and 'deep' or f(n - 1)\\nend\\nreturn f(1000)",
        ] {
            await wire { client in
                await client.expect("DEVAL \"\(script)\" 0", ":*")
                let plain = await client.ask("END")
                for mode in ["LINE", "ALL", "CALLS", "VARIABLES"] {
                    await client.converse("DEVAL \"\(script)\" 0\nWADD t \"x.y\"\nTRON \(mode)\nEND -> \(plain)")
                }
            }
        }
    }

    @Test("C-131 a watch that fails holds its error, in the reply and in the records; the trace goes on")
    func failingWatch() async {
        await wire(resp3: true) { client in
            await client.converse(
                """
                DEVAL "local t\\nt = {x = 1}\\nreturn t.x" 0 -> :1
                WADD t.x "2" -> [:0 :1]
                TRON WATCH -> [-ERR *attempt to index a nil value* :2]
                RUN -> +OK
                """)
            let pushes = client.pushes()
            #expect(pushes.count == 2)
            #expect(
                Wire.matches(pushes.first ?? "", ">[\"trace\" [-ERR *attempt to index a nil value (local 't') :2]]"))
            #expect(pushes.last == ">[\"trace\" [:1 :2]]")
        }
    }
}
