// What the debugger takes of memory: by what malloc has given out, and what of the process is really there.

import LuaDebugCore

struct Memory {
    static let names = [
        "memory, attached and idle", "memory, idle session", "memory of a breakpoint", "memory that grows with time",
        "memory, 1,000 sessions stopped",
    ]

    static func row(_ name: String) async throws -> Row {
        switch name {
        case names[0]: try attached()
        case names[1]: idleSession()
        case names[2]: try breakpoint()
        case names[3]: try growth()
        default: try await stopped()
        }
    }

    private static func row(_ name: String, _ cost: Double, _ unit: String, _ bound: Double?, _ note: String = "")
        -> Row
    {
        var row = Row(name: name, workload: "-", cost: cost, unit: unit)
        row.bound = bound.map { .atMost($0) }
        row.note = note
        return row
    }

    /// Both meters before and after; `body` gives what has to live meanwhile.
    private static func grown<Kept>(_ body: () throws -> Kept) rethrows -> (allocated: Double, resident: Double) {
        Machine.trim()
        let allocated = Machine.allocatedBytes
        let resident = Machine.residentBytes
        let kept = try body()
        let result = (Double(Machine.allocatedBytes - allocated), Double(Machine.residentBytes - resident))
        return withExtendedLifetime(kept) { result }
    }

    private static func attached() throws -> Row {
        let count = 100
        _ = try Host(Workload.all[0]).attach() // what is made once for all
        let hosts = try (0..<count).map { _ in try Host(Workload.all[0], isApart: true) }
        let grown = try grown { try hosts.map { try $0.attach() } }
        let note = "\(Numbers.short(grown.resident / Double(count))) of them resident"
        return row(names[0], grown.allocated / Double(count), "bytes/session", 65_536, note)
    }

    private static func idleSession() -> Row {
        let count = 100
        let grown = grown { (0..<count).map { _ in DebugSession(Script("return 1", name: "idle.lua")) } }
        return row(names[1], grown.allocated / Double(count), "bytes/session", 65_536, "not started")
    }

    private static func breakpoint() throws -> Row {
        let count = 10_000
        let host = try Host(Workload.all[0], isApart: true)
        try host.load(Library.source, chunk: Library.chunk)
        let debugger = try host.attach()
        try Library.addBreakpoints(10, to: debugger)
        _ = try host.run(0, chunk: Library.chunk)
        let grown = try grown {
            try Library.addBreakpoints(count, to: debugger)
            _ = try host.run(0, chunk: Library.chunk)
        }
        return row(names[2], grown.allocated / Double(count), "bytes/breakpoint", 100, "10,000 of them, met by a run")
    }

    /// A condition, a watch and a profile in force, one run after the other.
    private static func growth() throws -> Row {
        let workload = Workload.all[5]
        let host = try Host(workload, isApart: true)
        let debugger = try host.attach()
        try debugger.breakpoints.add(.line(workload.line("hot"), in: workload.file), where: "depth == 'never'")
        try debugger.breakpoints.add(.watch("depth == 'never'"))
        try debugger.tracing.profile(.exact)
        let runs = 20
        var before = 0
        for run in 0...runs {
            _ = try host.run(workload.smallSize * 8)
            host.collect()
            if run == 0 { before = Machine.allocatedBytes }
        }
        let grown = Double(Machine.allocatedBytes - before) / Double(runs)
        return row(names[3], grown, "bytes/run", 0, "a condition, a watch and a profile in force")
    }

    private static func stopped() async throws -> Row {
        let count = 1_000
        let source = "local total = 0\nfor i = 1, 1000000 do\n    total = total + i\nend\nreturn total\n"
        Machine.trim()
        let allocated = Machine.allocatedBytes
        let residentBefore = Machine.residentBytes
        var sessions: [DebugSession] = []
        for _ in 0..<count {
            let session = DebugSession(Script(source, name: "stopped.lua"))
            guard case .stopped = try await session.start() else { throw BenchError("A session did not stop.") }
            sessions.append(session)
        }
        let allocatedNow = Double(Machine.allocatedBytes - allocated) / Double(count)
        let residentNow = Double(Machine.residentBytes - residentBefore) / Double(count)
        var states = 0.0
        for session in sessions {
            guard
                case .integer(let bytes)? = try await session.evaluate("collectgarbage('count') * 1024 // 1 | 0").first
            else { throw BenchError("A stopped session does not tell its memory.") }
            states += Double(bytes)
        }
        for session in sessions { await session.close() }
        let state = states / Double(count)
        let resident = Numbers.short(residentNow)
        let note = "beside \(Numbers.short(state)) of the Lua state; \(resident) resident, that and stacks included"
        return row(names[4], allocatedNow - state, "bytes/session", nil, note)
    }
}
