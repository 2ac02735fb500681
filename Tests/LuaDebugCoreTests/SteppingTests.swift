// Where each step leads: one row is one step, from a mark, by a verb, to a mark.

import Testing

@testable import LuaDebugCore

struct StepRow: Sendable, CustomTestStringConvertible {
    let what: String
    let from: String
    let steps: [(verb: Resume, to: String)]
    let source: String

    init(_ what: String, from: String, _ steps: [(Resume, String)], _ source: String) {
        self.what = what
        self.from = from
        self.steps = steps.map { (verb: $0.0, to: $0.1) }
        self.source = source
    }
    var testDescription: String { what }
}

@Suite("Stepping")
struct SteppingTests {
    @Test("from a mark to a mark", arguments: functions + errors + coroutines + callbacks + lines)
    func step(row: StepRow) async throws {
        try await scenario(row.source) { s in
            try await s.start(stoppingAt: row.from)
            for (verb, to) in row.steps {
                #expect(try await s.go(verb) == to, "\(row.what): \(verb)")
            }
        }
    }

    static let functions = [
        StepRow(
            "into a function and out of it", from: "call",
            [(.stepInto, "first"), (.stepOut, "after")],
            """
            local function f(x)
              local y = x + 1 -- @first
              return y
            end
            local a = f(1) -- @call
            return a -- @after
            """),
        StepRow(
            "over a call", from: "call", [(.stepOver, "after"), (.stepOver, "returned 2")],
            """
            local function f(x)
              return x + 1
            end
            local a = f(1) -- @call
            return a -- @after
            """),
        StepRow(
            "over a recursive call stays in the same activation", from: "again",
            [(.stepOver, "back"), (.stepOver, "end")],
            """
            local function fact(n)
              if n < 2 then return 1 end
              local rest = fact(n - 1) -- @again
              local all = n * rest -- @back
              return all -- @end
            end
            return fact(4)
            """),
        StepRow(
            "over the end of a function stops in its caller", from: "end", [(.stepOver, "after")],
            """
            local function f()
              return 1 -- @end
            end
            local a = f()
            local b = a -- @after
            return b
            """),
        StepRow(
            "over the end of a function does not stop in what its caller's line calls next", from: "end",
            [(.stepOver, "after")],
            """
            local function f()
              return 1 -- @end
            end
            local function g()
              return 2
            end
            local a = f() + g()
            return a -- @after
            """),
        StepRow(
            "over a tail call does not stop in the callee", from: "tail", [(.stepOver, "after")],
            """
            local function g(x)
              local y = x
              return y
            end
            local function f(x)
              return g(x) -- @tail
            end
            local a = f(1)
            return a -- @after
            """),
        StepRow(
            "into a tail call", from: "tail", [(.stepInto, "inside"), (.stepOut, "after")],
            """
            local function g(x)
              return x -- @inside
            end
            local function f(x)
              return g(x) -- @tail
            end
            local a = f(1)
            return a -- @after
            """),
        StepRow(
            "over a tail call of the main chunk ends the script", from: "tail", [(.stepOver, "returned 7")],
            """
            local function g(x)
              return x
            end
            return g(7) -- @tail
            """),
        StepRow(
            "into what a function that was tail called returns to", from: "inside", [(.stepInto, "after")],
            """
            local function g(x)
              return x -- @inside
            end
            local function f(x) return g(x) end
            local a = f(1)
            return a -- @after
            """),
        StepRow(
            "out of the main chunk runs to the end", from: "first", [(.stepOut, "returned 2")],
            """
            local a = 1 -- @first
            local b = 2
            return b
            """),
        StepRow(
            "out of deep recursion leaves one level", from: "bottom", [(.stepOut, "up"), (.stepOut, "up")],
            """
            local function down(n)
              if n == 0 then
                return 0 -- @bottom
              end
              local r = down(n - 1)
              return r + 1 -- @up
            end
            return down(3)
            """),
        StepRow(
            "into a C function is over it", from: "call", [(.stepInto, "after")],
            """
            local s = string.rep("x", 3) -- @call
            return s -- @after
            """),
        StepRow(
            "until a greater line leaves a loop", from: "last", [(.untilGreaterLine, "after")],
            """
            local sum = 0
            for i = 1, 10 do
              sum = sum + i
              local keep = sum -- @last
            end
            return sum -- @after
            """),
        StepRow(
            "until a greater line at a function's end stops in the caller", from: "end",
            [(.untilGreaterLine, "after")],
            """
            local a
            local function f()
              return 1 -- @end
            end
            a = f()
            return a -- @after
            """),
        StepRow(
            "a breakpoint on the way wins over a step", from: "call", [(.stepOut, "returned 3")],
            """
            local function f() return 3 end
            return f() -- @call
            """),
        StepRow(
            "into a loaded chunk", from: "call", [(.stepInto, "[string \"return 1\"]:1"), (.stepOut, "after")],
            """
            local chunk = load("return 1")
            local a = chunk() -- @call
            return a -- @after
            """),
    ]

