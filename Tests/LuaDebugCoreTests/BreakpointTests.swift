// Breakpoints: where they end up, when they stop, and what they refuse.

import Stories
import Testing

@testable import LuaDebugCore

@Suite("Breakpoints")
struct BreakpointTests {
    /// Lines of code and their like.
    static let layout = """
        -- a comment -- @comment
        local function outer(x) -- @header
          -- inside -- @inside
          local y = x -- @body

          return y -- @return
        end -- @end

        local a -- @bare1
        local b -- @bare2
        if a then -- @if
          b = 1
        else -- @else
          b = outer(2) -- @elsebody
        end
        local s = [[
        text -- @text
        ]]
        return b -- @last
        """

    @Test(
        "a line without code moves to the next line with code in its function, and says so",
        arguments: [
            ("header", "body"), ("inside", "body"), ("body", "body"), ("return", "return"), ("end", "end"),
            ("bare1", "bare1"), ("bare2", "if"), ("else", "elsebody"), ("text", "text"), ("last", "last"),
        ])
    func moves(asked: String, gets: String) async throws {
        try await scenario(Self.layout) { s in
            let before = try s.breakAt(asked)
            #expect(before.resolution == .pending)
            try await s.start()
            let now = try #require(s.session.breakpoints[before.id])
            if asked == "text" {
                // Where a long string ends is the VM's to say: compare with what it holds.
                #expect(s.session.breakpoints.executableLines(of: s.chunk).contains(try #require(now.line)))
            } else {
                #expect(now.resolution == .line(s.line(gets)))
            }
            // Asked for while stopped: known at once.
            #expect(try s.breakAt(asked).resolution == now.resolution)
        }
    }

    @Test("the legal lines are the VM's own", arguments: Corpus.programs)
    func activeLines(program: String) async throws {
        let script = Script(try Corpus.source(program), name: program)
        let expected = try stock([
            "-e",
            """
            local lines, seen = {}, {}
            debug.sethook(function() local i = debug.getinfo(2, "fL") seen[i.func] = true
              for line in pairs(i.activelines or {}) do lines[line] = true end end, "c")
            local chunk = assert(loadfile("\(program)"))
            debug.sethook()
            for line in pairs(debug.getinfo(chunk, "L").activelines) do lines[line] = true end
            local list = {} for line in pairs(lines) do list[#list + 1] = line end table.sort(list)
            print(table.concat(list, " "))
            """,
        ])
        let session = DebugSession(script)
        try await session.start()
        let mine = Set(session.breakpoints.executableLines(of: program))
        // The main chunk's own lines are all there (the nested functions' cannot be asked of Lua before they run).
        let main = Set(expected.split { $0 == " " || $0 == "\n" }.compactMap { Int($0) })
        #expect(!main.isEmpty && main.isSubset(of: mine))
        await session.close()
    }

    @Test(
        "breakpoint in every place that calls back",
        arguments: [
            ("a pcall", "pcall(f)"), ("a metamethod", "local _ = setmetatable({}, {__add = f}) + 1"),
            ("a comparator", "table.sort({2, 1}, f)"), ("a gsub callback", "string.gsub('a', '.', f)"),
            ("a coroutine", "coroutine.resume(coroutine.create(f))"), ("a wrap", "coroutine.wrap(f)()"),
            ("an iterator", "for _ in f do end"), ("a tail call", "local function g() return f() end g()"),
            ("an xpcall handler", "xpcall(error, f)"), ("a tostring", "tostring(setmetatable({}, {__tostring = f}))"),
            ("a reader", "load(f)"), ("a loaded chunk's call", "load('local g = ... g()')(f)"),
            ("a function ten calls deep", "local function d(n) if n == 0 then f() else d(n - 1) end end d(10)"),
        ])
    func everywhere(what: String, code: String) async throws {
        try await scenario("local function f(...)\n  local x = ... -- @in\n  return nil\nend\n\(code)\nreturn 1") { s in
            _ = try s.breakAt("in")
            try await s.start()
            #expect(try await s.go() == "in")
            s.session.breakpoints.removeAll()
            _ = try await s.session.run()
        }
    }

    @Test("once per arrival, in one-line loops too; the line stopped at runs first")
    func arrivals() async throws {
        try await scenario("for i = 1, 3 do local x = i end -- @loop\nreturn 1") { s in
            let id = try s.breakAt("loop").id
            try await s.start()
            #expect(s.session.stop?.reasons == [.breakpoint(id), .entry])
            #expect(try await s.visit(.continue) == ["loop", "loop", "loop", "returned 1"])
            #expect(s.session.breakpoints[id]?.hitCount == 4)
        }
    }

