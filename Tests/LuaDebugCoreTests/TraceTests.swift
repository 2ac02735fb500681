// Section 4 of the command contract: traces. What is said there of replies is the wire's; the rest is Core's.

import Testing

@testable import LuaDebugCore

@Suite("Traces")
struct TraceTests {
    private static let calls = """
        local function add(a, b) -- @add
          local c = a + b -- @c
          return c -- @ret
        end -- @addEnd
        local x = add(1, 2) -- @call
        return x -- @last
        """

    @Test("C-120 C-122 a record for each line, during a run as during single steps, until it is stopped")
    func lines() async throws {
        try await scenario(Self.calls) { s in
            try await s.start()
            s.session.tracing.start(.line)
            #expect(try await s.go(.stepOver) == "call")
            #expect(s.traced() == ["call"])
            #expect(try await s.go(.stepInto) == "c")
            #expect(s.traced() == ["c"])
            s.session.tracing.stop()
            _ = try await s.go(.stepInto)
            #expect(s.traced().isEmpty)
            s.session.tracing.start(.line)
            #expect(try await s.go() == "returned 3")
            #expect(s.traced() == ["last"])
        }
    }

    @Test("a record says where, how deep, in which coroutine and when")
    func whereAndWhen() async throws {
        let source = """
            local co = coroutine.wrap(function() -- @co
              coroutine.yield(1) -- @yield
            end) -- @coEnd
            co() -- @first
            local function f() return 1 end -- @f
            f() -- @second
            """
        try await scenario(source) { s in
            try await s.start()
            s.session.tracing.start(.line)
            _ = try await s.go()
            let records = s.events().compactMap { if case .trace(let record) = $0 { record } else { nil } }
            #expect(records.map { s.place($0.location) } == ["coEnd", "co", "first", "yield", "f", "second", "f"])
            #expect(records.map(\.depth) == [1, 1, 1, 1, 1, 1, 2])
            #expect(records.map(\.coroutine) == [0, 0, 0, 1, 0, 0, 0])
            #expect(records.map(\.frame.kind) == [.main, .main, .main, .lua, .main, .main, .lua])
            let times = records.map(\.nanoseconds)
            #expect(times == times.sorted() && times[0] > 0 && times[6] <= Clock.now)
        }
    }

