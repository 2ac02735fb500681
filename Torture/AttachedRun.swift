// A run of a program in a host's own state, with a debugger attached to it.

import Foundation
import LuaDebugCore
import PlainLua

/// One run, on the thread that asks for it.
final class AttachedRun {
    private let program: Program
    private let mode: Mode
    private var dice: Dice
    private let totals: Totals
    private let state = PlainState()
    private var debugger: Debugger?
    private var lines = Result.Lines(count: 0, order: 0)
    private var complaints: [String] = []
    private var stopsLeft: Int

    init(_ program: Program, _ mode: Mode, _ dice: Dice, _ totals: Totals) {
        self.program = program
        self.mode = mode
        self.dice = dice
        self.totals = totals
        stopsLeft = .max
        if mode == .abort { stopsLeft = self.dice.roll(1...(program.plain.lines?.count ?? 1)) }
    }

    func run() -> Result {
        // By way of C, which calls back as a host's function would.
        unsafe state.run.pointee.host = Unmanaged.passUnretained(self).toOpaque()
        unsafe state.run.pointee.printed = { host, thread in
            guard let host = unsafe host, let thread = unsafe thread else { return }
            unsafe Unmanaged<AttachedRun>.fromOpaque(host).takeUnretainedValue().printed(on: thread)
        }
        if mode != .comings || dice.once(in: 2) { unsafe attach(to: state.state) }
        let other = mode == .thread ? debugger.map { OtherThread($0, dice.next()) } : nil
        let visitors = mode == .hosted ? handOver() : nil
        state.call(program.source)
        other?.end()
        if let visitors {
            debugger?.detach() // releases who waits for a stop that will not come
            debugger = nil
            let (problems, looks) = visitors.end()
            complaints += problems
            totals.evaluations += looks
        }
        let printed = state.printed
        if mode == .abort { checkAbort() }
        look()
        debugger?.detach()
        debugger = nil
        if unsafe plain_has_hook(state.run) { complaints.append("a hook was left behind") }
        var result = mode == .abort ? Result(text: printed) : state.result()
        if mode == .lines || lines.count > 0 { result.lines = lines }
        result.complaints = complaints
        return result
    }

    private func checkAbort() {
        guard stopsLeft == 0 else { return }
        if unsafe !state.run.pointee.failed { complaints.append("it was ended, and did not fail") }
        // The host's next call is a new one.
        let before = state.output.count
        state.call("local s = 0 for i = 1, 10 do s = s + i end print(pcall(error, s))", name: "=after")
        if state.output.dropFirst(before) != ArraySlice("false\t55\n-- returned\n".utf8) {
            complaints.append("the state was of no use after the end")
        }
    }

    // MARK: - Attaching

    private func attach(to thread: OpaquePointer) {
        do throws(DebugError) {
            let debugger = unsafe try Debugger(attachingTo: thread)
            self.debugger = debugger
            debugger.onStop = { [unowned self] script in stopped(script) }
            try arm(debugger)
        } catch {
            complaints.append("attaching failed: \(error)")
        }
    }

    private func handOver() -> Visitors? {
        guard let debugger else { return nil }
        do throws(DebugError) {
            let session = try DebugSession(
                hosting: debugger, script: Script(program.source, name: Program.name))
            return Visitors(session, &dice)
        } catch {
            complaints.append("handing over failed: \(error)")
            return nil
        }
    }

    private func printed(on thread: OpaquePointer) {
        guard mode == .comings || mode == .mixture, dice.once(in: 3) else { return }
        if let debugger {
            debugger.detach()
            self.debugger = nil
        } else {
            unsafe attach(to: thread)
        }
    }

    // MARK: - What is asked for

    private func arm(_ debugger: Debugger) throws(DebugError) {
        switch mode {
        case .idle: break
        case .lines, .verbs, .evaluations, .abort: try debugger.stopAtNextCall()
        case .breakpoints: for _ in 0..<dice.roll(1...8) { try addBreakpoint(debugger) }
        case .conditions:
            for line in 1...program.lineCount {
                try debugger.breakpoints.add(.line(line, in: Program.name), where: "nil == false")
            }
        case .watches:
            for _ in 0..<dice.roll(1...3) {
                try debugger.breakpoints.add(.watch(Expressions.any(&dice), onChange: dice.once(in: 2)))
            }
        case .errors:
            try debugger.breakpoints.add(.error(any: program.mayStopAtAnyError), where: Expressions.condition(&dice))
        case .traceLine, .traceCode, .traceStack, .traceWatch, .traceAll, .traceVariables, .traceCalls:
            try trace(debugger)
        case .profile: try debugger.tracing.profile(.exact)
        case .sampling: try debugger.tracing.profile(.sampling(every: dice.pick([1, 7, 100])))
        case .recorder: try debugger.tracing.record(lastLines: dice.pick([1, 20, 1000]))
        case .mixture, .comings, .thread:
            if dice.once(in: 2) { try debugger.stopAtNextCall() }
            for _ in 0..<dice.roll(0...4) { try change(debugger) }
        case .hosted, .session: break
        }
    }

