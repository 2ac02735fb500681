// Section 7 of the command contract: what a script may say to its debugger.

import CLuaShim
import Testing

@testable import LuaDebugCore

@Suite("The script's own debug functions")
struct ScriptFunctionTests {
    private static let everyFunction = """
        local results = {}
        for _, name in ipairs {"debugbreak", "debugmode", "debugtrace", "debugeval", "debugprint"} do
          for _, call in ipairs {
            function(f) return f() end, function(f) return f(nil) end, function(f) return f(false) end,
            function(f) return f(1, 2, 3) end, function(f) return f({}) end, function(f) return f("1 +") end,
            function(f) return f("error('x')") end, function(f) return f(print) end, function(f) return f("all") end,
            function(f) return f(coroutine.create(print)) end,
          } do
            local n = select("#", call(redis[name]))
            if n ~= 0 then results[#results + 1] = name .. " gave " .. n end
          end
        end
        return table.concat(results, ", ")
        """

    @Test("C-210 C-211 without a debugger each takes anything, gives nothing, says nothing; and is there")
    func outside() throws {
        guard let state = unsafe luaL_newstate() else { return }
        defer { unsafe lua_close(state) }
        unsafe luaL_openlibs(state)
        try unsafe Debugger.installScriptFunctions(in: state)
        let constants =
            "for _, n in ipairs {'all','line','code','stack','watch','off'} do assert(redis['trace' .. n] == n) end "
        let source = constants + Self.everyFunction
        unsafe #expect(luaL_loadbufferx(state, source, source.utf8.count, "=script", "t") == LUA_OK)
        unsafe #expect(lua_pcallk(state, 0, 1, 0, 0, nil) == LUA_OK)
        #expect(unsafe String(cString: lua_tolstring(state, -1, nil)) == "")
        // Attached and let go of again: the same.
        let debugger = try unsafe Debugger(attachingTo: state)
        debugger.detach()
        unsafe #expect(luaL_loadbufferx(state, source, source.utf8.count, "=script", "t") == LUA_OK)
        unsafe #expect(lua_pcallk(state, 0, 1, 0, 0, nil) == LUA_OK)
    }

    @Test("in a session each takes anything and gives nothing, too")
    func inside() async throws {
        try await scenario(Self.everyFunction, scriptFunctions: "redis") { s in
            try await s.start()
            let outcome = try await s.session.resume(.finish)
            #expect(s.describe(outcome) == "returned \"\"")
        }
    }

