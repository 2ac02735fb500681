// The table of steps through coroutines, callbacks of C functions, and lines with more than one event.

import LuaDebugCore

extension StepRow {
    package static let coroutines = [
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

    package static let callbacks = [
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

    package static let lines = [
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
}