    @Test("condition, ignore count, hit count, once, off and on")
    func attributes() async throws {
        let source = "local sum = 0\nfor i = 1, 10 do\n  sum = sum + i -- @body\nend\nreturn sum"
        try await scenario(source) { s in
            let id = try s.breakAt("body", where: "i % 3 == 0").id
            try await s.start()
            #expect(try await s.go() == "body")
            #expect(try await s.evaluate("i") == "3")
            try s.session.breakpoints.ignore(1, id)
            #expect(try await s.go() == "body")
            #expect(try await s.evaluate("i") == "9")
            #expect(s.session.breakpoints[id]?.hitCount == 3)
            #expect(try await s.go() == "returned 55")

            try s.session.breakpoints.setCondition(nil, id)
            try s.session.breakpoints.setEnabled(false, id)
            try await s.session.resume(.restart())
            let once = try s.session.breakpoints.add(.line(s.line("body"), in: s.chunk), ignoring: 4, once: true)
            #expect(try await s.go() == "body")
            #expect(try await s.evaluate("i") == "5")
            #expect(s.session.breakpoints[once.id] == nil)
            try s.session.breakpoints.setEnabled(true, id)
            #expect(try await s.go() == "body")
            #expect(try await s.evaluate("i") == "6")
        }
    }

    @Test("a condition sees locals, upvalues, varargs and the function's own _ENV")
    func conditionScope() async throws {
        try await scenario(
            """
            local up = 5
            local function f(a, ...)
              local _ENV = {g = 7}
              local inner = a
              return inner, up -- @here
            end
            f(1, 2) f(2, 3)
            """
        ) { s in
            _ = try s.breakAt("here", where: "inner == 2 and up == 5 and g == 7 and select == nil and ({...})[1] == 3")
            try await s.start()
            #expect(try await s.go() == "here")
            #expect(try await s.evaluate("a") == "2")
            #expect(try await s.go() == "returned")
        }
    }

    @Test(
        "a condition that fails stops, and says why",
        arguments: [
            ("x.y.z", "(evaluation):1: attempt to index a nil value"),
            ("error({})", "the error is a table value"),
            ("error('mine', 0)", "mine"),
            ("(function() while true do end end)()", "it took too long and was ended"),
            ("coroutine.yield(1)", "attempt to yield across a C-call boundary"),
        ])
    func failingCondition(condition: String, message: String) async throws {
        try await scenario("local x = {}\nlocal a = 1 -- @here\nreturn a") { s in
            let id = try s.breakAt("here", where: LuaText(condition)).id
            try await s.start()
            #expect(try await s.go() == "here")
            guard case .breakpoint(id, let error?)? = s.session.stop?.reasons.first else {
                Issue.record("\(String(describing: s.session.stop))")
                return
            }
            #expect(error.hasPrefix(message))
            #expect(try await s.go() == "returned 1")
        }
    }

    @Test("a condition that resumes a coroutine of the script's does not stop at the breakpoints in it")
    func conditionResumes() async throws {
        try await scenario(
            """
            local gen = coroutine.wrap(function()
              while true do
                local x = 1 -- @in
                coroutine.yield(true)
              end
            end)
            gen()
            local a = 1 -- @here
            return a
            """
        ) { s in
            let inside = try s.breakAt("in").id
            _ = try s.breakAt("here", where: "gen()")
            try await s.start()
            #expect(try await s.go() == "in")
            #expect(try await s.go() == "here")
            #expect(s.session.breakpoints[inside]?.hitCount == 1)
            #expect(try await s.go() == "returned 1")
        }
    }

    @Test("two at one line: both are told, lowest first, both counted")
    func several() async throws {
        try await scenario("local a = 1\nlocal b = 2 -- @here\nreturn a + b") { s in
            let first = try s.breakAt("here").id
            let second = try s.breakAt("here", where: "a == 1").id
            try await s.start()
            #expect(try await s.go() == "here")
            #expect(s.session.stop?.breakpoints == [first, second])
            #expect(s.session.breakpoints.all.map(\.hitCount) == [1, 1])
        }
    }

    @Test("a step that ends on a breakpoint carries both reasons, the breakpoint first")
    func reasons() async throws {
        try await scenario("local a = 1\nlocal b = 2 -- @here\nreturn a + b") { s in
            let id = try s.breakAt("here").id
            try await s.start()
            #expect(try await s.go(.stepOver) == "here")
            #expect(s.session.stop?.reasons == [.breakpoint(id), .step])
        }
    }

    @Test("asking twice is one breakpoint, switched on again")
    func twice() async throws {
        try await scenario("local a = 1 -- @here") { s in
            let first = try s.breakAt("here")
            try s.session.breakpoints.setEnabled(false, first.id)
            #expect(try s.breakAt("here").id == first.id)
            #expect(s.session.breakpoints[first.id]?.isEnabled == true)
            #expect(s.session.breakpoints.all.count == 1)
            #expect(try s.breakAt("here", where: "a").id != first.id)
        }
    }

