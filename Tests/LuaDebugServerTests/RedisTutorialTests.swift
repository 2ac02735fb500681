// docs/redis-tutorial.md: its blocks are what happens when they are run.

import Foundation
import Testing

@Suite("the tutorial of Redis scripts", .timeLimit(.minutes(5)))
struct RedisTutorialTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// A command of the shell's, and what is typed while it runs.
    private struct Session {
        var command: String
        var typed: [String] = []
    }

    /// `RECORD_TRANSCRIPTS=1` writes what is answered anew, for a person to read before it is kept.
    @Test("its blocks are what really happens")
    func blocks() async throws {
        let page = Self.root.appendingPathComponent("docs/redis-tutorial.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        var actual: [String] = []
        var sessions: [Session] = []
        var isInside = false
        for line in text.components(separatedBy: "\n") {
            if line == "```text" {
                (isInside, sessions) = (true, [])
                actual.append(line)
            } else if line == "```", isInside {
                isInside = false
                for session in sessions { actual += try await Self.shown(session) }
                actual.append(line)
            } else if !isInside {
                actual.append(line)
            } else if line.hasPrefix("$ ") {
                sessions.append(Session(command: String(line.dropFirst(2))))
            } else if line.hasPrefix("(luadebug) "), !sessions.isEmpty {
                sessions[sessions.count - 1].typed.append(String(line.dropFirst(11)))
            }
        }
        #expect(text.contains("$ luadebug run"))
        if ProcessInfo.processInfo.environment["RECORD_TRANSCRIPTS"] != nil {
            try actual.joined(separator: "\n").write(to: page, atomically: true, encoding: .utf8)
        }
        #expect(actual.joined(separator: "\n") == text)
    }

    /// The lines of a session as on a terminal.
    ///
    /// The program prints no prompt into a pipe: after each command it is made to print a mark.
    private static func shown(_ session: Session) async throws -> [String] {
        let mark = "-- the next --"
        let folder = try Folder()
        try folder.write(session.typed.map { "\($0)\np '\(mark)'\n" }.joined(), to: "typed")
        let command = session.command.replacing("luadebug run", with: "'\(Running.program)' run")
        let shell = "cd '\(root.path)'; (\(command)) < '\(folder.path)/typed' 2>&1"
        let (output, _) = try await offPool { try Running(shell).finish() }
        var parts: [[String]] = [[]]
        for line in output.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            if line == "\"\(mark)\"" { parts.append([]) } else { parts[parts.count - 1].append(String(line)) }
        }
        var lines = ["$ " + session.command]
        for (number, typed) in session.typed.enumerated() {
            lines.append("(luadebug) " + typed)
            if number < parts.count { lines += parts[number] }
        }
        return lines + parts.dropFirst(session.typed.count).flatMap { $0 }
    }
}
