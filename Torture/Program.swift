// A program and what a run of it gave.

import PlainLua

/// A program to be tried.
struct Program {
    static let name = "torture.lua"
    /// Runs with more lines are not tried: they would take the time of many others.
    static let mostLines = 4000

    let source: String
    /// Without a debugger; its lines were written down in a run of their own.
    let plain: Result
    /// Every line that it ran, in order.
    let lines: [UInt64]
    /// What it printed, without its end.
    let output: [UInt8]
    /// What it returned, or its error.
    let values: [UInt8]
    /// What ``toldGlobals`` gives afterwards.
    let globals: [UInt8]
    let hasFailed: Bool
    /// It came to the end of C's stack.
    let hasOverflowed: Bool
    var lineCount: Int { source.utf8.count { $0 == 10 } }

    /// Whether breakpoints at any error change nothing.
    ///
    /// They put a frame of ours between the error and a handler written in Lua, as the README says; some of them look. And with a
    /// frame of C more in each protected call the end of C's stack is reached earlier.
    var mayStopAtAnyError: Bool { !source.contains("debug.traceback('t', 1)") && !hasOverflowed }

    /// nil where it does not compile, is too long, or tells another thing each time.
    init?(_ source: String) {
        self.source = source
        let (counted, _) = Self.run(source, .counted)
        guard let lines = counted.lines, !lines.isEmpty, lines.count < Self.mostLines else { return nil }
        let (plain, state) = Self.run(source, .alone)
        guard plain.text == counted.text else { return nil }
        self.plain = plain
        self.lines = lines
        output = state.printed
        values = state.values
        hasFailed = unsafe state.run.pointee.failed
        let before = state.output.count
        state.call("return " + Self.toldGlobals, name: "=globals")
        globals = Array(state.output.dropFirst(before + "-- returned ".utf8.count).dropLast())
        unsafe plain_close(state.run)
        hasOverflowed = unsafe state.run.pointee.overflowed
    }

    private enum Way {
        case alone
        /// Its lines are written down.
        case counted
        /// The collector takes a step after each so many instructions.
        case collected(Int)
    }

    private static func run(_ source: String, _ way: Way) -> (Result, PlainState) {
        let state = PlainState()
        switch way {
        case .alone: break
        case .counted: unsafe plain_count(state.run, mostLines)
        case .collected(let instructions): unsafe plain_collect(state.run, Int32(instructions))
        }
        state.call(source)
        return (state.result(), state)
    }

    /// Whether it is as certain as it seemed: what hangs on addresses, or on when Lua collects, shows in some runs only.
    ///
    /// Strings are hashed with a number that Lua makes of the time and of where the state lies, and with that a table with holes has
    /// another length: so each of these states lies elsewhere. And two functions that were made in one place are one key of a table
    /// or two, by what was collected between them (lvm.c, 5.3: getcached; the manual leaves it open).
    var isSteady: Bool {
        var spacers: [[UInt8]] = []
        return (0..<200).allSatisfy { number in
            for size in 1...8 { spacers.append(Array(repeating: 0, count: 300 * size + number)) }
            let ways = [.counted, .alone, .collected(number / 3 + 1)] as [Way]
            let (result, _) = Self.run(source, ways[number % 3])
            return result.text == plain.text && result.lines ?? lines == lines
        }
    }
}
