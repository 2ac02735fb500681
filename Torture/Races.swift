// Eight tasks that command one session at once, each as it likes, until somebody closes it: for the thread sanitizer. The session has a
// script of its own, or a host has handed it over, whose thread goes on calling while clients attach, take over, kill and are lost.

import Foundation
import LuaDebugCore
import PlainLua
import Synchronization

struct Races {
    private static let programs = [
        "while true do local x = (x or 0) + 1 end",
        "local function f(n) if n > 0 then return f(n - 1) end return n end\nfor i = 1, 300 do f(i % 20) print(i) end\nreturn 1",
        "local all = {}\nwhile true do\nlocal co = coroutine.wrap(function(a) for i = 1, 3 do a = coroutine.yield(a) end end)\n"
            + "for i = 1, 3 do co(i) end all[#all % 7 + 1] = co\nend",
        "while true do pcall(function() while true do pcall(error, {}) end end) end",
        "for i = 1, 50 do table.sort({3, 1, 2}, function(a, b) return a < b end) end error('the end')",
        "for i = 1, 100 do setmetatable({}, {__gc = function() end}) collectgarbage('step') end",
    ]
    /// What must never be answered to any of this.
    private static let unexpected: Set<DebugError.Code> = [.outOfMemory, .noThread, .alreadyAttached, .foreignLua]

    private final class Tally: Sendable {
        let commands = Atomic<Int>(0)
        let problems = Mutex<[String]>([])
    }

    private final class Made: Sendable {
        let session = Mutex<DebugSession?>(nil)
    }

    private final class Count: Sendable {
        let value = Atomic<Int>(0)
    }

    /// One session after another for that long; how many commands there were, and what was wrong.
    static func run(seconds: Int, seed: UInt64) async -> (sessions: Int, commands: Int, problems: [String]) {
        let tally = Tally()
        let end = ContinuousClock.now + .seconds(seconds)
        var dice = Dice(seed)
        var sessions = 0
        while ContinuousClock.now < end, tally.problems.withLock(\.isEmpty) {
            sessions += 1
            if sessions % 2 == 0 { await hosted(dice.next(), tally) } else { await one(dice.next(), tally) }
        }
        return (sessions, tally.commands.load(ordering: .relaxed), tally.problems.withLock { $0 })
    }

    private static func one(_ seed: UInt64, _ tally: Tally) async {
        var dice = Dice(seed)
        let limits = RunLimits(
            time: dice.once(in: 4) ? .milliseconds(dice.roll(1...50)) : nil, stopsWhenTimeIsOver: dice.once(in: 2),
            memory: dice.once(in: 4) ? 200_000 : nil, stop: dice.once(in: 4) ? .milliseconds(dice.roll(1...20)) : nil)
        let session = DebugSession(
            Script(dice.pick(programs), name: Program.name), limits: limits, scriptFunctions: "redis", output: { _ in })
        await eight(session, rounds: dice.roll(20...400), &dice) { _, dice in
            tally.commands.add(1, ordering: .relaxed)
            await command(session, &dice, tally)
        } close: {
            await session.close()
        }
        if session.state != .closed { tally.problems.withLock { $0.append("it was closed, and is \(session.state)") } }
    }

    /// Eight tasks, round after round until the session is closed: by one of them after so many rounds, or after two seconds, which
    /// releases commands that wait for an endless script.
    private static func eight(
        _ session: DebugSession, rounds: Int, _ dice: inout Dice,
        round: @escaping @Sendable (Int, inout Dice) async -> Void, close: @escaping @Sendable () async -> Void
    ) async {
        let done = Count()
        await withTaskGroup(of: Void.self) { tasks in
            for number in 0..<8 {
                let seed = dice.next()
                tasks.addTask {
                    var dice = Dice(seed)
                    while session.state != .closed {
                        await round(number, &dice)
                        let count = done.value.add(1, ordering: .relaxed).newValue
                        if count >= rounds || (number == 0 && dice.once(in: rounds)) { await close() }
                        await Task.yield()
                    }
                }
            }
            tasks.addTask {
                let end = ContinuousClock.now + .seconds(2)
                while session.state != .closed, ContinuousClock.now < end { await Task.yield() }
                await session.close()
            }
        }
    }

