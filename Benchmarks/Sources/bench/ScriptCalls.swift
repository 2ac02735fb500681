// What it costs a script to have calls of its debugger in it while nobody debugs.

struct ScriptCalls {
    let rounds: Int

    static let names = ["debugbreak, no debugger", "debugeval, no debugger"]
    private static let calls = 2_000_000

    /// Beside a call of `rawequal`, which does next to nothing either.
    func row(_ name: String) throws -> Row {
        let call = name == Self.names[0] ? "redis.debugbreak" : "redis.debugeval"
        let host = try Host(Workload.all[0])
        try host.installScriptFunctions()
        try host.load(Self.loop(call), chunk: "ours")
        try host.load(Self.loop("rawequal"), chunk: "theirs")
        var ours: [Double] = []
        var theirs: [Double] = []
        for _ in 0..<rounds {
            theirs.append(Double(try host.run(Self.calls, chunk: "theirs").nanoseconds))
            ours.append(Double(try host.run(Self.calls, chunk: "ours").nanoseconds))
        }
        let count = Double(Self.calls)
        var row = Row(name: name, workload: "-", cost: Spread(ours).median / count, unit: "ns/call")
        row.partner = "rawequal"
        row.partnerCost = Spread(theirs).median / count
        row.ratio = Spread(zip(ours, theirs).map { $0 / $1 })
        return row
    }

    private static func loop(_ function: String) -> [UInt8] {
        [UInt8]("local f = \(function) for i = 1, (...) do f('i', 'i') end return 1".utf8)
    }
}
