// What a host gives its scripts: functions, constants, code that runs before them; and that a debugger sees no more of it than
// of the libraries.

import Synchronization
import Testing

@testable import LuaDebugCore

@Suite("Host functions")
struct HostFunctionTests {
    private func environment(_ change: (inout HostEnvironment) -> Void) -> HostEnvironment {
        var environment = HostEnvironment()
        change(&environment)
        return environment
    }

    private func outcome(_ source: String, _ environment: HostEnvironment, limits: RunLimits = .none) async throws
        -> Outcome
    {
        let session = DebugSession(Script(source, name: "s.lua"), limits: limits, environment: environment)
        try await session.start()
        let outcome = try await session.run()
        await session.close()
        return outcome
    }

    private static let echo: HostFunction = { (call) throws(HostError) in call.arguments }

    @Test(
        "values come and go as they are",
        arguments: [
            "nil", "true, false", "1, -9223372036854775808", "1.5, -0.0, 1e300", "'', 'a\\0b', ('x'):rep(100000)",
            "{}, {1, 2, {3}}, {a = {b = {c = 'd'}}}", "{[true] = 1, [2.5] = 2, [-3] = 3, ['k'] = {}}",
            "select(2, 'a', nil, nil)",
        ])
    func echoed(_ values: String) async throws {
        let source = """
            local function same(a, b)
                if type(a) ~= 'table' or type(b) ~= 'table' then return rawequal(a, b) and math.type(a) == math.type(b) end
                for k, v in pairs(a) do if not same(v, b[k]) then return false end end
                for k in pairs(b) do if a[k] == nil then return false end end
                return true
            end
            local function all(...) return {n = select('#', ...), ...} end
            local given, got = all(\(values)), all(host.echo(\(values)))
            return same(given, got), given.n
            """
        let environment = environment { $0.addFunction("host.echo", Self.echo) }
        guard case .returned(let values) = try await outcome(source, environment) else { throw Failed() }
        #expect(values.first == .boolean(true))
    }

    private struct Failed: Error {}

    /// What a function has seen.
    private final class Shared<Content: Sendable>: Sendable {
        private let state: Mutex<Content>
        init(_ content: Content) { state = Mutex(content) }
        var value: Content { state.withLock { $0 } }
        func set(_ content: Content) { state.withLock { $0 = content } }
        func change(_ body: @Sendable (inout Content) -> Void) {
            state.withLock { content in
                var copy = content
                body(&copy)
                content = copy
            }
        }
    }

    @Test("one table in two places is two; a table in itself is marked, a function is nil on its way back")
    func tables() async throws {
        let seen = Shared<[Value]>([])
        let environment = environment {
            $0.addFunction("give") { (call) throws(HostError) in
                seen.set(call.arguments)
                return call.arguments
            }
        }
        let source =
            "local t = {1} local c = {} c.c = c local a, b, d = give({t, t}, print, c) return a[2][1], b, type(d)"
        #expect(try await outcome(source, environment) == .returned([.integer(1), .nil, .text("table")]))
        guard case .table(let own) = seen.value[2] else { throw Failed() }
        guard case .table(let inner) = own["c"] else { throw Failed() }
        #expect(inner.content == .cycle)
    }