    // MARK: - A host's script

    /// What the host's thread calls again and again until it is told to leave.
    private static func live(
        until isOver: Count, detaches: Bool, _ ready: @escaping @Sendable (DebugSession?) -> Void,
        _ gone: DispatchSemaphore
    ) {
        Thread.detachNewThread {
            let state = PlainState()
            guard let debugger = unsafe try? Debugger(attachingTo: state.state),
                let session = try? DebugSession(hosting: debugger, script: Script("", name: Program.name))
            else { return ready(nil) }
            ready(session)
            while isOver.value.load(ordering: .acquiring) == 0 {
                for program in programs where !program.contains("while true") { state.call(program) }
            }
            if detaches { debugger.detach() }
            unsafe plain_close(state.run) // with the debugger attached, every other time
            gone.signal()
        }
    }

    private static func hosted(_ seed: UInt64, _ tally: Tally) async {
        var dice = Dice(seed)
        let (isOver, gone) = (Count(), DispatchSemaphore(value: 0))
        let detaches = dice.once(in: 2)
        // By way of a lock: of what a continuation hands over before its task waits, the thread sanitizer sees no order.
        let made = Made()
        await withCheckedContinuation { answer in
            live(
                until: isOver, detaches: detaches,
                { session in
                    made.session.withLock { $0 = session }
                    answer.resume()
                }, gone)
        }
        guard let session = made.session.withLock({ $0 }) else {
            return tally.problems.withLock { $0.append("it could not be handed over") }
        }
        let registry = SessionRegistry()
        registry.whenNobodyIsAttached = dice.pick([.skip, .waitFor(.milliseconds(2))])
        let id = registry.register(session, allowsTakeOver: true, allowsKill: true)
        let leaves = dice.once(in: 2)
        await eight(session, rounds: dice.roll(20...200), &dice) { number, dice in
            await visit(registry, id, "client \(number)", &dice, tally)
        } close: {
            isOver.value.store(1, ordering: .releasing)
            // Who waits for a stop that will not come is released by the host's leaving; a client that stays at a stop keeps the
            // host's thread there, and then it does not leave.
            if !leaves { await session.close() }
        }
        isOver.value.store(1, ordering: .releasing)
        await withCheckedContinuation { left in
            Thread.detachNewThread {
                gone.wait()
                left.resume()
            }
        }
        if session.state != .closed {
            tally.problems.withLock { $0.append("the host left, and it is \(session.state)") }
        }
    }

    private static func visit(
        _ registry: SessionRegistry, _ id: UInt32, _ name: String, _ dice: inout Dice, _ tally: Tally
    ) async {
        guard
            let attachment = try? registry.attach(
                to: id, by: name, as: dice.once(in: 3) ? .observer : .controller, takingOver: dice.once(in: 2))
        else { return }
        let saysFarewell = dice.once(in: 2) // else it is lost
        for _ in 0..<dice.roll(1...8) where attachment.isAttached {
            tally.commands.add(1, ordering: .relaxed)
            if dice.once(in: 10) {
                try? registry.kill(id, by: name)
            } else if dice.once(in: 10) {
                _ = registry.sessions
            } else {
                await command(attachment.session, &dice, tally)
            }
        }
        if saysFarewell { attachment.detach() }
    }

    // MARK: - Commands

    private static func command(_ session: DebugSession, _ dice: inout Dice, _ tally: Tally) async {
        do throws(DebugError) {
            try await some(session, &dice)
        } catch {
            if unexpected.contains(error.code) { tally.problems.withLock { $0.append("\(error.code) \(error)") } }
        }
    }

    private static func some(_ session: DebugSession, _ dice: inout Dice) async throws(DebugError) {
        switch dice.roll(0...7) {
        case 0...3: try await running(session, &dice)
        case 4, 5: try await looking(session, &dice)
        default: try wishing(session, &dice)
        }
    }

