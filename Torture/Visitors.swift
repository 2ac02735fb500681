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

    init(_ session: DebugSession, _ dice: inout Dice) {
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

    /// What was wrong, and how often they looked.
    ///
    /// After the host has detached: whoever waited was told.
    func end() -> (complaints: [String], looks: Int) {
        isOver.store(true, ordering: .releasing)
        areGone.wait()
        return (complaints.withLock { $0 }, looks.load(ordering: .relaxed))
    }

    private func note(_ error: DebugError) {
        // Of two that come and go at once, and expressions that fail.
        let expected: Set<DebugError.Code> = [
            .noSuchSession, .closed, .held, .notController, .running, .raised, .syntax, .noSuchFrame, .overBudget,
            .interrupted,
            .badLine, .noSource, .outOfMemory,
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
            do throws(DebugError) { try await command(session, &dice) } catch { note(error) }
        }
    }

    private func command(_ session: DebugSession, _ dice: inout Dice) async throws(DebugError) {
        switch dice.roll(0...12) {
        case 0...2:
            session.pause()
            _ = try await session.nextStop()
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
        default: session.interruptEvaluation()
        }
    }
}
