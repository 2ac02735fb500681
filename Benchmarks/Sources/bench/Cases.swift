// The cases that run whole workloads: the debugger attached in some way, and what it is promised to cost.

import LuaDebugCore

extension Case {
    static let all: [Case] = floors + elsewhere + atLines + observing + stepping

    private static let isLoop: @Sendable (Workload) -> Bool = { ["W1", "W6"].contains($0.id) }

    /// What the partners cost themselves: nothing of ours runs here.
    private static let floors: [Case] = [
        (Floor.call, 1), (.callReturn, 1), (.count, 1), (.line, 2), (.all, 2), (.constant, 8), (.condition, 8),
    ].map { floor, share in
        Case(name: "floor: \(floor.rawValue)", share: share, partner: { _ in .none }) { host in
            try host.install(floor)
            return nil
        }
    }

    /// Breakpoints that nothing reaches cost call events at most, and nothing in a loop.
    private static let elsewherePartner: @Sendable (Workload) -> Floor = { isLoop($0) ? .none : .call }
    private static let elsewhereBound: @Sendable (Workload) -> Double? = {
        isLoop($0) ? 1.05 : ["W2", "W5"].contains($0.id) ? 1.15 : nil
    }
    private static let calls: @Sendable (Workload) -> Unit = { $0.id == "W1" ? .line : .call }

    private static let elsewhere: [Case] =
        [
            Case(name: "attached and idle", share: 2, partner: { _ in .none }, bound: { _ in 1.02 }) { host in
                _ = try host.attach()
                return nil
            }
        ]
        + [1, 100, 10_000].map { count in
            Case(
                name: "\(count) breakpoint\(count == 1 ? "" : "s") elsewhere", share: 2, unit: calls,
                partner: elsewherePartner, bound: elsewhereBound
            ) { host in
                try host.load(Library.source, chunk: Library.chunk)
                let debugger = try host.attach()
                try Library.addBreakpoints(count, to: debugger)
                _ = try host.run(0, chunk: Library.chunk)
                return nil
            }
        } + [
            Case(
                name: "breakpoint in a function never called", share: 2, unit: calls,
                partner: elsewherePartner, bound: elsewhereBound
            ) { host in
                try host.attach().breakpoints.add(.line(host.workload.line("unused"), in: host.workload.file))
                return nil
            }
        ]

    private static let hot: @Sendable (Workload) -> Int = { $0.line("hot") }

    private static func watch(
        _ name: String, _ variable: @escaping @Sendable (Workload) -> String, _ floor: Floor,
        _ bound: Double
    ) -> Case {
        Case(name: name, share: 16, partner: { _ in floor }, bound: { _ in bound }) { host in
            let debugger = try host.attach()
            try debugger.breakpoints.add(.watch("\(variable(host.workload)) == 'never'"))
            return nil
        }
    }

    private static func condition(_ name: String, _ floor: Floor) -> Case {
        Case(
            name: name, share: 8, unit: { _ in .evaluation }, partner: { _ in floor }, partnerLine: hot,
            bound: { _ in 1.5 }
        ) { host in
            let workload = host.workload
            try host.attach().breakpoints.add(
                .line(workload.line("hot"), in: workload.file), where: "\(workload.local) == 'never'")
            return nil
        }
    }

    private static let atLines: [Case] = [
        Case(name: "line never reached, hot function", share: 4, partner: { _ in .line }, bound: { _ in 1.10 }) {
            host in
            try host.attach().breakpoints.add(.line(host.workload.line("cold"), in: host.workload.file))
            return nil
        },
        condition("condition never true", .constant),
        condition("condition never true, same local", .condition),
        watch("watch never true, values unchanged", { $0.still }, .line, 2),
        watch("watch never true, values changing", { $0.changing }, .constant, 1.5),
    ]

    /// The ring holds a part of the run; it is emptied before the next one.
    private static func trace(_ name: String, _ mode: TraceMode, _ floor: Floor, _ bound: Double?) -> Case {
        Case(name: name, share: 10, repeats: 10, partner: { _ in floor }, bound: { _ in bound }) { host in
            let debugger = try host.attach()
            try debugger.tracing.setBuffer(bytes: 1 << 26)
            debugger.tracing.start(mode)
            let events = debugger.events
            return {
                var lost = 0
                while case let batch = events.read(), !batch.isEmpty {
                    for case .lost(let count) in batch { lost += count }
                }
                if lost > 0 { fatalError("\(name) lost \(lost) records: the part of the workload is too large") }
            }
        }
    }

    private static let observing: [Case] = [
        trace("line trace into the ring", .line, .line, 1.25),
        trace("variable trace", .variables, .all, nil),
        Case(name: "exact profile", share: 4, partner: { _ in .all }, bound: { _ in 2 }) { host in
            try host.attach().tracing.profile(.exact)
            return nil
        },
        Case(name: "sampling profile", share: 2, partner: { _ in .count }, bound: { _ in 1.10 }) { host in
            try host.attach().tracing.profile(.sampling(every: Host.samplePeriod))
            return nil
        },
        Case(name: "flight recorder", share: 8, partner: { _ in .all }) { host in
            try host.attach().tracing.record(lastLines: 1_000)
            return nil
        },
    ]

    private static let stepping: [Case] = [
        Case(
            name: "step over all the work", share: 2, unit: calls, partner: { $0.id == "W1" ? .none : .callReturn },
            bound: { ["W1": 1.05, "W2": 1.15][$0.id] }
        ) { host in
            let debugger = try host.attach()
            try debugger.breakpoints.add(.line(host.workload.line("call"), in: host.workload.file), once: true)
            debugger.onStop = { script in script.stop.breakpoints.isEmpty ? .continue : .stepOver }
            return nil
        }
    ]
}
