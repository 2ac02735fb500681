// What an attached run does at a stop, and what it has written down in the end.

import LuaDebugCore
import PlainLua

extension AttachedRun {
    func stopped(_ script: StoppedScript) -> Resume {
        totals[mode].stops += 1
        stopsLeft -= 1
        stops.append(script.stop)
        switch mode {
        case .lines: return .stepInto
        case .abort: return stopsLeft == 0 ? .abort : .stepInto
        case .evaluations:
            Looking.look(at: script, mode, &dice, totals, &complaints)
            return .stepInto
        case .mixture, .comings: Looking.look(at: script, mode, &dice, totals, &complaints)
        case .thread: if dice.once(in: 3) { Looking.look(at: script, mode, &dice, totals, &complaints) }
        default: return verb(script)
        }
        if dice.once(in: 4), let debugger {
            do throws(DebugError) { try change(debugger) } catch {
                // The other thread may have removed it meanwhile.
                if error.code != .noSuchBreakpoint { complaints.append("a change failed: \(error)") }
            }
        }
        if dice.once(in: 40) {
            debugger = nil
            return .detach
        }
        return verb(script)
    }

    /// Most of them near: after a far one, where nothing else is set, little is left to stop at.
    private func verb(_ script: StoppedScript) -> Resume {
        // Nothing stops after it, so it is for runs in which that costs little.
        if mode != .verbs, dice.once(in: 60) { return .finish }
        return dice.pick([
            .stepInto, .stepInto, .stepInto, .stepInto, .stepOver, .stepOver, .stepOver, .stepOver, .stepOut,
            .untilGreaterLine, .toLine(script.stop.location.line ?? 1), .continue,
        ])
    }

    // MARK: - What was written down

    /// Takes the lines of what tells of them.
    func look() {
        guard let debugger else { return }
        var lost = 0
        var traced: [UInt64] = []
        while case let events = debugger.events.read(), !events.isEmpty {
            for event in events {
                totals[mode].records += 1
                switch event {
                case .trace(let record) where record.event == .line: traced.append(Self.line(record))
                case .lost(let count): lost += count
                default: break
                }
            }
        }
        switch mode {
        case .traceLine, .traceCode, .traceStack, .traceWatch, .traceAll, .traceVariables:
            if lost > 0 { complaints.append("\(lost) records were lost") }
            lines = traced
        case .profile:
            guard let profile = debugger.profile() else { return complaints.append("there is no profile") }
            // A line that it had no room for is in none of its numbers.
            if profile.isCut { return lines = nil }
            lines = profile.lines.flatMap { cost in
                repeatElement(PlainState.line(cost.location.line, of: cost.location.chunk), count: cost.hits)
            }
        case .sampling:
            guard let profile = debugger.profile() else { return complaints.append("there is no profile") }
            totals[mode].records += profile.lines.count
        case .recorder:
            let recorded = debugger.recording()
            totals[mode].records += recorded.count
            if recorded.isEmpty { complaints.append("nothing was recorded") }
            let told = recorded.filter { $0.event == .line }.map(Self.line)
            // It has bytes for each, and 64 KiB at least: where many are wanted it may keep fewer.
            let wanted = min(program.lines.count, recordedLines)
            if wanted < 100, told.count != wanted {
                differences.append(
                    "\(told.count) of \(program.lines.count) lines were recorded, of at most \(recordedLines)")
            }
            lines = told
        case .conditions: counted(debugger.breakpoints.all)
        default: break
        }
    }

    private static func line(_ record: TraceRecord) -> UInt64 {
        PlainState.line(record.location.line, of: record.location.chunk)
    }

    /// How often each line was come to, as its breakpoint tells.
    private func counted(_ breakpoints: [Breakpoint]) {
        var runs: [UInt64: Int] = [:]
        for line in program.lines { runs[line, default: 0] += 1 }
        for breakpoint in breakpoints where breakpoint.ignoreCount > 0 {
            // One on a line without code has gone to another line, of one function of those there.
            guard case .line(let asked, _) = breakpoint.place, breakpoint.resolution == .line(asked) else { continue }
            let line = PlainState.line(asked, of: Program.name)
            lines? += Array(repeating: line, count: breakpoint.hitCount)
            if breakpoint.hitCount != runs[line, default: 0] {
                differences.append("line \(asked) was come to \(breakpoint.hitCount) times, and ran \(runs[line] ?? 0)")
            }
        }
    }
}
