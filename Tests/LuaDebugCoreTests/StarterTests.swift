// A script whose text only prepares: a prelude says what is run and debugged in its place.

import Synchronization
import Testing

@testable import LuaDebugCore

@Suite("A prelude that says what is run")
struct StarterTests {
    /// `offer` keeps a function; the last one that was offered is what is run, with 1 and 2.
    private static let prelude = """
        local offered
        function offer(f) offered = f end
        return function() return offered, 1, 2 end
        """

    private static let source = """
        #!offering
        local count = 0
        local function helper(a)
            return a + 10
        end
        count = helper(count)
        offer(function(a, b)
            local sum = a + b + count
            return helper(sum)
        end)
        return 'dropped'
        """

    private func session(_ source: String, _ prelude: String = prelude, limits: RunLimits = .none) -> DebugSession {
        var environment = HostEnvironment()
        environment.preludes = [.init(prelude)]
        var script = Script(source, name: "s.lua")
        script.skipsFirstLine = source.hasPrefix("#")
        return DebugSession(script, limits: limits, environment: environment)
    }

    private func line(_ outcome: Outcome) -> Int? {
        if case .stopped(let stop) = outcome { stop.location.line } else { nil }
    }

    @Test("it stops before the first line of that function, and in the text's functions only when it calls them")
    func stops() async throws {
        let session = session(Self.source)
        let first = try await session.start()
        guard case .stopped(let stop) = first else { return #expect(Bool(false), "\(first)") }
        #expect(stop.reasons == [.entry])
        #expect(stop.location.line == 8)
        #expect(try await session.evaluate("a, b, count") == [.integer(1), .integer(2), .integer(10)])
        // Nobody is below: neither the text nor the prelude.
        #expect(try await session.frames().count == 1)
        #expect(session.lines(1...1).map(\.text) == ["#!offering"])
        try session.breakpoints.add(.line(4, in: "s.lua"))
        try session.breakpoints.add(.line(6, in: "s.lua"))
        for _ in 0..<2 {
            #expect(line(try await session.run()) == 4)
            #expect(try await session.evaluate("a") == [.integer(13)])
            #expect(try await session.run() == .returned([.integer(23)]))
            // The text runs anew, and stops nowhere.
            #expect(line(try await session.resume(.restart())) == 8)
        }
        await session.close()
    }

    @Test("no trace, no watch and no error breakpoint sees the preparation")
    func unseen() async throws {
        let session = session(Self.source.replacing("= helper(count)", with: "= helper(count); pcall(error, 1)"))
        try await session.start()
        try session.breakpoints.add(.error(any: true))
        session.tracing.start(.line)
        #expect(line(try await session.resume(.restart())) == 8)
        #expect(try await session.run() == .returned([.integer(23)]))
        var lines: [Int] = []
        while case let events = session.events.read(), !events.isEmpty {
            for case .trace(let record) in events { lines.append(record.location.line ?? 0) }
        }
        #expect(lines == [8, 9, 4])
        await session.close()
    }

    @Test("an error, an end without an offer, and one that offers no function, are told")
    func failures() async throws {
        let failing = session("offer(print)\nerror('no')")
        guard case .failed(let failure) = try await failing.start() else { return #expect(Bool(false)) }
        #expect(failure.message == "s.lua:2: no")
        #expect(failure.traceback.contains("s.lua:2: in main chunk"))
        await failing.close()
        for (offer, kind) in [("", "nil"), ("offer(12)", "number")] {
            let session = session(offer)
            await #expect { try await session.start() } throws: { error in
                guard let error = error as? DebugError else { return false }
                return error.code == .preludeFailed && error.message.hasSuffix("has said to run a \(kind), no function")
            }
            await session.close()
        }
        let broken = session("return 1", "return function() error('own', 0) end")
        await #expect { try await broken.start() } throws: { ($0 as? DebugError)?.message == "own" }
        await broken.close()
    }

    @Test("a function of C's is run without a stop")
    func native() async throws {
        let session = session("offer(math.max)")
        #expect(try await session.start() == .returned([.integer(2)]))
        await session.close()
    }

    @Test(
        "an endless preparation ends by its time, even where a script would stop, or is ended",
        arguments: [true, false])
    func endless(_ stops: Bool) async throws {
        let source = "while true do pcall(function() while true do end end) end"
        let timed = session(source, limits: RunLimits(time: .milliseconds(50), stopsWhenTimeIsOver: stops))
        #expect(try await timed.start() == .aborted(.timeLimit))
        await timed.close()
        let running = session(source)
        async let outcome = running.start()
        while running.state == .notStarted { await Task.yield() }
        running.abort(by: "test")
        #expect(try await outcome == .aborted(.command(by: "test")))
        await running.close()
    }
}