    @Test("ten thousand of them; deleting the first leaves the others")
    func many() async throws {
        try await scenario("local a = 1\nlocal b = 2 -- @here\nreturn a + b") { s in
            var ids: [Breakpoint.ID] = []
            for n in 1...10_000 { ids.append(try s.session.breakpoints.add(.line(n, in: "other.lua")).id) }
            let mine = try s.breakAt("here")
            try s.session.breakpoints.remove(ids[0])
            #expect(s.session.breakpoints.all.count == 10_000)
            #expect(s.session.breakpoints.all.first?.id == ids[1])
            try await s.start()
            #expect(try await s.go() == "here")
            #expect(s.session.stop?.breakpoints == [mine.id])
        }
    }

    // MARK: Chunks

    @Test("a chunk that is loaded later: pending, then resolved when it appears")
    func pending() async throws {
        try await scenario(
            """
            local text = "local a = 1\\n\\nlocal b = 2\\nreturn a + b"
            local before = 1 -- @before
            local f = load(text, "@later.lua")
            return f()
            """
        ) { s in
            let breakpoint = try s.session.breakpoints.add(.line(2, in: "later.lua"))
            try await s.start()
            #expect(s.session.breakpoints[breakpoint.id]?.resolution == .pending)
            #expect(try await s.go() == "later.lua:3")
            #expect(s.session.breakpoints[breakpoint.id]?.resolution == .line(3))
            #expect(try await s.go() == "returned 3")
        }
    }

    @Test("a chunk named with folders is found by its last part")
    func folders() async throws {
        try await scenario("return load('return 1', '@lib/deep/mod.lua')()") { s in
            _ = try s.session.breakpoints.add(.line(1, in: "mod.lua"))
            try await s.start()
            #expect(try await s.go() == "lib/deep/mod.lua:1")
        }
    }

    @Test("a chunk that never comes changes nothing")
    func neverComes() async throws {
        try await scenario("local function f(n) if n < 2 then return n end return f(n - 1) + f(n - 2) end return f(10)")
        { s in
            let breakpoint = try s.session.breakpoints.add(.line(1, in: "never.lua"))
            try await s.start()
            #expect(try await s.go() == "returned 55")
            #expect(s.session.breakpoints[breakpoint.id]?.resolution == .pending)
        }
    }

    @Test("set while the script runs, in force at its next event")
    func whileRunning() async throws {
        try await scenario("local n = 0\nwhile not done do\n  n = n + 1 -- @body\nend\nreturn 'end'") { s in
            try await s.start()
            for _ in 1...20 {
                let stopped = try await s.whileRunning { _ = try s.breakAt("body") }
                #expect(s.describe(stopped) == "body")
                s.session.breakpoints.removeAll()
            }
            try await s.session.execute("done = true")
            #expect(try await s.go() == "returned \"end\"")
        }
    }

    // MARK: Bad input

    @Test("what cannot be is refused, and says what was wrong")
    func refused() async throws {
        try await scenario("local a = 1\nreturn a") { s in
            try await s.start()
            let list = s.session.breakpoints
            func message(_ body: () throws -> Void) -> String {
                do { try body() } catch { return "\((error as? DebugError)?.code.description ?? "?"): \(error)" }
                return "accepted"
            }
            #expect(message { try list.add(.line(0, in: s.chunk)) } == "badLine: Lines are counted from 1; 0 is none.")
            #expect(
                message { try list.add(.line(-1, in: s.chunk)) } == "badLine: Lines are counted from 1; -1 is none.")
            #expect(
                message { try list.add(.line(99, in: s.chunk)) }
                    == "badLine: No code at or after line 99 of scenario.lua.")
            #expect(message { try list.add(.line(1, in: "")) }.hasPrefix("badArgument"))
            #expect(
                message { try list.add(.function("a..b")) }
                    == "badArgument: \"a..b\" is no path of names to a function.")
            #expect(message { try list.add(.function("")) }.hasPrefix("badArgument"))
            #expect(
                message { try list.add(.line(1, in: s.chunk), where: "a +") }
                    == "syntax: The condition does not compile: (evaluation):1: unexpected symbol near <eof>")
            #expect(message { try list.add(.line(1, in: s.chunk), where: "a = 1") }.hasPrefix("syntax"))
            #expect(
                message { try list.add(.line(1, in: s.chunk), where: "1 end, function() return 2") }.hasPrefix("syntax")
            )
            #expect(message { try list.add(.line(1, in: s.chunk), ignoring: -1) }.hasPrefix("badArgument"))
            let id = try list.add(.line(1, in: s.chunk)).id
            try list.remove(id)
            #expect(message { try list.remove(id) } == "noSuchBreakpoint: There is no breakpoint \(id).")
            #expect(message { try list.setEnabled(true, id) }.hasPrefix("noSuchBreakpoint"))
            #expect(list.all.isEmpty)
        }
    }
}

extension Breakpoint {
    var line: Int? { if case .line(let line) = resolution { line } else { nil } }
}

extension Scenario {
    var returned: [Value]? { if case .ended(.returned(let values)) = session.state { values } else { nil } }
}