    private static func running(_ session: DebugSession, _ dice: inout Dice) async throws(DebugError) {
        switch dice.roll(0...12) {
        case 0: try await session.start()
        case 1...4:
            try await session.resume(
                dice.pick([.continue, .stepInto, .stepOver, .stepOut, .untilGreaterLine, .toLine(1), .finish]))
        case 5: try await session.resume(.restart(flush: dice.once(in: 2)))
        case 6: try await session.resume(dice.pick([.abort, .detach]))
        case 7, 8: session.pause()
        case 9: session.abort(by: "somebody")
        case 10: session.letGo()
        // What nothing stops is waited for until the session is closed.
        case 11:
            session.pause()
            await session.settled()
        default:
            session.pause()
            _ = try await session.nextStop(after: dice.once(in: 2) ? session.stop?.number : nil)
        }
    }

    private static func looking(_ session: DebugSession, _ dice: inout Dice) async throws(DebugError) {
        switch dice.roll(0...10) {
        case 0, 1: _ = try await session.evaluate(Expressions.any(&dice))
        case 2: _ = try await session.evaluate("(function() while true do end end)()", budget: .unlimited)
        case 3: _ = try await session.execute(Expressions.statement(&dice))
        case 4: _ = try await session.frames()
        case 5: for coroutine in try await session.coroutines() { _ = try await session.variables(of: coroutine.id) }
        case 6:
            // A value may have expired when it is looked into.
            if case .table(let table)? = try await session.evaluate("{1, {2}, x = 3}").first,
                let reference = table.reference
            {
                _ = try await session.entries(of: reference)
            }
        case 7:
            _ = try await session.inspect { (script) throws(DebugError) in
                guard case .table(let globals) = try script.globals(), let reference = globals.reference else { return }
                _ = try script.entries(of: reference, count: 5)
            }
        case 8: _ = try await session.recording()
        case 9: _ = try await session.profile()
        default: _ = try await session.evaluateWatches()
        }
    }

    private static func wishing(_ session: DebugSession, _ dice: inout Dice) throws(DebugError) {
        switch dice.roll(0...9) {
        case 0:
            try session.breakpoints.add(.line(dice.roll(1...6), in: Program.name), where: Expressions.condition(&dice))
        case 1: try session.breakpoints.add(.watch(Expressions.any(&dice), onChange: true))
        case 2: session.breakpoints.removeAll()
        case 3, 4:
            let all = session.breakpoints.all
            if !all.isEmpty { try change(dice.pick(all).id, session.breakpoints, &dice) }
        case 5:
            session.tracing.start(dice.pick([.line, .variables, .calls, .all]))
            _ = session.breakpoints.all
        case 6:
            try session.tracing.record(lastLines: 20)
            try session.tracing.profile(dice.once(in: 2) ? .exact : .sampling(every: 10))
        case 7:
            _ = session.events.read()
            session.interruptEvaluation()
        case 8:
            if session.watches.all.count > 5 { session.watches.removeAll(andBreakpoints: dice.once(in: 2)) }
            let watch = try session.watches.add(Expressions.any(&dice))
            if dice.once(in: 3) { try session.watches.remove(watch.id) }
        default:
            session.tracing.stop()
            session.tracing.stopRecording()
            session.tracing.stopProfile()
        }
    }

    /// Another task may have removed it.
    private static func change(
        _ id: Breakpoint.ID, _ breakpoints: BreakpointList, _ dice: inout Dice
    ) throws(DebugError) {
        switch dice.roll(0...5) {
        case 0: try breakpoints.setEnabled(dice.once(in: 2), id)
        case 1: try breakpoints.ignore(dice.roll(0...5), id)
        case 2: try breakpoints.setCondition(Expressions.condition(&dice), id)
        case 3: try breakpoints.setLog(dice.once(in: 2) ? "fuel {fuel}" : nil, id)
        case 4: try breakpoints.setOnce(dice.once(in: 2), id)
        default: try breakpoints.remove(id)
        }
    }
}
