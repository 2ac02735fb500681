// Which of the lines that a program runs each mode tells of, and what these must be.

import LuaDebugCore

extension Mode {
    /// Line events come and go in the midst of a run.
    var isDisturbed: Bool { [.mixture, .comings, .thread, .hosted].contains(self) }

    /// Of all the lines that ran.
    enum Telling {
        /// Every one, in order.
        case all
        /// How often each one ran, in no order.
        case counts
        /// As many as there were up to some moment, in order.
        case first
        /// As many as are kept, in order.
        case last
        /// Those where it stopped, in order.
        case some
        /// Those that have a breakpoint: it tells how often it was come to, and is held against that where it is known.
        case apart
    }

    /// nil where nothing tells of lines: nothing is asked for, or calls alone.
    var telling: Telling? {
        switch self {
        case .idle, .sampling, .traceCalls, .stock: nil
        case .lines, .evaluations, .traceLine, .traceCode, .traceStack, .traceWatch, .traceAll, .traceVariables: .all
        case .profile: .counts
        case .conditions: .apart
        case .recorder: .last
        case .abort: .first
        case .verbs, .breakpoints, .watches, .errors, .mixture, .comings, .thread, .hosted, .session: .some
        }
    }
}

enum Lines {
    /// The lines of stops: one before a line is one of the lines run; one for an error or a pause is within a line.
    ///
    /// With `isDisturbed`, line events come and go within lines. Lua knows a new line by the instruction before it, and where a line
    /// began without line events it has kept an older one: the rest of that line may be told of as a line of its own.
    static func of(_ stops: [Stop], isDisturbed: Bool) -> [UInt64] {
        var lines: [UInt64] = []
        var last: Location?
        for stop in stops {
            defer { last = stop.location }
            guard let line = stop.location.line, stop.error == nil, !stop.reasons.contains(.pause) else { continue }
            if isDisturbed, last == stop.location { continue }
            lines.append(PlainState.line(line, of: stop.location.chunk))
        }
        return lines
    }

    /// What is wrong with lines that were told of; nil when nothing is.
    static func problem(_ told: [UInt64], of run: [UInt64], _ telling: Mode.Telling) -> String? {
        switch telling {
        case .all:
            if told == run { return nil }
            return told.count == run.count
                ? "lines were told of in another order" : "\(told.count) lines were told of, and \(run.count) run"
        case .counts:
            return told.sorted() == run.sorted() ? nil : "lines were not counted as often as they ran"
        case .apart: return nil
        case .first: return run.starts(with: told) ? nil : "the first \(told.count) lines are not"
        case .last: return run.suffix(told.count) == told[...] ? nil : "the last \(told.count) lines are not"
        case .some:
            var rest = run[...]
            for (number, line) in told.enumerated() {
                guard let place = rest.firstIndex(of: line) else {
                    return "stop \(number + 1) of \(told.count) was at a line that did not run then"
                }
                rest = rest[(place + 1)...]
            }
            return nil
        }
    }
}
