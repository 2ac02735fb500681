// What callgrind writes down: instructions, and who called whom how often.

/// The counts of one window.
struct CallCounts {
    var instructions = 0
    /// Calls of our hook.
    var hooks = 0
    /// Calls of malloc and the like.
    var allocations = 0
    /// Calls from C into Swift.
    var callbacks = 0

    private static let allocators: Set<Substring> = [
        "malloc", "calloc", "realloc", "posix_memalign", "aligned_alloc", "memalign",
    ]

    /// Reads a dump made with `--compress-strings=no`.
    ///
    /// `fn=` names the caller; `cfn=` a callee, before `calls=` and how often.
    init(dump: String) throws {
        var caller: Substring = ""
        var callee: Substring = ""
        var hasTotals = false
        for line in dump.utf8.split(separator: UInt8(ascii: "\n")).lazy.map(Substring.init) {
            if line.hasPrefix("fn=") {
                caller = Self.name(line.dropFirst(3))
            } else if line.hasPrefix("cfn=") {
                callee = Self.name(line.dropFirst(4))
            } else if line.hasPrefix("calls=") {
                guard let count = Int(line.dropFirst(6).prefix { $0.isNumber }) else {
                    throw BenchError("callgrind wrote \"\(line)\", where a number of calls was expected.")
                }
                add(count, from: caller, to: callee)
            } else if line.hasPrefix("totals:") {
                guard let count = Int(line.dropFirst(7).drop { $0 == " " }) else {
                    throw BenchError("callgrind wrote \"\(line)\", where the instructions were expected.")
                }
                instructions = count
                hasTotals = true
            }
        }
        guard hasTotals else { throw BenchError("A file of callgrind's has no totals.") }
    }

    private mutating func add(_ count: Int, from caller: Substring, to callee: Substring) {
        if callee == "ldbg_hook" { hooks += count }
        if Self.allocators.contains(callee), !Self.allocators.contains(caller) { allocations += count }
        if callee.hasPrefix("$s"), !Self.isSwift(caller) { callbacks += count }
    }

    /// Swift's own, or of its runtime, which calls deinitializers.
    private static func isSwift(_ function: Substring) -> Bool {
        ["$s", "swift_", "_swift_", "_ZN5swift"].contains { function.hasPrefix($0) }
    }

    /// A function that calls itself goes by its name and a mark.
    private static func name(_ text: Substring) -> Substring { text.prefix { $0 != "'" } }
}
