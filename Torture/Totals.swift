// How much was done, in each mode.

final class Totals {
    /// What was done in one mode.
    struct Tally {
        var runs = 0
        var stops = 0
        var evaluations = 0
        var records = 0
        /// Lines that were held against those of the plain run.
        var lines = 0
    }

    var programs = 0
    var left = 0
    private(set) var modes: [Mode: Tally] = [:]

    subscript(mode: Mode) -> Tally {
        get { modes[mode, default: Tally()] }
        set { modes[mode] = newValue }
    }

    private func all(_ what: (Tally) -> Int) -> Int { modes.values.reduce(0) { $0 + what($1) } }

    /// A line for each mode, and one for all of them, the last.
    func report(_ asked: [Mode]) -> String {
        func told(_ tally: Tally) -> String {
            "\(tally.runs) runs: \(tally.stops) stops, \(tally.evaluations) looks, \(tally.records) records, "
                + "\(tally.lines) lines compared"
        }
        let sum = Tally(
            runs: all(\.runs), stops: all(\.stops), evaluations: all(\.evaluations), records: all(\.records),
            lines: all(\.lines))
        let under = asked.count { $0 != .stock }
        return
            (asked.map { "\($0.rawValue): " + told(self[$0]) } + [
                "\(programs) programs in \(under) modes, " + told(sum)
                    + "; \(left) programs were too long or did not compile"
            ]).joined(separator: "\n")
    }

    /// A mode in which nothing was compared proves nothing, however many runs it had.
    ///
    /// What stops rarely is given some programs first.
    func vacuous(_ asked: [Mode]) -> String? {
        guard programs >= 50 else { return nil }
        let empty = asked.filter { $0.telling != nil && self[$0].lines == 0 }.map(\.rawValue)
        return empty.isEmpty ? nil : "no line was compared in \(empty.joined(separator: ", "))"
    }
}