    static let errors = [
        StepRow(
            "over a call whose error an outer pcall catches", from: "raising", [(.stepOver, "after")],
            """
            local function bad() error("x") end
            local function outer()
              bad() -- @raising
              return 1
            end
            local ok = pcall(outer)
            return ok -- @after
            """),
        StepRow(
            "over a pcall that catches", from: "call", [(.stepOver, "after")],
            """
            local function bad() error("x") end
            local ok = pcall(bad) -- @call
            return ok -- @after
            """),
        StepRow(
            "out of a function that dies", from: "raising", [(.stepOut, "after")],
            """
            local function f()
              local x = nil -- @raising
              return x.y
            end
            local ok = pcall(f)
            return ok -- @after
            """),
        StepRow(
            "over an error that an xpcall handler sees", from: "raising", [(.stepOver, "after")],
            """
            local function handler(m)
              local seen = m
              return seen
            end
            local function f()
              error("x") -- @raising
            end
            local ok = xpcall(f, handler)
            return ok -- @after
            """),
        StepRow(
            "into an error goes to the handler", from: "raising", [(.stepInto, "handler")],
            """
            local function handle(m)
              return m -- @handler
            end
            local function f()
              error("x") -- @raising
            end
            local ok = xpcall(f, handle)
            return ok
            """),
        StepRow(
            "a step that ends in an error that nothing catches", from: "raising",
            [(.stepOver, "failed scenario.lua:1: boom")],
            """
            error("boom") -- @raising
            """),
    ]

    static let coroutines = [
        StepRow(
            "over resume does not stop inside", from: "resume", [(.stepOver, "after")],
            """
            local co = coroutine.create(function()
              local a = 1
              coroutine.yield(a)
            end)
            coroutine.resume(co) -- @resume
            return 1 -- @after
            """),
        StepRow(
            "into resume", from: "resume", [(.stepInto, "inside"), (.stepOver, "yield")],
            """
            local co = coroutine.create(function()
              local a = 1 -- @inside
              coroutine.yield(a) -- @yield
            end)
            coroutine.resume(co) -- @resume
            return 1
            """),
        StepRow(
            "into a wrapped function", from: "call", [(.stepInto, "inside")],
            """
            local f = coroutine.wrap(function()
              local a = 1 -- @inside
              coroutine.yield(a)
            end)
            f() -- @call
            return 1
            """),
        StepRow(
            "into yield leads to the resumer", from: "yield", [(.stepInto, "after")],
            """
            local co = coroutine.create(function()
              coroutine.yield(1) -- @yield
            end)
            coroutine.resume(co)
            return 1 -- @after
            """),
        StepRow(
            "over yield waits until the coroutine goes on", from: "yield", [(.stepOver, "resumed")],
            """
            local co = coroutine.create(function()
              coroutine.yield(1) -- @yield
              local a = 2 -- @resumed
            end)
            coroutine.resume(co)
            local b = 1
            coroutine.resume(co)
            return b
            """),
        StepRow(
            "out of a coroutine's first function by its yield", from: "inside", [(.stepOut, "after")],
            """
            local co = coroutine.create(function()
              local a = 1 -- @inside
              coroutine.yield(a)
              return 2
            end)
            coroutine.resume(co)
            return 1 -- @after
            """),
        StepRow(
            "out of a coroutine's first function by its end", from: "inside", [(.stepOut, "after")],
            """
            local f = coroutine.wrap(function()
              local a = 1 -- @inside
              return a
            end)
            f()
            return 1 -- @after
            """),
        StepRow(
            "out of an inner function stays in the coroutine across its yields", from: "inner",
            [(.stepOut, "outer")],
            """
            local function helper()
              local a = 1 -- @inner
              coroutine.yield(a)
              return a
            end
            local co = coroutine.create(function()
              local b = helper()
              return b -- @outer
            end)
            coroutine.resume(co)
            coroutine.resume(co)
            return 1
            """),
        StepRow(
            "over the last line of a coroutine stops in the resumer", from: "last", [(.stepOver, "after")],
            """
            local co = coroutine.create(function()
              local a = 1
              return a -- @last
            end)
            coroutine.resume(co)
            return 1 -- @after
            """),
        StepRow(
            "over an error that kills the coroutine", from: "raising", [(.stepOver, "after")],
            """
            local co = coroutine.create(function()
              error("dead") -- @raising
            end)
            local ok = coroutine.resume(co)
            return ok -- @after
            """),
        StepRow(
            "into an error that wrap passes on to a pcall", from: "raising", [(.stepInto, "after")],
            """
            local f = coroutine.wrap(function()
              error("dead") -- @raising
            end)
            local ok = pcall(f)
            return ok -- @after
            """),
        StepRow(
            "through a coroutine in a coroutine", from: "inner",
            [(.stepOut, "middle"), (.stepOut, "outer"), (.stepOver, "returned 3")],
            """
            local middle = coroutine.wrap(function()
              local inner = coroutine.wrap(function()
                local a = 1 -- @inner
                coroutine.yield(a)
              end)
              inner()
              local b = 2 -- @middle
              coroutine.yield(b)
            end)
            middle()
            return 3 -- @outer
            """),
        StepRow(
            "over a generator's turn in a for loop", from: "body", [(.stepOver, "for"), (.stepOver, "body")],
            """
            local gen = coroutine.wrap(function()
              for i = 1, 3 do
                coroutine.yield(i)
              end
            end)
            for v in gen do -- @for
              local x = v -- @body
            end
            """),
    ]

