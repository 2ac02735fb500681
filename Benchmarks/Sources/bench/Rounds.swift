// Measuring a case on a workload: a plain run, its partner's and its own by turns, and the median of their ratios.

struct Rounds {
    let count: Int
    /// Slow cases run the whole size too.
    let isFull: Bool

    func row(_ one: Case, on workload: Workload) throws -> Row {
        let size = max(one.repeats, isFull ? workload.size : workload.size / one.share)
        let floor = one.partner(workload)
        let line = one.partnerLine(workload)
        var plain: [Double] = []
        var partner: [Double] = []
        var own: [Double] = []
        // A bound of a few hundredths takes more to be told from noise.
        let rounds = (one.bound(workload) ?? 2) <= 1.15 ? 2 * count + 1 : count
        for round in 0..<rounds {
            let bare = try run(one, size, workload) { _ in nil }
            let beside =
                try floor == .none
                ? bare
                : run(one, size, workload) { host in
                    try host.install(floor, line: line)
                    return nil
                }
            let debugged = try run(one, size, workload, one.prepare)
            guard bare.result == debugged.result else {
                throw BenchError(
                    "\(workload.file) answers \(bare.result), debugged \(debugged.result), in round \(round)")
            }
            plain.append(Double(bare.nanoseconds))
            partner.append(Double(beside.nanoseconds))
            own.append(Double(debugged.nanoseconds))
        }
        return try row(one, workload, size, plain, partner, own)
    }

    private func row(
        _ one: Case, _ workload: Workload, _ size: Int, _ plain: [Double], _ partner: [Double], _ own: [Double]
    ) throws -> Row {
        let unit = one.unit(workload)
        let units = try Self.units(unit, of: workload, size)
        let floor = one.partner(workload)
        func beyond(_ times: [Double]) -> Double { Spread(zip(times, plain).map { ($0 - $1) / units }).median }
        var row = Row(name: one.name, workload: workload.id, cost: beyond(own), unit: unit.rawValue)
        row.partner = floor.rawValue
        row.partnerCost = floor == .none ? 0 : beyond(partner)
        row.ratio = Spread(zip(own, partner).map { $0 / $1 })
        row.slowdown = Spread(zip(own, plain).map { $0 / $1 }).median
        row.bound = one.bound(workload).map { .times($0) }
        return row
    }

    /// One sample, in a state of its own.
    private func run(
        _ one: Case, _ size: Int, _ workload: Workload, _ prepare: (Host) throws -> (() -> Void)?
    ) throws -> Sample {
        let host = try Host(workload)
        let between = try prepare(host)
        var sum = Sample()
        if let between {
            // What is written to for the first time is slow: the ring has been through once.
            _ = try host.run(size / one.repeats)
            between()
        }
        for _ in 0..<one.repeats {
            let sample = try host.run(size / one.repeats)
            between?()
            sum.nanoseconds += sample.nanoseconds
            sum.result = sample.result
        }
        return sum
    }

    /// Events of a run of that size, told from a small one: all workloads are linear in their size.
    private static func units(_ unit: Case.Unit, of workload: Workload, _ size: Int) throws -> Double {
        let small = workload.smallSize
        let host = try Host(workload)
        let once = host.count(small)
        let twice = host.count(2 * small)
        func scaled(_ number: (EventCounts) -> Double) -> Double {
            number(once) + (number(twice) - number(once)) / Double(small) * Double(size - small)
        }
        switch unit {
        case .line: return scaled(\.lines)
        case .call: return scaled(\.calls)
        case .evaluation: return scaled(\.atHotLine)
        }
    }
}
