// Section 5 of the command contract: watches. What is said there of replies is the wire's; the rest is Core's.

import Testing

@testable import LuaDebugCore

@Suite("Watches")
struct WatchTests {
    /// Each watch's value, its error's code in angle brackets, and `was` where it changed.
    private func show(_ results: [WatchResult]) -> [String] {
        results.map { result in
            let now: String
            switch result.result {
            case .success(let value): now = value.description
            case .failure(let error): now = "<\(error.code)>"
            }
            return result.hasChanged ? "\(now) was \(result.previous?.description ?? "?")" : now
        }
    }

    @Test("C-140 watches are counted from 0, several in their order")
    func add() async throws {
        try await scenario("return 1") { s in
            let first = try s.session.watches.add("a")
            let others = try s.session.watches.add(["b", "c"])
            #expect(first.id.number == 0)
            #expect(others.map(\.id.number) == [1, 2])
            #expect(s.session.watches.all.map(\.expression.description) == ["a", "b", "c"])
        }
    }

    @Test(
        "C-141 one that does not compile adds none of its call",
        arguments: ["x +", "x = 1", "local y", "", "1) + (2", "return 1", "'"])
    func refused(expression: String) async throws {
        try await scenario("return 1") { s in
            let error = #expect(throws: DebugError.self) { try s.session.watches.add(["a", LuaText(expression), "b"]) }
            #expect(error?.code == .syntax)
            #expect(s.session.watches.all.isEmpty)
        }
    }

    @Test("C-142 one that fails now is a watch all the same; its slot holds the error")
    func failsNow() async throws {
        try await scenario("local t\nlocal a = 1 -- @none\nt = {a = {b = 7}}\nreturn t -- @there") { s in
            try s.session.watches.add("t.a.b")
            try await s.start(stoppingAt: "none")
            let before = try await s.session.evaluateWatches()
            #expect(show(before) == ["<raised>"])
            guard case .failure(let error) = before[0].result else { return }
            #expect(error.message.contains("attempt to index a nil value"))
            try await s.start(stoppingAtNext: "there")
            #expect(show(try await s.session.evaluateWatches()) == ["7"])
        }
    }

    @Test("C-143 the same text twice is two watches")
    func twice() async throws {
        try await scenario("return 1") { s in
            try s.session.watches.add(["a", "a"])
            #expect(s.session.watches.all.count == 2)
        }
    }

    @Test("C-144 C-147 removing closes the gap; the ids of one call mean the list before it, twice counts once")
    func remove() async throws {
        try await scenario("return 1") { s in
            let ids = try s.session.watches.add(["a", "b", "c", "d"]).map(\.id)
            try s.session.watches.remove([ids[0], ids[2], ids[0]])
            #expect(s.session.watches.all.map(\.expression.description) == ["b", "d"])
        }
    }

    @Test("C-145 removing what is not there removes nothing")
    func removeUnknown() async throws {
        try await scenario("return 1") { s in
            let id = try s.session.watches.add("a").id
            let error = #expect(throws: DebugError.self) { try s.session.watches.remove([id, Watch.ID(7)]) }
            #expect(error?.code == .noSuchWatch)
            #expect(error?.message == "There is no watch 7.")
            #expect(s.session.watches.all.count == 1)
        }
    }

    @Test("C-146 C-159 a watch that is also a breakpoint takes it along")
    func linked() async throws {
        try await scenario("return 1") { s in
            let ids = try s.session.watches.add(["x > 1", "y", " z "]).map(\.id)
            try s.session.breakpoints.add(.watch(" x > 1 "))
            try s.session.breakpoints.add(.watch("y", onChange: true))
            try s.session.breakpoints.add(.watch("z"))
            try s.session.breakpoints.add(.line(1, in: "scenario.lua"), where: "y")
            try s.session.watches.remove(ids[0], andBreakpoints: true)
            #expect(s.session.breakpoints.all.count == 3)
            try s.session.watches.remove(ids[1])
            #expect(s.session.breakpoints.all.count == 3, "only where asked for")
            s.session.watches.removeAll(andBreakpoints: true)
            #expect(s.session.watches.all.isEmpty)
            #expect(s.session.breakpoints.all.map(\.id.number) == [1, 3])
        }
    }

