// One row of the table: what was measured, beside its partner and its bound.

/// What a case may cost.
enum Bound: Sendable {
    /// So many times its partner.
    case times(Double)
    /// So much, in the row's own unit.
    case atMost(Double)
}

/// A case on a workload, measured.
struct Row: Sendable {
    let name: String
    let workload: String
    /// What it costs: beyond the plain run where there is one.
    let cost: Double
    /// "ns/line", "bytes/breakpoint".
    let unit: String
    /// What it is compared with, and what that costs; empty where the bound is absolute.
    var partner = ""
    var partnerCost: Double?
    /// Of whole runs: median, lowest and highest of the rounds.
    var ratio: Spread?
    /// Of whole runs, how many times the plain run.
    var slowdown: Double?
    var bound: Bound?
    var note = ""

    /// nil where nothing is promised.
    var holds: Bool? {
        switch bound {
        case nil: nil
        case .times(let most): ratio.map { $0.median <= most }
        case .atMost(let most): cost <= most
        }
    }

    var boundText: String {
        switch bound {
        case nil: "-"
        case .times(let most): "\(Numbers.fixed(most, 2)) x"
        case .atMost(let most): "\(Numbers.short(most)) \(unit)"
        }
    }
}

/// A median with its extremes.
struct Spread: Sendable {
    let median: Double
    let lowest: Double
    let highest: Double

    init(_ values: [Double]) {
        let sorted = values.sorted()
        median = Self.median(sorted)
        lowest = sorted.first ?? .nan
        highest = sorted.last ?? .nan
    }

    private static func median(_ sorted: [Double]) -> Double {
        guard !sorted.isEmpty else { return .nan }
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}

/// Numbers as people read them.
enum Numbers {
    static func fixed(_ number: Double, _ digits: Int) -> String {
        guard number.isFinite else { return "?" }
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let units = Int((number.magnitude * scale).rounded())
        let whole = String(units / Int(scale))
        let part = String(units % Int(scale))
        let sign = number < 0 && units != 0 ? "-" : ""
        return digits == 0
            ? sign + whole : sign + whole + "." + String(repeating: "0", count: digits - part.count) + part
    }

    /// Three digits, roughly.
    static func short(_ number: Double) -> String {
        switch number.magnitude {
        case ..<10: fixed(number, 2)
        case ..<100: fixed(number, 1)
        default: fixed(number, 0)
        }
    }
}