    @Test("a table of the host's choice; one that is there is added to; without being asked for there is none")
    func table() async throws {
        try await scenario("return type(dbg.debugbreak), type(redis)", scriptFunctions: "dbg") { s in
            try await s.start()
            #expect(try await s.go() == "returned \"function\" \"nil\"")
        }
        try await scenario("return string.upper('a'), type(string.debugbreak)", scriptFunctions: "string") { s in
            try await s.start()
            #expect(try await s.go() == "returned \"A\" \"function\"")
        }
        let taken = await #expect(throws: DebugError.self) {
            try await DebugSession(Script("return 1"), scriptFunctions: "print").start()
        }
        #expect(taken?.code == .badArgument)
        try await scenario("return redis") { s in
            try await s.start()
            #expect(try await s.go() == "returned nil")
        }
    }

    @Test("C-212 debugbreak stops on its own line, its caller's frame on top, and steps go on from there")
    func breakHere() async throws {
        let source = """
            local function f(x) -- @f
              local a = x -- @a
              redis.debugbreak() local b = a + 1 -- @break
              return b -- @ret
            end
            local r = f(1) -- @call
            return r -- @last
            """
        try await scenario(source, scriptFunctions: "redis") { s in
            for (verb, next) in [
                (Resume.stepInto, "ret"), (.stepOver, "ret"), (.stepOut, "last"), (.continue, "returned 2"),
                (.untilGreaterLine, "ret"), (.toLine(7), "last"), (.finish, "returned 2"),
            ] {
                if case .notStarted = s.session.state {
                    try await s.start()
                } else {
                    try await s.session.resume(.restart())
                }
                guard case .stopped(let stop) = try await s.session.run() else {
                    Issue.record("it did not stop")
                    return
                }
                #expect(s.place(stop.location) == "break")
                #expect(stop.reasons == [.script()])
                #expect(stop.depth == 2)
                #expect(try await s.session.frames().map(\.function) == ["f", nil])
                #expect(try await s.evaluate("x, a") == "1, 1")
                #expect(try await s.go(verb) == next, "\(verb)")
                if s.session.stop != nil { _ = try await s.session.resume(.finish) }
            }
        }
    }

    @Test(
        "C-213 A-36 with a value: Lua's truth, and an explicit nil is one; with a text: its truth in the caller's frame",
        arguments: [
            ("true", true), ("false", false), ("nil", false), ("0", true), ("{}", true), ("'x == 5'", true),
            ("'x == 6'", false), ("'nil'", false), ("'u'", true), ("'select(\"#\", ...) == 0'", true),
        ])
    func breakIf(argument: String, stops: Bool) async throws {
        let source =
            "local u = 1 local function f()\nlocal x = 5 local _ = u\nredis.debugbreak(\(argument)) -- @here\nend\nf() return 1"
        try await scenario(source, scriptFunctions: "redis") { s in
            try await s.start()
            #expect(try await s.go() == (stops ? "here" : "returned 1"))
        }
    }

    @Test(
        "A-36 a text that cannot be told stops, and says why",
        arguments: [
            ("'x +'", "unexpected symbol"), ("'error(\"why\")'", "why"),
            ("'(function() while true do end end)()'", "too long"),
        ]
    )
    func breakFailing(argument: String, message: String) async throws {
        try await scenario("redis.debugbreak(\(argument))\nreturn 1", scriptFunctions: "redis") { s in
            try await s.start()
            guard case .stopped(let stop) = try await s.session.run(), case .script(let failure?)? = stop.reasons.first
            else {
                Issue.record("it did not stop with a reason")
                return
            }
            #expect(failure.contains(message))
            #expect(try await s.go() == "returned 1")
        }
    }

    @Test("C-215 inside a callback, a coroutine, a metamethod, a protected call")
    func inCallbacks() async throws {
        let source = """
            local t = {3, 1, 2}
            table.sort(t, function(a, b)
              redis.debugbreak("a == 1") -- @sort
              return a < b
            end);
            ("x"):gsub(".", function() redis.debugbreak() end) -- @gsub
            local co = coroutine.wrap(function() redis.debugbreak() coroutine.yield() end) -- @co
            co()
            local m = setmetatable({}, {__index = function() redis.debugbreak() return 1 end}) -- @index
            local x = m.x
            pcall(function() redis.debugbreak() error("x") end) -- @pcall
            return x
            """
        try await scenario(source, scriptFunctions: "redis") { s in
            try await s.start()
            var places: [String] = []
            while case .stopped(let stop) = try await s.session.run() { places.append(s.place(stop.location)) }
            #expect(Set(places) == ["sort", "gsub", "co", "index", "pcall"])
            #expect(s.session.state == .ended(.returned([.integer(1)])))
        }
    }

    @Test("at a debugbreak the script is really ended by abort and restart, pcall or not")
    func ended() async throws {
        try await scenario("while true do pcall(redis.debugbreak) end", scriptFunctions: "redis") { s in
            try await s.start()
            guard case .stopped = try await s.session.run() else { return }
            try await s.session.resume(.restart())
            guard case .stopped = try await s.session.run() else { return }
            guard case .aborted = try await s.session.resume(.abort) else {
                Issue.record("not aborted")
                return
            }
        }
    }

    @Test("C-216 A-37 debugmode(false): nothing stops and nothing is traced until debugmode(true), or the end")
    func mode() async throws {
        let source = """
            local a = 1 -- @a
            redis.debugmode(false) -- @off
            redis.debugbreak() -- @break1
            local b = 2 -- @b
            pcall(error, 'x')
            redis.debugmode() -- @on
            local c = 3 -- @c
            redis.debugbreak() -- @break2
            redis.debugmode(false)
            redis.debugbreak()
            return a -- @end
            """
        try await scenario(source, scriptFunctions: "redis") { s in
            _ = try s.breakAt("b")
            _ = try s.breakAt("c")
            _ = try s.breakAt("end")
            try s.session.breakpoints.add(.watch("b == 2"), once: true)
            try s.session.breakpoints.add(.error(any: true))
            s.session.tracing.start(.line)
            try await s.start()
            #expect(try await s.go(.stepInto) == "off")
            #expect(try await s.go(.stepInto) == "c", "the step is over, the breakpoint is the next")
            #expect(s.session.stop?.reasons.count == 2)
            #expect(try await s.go() == "break2")
            #expect(try await s.go() == "returned 1")
            #expect(s.traced() == ["a", "off", "c", "break2", "line 9"])
            // A new run begins with its stops.
            try await s.session.resume(.restart())
            #expect(try await s.go() == "c")
        }
    }

    @Test("a pause and an abort reach a script that has muted its debugger")
    func mutedAndPaused() async throws {
        try await scenario("redis.debugmode(false) while true do end", scriptFunctions: "redis") { s in
            try await s.start()
            guard case .stopped(let stop) = try await s.whileRunning({ s.session.pause() }) else {
                Issue.record("it did not stop")
                return
            }
            #expect(stop.reasons == [.pause])
            guard case .aborted = try await s.whileRunning({ s.session.abort() }) else {
                Issue.record("it did not end")
                return
            }
        }
    }

    @Test("C-217 debugtrace with each constant; anything else is told to the client and is no error")
    func trace() async throws {
        let source = """
            redis.debugtrace(redis.traceline)
            local a = 1
            redis.debugtrace(redis.traceoff)
            local b = 2
            redis.debugtrace("nonsense")
            redis.debugtrace()
            redis.debugtrace(redis.tracecode)
            return b
            """
        try await scenario(source, scriptFunctions: "redis") { s in
            try await s.start()
            #expect(try await s.go() == "returned 2")
            #expect(s.session.tracing.trace?.mode == .code)
            let shown = s.events().map { event in
                switch event {
                case .trace(let record): "\(s.place(record.location)) \(record.code ?? "-")"
                case .script(let message):
                    "\(message.kind) \(message.expression) \(message.failure ?? "-") \(message.location)"
                default: "?"
                }
            }
            #expect(
                shown == [
                    "line 2 -", "line 3 -",
                    "trace nonsense one of the trace constants is wanted scenario.lua:5",
                    "trace  one of the trace constants is wanted scenario.lua:6", "line 8 return b",
                ])
        }
    }

    @Test("C-218 C-219 A-39 debugeval and debugprint tell the client; errors too; the script gets nothing and goes on")
    func evaluate() async throws {
        let source = """
            local up = {1, {k = 'v'}}
            local function f(x, ...)
              local _ = up
              local n = select("#", redis.debugeval("x + 1")) + select("#", redis.debugprint("up"))
              redis.debugeval("x.y.z")
              redis.debugeval("1 +")
              redis.debugprint("...")
              redis.debugeval(12)
              redis.debugeval("up[1]")
              return n
            end
            return f(1, 'a', 'b')
            """
        try await scenario(source, scriptFunctions: "redis") { s in
            try await s.start()
            #expect(try await s.go() == "returned 0")
            let shown = s.events().map { event in
                guard case .script(let message) = event else { return "?" }
                return "\(message.kind) \(message.expression): "
                    + (message.values?.map(\.description).joined(separator: ", ") ?? message.failure ?? "?")
                    + " at \(message.location.line ?? 0)"
            }
            #expect(
                shown == [
                    "eval x + 1: 2 at 4", "print up: { 1, { k = \"v\" } } at 4",
                    "eval x.y.z: (evaluation):1: attempt to index a number value (upvalue 'x') at 5",
                    "eval 1 +: (evaluation):1: unexpected symbol near <eof> at 6", "print ...: \"a\", \"b\" at 7",
                    "eval : an expression is wanted, as a string at 8", "eval up[1]: 1 at 9",
                ])
        }
    }

    @Test("while something is being evaluated they are quiet")
    func inEvaluation() async throws {
        try await scenario(
            "function f() redis.debugbreak() redis.debugeval('1') return 7 end\nreturn f()", scriptFunctions: "redis"
        ) {
            s in
            try await s.start()
            _ = try await s.go(.stepInto)
            #expect(try await s.evaluate("f()") == "7")
            #expect(s.events().isEmpty)
        }
    }

    @Test("a host's own state: they work while a debugger is attached to it")
    func hosted() throws {
        let run = try AttachedRun("")
        defer { unsafe lua_close(run.state) }
        try unsafe Debugger.installScriptFunctions(in: run.state, table: "server")
        var places: [String] = []
        run.debugger.onStop = { script in
            places.append("\(script.stop.location) \(script.stop.reasons)")
            return .continue
        }
        #expect(
            run.run("local x = 1\nserver.debugbreak('x == 1')\nserver.debugmode(false) server.debugbreak()") == LUA_OK)
        #expect(run.run("server.debugbreak()") == LUA_OK, "what was muted is so for one call of the host's")
        #expect(places == ["law.lua:2 [debugbreak]", "law.lua:1 [debugbreak]"])
        run.debugger.detach()
        #expect(run.run("server.debugbreak()") == LUA_OK)
        #expect(places.count == 2)
    }
}