    @Test(
        "C-148 C-149 C-150 C-151 values of all, of some in the asked order, errors in their slots, unknown ones refuse all"
    )
    func evaluate() async throws {
        try await scenario("local a, b = 1, 'two'\nlocal function f(a) -- @f\nreturn a -- @in\nend\nf{}") { s in
            try await s.start()
            #expect(try await s.session.evaluateWatches().isEmpty)
            let ids = try s.session.watches.add(["a", "nothing.x", "b", "a + 1", "a, b"]).map(\.id)
            try await s.start(stoppingAtNext: "in")
            #expect(show(try await s.session.evaluateWatches()) == ["{}", "<raised>", "nil", "<raised>", "{}"])
            #expect(show(try await s.session.evaluateWatches(frame: 1)) == ["1", "<raised>", "\"two\"", "2", "1"])
            #expect(show(try await s.session.evaluateWatches([ids[3], ids[0]], frame: 1)) == ["2", "1"])
            let error = await #expect(throws: DebugError.self) {
                try await s.session.evaluateWatches([ids[0], Watch.ID(99)])
            }
            #expect(error?.code == .noSuchWatch)
            let frame = await #expect(throws: DebugError.self) { try await s.session.evaluateWatches(frame: 9) }
            #expect(frame?.code == .noSuchFrame)
        }
    }

    @Test("C-152 before the first line and after the end the globals are in scope")
    func atTheEnds() async throws {
        try await scenario("g = 5 local x = 1 return x") { s in
            try s.session.watches.add(["g", "x", "g + 1"])
            try await s.start()
            #expect(show(try await s.session.evaluateWatches()) == ["nil", "nil", "<raised>"])
            #expect(try await s.go() == "returned 1")
            let after = try await s.session.evaluateWatches()
            #expect(show(after) == ["5 was nil", "nil", "6"])
        }
    }

    @Test("C-153 C-157 expressions are kept byte for byte and are evaluated so")
    func bytes() async throws {
        let odd: [[UInt8]] = [
            Array("'a\\nb' .. \"c\"".utf8), [39, 0xFF, 0xFE, 39], Array("  1 +\n 1  ".utf8), Array("''".utf8),
            Array("1 -- comment".utf8),
        ]
        try await scenario("return 1") { s in
            try s.session.watches.add(odd.map { LuaText(bytes: $0) })
            #expect(s.session.watches.all.map(\.expression.bytes) == odd)
            try await s.start()
            let values = try await s.session.evaluateWatches().map { try $0.result.get() }
            #expect(values[1] == .string(StringValue(bytes: [0xFF, 0xFE], length: 2)))
            #expect(values.map(\.description) == ["\"a\\nbc\"", "\"\\255\\254\"", "2", "\"\"", "1"])
            // Typed again they make the same watches.
            let raw = CommandWords.joined(s.session.watches.all.map(\.expression.bytes))
            #expect(CommandWords.split(raw.utf8) == odd)
            #expect(raw.utf8.allSatisfy { (32..<127).contains($0) })
        }
    }

    @Test(
        "C-154 ranges count from 0, from the end when negative, and are clipped",
        arguments: [
            (0, -1, "abcd"), (1, 1, "b"), (-2, -1, "cd"), (0, 100, "abcd"), (5, 9, ""), (-100, 0, "a"), (2, 1, ""),
            (.min, .max, "abcd"), (.max, .min, ""), (-1, -2, ""),
        ])
    func ranges(start: Int, end: Int, expected: String) {
        let list = Array("abcd")
        #expect(String(list[ListRange(start: start, end: end).indices(count: 4)]) == expected)
        #expect(ListRange(start: start, end: end).indices(count: 0).isEmpty)
    }

    @Test("C-158 nothing is typed as nothing; a word can be empty")
    func emptyWords() {
        #expect(CommandWords.joined([]) == "")
        #expect(CommandWords.split("".utf8) == [])
        #expect(CommandWords.split(CommandWords.joined([[]]).utf8) == [[]])
        for broken in ["\"a", "'a", "\"a\"b", "'a'b", "\"a\\\""] { #expect(CommandWords.split(broken.utf8) == nil) }
        let typed = CommandWords.split(#" a  'b\'c\n' "d\x41\n\"e" f'g' "#.utf8)
        #expect(typed?.map { String(decoding: $0, as: UTF8.self) } == ["a", "b'c\\n", "dA\n\"e", "fg"])
    }

    @Test("a watch shows what it was at the stop before; looking twice at one stop shows the same")
    func changes() async throws {
        try await scenario("local n, t = 0, {} -- @a\nn = n + 1\nt.x = n\nn = n + 1\nreturn n") { s in
            try s.session.watches.add(["n", "t", "1 + 1", "oops.x"])
            try await s.start()
            #expect(show(try await s.session.evaluateWatches()) == ["nil", "nil", "2", "<raised>"])
            _ = try await s.go(.stepInto)
            #expect(show(try await s.session.evaluateWatches()) == ["0 was nil", "{} was nil", "2", "<raised>"])
            #expect(show(try await s.session.evaluateWatches()) == ["0 was nil", "{} was nil", "2", "<raised>"])
            _ = try await s.go(.stepInto)
            #expect(show(try await s.session.evaluateWatches()) == ["1 was 0", "{}", "2", "<raised>"])
            _ = try await s.go(.stepInto)
            #expect(show(try await s.session.evaluateWatches()) == ["1", "{ x = 1 } was {}", "2", "<raised>"])
        }
    }

    @Test("what a watch was worth in one run is nothing to the next; the end counts as a stop")
    func runs() async throws {
        try await scenario("n = (n or 0) + 1\nn = n + 40\nreturn n") { s in
            try s.session.watches.add("n")
            try await s.start()
            _ = try await s.go(.stepInto)
            #expect(show(try await s.session.evaluateWatches()) == ["1"])
            _ = try await s.go()
            #expect(show(try await s.session.evaluateWatches()) == ["41 was 1"])
            try await s.session.resume(.restart())
            #expect(show(try await s.session.evaluateWatches()) == ["nil"])
            _ = try await s.go()
            #expect(show(try await s.session.evaluateWatches()) == ["41 was nil"])
        }
    }

    @Test("watches outlive a restart, not a flush; nor does a trace")
    func restart() async throws {
        try await scenario("return 1") { s in
            try s.session.watches.add("a")
            s.session.tracing.start(.line)
            try await s.start()
            try await s.session.resume(.restart(flush: false))
            #expect(s.session.watches.all.count == 1)
            #expect(s.session.tracing.trace == TraceSettings(.line))
            try await s.session.resume(.restart(flush: true))
            #expect(s.session.watches.all.isEmpty)
            #expect(s.session.tracing.trace == nil)
        }
    }

    @Test(
        "what a watch does is bounded and stays inside it",
        arguments: [
            ("(function() while true do end end)()", "overBudget"), ("error('x')", "raised"), ("error({})", "raised"),
            ("error()", "raised"), ("coroutine.yield(1)", "raised"),
            ("(function() while true do pcall(error) end end)()", "overBudget"),
        ])
    func bounded(expression: String, code: String) async throws {
        try await scenario("local x = 1\nlocal y = x -- @here\nreturn y") { s in
            try s.session.watches.add([LuaText(expression), "x"])
            try await s.start(stoppingAt: "here")
            let results = try await s.session.evaluateWatches(
                budget: EvaluationBudget(instructions: 100_000, milliseconds: 0))
            #expect(show(results) == ["<\(code)>", "1"])
            #expect(try await s.go() == "returned 1")
        }
    }

    @Test("a watch calls functions that hold breakpoints without stopping, and what it changes is changed")
    func effects() async throws {
        try await scenario("n = 0 function bump() n = n + 1 return n end\nlocal x = 1 -- @here\nreturn n -- @end") {
            s in
            try s.session.watches.add("bump()")
            try s.session.breakpoints.add(.function("bump"))
            try await s.start(stoppingAt: "here")
            #expect(show(try await s.session.evaluateWatches()) == ["1"])
            #expect(show(try await s.session.evaluateWatches()) == ["2"])
            #expect(try await s.go() == "returned 2")
        }
    }
}