    static let callbacks = [
        StepRow(
            "into a comparator and out of the sort", from: "sort", [(.stepInto, "compare"), (.stepOut, "after")],
            """
            local t = {3, 1, 2}
            local function less(a, b)
              return a < b -- @compare
            end
            table.sort(t, less) -- @sort
            return t[1] -- @after
            """),
        StepRow(
            "over a comparator's end leads to its next call", from: "compare", [(.stepOver, "compare")],
            """
            local t = {3, 1, 2}
            table.sort(t, function(a, b)
              return a < b -- @compare
            end)
            return t[1]
            """),
        StepRow(
            "over a sort", from: "sort", [(.stepOver, "after")],
            """
            local t = {3, 1, 2}
            local function less(a, b)
              return a < b
            end
            table.sort(t, less) -- @sort
            return t[1] -- @after
            """),
        StepRow(
            "into a gsub callback", from: "gsub", [(.stepInto, "callback"), (.stepOut, "after")],
            """
            local function up(c)
              return c:upper() -- @callback
            end
            local s = ("ab"):gsub("%w", up) -- @gsub
            return s -- @after
            """),
        StepRow(
            "into a metamethod", from: "index", [(.stepInto, "meta"), (.stepOut, "after")],
            """
            local t = setmetatable({}, {__index = function(_, k)
              return k .. "!" -- @meta
            end})
            local v = t.x -- @index
            return v -- @after
            """),
        StepRow(
            "over an operator with a metamethod", from: "add", [(.stepOver, "after")],
            """
            local mt = {}
            mt.__add = function(a, b)
              return 7
            end
            local t = setmetatable({}, mt)
            local v = t + t -- @add
            return v -- @after
            """),
        StepRow(
            "out of a function called by pcall stops behind the pcall", from: "inside", [(.stepOut, "after")],
            """
            local function f()
              return 1 -- @inside
            end
            local ok = pcall(f)
            return ok -- @after
            """),
    ]

    static let lines = [
        StepRow(
            "a one-line loop stops once per turn", from: "loop",
            [(.stepOver, "loop"), (.stepOver, "loop"), (.stepOver, "loop"), (.stepOver, "after")],
            """
            for i = 1, 3 do local x = i end -- @loop
            return 1 -- @after
            """),
        StepRow(
            "several statements on one line are one step", from: "many", [(.stepOver, "after")],
            """
            local a = 1 local b = 2 local c = 3 -- @many
            return a + b + c -- @after
            """),
    ]

    @Test("over and out at the bottom of a hundred thousand frames, in time", .timeLimit(.minutes(1)))
    func deep() async throws {
        let source = """
            local function f(n)
              if n == 0 then
                return 1 -- @bottom
              end
              return 1 + f(n - 1)
            end
            local r = f(100000)
            return r -- @after
            """
        for verb in [Resume.stepOver, .stepOut] {
            try await scenario(source) { s in
                try await s.start(stoppingAt: "bottom")
                // The callers' line has no further event: each return is looked at, a hundred thousand of them.
                #expect(try await s.go(verb) == "after")
                #expect(try await s.go() == "returned 100001")
            }
        }
    }

    @Test("to a line, once")
    func toLine() async throws {
        try await scenario(
            """
            local n = 0 -- @first
            for i = 1, 3 do
              n = n + i -- @body
            end
            return n -- @after
            """
        ) { s in
            try await s.start()
            #expect(try await s.go(.toLine(s.line("body"))) == "body")
            #expect(s.session.stop?.reasons == [.step])
            #expect(s.session.breakpoints.all.isEmpty)
            for line in [0, -1, 99] {
                let error = await #expect(throws: DebugError.self) { try await s.session.resume(.toLine(line)) }
                #expect(error?.code == .badLine)
            }
            // Stopped elsewhere on the way: the destination is forgotten.
            let other = try s.breakAt("body")
            #expect(try await s.go(.toLine(s.line("after"))) == "body")
            try s.session.breakpoints.remove(other.id)
            #expect(try await s.go() == "returned 6")
        }
    }

    @Test("finish ignores every stop")
    func finish() async throws {
        try await scenario("for i = 1, 3 do\n  print(i) -- @body\nend\nreturn 1") { s in
            try await s.start()
            _ = try s.breakAt("body")
            #expect(try await s.go(.finish) == "returned 1")
            #expect(s.output.text == "1\n2\n3\n")
        }
    }
}
