// Breakpoints that no line belongs to: at functions, and where errors are raised.

import Testing

@testable import LuaDebugCore

extension BreakpointTests {
    // MARK: Functions

    @Test(
        "functions by path: global, in a table, defined later, renamed",
        arguments: [
            ("f", "function f() return 1 end -- @in\nf()"),
            ("account.deposit", "account = {}\nfunction account.deposit() return 1 end -- @in\naccount.deposit()"),
            (
                "Account:pay",
                "Account = {} Account.__index = Account\nfunction Account:pay() return 1 end -- @in\nsetmetatable({}, Account):pay()"
            ),
            ("late", "local function g() return 1 end -- @in\ng()\nlate = g\nlate()"),
            ("co", "function co() return 1 end -- @in\ncoroutine.wrap(co)()"),
        ])
    func functionPaths(path: String, source: String) async throws {
        try await scenario(source) { s in
            let breakpoint = try s.session.breakpoints.add(.function(path))
            try await s.start()
            #expect(try await s.go() == "in")
            #expect(s.session.stop?.breakpoints == [breakpoint.id])
            #expect(s.session.breakpoints[breakpoint.id]?.resolution == .armed)
        }
    }

    @Test("a function of C, by path: stopped in the call, its arguments to be seen")
    func cFunction() async throws {
        try await scenario("local s = 'ab'\nlocal t = s:rep(3) -- @call\nreturn t") { s in
            _ = try s.session.breakpoints.add(.function("string.rep"))
            try await s.start()
            _ = try await s.session.run()
            let frames = try await s.session.frames()
            #expect(frames.map(\.kind) == [.c, .main])
            #expect(s.place(frames[1].location) == "call")
            #expect(try await s.session.variables().map(\.value.description) == ["\"ab\"", "3"])
            #expect(try await s.go(.stepOut) == "line 3")
        }
    }

    @Test("functions looked for anew while a coroutine waits in a yield: nothing of ours runs on its stack")
    func pathsWhileACoroutineWaits() async throws {
        try await scenario(
            """
            local co = coroutine.wrap(function(...)
              local got = coroutine.yield(...)
              return got, ...
            end)
            co(1, 2)
            print("here") -- @here
            return co(3)
            """
        ) { s in
            // One of C: then calls of C functions are looked at too, ours among them.
            try s.session.breakpoints.add(.function("print"))
            try s.session.breakpoints.add(.line(s.line("here"), in: s.chunk), where: "false")
            try await s.start()
            _ = try await s.session.run()
            #expect(try await s.session.frames().first?.kind == .c)
            // Changed: what each coroutine's functions hold is asked again, the waiting one's too.
            for name in ["no.such", "string.rep", "late"] { try s.session.breakpoints.add(.function(name)) }
            #expect(try await s.go() == "returned 3 1 2")
        }
    }

    @Test("a function seen as a value, and its condition over its parameters")
    func functionValue() async throws {
        try await scenario(
            "local function f(n)\n  return n -- @in\nend\nlocal t = {f} -- @start\nfor i = 1, 5 do t[1](i) end"
        ) { s in
            try await s.start(stoppingAt: "start")
            let found = try #require(try await s.session.evaluate("f").first)
            guard case .function(let function) = found else { return }
            _ = try s.session.breakpoints.add(.functionValue(function), where: "n == 4")
            #expect(try await s.go() == "in")
            #expect(try await s.evaluate("n") == "4")
            #expect(try await s.visit(.continue) == ["returned"])
        }
    }

    // MARK: Errors

    @Test("an uncaught error stops where it is raised, its frames alive; a caught one does not")
    func uncaught() async throws {
        try await scenario(
            """
            local function f(x)
              local inner = x * 2
              error("boom " .. inner) -- @raise
            end
            pcall(f, 1)
            f(21)
            """
        ) { s in
            _ = try s.session.breakpoints.add(.error())
            try await s.start()
            _ = try await s.session.run()
            let stop = try #require(s.session.stop)
            #expect(stop.reasons.first == .error(caught: false))
            #expect(stop.error == .text("scenario.lua:3: boom 42"))
            let frames = try await s.session.frames()
            #expect(frames.map(\.kind) == [.c, .lua, .main])
            #expect(s.place(frames[1].location) == "raise")
            #expect(try await s.evaluate("inner", frame: 1) == "42")
            #expect(try await s.go() == "failed scenario.lua:3: boom 42")
        }
    }

    @Test("any error: those that pcall and xpcall catch, runtime errors and those of C functions")
    func anyError() async throws {
        try await scenario(
            """
            local ok1 = pcall(function() local t = nil; return t.x end)
            local ok2, m = xpcall(function() return 1 + {} end, function(m) return "handled: " .. m end)
            local ok3 = pcall(string.rep)
            local ok4 = pcall(pcall, error)
            local ok5, y = pcall(function() return coroutine.wrap(function() pcall(coroutine.yield, 1) end)() end)
            return ok1, ok2, m, ok3, ok4, ok5, y
            """
        ) { s in
            let plain = try await observe(Script(s.source, name: s.chunk)).end
            _ = try s.session.breakpoints.add(.error(any: true))
            try await s.start()
            var errors: [String] = []
            while case .stopped(let stop) = try await s.session.run() {
                #expect(stop.reasons.first == .error(caught: true))
                errors.append(stop.error?.description ?? "none")
            }
            #expect(
                errors == [
                    "\"scenario.lua:1: attempt to index a nil value (local 't')\"",
                    "\"scenario.lua:2: attempt to perform arithmetic on a table value\"",
                    "\"bad argument #1 to 'string.rep' (string expected, got no value)\"", "nil",
                ])
            #expect(
                "returned " + (try #require(s.returned)).map(\.description).joined(separator: ", ") == plain)
        }
    }

    @Test("error breakpoints with conditions, several of them, each told")
    func severalErrors() async throws {
        try await scenario(
            """
            local function f(n) error("e" .. n, 0) end
            for i = 1, 3 do pcall(f, i) end
            f(4)
            """
        ) { s in
            let list = s.session.breakpoints
            let two = try list.add(.error(any: true), where: "n == nil").id
            let uncaught = try list.add(.error()).id
            let any = try list.add(.error(any: true), ignoring: 2).id
            try await s.start()
            var told: [String] = []
            while case .stopped(let stop) = try await s.session.run() {
                told.append("\(stop.error?.description ?? "") \(stop.breakpoints)")
            }
            #expect(
                told == [
                    "\"e1\" [\(two)]", "\"e2\" [\(two)]", "\"e3\" [\(two), \(any)]",
                    "\"e4\" [\(two), \(uncaught), \(any)]",
                ])
        }
    }
}
