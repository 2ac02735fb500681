// A host function that waits for others: the script is ended nevertheless, and nobody is interrupted who is still wanted.

import Dispatch
import LuaDebugCore
import Synchronization
import Testing

@Suite("A host function that waits", .timeLimit(.minutes(5)))
struct HostWaitTests {
    /// Something that comes late, or never.
    private final class Late: Sendable {
        let arrival = DispatchSemaphore(value: 0)
        let begun = AsyncStream.makeStream(of: Void.self)
        let interruptions = Atomic(0)

        /// `wait()` in scripts: true if it has come.
        func environment() -> HostEnvironment {
            var environment = HostEnvironment()
            environment.addFunction("wait") { [self] (call) throws(HostError) in
                call.wait.interruptible {
                    self.interruptions.add(1, ordering: .relaxed)
                    self.arrival.signal()
                } _: {
                    begun.continuation.yield()
                    arrival.wait()
                }
                return [.boolean(interruptions.load(ordering: .relaxed) == 0)]
            }
            return environment
        }

        func hasBegun() async { for await _ in begun.stream { return } }
    }

    private func session(_ source: String, _ late: Late, limits: RunLimits = .none) async throws -> DebugSession {
        let session = DebugSession(Script(source, name: "s.lua"), limits: limits, environment: late.environment())
        try await session.start()
        return session
    }

    @Test("is interrupted when the script is to end: by an abort, by closing, by its time")
    func ended() async throws {
        for how in ["abort", "close", "time"] {
            let late = Late()
            let limits = how == "time" ? RunLimits(time: .seconds(2)) : .none
            let session = try await session("while true do pcall(wait) end", late, limits: limits)
            async let outcome = session.resume(.continue)
            await late.hasBegun()
            if how == "abort" { session.abort(by: "test") }
            if how == "close" { await session.close() }
            let expected: AbortCause = how == "abort" ? .command(by: "test") : how == "close" ? .closed : .timeLimit
            #expect(try await outcome == .aborted(expected), "\(how)")
            #expect(late.interruptions.load(ordering: .relaxed) == 1, "\(how)")
            await session.close()
        }
    }

    @Test("waits on when the script shall only stop: a pause, or a time limit that stops, comes after it")
    func paused() async throws {
        for how in ["pause", "time"] {
            let late = Late()
            let time = Duration.milliseconds(300)
            let limits = how == "time" ? RunLimits(time: time, stopsWhenTimeIsOver: true) : .none
            let session = try await session("local came = wait()\nlocal last = came\nreturn last", late, limits: limits)
            async let outcome = session.resume(.continue)
            await late.hasBegun()
            if how == "pause" { session.pause() }
            let over = ContinuousClock.now + time + time
            while how == "time", ContinuousClock.now < over { await Task.yield() }
            // A request that concerns nothing evaluated is none of the script's.
            session.interruptEvaluation()
            late.arrival.signal()
            if case .stopped = try await outcome {} else { Issue.record("\(how): it did not stop") }
            #expect(try await session.run() == .returned([.boolean(true)]), "\(how)")
            #expect(late.interruptions.load(ordering: .relaxed) == 0, "\(how)")
            await session.close()
        }
    }

    @Test("is interrupted with the evaluation that called it, and the script goes on")
    func evaluated() async throws {
        let late = Late()
        let session = try await session("local a = 1\nreturn a", late)
        let value = Task { try await session.evaluate("(function() wait() while true do end end)()") }
        await late.hasBegun()
        session.interruptEvaluation()
        let error = await #expect(throws: DebugError.self) { try await value.value }
        #expect(error?.code == .interrupted)
        #expect(late.interruptions.load(ordering: .relaxed) == 1)
        #expect(try await session.run() == .returned([.integer(1)]))
        // After the end, too, where only a close can come.
        let afterEnd = Task { try await session.evaluate("wait()") }
        await late.hasBegun()
        await session.close()
        _ = try? await afterEnd.value
        #expect(late.interruptions.load(ordering: .relaxed) == 2)
    }
}
