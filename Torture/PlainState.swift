// A host's own state with nothing of the debugger's, and what a run in it gives.

import PlainLua

/// What is compared.
struct Result {
    /// What it printed, how it ended, and the globals that it left.
    var text: [UInt8]
    /// Lines that it is known to have run; which ones of all, the mode knows.
    var lines: [UInt64]?
    /// What else is not as it is without a debugger.
    var differences: [String] = []
    /// What must not be, whatever the program does.
    var complaints: [String] = []
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
        unsafe Self.bytes(of: source) { unsafe plain_call(run, $0, $1, name) }
    }

    /// As deep in C as the stock interpreter's own main program does it, and with its handler of errors.
    func callAsStock(_ source: String) {
        unsafe Self.bytes(of: source) { unsafe plain_call_as_stock(run, $0, $1, "@" + Program.name) }
    }

    private static func bytes(of text: String, _ use: (UnsafePointer<CChar>?, Int) -> Void) {
        var text = text
        text.withUTF8 { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { unsafe use($0.baseAddress, $0.count) }
        }
    }

    /// A line as it stands in ``Result/lines``.
    static func line(_ line: Int?, of chunk: String) -> UInt64 { unsafe plain_line(chunk, Int32(line ?? -1)) }

    /// After the call, with no debugger attached.
    func result() -> Result {
        unsafe plain_globals(run)
        var result = Result(text: output)
        if let lines = unsafe run.pointee.lines {
            result.lines = unsafe Array(UnsafeBufferPointer(start: lines, count: run.pointee.line_count))
        }
        return result
    }

    /// What there is so far.
    var output: [UInt8] {
        unsafe [UInt8](UnsafeRawBufferPointer(start: run.pointee.output, count: run.pointee.length))
    }
    /// Without the end of the last call.
    var printed: [UInt8] { unsafe Array(output.prefix(run.pointee.printed_length)) }
    /// What the last call returned, or its error.
    var values: [UInt8] { unsafe Array(output[run.pointee.values_start..<run.pointee.values_end]) }
}
