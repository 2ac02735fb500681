// What a case is: a way to prepare a host, and the floor that it is held against.

import LuaDebugCore

/// Something that a debugger does while a whole workload runs.
struct Case: Sendable {
    enum Unit: String, Sendable {
        case line = "ns/line"
        case call = "ns/call"
        case evaluation = "ns/evaluation"
    }

    let name: String
    /// One part of so many of the workload's size is enough: slow cases.
    var share = 1
    /// Run so often in one state, each time with its part of the size; what `prepare` gave is called after each.
    var repeats = 1
    var unit: @Sendable (Workload) -> Unit = { _ in .line }
    let partner: @Sendable (Workload) -> Floor
    /// Where the floor's hook does what it does; 0: at every line.
    var partnerLine: @Sendable (Workload) -> Int = { _ in 0 }
    var bound: @Sendable (Workload) -> Double? = { _ in nil }
    /// What is done between two runs in one state, unmeasured.
    let prepare: @Sendable (Host) throws -> (() -> Void)?
}

/// A chunk of functions that are never called, which holds breakpoints.
enum Library {
    static let chunk = "library.lua"
    static let lineCount = 5_000

    static let source: [UInt8] = {
        // A hundred functions a block: a function has two hundred locals at most.
        let blocks = (0..<lineCount / 500).map { _ in
            "do " + (0..<100).map { "local function never\($0)(a)\nlocal b = a\nb = b + 1\nreturn b\nend\n" }.joined()
                + " end "
        }
        return [UInt8](blocks.joined().utf8)
    }()

    /// Half of them here, half in chunks that are never loaded.
    static func addBreakpoints(_ count: Int, to debugger: Debugger) throws {
        for number in 0..<count {
            if number % 2 == 0 {
                try debugger.breakpoints.add(.line(number / 2 + 1, in: chunk))
            } else {
                try debugger.breakpoints.add(.line(number / 2 + 1, in: "absent\(number % 50).lua"))
            }
        }
    }
}
