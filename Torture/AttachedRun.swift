// A run of a program in a host's own state, with a debugger attached to it.

import Foundation
import LuaDebugCore
import PlainLua

/// One run, on the thread that asks for it.
final class AttachedRun {
    let program: Program
    let mode: Mode
    var dice: Dice
    let totals: Totals
    private let state = PlainState()
    var debugger: Debugger?
    var stops: [Stop] = []
    /// In modes in which something else tells of lines than stops; nil where it has lost some.
    var lines: [UInt64]? = []
    var complaints: [String] = []
    var differences: [String] = []
    /// In mode `recorder`.
    private(set) var recordedLines = 0
    var stopsLeft: Int

    init(_ program: Program, _ mode: Mode, _ dice: Dice, _ totals: Totals) {
        self.program = program
        self.mode = mode
        self.dice = dice
        self.totals = totals
        stopsLeft = .max
        if mode == .abort { stopsLeft = self.dice.roll(1...program.lines.count) }
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
            let seen = visitors.end()
            complaints += seen.complaints
            totals[mode].evaluations += seen.looks
            totals[mode].stops += seen.stops.count
            stops = seen.stops
        }
        let printed = state.printed
        if mode == .abort { checkAbort() }
        lines = Lines.of(stops, isDisturbed: mode.isDisturbed)
        look()
        debugger?.detach()
        debugger = nil
        if unsafe plain_has_hook(state.run) { complaints.append("a hook was left behind") }
        var result = mode == .abort ? Result(text: printed) : state.result()
        result.lines = lines
        result.differences = differences
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
            let stops = Visitors.Stops()
            var settings = HostSettings()
            settings.callbacks.stopped = { stop in stops.note(stop) }
            let session = try DebugSession(
                hosting: debugger, script: Script(program.source, name: Program.name), settings: settings)
            return Visitors(session, stops, &dice)
        } catch {
            complaints.append("handing over failed: \(error)")
            return nil
        }
    }

    private func printed(on thread: OpaquePointer) {
        // Where stepping comes back to life: after a continue nothing else would stop it.
        if mode == .verbs || [.comings, .mixture].contains(mode) && dice.once(in: 4) { debugger?.control.pause() }
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
            // Half of them are passed over and counted instead: a condition that is never asked for is false, too.
            for line in 1...program.lineCount {
                let isCounted = dice.once(in: 2)
                try debugger.breakpoints.add(
                    .line(line, in: Program.name), where: isCounted ? "nil == nil" : "nil == false",
                    ignoring: isCounted ? .max : 0)
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
        case .recorder:
            recordedLines = dice.pick([1, 20, 1000])
            try debugger.tracing.record(lastLines: recordedLines)
        case .mixture, .comings, .thread:
            if dice.once(in: 2) { try debugger.stopAtNextCall() }
            for _ in 0..<dice.roll(0...4) { try change(debugger) }
        case .hosted: if !dice.once(in: 4) { try debugger.stopAtNextCall() }
        case .session, .stock: break
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
    func change(_ debugger: Debugger) throws(DebugError) {
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
}
