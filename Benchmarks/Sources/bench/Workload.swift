// The scripts that are measured, and the lines and variables of them that the cases are about.

/// One script of the folder `Workloads`.
struct Workload: Sendable, Identifiable {
    /// W1 to W6.
    let id: String
    /// Its chunk's name.
    let file: String
    let source: [UInt8]
    /// What it is called with: so much work that a plain run takes some 0.2 s.
    let size: Int
    /// So much that a run under callgrind takes some seconds.
    let smallSize: Int
    /// A local of the hot line, for conditions.
    let local: String
    /// A variable that never changes, known in nearly all functions, and one that does at nearly every line.
    let still: String
    let changing: String

    /// The line that carries a mark, `-- @name`.
    func line(_ mark: String) -> Int {
        let text = String(decoding: source, as: UTF8.self)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let index = lines.firstIndex(where: { $0.hasSuffix("-- @" + mark) }) else {
            fatalError("\(file) has no line with the mark @\(mark)")
        }
        return index + 1
    }

    static let all: [Workload] = [
        Workload(
            id: "W1", file: "loops.lua", source: PackageResources.loops_lua, size: 120_000, smallSize: 20,
            local: "sum", still: "bias", changing: "sum"),
        Workload(
            id: "W2", file: "fib.lua", source: PackageResources.fib_lua, size: 720, smallSize: 1,
            local: "n", still: "base", changing: "n"),
        Workload(
            id: "W3", file: "mix.lua", source: PackageResources.mix_lua, size: 14_000, smallSize: 40,
            local: "i", still: "unit", changing: "sum"),
        Workload(
            id: "W4", file: "pipeline.lua", source: PackageResources.pipeline_lua, size: 400_000, smallSize: 1_500,
            local: "value", still: "step", changing: "value"),
        Workload(
            id: "W5", file: "objects.lua", source: PackageResources.objects_lua, size: 300_000, smallSize: 600,
            local: "i", still: "one", changing: "sum"),
        Workload(
            id: "W6", file: "json.lua", source: PackageResources.json_lua, size: 1_200, smallSize: 4,
            local: "depth", still: "deepest", changing: "at"),
    ]
}