    @Test("C-121 C-023 code, stack, watches, and all of them; the position has the same shape")
    func modes() async throws {
        try await scenario(Self.calls) { s in
            try s.session.watches.add(["a", "b", "a.x"])
            try await s.start(stoppingAt: "c")
            let position = try await s.session.inspect { (script) throws(DebugError) in try script.position(.all) }
            #expect(s.place(position.location) == "c")
            for (mode, parts) in [
                (TraceMode.line, "line"), (.code, "code"), (.stack, "stack"), (.watch, "watch"),
                (.all, "code stack watch"),
            ] {
                s.session.tracing.stop()
                try await s.session.resume(.restart())
                try await s.start(stoppingAtNext: "c")
                s.session.tracing.start(mode)
                _ = try await s.go(.stepInto)
                let found = s.events().compactMap { if case .trace(let record) = $0 { record } else { nil } }
                guard let record = found.first, found.count == 1 else {
                    Issue.record("\(found.count) records for \(parts)")
                    continue
                }
                #expect(s.place(record.location) == "ret")
                #expect(record.code == (parts.contains("code") ? "  return c -- @ret" : nil))
                #expect(
                    record.stack?.map { "\($0.function ?? "main") \(s.place($0.location))" }
                        == (parts.contains("stack") ? ["add ret", "main call"] : nil))
                #expect(
                    record.watches?.map { $0.value?.description ?? $0.failure ?? "?" }
                        == (parts.contains("watch")
                            ? ["1", "2", "(evaluation):1: attempt to index a number value (local 'a')"] : nil))
            }
        }
    }

    @Test("C-125 another mode replaces the one under way")
    func replaced() async throws {
        try await scenario("local a = 1\nlocal b = 2\nlocal c = 3\nreturn c") { s in
            try await s.start()
            s.session.tracing.start(.line)
            _ = try await s.go(.stepInto)
            s.session.tracing.start(.code)
            #expect(s.session.tracing.trace?.mode == .code)
            _ = try await s.go(.stepInto)
            #expect(s.traced { " " + ($0.code ?? "-") } == ["line 2 -", "line 3 local c = 3"])
        }
    }

    @Test("C-127 C-128 stopping what is not on does nothing; a trace asked for after the end begins with the next run")
    func ended() async throws {
        try await scenario("local a = 1\nreturn a") { s in
            s.session.tracing.stop()
            try await s.start()
            #expect(try await s.go() == "returned 1")
            s.session.tracing.start(.line)
            #expect(s.traced().isEmpty)
            try await s.session.resume(.restart())
            _ = try await s.go()
            #expect(s.traced() == ["line 1", "line 2"])
        }
    }

    @Test("C-129 a trace goes on through restart and finish")
    func goesOn() async throws {
        try await scenario("local a = 1\nlocal b = 2 -- @b\nreturn b") { s in
            _ = try s.breakAt("b")
            s.session.tracing.start(.line)
            try await s.start()
            #expect(s.traced() == ["line 1"])
            #expect(try await s.go(.finish) == "returned 2")
            #expect(s.traced() == ["b", "line 3"])
            try await s.session.resume(.restart(flush: true))
            #expect(try await s.go() == "returned 2")
            #expect(s.traced().isEmpty)
        }
    }

    @Test("C-131 a watch that fails fails in its slot, and the trace goes on")
    func failingWatch() async throws {
        try await scenario("local t\nt = {x = 1}\nt.x = 2\nreturn t.x") { s in
            try s.session.watches.add(["t.x", "error({})"])
            try await s.start()
            s.session.tracing.start(.watch)
            #expect(try await s.go() == "returned 2")
            let shown = s.traced { record in
                " " + (record.watches ?? []).map { $0.value?.description ?? "failed" }.joined(separator: " ")
            }
            #expect(shown == ["line 2 failed failed", "line 3 1 failed", "line 4 2 failed"])
        }
    }

    @Test(
        "calls and returns, with arguments and results; tail calls; C functions without results",
        .enabled(if: knowsLayouts))
    func callsAndReturns() async throws {
        let source = """
            local function id(...) return ... end
            local function tail(n) return id(n, 'x') end
            tail(7)
            local s = ("abc"):rep(2)
            pcall(error, 'e')
            local a = id(nil, false, 1.5, {1, k = 2})
            """
        try await scenario(source) { s in
            try await s.start()
            s.session.tracing.start(TraceSettings(.calls))
            _ = try await s.go()
            let shown = s.traced { record in
                record.values.map { "(" + $0.map(\.description).joined(separator: ", ") + ")" } ?? ""
            }
            #expect(
                shown == [
                    "call tail(7)", "tail call id(7, \"x\")", "return id(7, \"x\")",
                    "call string.rep(\"abc\", 2)", "return string.rep", "call pcall(<C function>, \"e\")",
                    "call error(\"e\")", "return pcall",
                    "call id(nil, false, 1.5, { 1, k = 2 })", "return id(nil, false, 1.5, { 1, k = 2 })",
                    "return main chunk()",
                ])
        }
    }

    @Test("variables: what changed since the last line in the frame, with the old value, and the last line's changes")
    func variables() async throws {
        let source = """
            local total, list = 0, {}
            local function add(n)
              local double = n * 2
              total = total + double
            end
            for i = 1, 2 do
              add(i)
            end
            list = nil
            return total
            """
        try await scenario(source) { s in
            try await s.start()
            s.session.tracing.start(.variables)
            _ = try await s.go()
            let shown = s.traced { record in
                (record.changes ?? []).map { change in
                    " \(change.name)" + (change.old.map { " \($0)->" } ?? "=") + "\(change.new)"
                }.joined()
            }
            #expect(
                shown.filter { $0.contains("=") || $0.contains("->") } == [
                    // Where the trace begins nothing is new; what comes after is.
                    "line 6 add=<function scenario.lua:2>", "line 7 i=1", "line 3 n=1", "line 4 double=2",
                    "line 5 total 0->2", "line 6 total 0->2", "line 7 i=2", "line 3 n=2", "line 4 double=4",
                    "line 5 total 2->6", "line 6 total 2->6", "line 10 list {...}->nil",
                ])
        }
    }

    @Test("the last line's changes come with the return")
    func lastLine() async throws {
        try await scenario("local t = 0\nlocal function f(a)\nlocal b = a a = 9 t = 5\nend\nf(1)\nreturn t") { s in
            try await s.start()
            s.session.tracing.start(.variables)
            _ = try await s.go()
            var returns: [String] = []
            for case .trace(let record) in s.events() where record.event == .return {
                returns.append((record.changes ?? []).map { "\($0.name)=\($0.new)" }.joined(separator: " "))
            }
            #expect(returns == [], "the line of the end shows them")
            try await s.session.resume(.restart())
        }
        let source = "local function f(a) a = a + 1 return a end\nlocal x = f(1)\nreturn x"
        try await scenario(source) { s in
            try await s.start()
            s.session.tracing.start(.variables)
            _ = try await s.go()
            var returns: [String] = []
            for case .trace(let record) in s.events() where record.event == .return {
                returns += (record.changes ?? []).map { "\($0.name) \($0.old?.description ?? "-") \($0.new)" }
            }
            #expect(returns == ["a 1 2"])
        }
    }

    @Test(
        "filters by chunk, function and depth",
        arguments: [
            (TraceFilter(chunks: ["scenario.lua"]), "3 4 2 5 8 3 5 9"),
            (TraceFilter(chunks: ["scen*"]), "3 4 2 5 8 3 5 9"),
            (TraceFilter(chunks: ["other*"]), ""), (TraceFilter(functions: ["f"]), "3 4 5 3 5"),
            (TraceFilter(functions: ["?"]), "3 4 2 5 3 5"), (TraceFilter(functions: ["g", "nothing"]), "2"),
            (TraceFilter(depth: 1), "8 9"), (TraceFilter(depth: 2), "3 4 5 8 3 5 9"),
            (TraceFilter(chunks: ["*"], functions: ["f"], depth: 1), ""),
        ])
    func filters(filter: TraceFilter, lines: String) async throws {
        let source = """
            local function g()
            return 1 end
            local function f(deep) if deep then -- @f
            g() else
            deep = 1 end end -- @fEnd

            f(true) -- @here
            f(false)
            return 1
            """
        try await scenario(source) { s in
            try await s.start(stoppingAt: "here")
            s.session.tracing.start(TraceSettings(.line, filter: filter))
            _ = try await s.go()
            var found: [Int] = []
            for case .trace(let record) in s.events() { found.append(record.location.line ?? 0) }
            #expect(found.map(String.init).joined(separator: " ") == lines)
        }
    }

    @Test(
        "C-124 nobody reads: bounded memory, an exact count of what is lost, where it is missing, and the same result")
    func lost() async throws {
        let source = "local n = 0\nfor i = 1, 100000 do\nn = n + i\nend\nreturn n"
        try await scenario(source) { s in
            try s.session.tracing.setBuffer(bytes: 4096)
            try await s.start()
            s.session.tracing.start(.line)
            #expect(try await s.go() == "returned 5000050000")
            // Lines 2 and 3 take turns, then line 5: 200,002 events.
            var read = 0
            var lost: [Int] = []
            for event in s.events() {
                switch event {
                case .trace: read += 1
                case .lost(let count): lost.append(count)
                default: Issue.record("\(event)")
                }
            }
            #expect(read > 50 && read * 8 <= 4096)
            #expect(lost == [200_002 - read], "one gap, after what was kept")
            #expect(s.events().isEmpty)
            // There is room again.
            try await s.session.resume(.restart())
            _ = try await s.go(.stepInto)
            #expect(s.traced() == ["line 1", "line 2"])
        }
    }

    @Test("a reader that keeps up gets everything in order, as an asynchronous sequence, in which nothing is missing")
    func sequence() async throws {
        try await scenario("for i = 1, 5000 do\nlocal a = i\nend\nreturn 1") { s in
            try s.session.tracing.setBuffer(bytes: 1 << 22)
            s.session.tracing.start(.variables)
            let events = s.session.events
            let reader = Task {
                var lines: [Int] = []
                var lost = 0
                for await event in events {
                    if case .trace(let record) = event, let line = record.location.line { lines.append(line) }
                    if case .lost(let count) = event { lost += count }
                    if lines.last == 4 { break }
                }
                return (lines, lost)
            }
            try await s.start()
            #expect(try await s.go() == "returned 1")
            let (lines, lost) = await reader.value
            #expect(lost == 0)
            let loop: [Int] = (1...5000).flatMap { _ in [2, 1] }
            let ran: [Int] = [1] + loop + [4]
            #expect(lines == ran)
        }
    }

    @Test("the sequence ends when the session is closed, and when its task is cancelled")
    func ends() async throws {
        let session = DebugSession(Script("return 1"))
        let events = session.events
        let cancelled = Task { for await _ in events {} }
        cancelled.cancel()
        await cancelled.value
        let reader = Task {
            for await _ in events {}
            return true
        }
        try await session.start()
        await session.close()
        #expect(await reader.value)
        for await _ in session.events { Issue.record("nothing is left") }
    }

    @Test("a buffer of no size, or beyond the limit, is refused", arguments: [0, -1, 4095, (1 << 28) + 1, .max, .min])
    func badBuffer(bytes: Int) {
        let session = DebugSession(Script("return 1"))
        let error = #expect(throws: DebugError.self) { try session.tracing.setBuffer(bytes: bytes) }
        #expect(error?.code == .badArgument)
    }

    @Test("a trace begun and ended from outside, while the script runs")
    func fromOutside() async throws {
        try await scenario("go = true\nlocal n = 0\nwhile go do n = n + 1 end\nreturn 'done'") { s in
            try await s.start()
            let outcome = try await s.whileRunning {
                s.session.tracing.start(.line)
                while s.session.events.read().isEmpty {}
                s.session.tracing.stop()
                s.session.pause()
            }
            guard case .stopped = outcome else {
                Issue.record("\(outcome)")
                return
            }
            _ = s.events()
            try await s.session.execute("go = false")
            #expect(try await s.go() == "returned \"done\"")
            #expect(s.events().isEmpty)
        }
    }
}
