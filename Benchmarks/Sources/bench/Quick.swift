// `make bench-quick`: runs small workloads below callgrind and holds the counts against the gates.

import Foundation

enum Quick {
    /// Below callgrind: all windows, one after the other.
    static func runWindows() throws {
        for window in Window.all(Gate.all) { try window.run() }
    }

    /// Whether all gates hold; says in a sentence which do not.
    static func check() throws -> Bool {
        let windows = Window.all(Gate.all)
        let counts = try count(windows)
        var complaints: [String] = []
        print(
            "case                                  workload  instructions  at most  hooks/1000 lines  at most"
                + "  malloc  Swift"
        )
        for gate in Gate.all {
            let own = try growth(gate.ownWindows, counts)
            let partner = try growth(gate.partnerWindows, counts)
            let result = Result(gate, own, partner, thousandsOfLines: try gate.thousandsOfLines())
            print(result.line)
            complaints += result.complaints
        }
        for complaint in complaints { Bench.say(complaint) }
        print(complaints.isEmpty ? "all \(Gate.all.count) gates hold" : "\(complaints.count) counts are too high")
        return complaints.isEmpty
    }

    /// What the larger of two runs has more than the smaller.
    private static func growth(_ windows: [Window], _ counts: [Window: CallCounts]) throws -> CallCounts {
        guard windows.count == 2, let small = counts[windows[0]], var large = counts[windows[1]] else {
            throw BenchError("A gate is about no case.")
        }
        large.instructions -= small.instructions
        large.hooks -= small.hooks
        large.allocations -= small.allocations
        large.callbacks -= small.callbacks
        return large
    }

    private struct Result {
        let line: String
        let complaints: [String]

        init(_ gate: Gate, _ own: CallCounts, _ partner: CallCounts, thousandsOfLines: Double) {
            let ratio = Double(own.instructions) / Double(partner.instructions)
            let hooks = Double(own.hooks) / thousandsOfLines
            // A script's own differ from run to run: its strings are hashed with a seed of the time.
            let allocations = partner.allocations == 0 ? own.allocations : nil
            func cell(_ text: String, _ width: Int) -> String {
                String(repeating: " ", count: max(0, width - text.count)) + text
            }
            line =
                gate.name.padding(toLength: 38, withPad: " ", startingAt: 0) + gate.workload + cell("", 6)
                + cell(Numbers.fixed(ratio, 3), 14) + cell(Numbers.fixed(gate.instructions, 2), 9)
                + cell(Numbers.fixed(hooks, 1), 18) + cell(Numbers.fixed(gate.hooks, 1), 9)
                + cell(allocations.map { "\($0)" } ?? "-", 8)
                + cell("\(own.callbacks)", 7)
            var found: [String] = []
            let place = "\"\(gate.name)\" on \(gate.workload)"
            if ratio > gate.instructions {
                found.append(
                    "\(place) takes \(Numbers.fixed(ratio, 3)) times its partner's instructions; "
                        + "at most \(Numbers.fixed(gate.instructions, 2)) are allowed.")
            }
            if hooks > gate.hooks + 0.05 {
                found.append(
                    "\(place) runs the hook \(Numbers.fixed(hooks, 1)) times in a thousand lines; "
                        + "at most \(Numbers.fixed(gate.hooks, 1)) are allowed.")
            }
            if let allocations, allocations > 0 {
                found.append("\(place) allocates \(allocations) times more in a longer run; it may not allocate.")
            }
            if own.callbacks > 0 {
                found.append("\(place) calls Swift \(own.callbacks) times more in a longer run; it may not call it.")
            }
            complaints = found
        }
    }

    // MARK: - Below callgrind

    private static func count(_ windows: [Window]) throws -> [Window: CallCounts] {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("bench-quick-\(ProcessInfo.processInfo.processIdentifier)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let output = folder.appendingPathComponent("out").path
        try runCallgrind(output)
        var counts: [Window: CallCounts] = [:]
        for (index, window) in windows.enumerated() {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(output).\(index + 1)"))
            counts[window] = try CallCounts(dump: String(decoding: bytes, as: UTF8.self))
        }
        return counts
    }

    private static func runCallgrind(_ output: String) throws {
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let valgrind = Process()
        valgrind.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        valgrind.arguments = [
            "valgrind", "-q", "--tool=callgrind", "--callgrind-out-file=\(output)", "--compress-strings=no",
            "--instr-atstart=no", program, "--counted",
        ]
        valgrind.environment = ProcessInfo.processInfo.environment.merging(["SWIFT_DETERMINISTIC_HASHING": "1"]) { $1 }
        let said = Pipe()
        valgrind.standardError = said
        try valgrind.run()
        let text = said.fileHandleForReading.readDataToEndOfFile()
        valgrind.waitUntilExit()
        if valgrind.terminationStatus != 0 {
            throw BenchError("valgrind failed: \(String(decoding: text, as: UTF8.self))")
        }
    }
}
