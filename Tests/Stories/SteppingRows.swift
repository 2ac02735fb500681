// The table of steps through functions and errors: from a mark, by a verb, to a mark.

import LuaDebugCore

extension StepRow {
    package static let functions = [
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

    package static let errors = [
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
}