    private func addBreakpoint(_ debugger: Debugger) throws(DebugError) {
        let line = dice.roll(1...program.lineCount)
        let function = "f\(dice.roll(1...30))"
        let place: Breakpoint.Place =
            dice.once(in: 4)
            ? .function(
                dice.pick([function.uppercased(), "T." + function, "print", "pcall", "string.gsub", "coroutine.resume"])
            )
            : .line(line, in: dice.once(in: 9) ? "made.lua" : Program.name)
        let log: LuaText? = dice.once(in: 5) ? "at {fuel} {T} {nosuch.x} {{}}" : nil
        do throws(DebugError) {
            try debugger.breakpoints.add(
                place, where: Expressions.condition(&dice), ignoring: dice.once(in: 5) ? dice.roll(1...5) : 0,
                once: dice.once(in: 6), log: log)
        } catch {
            guard error.code == .badLine else { throw error }
        }
    }

    private func trace(_ debugger: Debugger) throws(DebugError) {
        let modes: [Mode: TraceMode] = [
            .traceLine: .line, .traceCode: .code, .traceStack: .stack, .traceWatch: .watch, .traceAll: .all,
            .traceVariables: .variables, .traceCalls: .calls,
        ]
        for _ in 0..<3 { try debugger.watches.add(Expressions.any(&dice)) }
        try debugger.tracing.setBuffer(bytes: 1 << 26)
        debugger.provideSource([UInt8](program.source.utf8), for: Program.name)
        debugger.tracing.start(modes[mode] ?? .line)
    }

    /// One thing that any thread may do.
    private func change(_ debugger: Debugger) throws(DebugError) {
        switch dice.roll(0...12) {
        case 0...3: try addBreakpoint(debugger)
        case 4:
            if let any = debugger.breakpoints.all.randomElement(using: &dice) {
                try debugger.breakpoints.remove(any.id)
            }
        case 5: try debugger.breakpoints.add(.watch(Expressions.any(&dice), onChange: dice.once(in: 2)))
        case 6: try debugger.breakpoints.add(.error(any: program.mayStopAtAnyError && dice.once(in: 2)))
        case 7:
            debugger.tracing.start(
                TraceSettings(
                    dice.pick([.line, .code, .stack, .watch, .all, .variables, .calls]),
                    filter: dice.once(in: 3) ? TraceFilter(functions: ["f*"], depth: 3) : TraceFilter()))
        case 8: debugger.tracing.stop()
        case 9: try debugger.tracing.profile(dice.once(in: 2) ? .exact : .sampling(every: 10))
        case 10: try debugger.tracing.record(lastLines: dice.roll(1...50))
        case 11:
            debugger.tracing.stopProfile()
            debugger.tracing.stopRecording()
        default: debugger.breakpoints.removeAll()
        }
    }

    // MARK: - Stops

    private func stopped(_ script: StoppedScript) -> Resume {
        totals.stops += 1
        stopsLeft -= 1
        if mode == .lines {
            lines.count += 1
            lines.order = unsafe plain_order(
                lines.order, script.stop.location.chunk, Int32(script.stop.location.line ?? -1))
            return .stepInto
        }
        if mode == .abort { return stopsLeft == 0 ? .abort : .stepInto }
        let looks = [.evaluations, .mixture, .comings].contains(mode) || (mode == .thread && dice.once(in: 3))
        if looks { Looking.look(at: script, &dice, totals, &complaints) }
        if mode == .evaluations { return .stepInto }
        if [.mixture, .comings, .thread].contains(mode), dice.once(in: 4), let debugger {
            do throws(DebugError) { try change(debugger) } catch {
                // The other thread may have removed it meanwhile.
                if error.code != .noSuchBreakpoint { complaints.append("a change failed: \(error)") }
            }
        }
        if [.mixture, .comings, .thread].contains(mode), dice.once(in: 40) {
            debugger = nil
            return .detach
        }
        return dice.pick([
            .continue, .stepInto, .stepInto, .stepOver, .stepOver, .stepOut, .untilGreaterLine,
            .toLine(script.stop.location.line ?? 1), mode == .verbs ? .stepInto : .finish,
        ])
    }

    // MARK: - What was written down

    /// Counts the lines of what tells every one of them.
    private func look() {
        guard let debugger else { return }
        var lost = 0
        while case let events = debugger.events.read(), !events.isEmpty {
            for event in events {
                switch event {
                case .trace(let record) where record.event == .line:
                    totals.records += 1
                    lines.count += 1
                    lines.order = unsafe plain_order(
                        lines.order, record.location.chunk, Int32(record.location.line ?? -1))
                case .lost(let count): lost += count
                default: totals.records += 1
                }
            }
        }
        switch mode {
        case .traceLine, .traceCode, .traceStack, .traceWatch, .traceAll, .traceVariables:
            if lost > 0 { complaints.append("\(lost) records were lost") }
        case .profile:
            guard let profile = debugger.profile() else { return complaints.append("there is no profile") }
            if !profile.isCut { lines = Result.Lines(count: profile.lines.reduce(0) { $0 + $1.hits }, order: 0) }
        case .recorder:
            let recorded = debugger.recording()
            totals.records += recorded.count
            if recorded.isEmpty { complaints.append("nothing was recorded") }
            lines.count = 0
        case .lines: break
        default: lines.count = 0
        }
    }
}
