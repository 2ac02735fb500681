// Two tasks that come to a session which a host has handed over, look, step, take it from one another and go, as fast as they can.

import Foundation
import LuaDebugCore
import Synchronization

final class Visitors: Sendable {
    private let isOver = Atomic<Bool>(false)
    private let areGone = DispatchGroup()
    private let registry = SessionRegistry()
    private let complaints = Mutex<[String]>([])
    private let looks = Atomic<Int>(0)

    private let stops: Stops

    /// Where the script stopped for them, as the host is told on its own thread.
    final class Stops: Sendable {
        private let all = Mutex<[Stop]>([])
        func note(_ stop: Stop) { all.withLock { $0.append(stop) } }
        var taken: [Stop] { all.withLock { $0 } }
    }

    init(_ session: DebugSession, _ stops: Stops, _ dice: inout Dice) {
        self.stops = stops
        // Waited for by the host, also when neither of them is there: else a short script is over before they come.
        registry.whenNobodyIsAttached = dice.once(in: 4) ? .skip : .waitFor(.milliseconds(2))
        let id = registry.register(session, allowsTakeOver: true)
        for number in 1...2 {
            areGone.enter()
            let seed = dice.next()
            Task.detached { [self] in
                var dice = Dice(seed)
                while !isOver.load(ordering: .acquiring) {
                    do throws(DebugError) {
                        try await visit(id, by: "visitor \(number)", &dice)
                    } catch {
                        note(error)
                    }
                    await Task.yield()
                }
                areGone.leave()
            }
        }
    }

    /// What was wrong, how often they looked, and where it stopped for them.
    ///
    /// After the host has detached: whoever waited was told.
    func end() -> (complaints: [String], looks: Int, stops: [Stop]) {
        isOver.store(true, ordering: .releasing)
        areGone.wait()
        return (complaints.withLock { $0 }, looks.load(ordering: .relaxed), stops.taken)
    }

    private func note(_ error: DebugError) {
        // Of two that come and go at once, and expressions that fail.
        let expected: Set<DebugError.Code> = [
            .noSuchSession, .closed, .held, .notController, .running, .raised, .syntax, .noSuchFrame, .overBudget,
            .interrupted, .badLine, .noSource, .outOfMemory, .noSuchBreakpoint,
            // What the host keeps for itself: it must be refused, and change nothing.
            .refused, .hostRuns,
        ]
        if !expected.contains(error.code) { complaints.withLock { $0.append("\(error.code): \(error)") } }
    }

    private func visit(_ id: UInt32, by name: String, _ dice: inout Dice) async throws(DebugError) {
        let attachment = try registry.attach(
            to: id, by: name, as: dice.once(in: 4) ? .observer : .controller, takingOver: dice.once(in: 3))
        let session = attachment.session
        // Some say farewell, and some are just gone.
        let saysFarewell = dice.once(in: 2)
        defer { if saysFarewell { attachment.detach() } }
        for _ in 0..<dice.roll(1...6) where attachment.isAttached {
            looks.add(1, ordering: .relaxed)
            do throws(DebugError) { try await command(session, id, by: name, &dice) } catch { note(error) }
        }
    }

    private func command(
        _ session: DebugSession, _ id: UInt32, by name: String, _ dice: inout Dice
    ) async throws(DebugError) {
        switch dice.roll(0...21) {
        case 0...2:
            session.pause()
            _ = try await session.nextStop()
            // One step alone would hardly ever come: the other takes over, or the script goes on.
            for _ in 0..<dice.roll(0...8) { try await session.resume(dice.pick([.stepInto, .stepInto, .stepOver])) }
        case 3...6:
            try await session.resume(
                dice.pick([.stepInto, .stepInto, .stepOver, .stepOut, .untilGreaterLine, .continue]))
        case 7: _ = try await session.evaluate(Expressions.any(&dice))
        case 8: try await session.execute(Expressions.statement(&dice))
        case 9: for coroutine in try await session.coroutines() { _ = try await session.frames(of: coroutine.id) }
        case 10:
            try session.breakpoints.add(
                .line(dice.roll(1...60), in: Program.name), where: Expressions.condition(&dice))
        case 11: session.tracing.start(dice.pick([.line, .variables, .calls]))
        case 12: session.letGo()
        case 13: await session.close() // of theirs: they leave
        case 14:
            // Nothing stops in the rest of the call after the other two.
            let isLast = dice.once(in: 10)
            try await session.resume(isLast ? dice.pick([.detach, .finish]) : .toLine(dice.roll(1...60)))
        case 15: try await refused(session, id, by: name, &dice)
        case 16:
            for listing in registry.sessions { _ = registry[listing.id] }
            _ = session.events.read()
        case 17:
            try session.tracing.record(lastLines: dice.roll(1...50))
            _ = try await session.recording()
        case 18:
            try session.tracing.profile(dice.once(in: 2) ? .exact : .sampling(every: 10))
            _ = try await session.profile()
        case 19:
            if let any = session.breakpoints.all.randomElement(using: &dice) {
                try session.breakpoints.remove(any.id)
            }
        case 20:
            session.breakpoints.removeAll()
            session.tracing.stop()
            session.tracing.stopProfile()
            session.tracing.stopRecording()
        default: session.interruptEvaluation()
        }
    }

    /// What only the host may do, or nobody: an end is not transparent, so the host has not allowed it.
    private func refused(
        _ session: DebugSession, _ id: UInt32, by name: String, _ dice: inout Dice
    ) async throws(DebugError) {
        switch dice.roll(0...3) {
        case 0: return session.abort(by: name) // which says nothing
        case 1: try registry.kill(id, by: name)
        case 2: try session.kill(by: name)
        default: _ = try await session.resume(dice.pick([.abort, .restart()]))
        }
        complaints.withLock { $0.append("a visitor was allowed to end the host's call") }
    }
}
