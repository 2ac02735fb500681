// A failing program made smaller, each try in a process of its own: it may crash, or hang.

import Foundation

struct Shrinking {
    let mode: Mode
    let seed: UInt64
    private let file: String

    init(mode: Mode, seed: UInt64, folder: String) {
        self.mode = mode
        self.seed = seed
        file = folder + "/smaller.lua"
    }

    /// How it fails, or nil.
    func failure(_ statements: [Statement]) throws -> String? {
        try Statement.text(statements).write(toFile: file, atomically: false, encoding: .utf8)
        let child = try Child(["--program", file, "--modes", mode.rawValue, "--seed", "\(seed)"])
        guard child.wait(seconds: 10, unlessStill: nil) else { return "it hangs" }
        switch child.status {
        case Verdict.good.rawValue, Verdict.useless.rawValue: return nil
        case Verdict.bad.rawValue: return child.output
        default: return "it crashes (\(child.status)) " + child.output
        }
    }

    /// The smallest that was found within the time, and how it fails.
    func smallest(_ statements: [Statement], seconds: Double) throws -> (statements: [Statement], failure: String)? {
        guard var failure = try failure(statements) else { return nil }
        var best = statements
        let end = Date.now.addingTimeInterval(seconds)
        search: while Date.now < end {
            for candidate in Statement.smaller(best) {
                guard Date.now < end else { break search }
                guard let how = try self.failure(candidate) else { continue }
                best = candidate
                failure = how
                continue search
            }
            break
        }
        return (best, failure)
    }
}

/// Another process of this program.
final class Child {
    private let process = Process()
    private let pipe: String

    init(_ arguments: [String]) throws {
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = arguments
        // A smaller program tells more than the stack of a crash.
        process.environment = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
        pipe = NSTemporaryDirectory() + "/torture-child-\(UUID().uuidString)"
        _ = FileManager.default.createFile(atPath: pipe, contents: nil)
        process.standardOutput = FileHandle(forWritingAtPath: pipe)
        process.standardError = process.standardOutput
        process.standardInput = FileHandle.nullDevice
        try process.run()
    }

    deinit { try? FileManager.default.removeItem(atPath: pipe) }

    var status: Int32 {
        process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
    }
    var output: String { (try? String(contentsOfFile: pipe, encoding: .utf8)) ?? "" }

    /// False when it has not ended in that time, counted anew whenever what it says in `progress` changes; it is killed then.
    func wait(seconds: Double, unlessStill progress: String?) -> Bool {
        var seen = "", since = Date.now
        while process.isRunning {
            usleep(progress == nil ? 2000 : 100_000)
            if let progress, let now = try? String(contentsOfFile: progress, encoding: .utf8), now != seen {
                (seen, since) = (now, Date.now)
            }
            if Date.now.timeIntervalSince(since) > seconds {
                kill(process.processIdentifier, SIGKILL)
                process.waitUntilExit()
                return false
            }
        }
        process.waitUntilExit()
        return true
    }
}
