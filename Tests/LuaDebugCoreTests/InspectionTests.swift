// Looking at a stopped script: stacks, variables, values, coroutines, source.

import Testing

@testable import LuaDebugCore

@Suite("Inspection")
struct InspectionTests {
    @Test("the stack, innermost first, with C frames and tail calls marked")
    func stack() async throws {
        try await scenario(
            """
            local function inner(x)
              return x -- @here
            end
            local function tail(x) return inner(x) end
            function global(x) local r = tail(x) return r end
            pcall(global, 1) -- @call
            """
        ) { s in
            try await s.start(stoppingAt: "here")
            let frames = try await s.session.frames()
            #expect(frames.map(\.kind) == [.lua, .lua, .c, .main])
            #expect(frames.map(\.level) == [0, 1, 2, 3])
            #expect(frames.map(\.isTailCall) == [true, false, false, false])
            #expect(frames.map(\.location.line) == [2, 5, nil, 6])
            #expect(frames[0].lines == 1...3)
            #expect(frames[2].function == "pcall")
            #expect(s.session.stop?.depth == 4)
            #expect(try await s.session.frames(limit: 2).count == 2)
        }
    }

    @Test("parameters, varargs, locals, upvalues; what is hidden is marked; what is not yet there is not shown")
    func variables() async throws {
        try await scenario(
            """
            local up = "u"
            local function f(a, b, ...)
              local x = 1
              do local x = 2.0
                local y = up -- @here
                return y
              end
            end
            f(nil, true, "v1", "v2")
            """
        ) { s in
            try await s.start(stoppingAt: "here")
            let shown = try await s.session.variables().map {
                "\($0.kind) \($0.name)=\($0.value)\($0.isShadowed ? " hidden" : "")"
            }
            #expect(
                shown == [
                    "parameter a=nil", "parameter b=true", "vararg (vararg 1)=\"v1\"", "vararg (vararg 2)=\"v2\"",
                    "local x=1 hidden", "local x=2.0", "upvalue up=\"u\"",
                ])
        }
    }

    @Test("looking does not change the depth, the globals, or what collectgarbage counts by more than a little")
    func quiet() async throws {
        try await scenario(
            "local t = {1, {2}}\nlocal before = collectgarbage('count')\nlocal x = 1 -- @here\nreturn collectgarbage('count') - before"
        ) { s in
            try await s.start(stoppingAt: "here")
            for _ in 1...50 {
                _ = try await s.session.variables(limits: .unlimited)
                _ = try await s.session.frames()
                _ = try await s.session.coroutines()
            }
            _ = try await s.session.run()
            guard case .number(let grown)? = s.returned?.first else {
                Issue.record("no number")
                return
            }
            #expect(abs(grown) < 16)
        }
    }

    @Test("no metamethod runs unless asked")
    func raw() async throws {
        try await scenario(
            """
            touched = 0
            local mt = {}
            for _, name in ipairs {"__index", "__tostring", "__pairs", "__len", "__eq", "__name", "__gc"} do
              mt[name] = function() touched = touched + 1 return "made up" end
            end
            mt.__metatable = "hidden"
            local t = setmetatable({1, 2, key = "v"}, mt)
            local x = 1 -- @here
            return touched
            """
        ) { s in
            try await s.start(stoppingAt: "here")
            let t = try #require(try await s.session.variables().first { $0.name == "t" }).value
            #expect(t.description == "{ 1, 2, key = \"v\" }")
            let reference = try #require(t.reference)
            let meta = try await s.session.inspect { (script) throws(DebugError) in try script.metatable(of: reference)
            }
            #expect(meta?.typeName == "table")
            #expect(try await s.evaluate("touched") == "0")
            let text = try await s.session.inspect { (script) throws(DebugError) in try script.toString(reference) }
            #expect(text == "made up")
            #expect(try await s.evaluate("touched") == "1")
        }
    }

    @Test("tables: order, cycles, shared ones, cuts, pages")
    func tables() async throws {
        try await scenario(
            """
            local t = {10, 20, 30, b = 1, a = 2, [true] = 3, [1.5] = 4, [-1] = 5}
            local cyclic = {} cyclic.self = cyclic
            local part = {1}
            local shared = {part, part}
            local deep = {{{{}}}}
            local big = {} for i = 1, 1000 do big[i] = i end
            local x = 1 -- @here
            """
        ) { s in
            try await s.start(stoppingAt: "here")
            func show(_ name: String, _ limits: ValueLimits = ValueLimits(depth: 5)) async throws -> String {
                try await s.session.evaluate(LuaText(name), limits: limits).map(\.description).joined()
            }
            #expect(try await show("t") == "{ 10, 20, 30, [true] = 3, [-1] = 5, [1.5] = 4, a = 2, b = 1 }")
            #expect(try await show("cyclic") == "<table 1>{ self = <cycle 1> }")
            #expect(try await show("shared") == "{ <table 1>{ 1 }, <table 1> }")
            #expect(try await show("deep", ValueLimits(depth: 2)) == "{ { {... #1} } }")
            #expect(try await show("big", ValueLimits(depth: 1, entries: 3)) == "{ 1, 2, 3, ... }")
            let big = try #require(try await s.session.evaluate("big", limits: .flat).first?.reference)
            let (page, more) = try await s.session.entries(of: big, from: 990, count: 20)
            #expect(page.map(\.value) == (991...1000).map { .integer($0) })
            #expect(!more)
            let t = try #require(try await s.session.evaluate("t", limits: .flat).first?.reference)
            let (keys, rest) = try await s.session.entries(of: t, from: 2, count: 3)
            #expect(keys.map(\.key.description) == ["3", "true", "-1"])
            #expect(rest)
        }
    }

    @Test("strings are bytes; integers and floats differ; what is cut says so")
    func scalars() async throws {
        try await scenario("local x = 1 -- @here") { s in
            try await s.start()
            let rows = [
                ("3", "3"), ("3.0", "3.0"), ("1e100", "1e+100"), ("0/0", "nan"), ("-1/0", "-inf"),
                ("2^53", "9007199254740992.0"),
                ("math.mininteger", "-9223372036854775808"), ("'a\\0b\\n\"\\\\'", #""a\000b\n\"\\""#),
                ("'\\xff\\xfe'", #""\255\254""#), ("'gr\\u{fc}n'", "\"grün\""), ("'\\u{202e}'", #""\226\128\174""#),
                ("('x'):rep(3)", "\"xxx\""), ("print", "<C function>"), ("function() end", "<function (evaluation):1>"),
                ("nil", "nil"), ("1 == 1", "true"), ("{}", "{}"), ("coroutine.create(print)", "<thread>"),
            ]
            for (expression, shown) in rows { #expect(try await s.evaluate(expression) == shown) }
            let cut = try await s.session.evaluate("('x'):rep(100)", limits: ValueLimits(bytes: 5))
            #expect(cut.first?.description == "\"xxxxx\"... (100 bytes)")
        }
    }

    @Test("pretty printing spreads tables, in one fixed order, and is bounded")
    func pretty() async throws {
        try await scenario("local x = 1 -- @here") { s in
            try await s.start()
            let value = try #require(
                try await s.session.evaluate("{1, {a = {}, ['end'] = 2}, ['x y'] = 'q'}", limits: ValueLimits(depth: 5))
                    .first)
            #expect(
                PrettyPrinter().text(of: value) == """
                    {
                      1,
                      {
                        a = {},
                        ["end"] = 2
                      },
                      ["x y"] = "q"
                    }
                    """)
            let long = try #require(
                try await s.session.evaluate(
                    "(function() local t = {} for i = 1, 100 do t[i] = 'abcdefgh' end return t end)()"
                ).first)
            let text = PrettyPrinter(bytes: 100).text(of: long)
            #expect(text.utf8.count <= 103 && text.hasSuffix("..."))
            // A hundred levels deep, and a table in itself a thousand times.
            let nested = try await s.session.evaluate(
                "(function() local t = {} local top = t for i = 1, 10000 do t[1] = {top} t = t[1] end return top end)()",
                limits: .unlimited)
            #expect(PrettyPrinter(isMultiline: false).text(of: nested).contains("{... #1}"))
        }
    }

    @Test("closures: upvalues page by page, shared with the script")
    func upvalues() async throws {
        try await scenario("local n = 0\nlocal function count() n = n + 1 return n end\ncount() -- @here\nreturn n") {
            s in
            try await s.start(stoppingAt: "here")
            let reference = try #require(try await s.session.evaluate("count").first?.reference)
            let upvalues = try await s.session.inspect { (script) throws(DebugError) in
                try script.upvalues(of: reference)
            }
            #expect(upvalues.map { "\($0.name)=\($0.value)" } == ["n=0"])
        }
    }

    @Test("every coroutine: status, place, stack, variables, evaluation in its frames")
    func coroutines() async throws {
        try await scenario(
            """
            local sleeping = coroutine.create(function(a)
              local inside = a * 2
              coroutine.yield(inside) -- @yield
            end)
            coroutine.resume(sleeping, 21)
            local fresh = coroutine.create(print)
            local dead = coroutine.create(function() end) coroutine.resume(dead)
            local failed = coroutine.create(function() error("x") end) coroutine.resume(failed)
            local outer = coroutine.wrap(function()
              local inner = coroutine.wrap(function()
                local y = 1 -- @here
              end)
              inner() -- @inner
            end)
            outer() -- @outer
            """
        ) { s in
            try await s.start(stoppingAt: "here")
            let all = try await s.session.coroutines()
            #expect(all.map(\.status) == [.normal, .suspended, .notStarted, .finished, .failed, .normal, .running])
            #expect(all.map(\.id) == [0, 1, 2, 3, 4, 5, 6])
            #expect(all.map { $0.location.map(s.place) } == ["outer", "yield", nil, nil, "line 8", "inner", "here"])
            let frames = try await s.session.frames(of: 1)
            #expect(frames.map(\.kind) == [.c, .lua])
            let variables = try await s.session.variables(frame: 1, of: 1)
            #expect(variables.first { $0.name == "inside" }?.value == .integer(42))
            let value = try await s.session.inspect { (script) throws(DebugError) in
                try script.evaluate("inside + a", frame: 1, of: 1)
            }
            #expect(value == [.integer(63)])
            await #expect(throws: DebugError.self) { try await s.session.frames(of: 99) }
        }
    }

    @Test("source lines with their marks; of a chunk that is its own text, too")
    func source() async throws {
        try await scenario("-- comment\nlocal a = 1 -- @here\n\nreturn load('local b = 2\\nreturn b')()\r\n") { s in
            try await s.start()
            _ = try s.session.breakpoints.add(.line(4, in: s.chunk))
            let lines = try await s.session.source()
            #expect(lines.map(\.number) == [1, 2, 3, 4])
            #expect(lines.map(\.isExecutable) == [false, true, false, true])
            #expect(lines.map(\.hasBreakpoint) == [false, false, false, true])
            #expect(lines.map(\.isCurrent) == [false, true, false, false])
            #expect(lines[3].text == "return load('local b = 2\\nreturn b')()")
            #expect(try await s.go() == "line 4")
            try await s.session.resume(.stepInto)
            #expect(try await s.session.source().map(\.text) == ["local b = 2", "return b"])
        }
    }

    @Test("law 9: values leave, references stay: a snapshot outlives the stop, its references do not")
    func expiry() async throws {
        try await scenario("local t = {1}\nlocal a = 1 -- @here\nlocal b = 2\nreturn t") { s in
            try await s.start(stoppingAt: "here")
            let value = try #require(try await s.session.evaluate("t").first)
            let reference = try #require(value.reference)
            #expect(try await s.session.entries(of: reference).entries.count == 1)
            try await s.session.resume(.stepOver)
            #expect(value.description == "{ 1 }")
            let error = await #expect(throws: DebugError.self) { try await s.session.entries(of: reference) }
            #expect(error?.code == .expired)
            // Not even a run that begins anew takes an old reference for one of its own.
            try await s.session.resume(.restart())
            _ = try await s.session.evaluate("{'another'}")
            let stale = await #expect(throws: DebugError.self) { try await s.session.entries(of: reference) }
            #expect(stale?.code == .expired)
            #expect(error?.message.contains("the script has gone on") == true)
        }
    }
}