    @Test("an error has the place of the call in front, or is a value of any type")
    func errors() async throws {
        let environment = environment {
            $0.addFunction("host.refuse") { (call) throws(HostError) in throw HostError("no such user") }
            $0.addFunction("host.raise") { (call) throws(HostError) in
                throw HostError(value: .table([(.text("err"), .text("ERR no"))]))
            }
        }
        guard case .failed(let failure) = try await outcome("local x = 1\nhost.refuse(x)", environment) else {
            throw Failed()
        }
        #expect(failure.message == "s.lua:2: no such user")
        #expect(failure.traceback == "stack traceback:\n\t[C]: in function 'host.refuse'\n\ts.lua:2: in main chunk")
        let source = "local ok, e = pcall(host.raise) local ok2, e2 = pcall(host.refuse) return ok, e.err, e2"
        #expect(
            try await outcome(source, environment)
                == .returned([.boolean(false), .text("ERR no"), .text("no such user")]))
    }

    @Test("constants, and paths through tables of the libraries")
    func constants() async throws {
        let environment = environment {
            $0.constants["limits.most"] = .integer(5)
            $0.constants["limits.names"] = .list([.text("a"), .text("b")])
            $0.addFunction("string.echo", Self.echo)
            $0.addFunction("log", Self.echo)
        }
        #expect(
            try await outcome("return limits.most, limits.names[2], ('x'):echo(), log(7)", environment)
                == .returned([.integer(5), .text("b"), .text("x"), .integer(7)]))
    }

    @Test("a path through something else than a table is refused")
    func badPath() async {
        let environment = environment { $0.addFunction("print.x", Self.echo) }
        await #expect(throws: DebugError.self) { try await outcome("return 1", environment) }
    }

    @Test("a prelude changes the globals; one that fails is an error of the host's, with Lua's message")
    func preludes() async throws {
        let environment = environment {
            $0.addFunction("raw.echo", Self.echo)
            $0.preludes = [
                .init(
                    "local echo = raw.echo raw, os = nil, nil function twice(x) return echo(x, x) end", name: "[host]"),
                .init("local native = ... hard = native(function(x) if not x then error('no x', 3) end return x end)"),
            ]
        }
        #expect(
            try await outcome("return raw, os, select('#', twice(1)), hard(5)", environment)
                == .returned([.nil, .nil, .integer(2), .integer(5)]))
        // As with a function of C, the line of a tail call is not lost.
        guard case .failed(let failure) = try await outcome("local x\nreturn hard(x)", environment) else {
            throw Failed()
        }
        #expect(failure.message == "s.lua:2: no x")
        do {
            _ = try await outcome("return 1", self.environment { $0.preludes = [.init("\nerror('bad')", name: "[p]")] })
            Issue.record("it ran")
        } catch let error as DebugError {
            #expect(error.code == .preludeFailed)
            #expect(error.message == "[p]:2: bad")
        }
    }

    @Test("steps, breakpoints and traces see nothing of a prelude")
    func hidden() async throws {
        let source =
            "local function own(x)\n  return x + 1\nend\nlocal a = apply(own, 1)\nlocal b = apply(own, 2)\nreturn a + b"
        let environment = environment {
            $0.preludes = [.init("function apply(f, x)\n  local y = f(x)\n  return y\nend", name: "[host]")]
        }
        let session = DebugSession(Script(source, name: "s.lua"), environment: environment)
        try session.breakpoints.add(.line(2, in: "[host]"))
        session.tracing.start(.line)
        var outcome = try await session.start()
        var lines: [String] = []
        while case .stopped(let stop) = outcome {
            lines.append("\(stop.location)")
            outcome = try await session.resume(.stepInto)
        }
        #expect(
            lines == [3, 4, 2, 3, 5, 2, 3, 6].map { "s.lua:\($0)" }
                || lines == [3, 4, 2, 5, 2, 6].map { "s.lua:\($0)" })
        #expect(outcome == .returned([.integer(5)]))
        await session.close()
        var traced: [String] = []
        for await event in session.events {
            if case .trace(let record) = event { traced.append(record.location.chunk) }
        }
        #expect(!traced.isEmpty && traced.allSatisfy { $0 == "s.lua" })
    }

    @Test("each run begins with fresh globals, after the host was told")
    func fresh() async throws {
        let runs = Shared(0)
        let environment = environment {
            $0.constants["state.n"] = .integer(0)
            $0.willRun = { runs.change { $0 += 1 } }
        }
        let session = DebugSession(Script("state.n = state.n + 1 return state.n"), environment: environment)
        try await session.start()
        for _ in 0..<3 {
            #expect(try await session.resume(.finish) == .returned([.integer(1)]))
            try await session.resume(.restart())
        }
        await session.close()
        #expect(runs.value == 4)
    }

    @Test("functions are told apart: a breakpoint on one of eighty stops there only")
    func apart() async throws {
        let environment = environment { environment in
            for i in 10..<90 {
                environment.addFunction("host.f\(i)") { (call) throws(HostError) in [.integer(Int64(i))] }
            }
        }
        let session = DebugSession(
            Script("local s = 0\nfor i = 10, 89 do\n  s = s + host['f' .. i]()\nend\nreturn s"),
            environment: environment)
        try session.breakpoints.add(.function("host.f42"))
        try await session.start()
        guard case .stopped = try await session.run() else { throw Failed() }
        #expect(try await session.evaluate("i", frame: 1) == [.integer(42)])
        #expect(try await session.run() == .returned([.integer((10..<90).reduce(0, +))]))
        await session.close()
    }

    @Test("a function can ask for a stop where it was called, and is told the line")
    func stops() async throws {
        let environment = environment {
            $0.addFunction("look") { (call) throws(HostError) in
                call.stops = true
                return [.integer(Int64(call.line ?? 0))]
            }
        }
        let session = DebugSession(
            Script("local a = 1\nlocal b = look()\nreturn b", name: "s.lua"), environment: environment)
        try await session.start()
        guard case .stopped(let stop) = try await session.run() else { throw Failed() }
        #expect("\(stop.location)" == "s.lua:2")
        #expect(try await session.evaluate("a") == [.integer(1)])
        #expect(try await session.run() == .returned([.integer(2)]))
        await session.close()
        let aborted = DebugSession(Script("pcall(look) return 1"), environment: environment)
        try await aborted.start()
        try await aborted.run()
        #expect(try await aborted.resume(.abort) == .aborted(.command(by: "abort")))
        await aborted.close()
    }

    @Test("an answer without room is Lua's own error, an endless one's bytes are freed")
    func noMemory() async throws {
        let environment = environment {
            $0.addFunction("large") { (call) throws(HostError) in [.bytes([UInt8](repeating: 1, count: 8 << 20))] }
        }
        let source = "local ok, e = pcall(large) for i = 1, 20 do pcall(large) end return ok, e"
        #expect(
            try await outcome(source, environment, limits: RunLimits(memory: 1 << 20))
                == .returned([.boolean(false), .text("not enough memory")]))
    }

    @Test("a finalizer that runs when the run is over is told so")
    func finalizer() async throws {
        let calls = Shared(0)
        let environment = environment {
            $0.addFunction("host.count") { (call) throws(HostError) in
                calls.change { $0 += 1 }
                return []
            }
        }
        _ = try await outcome(
            "host.count() setmetatable({}, {__gc = function() host.count() end}) return 1", environment)
        #expect(calls.value == 1)
    }

    @Test("evaluated code may call them")
    func evaluated() async throws {
        let environment = environment { $0.addFunction("host.echo", Self.echo) }
        let session = DebugSession(Script("local a = 5 return a"), environment: environment)
        try await session.start()
        #expect(try await session.evaluate("1, (host.echo('x'))").last == .text("x"))
        await session.close()
    }
}
