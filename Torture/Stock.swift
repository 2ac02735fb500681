// The stock interpreter on the same program: what our plain run is held against.

import Foundation
import PlainLua

@MainActor enum Stock {
    /// nil where it prints the same, and fails with the same error and traceback.
    ///
    /// What it is held against is run as its own main program runs it: as deep in C, so that the end of C's stack is where it is there,
    /// and with the same frame at the base of tracebacks.
    static func problem(_ program: Program) -> String? {
        let state = PlainState()
        state.callAsStock(program.source)
        let ours = state.output
        let failed = unsafe state.run.pointee.failed
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("torture-stock-\(getpid())")
        let file = folder.appendingPathComponent(Program.name)
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try program.source.write(to: file, atomically: true, encoding: .utf8)
        } catch { return "\(error)" }
        defer { try? FileManager.default.removeItem(at: folder) }
        // The error last, as we write it: its own output is written late.
        let command = "cd '\(folder.path)' && lua5.3 \(Program.name) 2>error; status=$?; cat error; exit $status"
        guard let pipe = unsafe popen(command, "r") else { return "lua5.3 cannot be run" }
        var theirs: [UInt8] = []
        while case let byte = unsafe fgetc(pipe), byte != EOF { theirs.append(UInt8(truncatingIfNeeded: byte)) }
        let theirsFailed = unsafe pclose(pipe) != 0
        if theirsFailed != failed { return "lua5.3 \(theirsFailed ? "failed" : "did not fail")" }
        return theirs == ours
            ? nil : "lua5.3 prints something else" + Trial.difference(ours, theirs).joined()
    }
}
