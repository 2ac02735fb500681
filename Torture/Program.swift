// A program and what a run of it gave.

import PlainLua

/// What is compared.
struct Result: Equatable {
    /// What it printed, how it ended, and the globals that it left.
    var text: [UInt8]
    /// Lines run, where they were counted: how many, and their order in one number.
    var lines: Lines?
    /// What must not be, whatever the result.
    var complaints: [String] = []

    struct Lines: Equatable {
        var count: Int
        var order: UInt64
    }
}

/// A host's state, without a debugger unless one is attached to it.
@safe final class PlainState {
    let run: UnsafeMutablePointer<plain_run>

    init() {
        guard let run = unsafe plain_new() else { fatalError("no memory") }
        unsafe self.run = run
    }

    deinit { unsafe plain_free(run) }

    var state: OpaquePointer { unsafe run.pointee.state }

    func call(_ source: String, name: String = "@" + Program.name) {
        var source = source
        source.withUTF8 { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { bytes in
                unsafe plain_call(run, bytes.baseAddress, bytes.count, name)
            }
        }
    }

    /// After the call, with no debugger attached.
    func result() -> Result {
        unsafe plain_globals(run)
        var result = Result(text: output)
        if unsafe run.pointee.hooked {
            result.lines = unsafe Result.Lines(count: Int(run.pointee.lines), order: run.pointee.order)
        }
        return result
    }

    /// What there is so far.
    var output: [UInt8] {
        unsafe [UInt8](UnsafeRawBufferPointer(start: run.pointee.output, count: run.pointee.length))
    }
    /// Without the end of the last call.
    var printed: [UInt8] { unsafe Array(output.prefix(run.pointee.printed_length)) }
}

/// A program to be tried.
struct Program {
    static let name = "torture.lua"
    /// Runs with more lines are not tried: they would take the time of many others.
    static let mostLines = 4000

    let source: String
    /// Without a debugger; its lines were counted in a run of their own.
    let plain: Result
    /// What it printed, without its end.
    let output: [UInt8]
    let hasFailed: Bool
    var lineCount: Int { source.utf8.count { $0 == 10 } }

    /// A breakpoint at any error puts a frame of ours between the error and a handler written in Lua, as the README says; some of
    /// them look.
    var mayStopAtAnyError: Bool { !source.contains("debug.traceback('t', 1)") }

    /// nil where it does not compile, is too long, or tells another thing each time.
    init?(_ source: String) {
        self.source = source
        let (counted, _, _) = Self.run(source, counting: true)
        guard let lines = counted.lines, lines.count > 0, lines.count <= Self.mostLines else { return nil }
        let (plain, output, hasFailed) = Self.run(source, counting: false)
        guard plain.text == counted.text else { return nil }
        self.plain = Result(text: plain.text, lines: lines)
        self.output = output
        self.hasFailed = hasFailed
    }

    private static func run(_ source: String, counting: Bool) -> (Result, output: [UInt8], hasFailed: Bool) {
        let state = PlainState()
        if counting { unsafe plain_count(state.run, Int64(mostLines)) }
        state.call(source)
        let output = state.printed
        return (state.result(), output, unsafe state.run.pointee.failed)
    }

    /// Whether it is as certain as it seemed: what hangs on addresses shows in some runs only.
    var isSteady: Bool { (0..<50).allSatisfy { _ in Self.run(source, counting: false).0.text == plain.text } }
}
