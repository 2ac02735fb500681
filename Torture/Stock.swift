// The stock interpreter on the same program: what our plain run is held against.

import Foundation

@MainActor enum Stock {
    /// nil where it prints the same; its base frame, which is C, is not the program's.
    static func problem(_ program: Program) -> String? {
        // How deep C may go hangs on what has called the program.
        if program.hasOverflowed { return nil }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("torture-\(getpid())")
        let file = folder.appendingPathComponent(Program.name)
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try program.source.write(to: file, atomically: true, encoding: .utf8)
        } catch { return "\(error)" }
        defer { try? FileManager.default.removeItem(at: folder) }
        guard let pipe = unsafe popen("cd '\(folder.path)' && lua5.3 \(Program.name) 2>/dev/null", "r") else {
            return "lua5.3 cannot be run"
        }
        var bytes: [UInt8] = []
        while case let byte = unsafe fgetc(pipe), byte != EOF { bytes.append(UInt8(truncatingIfNeeded: byte)) }
        let failed = unsafe pclose(pipe) != 0
        if failed != program.hasFailed { return "lua5.3 \(failed ? "failed" : "did not fail")" }
        // Of a long traceback both leave out all but so many levels, and theirs has the base as one more.
        if bytes.contains("\n\t...\n".utf8) { return nil }
        let (theirs, ours) = (withoutBase(bytes), withoutBase(program.output))
        return theirs == ours ? nil : "lua5.3 prints something else" + Trial.difference(theirs, ours).joined()
    }

    private static func withoutBase(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        bytes.replace("\n\t[C]: in ?".utf8, with: [])
        return bytes
    }
}
