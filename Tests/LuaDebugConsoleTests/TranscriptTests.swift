// Golden transcripts: what is typed at a console, and what it answers.

import Foundation
import LuaDebugCore
import Synchronization
import Testing

@testable import LuaDebugConsole

/// What a console has said.
final class Heard: Sendable {
    private let lines = Mutex<[String]>([])
    func add(_ text: String) { lines.withLock { $0.append(text) } }
    func take() -> String {
        lines.withLock { lines in
            defer { lines = [] }
            return lines.map { $0 + "\n" }.joined()
        }
    }
}

@Suite("Transcripts of the console", .timeLimit(.minutes(5)))
struct TranscriptTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
        "Transcripts")

    /// Each transcript holds what is typed, after the prompt, and what is answered; `RECORD_TRANSCRIPTS=1` writes them anew, for a
    /// person to read before they are kept.
    @Test(
        "what is typed and what is answered",
        arguments: [
            "breakpoints", "actions", "watching", "looking", "coroutines", "files", "leaving", "quitting",
        ])
    func transcript(name: String) async throws { try await compare(name) }

    @Test(
        "what is typed and what is answered where returned values are shown",
        .enabled(
            if: ProcessInfo.processInfo.environment["LUADEBUG_LAYOUT"] != "public",
            "what functions return is not known without the knowledge of Lua's structures"),
        arguments: ["running", "tracing"])
    func transcriptOfReturns(name: String) async throws { try await compare(name) }

    private func compare(_ name: String) async throws {
        let file = Self.folder.appendingPathComponent(name + ".txt")
        let text = try String(contentsOf: file, encoding: .utf8)
        let source = try String(contentsOf: Self.folder.appendingPathComponent("shop.lua"), encoding: .utf8)
        let typed = Self.typed(text)

        let place = FileManager.default.temporaryDirectory.appendingPathComponent("console-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: place) }

        let session = DebugSession(Script(source, name: "shop.lua")) { _ in }
        try await session.start()
        let heard = Heard()
        let console = Console(session) { heard.add($0) }
        var actual = (text.components(separatedBy: "\n").first ?? "") + "\n"
        for line in typed {
            let prompt = await console.prompt
            await console.interpret(line.replacingOccurrences(of: "FOLDER", with: place.path))
            actual += (prompt + line).trimmedAtEnd + "\n"
            actual += heard.take().replacingOccurrences(of: place.path, with: "FOLDER")
            if await console.isOver { break }
        }
        await session.close()
        if ProcessInfo.processInfo.environment["RECORD_TRANSCRIPTS"] != nil {
            try actual.write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(actual == text)
    }

    private static func typed(_ text: String) -> [String] {
        text.components(separatedBy: "\n").compactMap { line in
            let prompt = ["(luadebug)", "(commands)"].first { line.hasPrefix($0) }
            return prompt.map { String(line.dropFirst($0.count + 1)) }
        }
    }

    @Test("every command of the table is typed in a transcript")
    func complete() throws {
        var typed: Set<String> = []
        for file in try FileManager.default.contentsOfDirectory(atPath: Self.folder.path) where file.hasSuffix(".txt") {
            let text = try String(contentsOf: Self.folder.appendingPathComponent(file), encoding: .utf8)
            for line in Self.typed(text) {
                let word = ConsoleCommand.read(line.trimmed).word
                if let command = ConsoleCommand.named(word) { typed.insert(command.names[0]) }
            }
        }
        #expect(ConsoleCommand.table.map { $0.names[0] }.filter { !typed.contains($0) } == [])
    }

    @Test("control characters of values, names, errors, messages and sources reach a person as escapes")
    func controls() async throws {
        let steering = "\u{202E}\u{2066}\u{1B}]0;owned\u{07}\u{1B}[2J\u{9B}2J\u{7F}\r"
        let source = """
            local title = '\(steering.dropLast())'
            local t = {[title] = title, ['\u{1B}[1m'] = title}
            title = title .. 1 --\(steering.dropLast())
            error(title .. '\\r' .. title, 0)
            """
        let session = DebugSession(Script(source, name: "a\u{1B}[2J.lua")) { _ in }
        try await session.start()
        let heard = Heard()
        let console = Console(session) { heard.add($0) }
        var all = ""
        for line in [
            "b 4", "log 3 title is {title}", "where", "list", "c", "p title", "p t", "locals", "x = \u{1B}[2J",
            "error(title)", "b \u{1B}[2J:1", "\u{1B}[2J", "watch title", "display title", "n", "where",
        ] {
            await console.interpret(line)
            let reply = heard.take()
            all += reply
            let steers = reply.unicodeScalars.contains {
                $0.value < 32 && $0 != "\n" && $0 != "\t" || 127..<160 ~= $0.value
                    || 0x202A...0x202E ~= $0.value || 0x2066...0x2069 ~= $0.value
            }
            #expect(!steers, "\(line.debugDescription): \(reply.debugDescription)")
        }
        // They were there, of each kind: in the source, in the script's name, in an error, in a value.
        for text in ["--\\u{202e}\\u{2066}\\x1b]0;owned\\x07", "a\\x1b[2J.lua:4", "*** ", "owned"] {
            #expect(all.contains(text), "\(text)")
        }
        await session.close()
    }

    @Test("a profile is counted, shown with the most expensive first, and saved as stacks")
    func profile() async throws {
        let place = FileManager.default.temporaryDirectory.appendingPathComponent("profile-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: place) }
        // For longer than a busy machine may keep the main chunk waiting.
        let source = "local function f(n)\n  for i = 1, n do local x = i end\nend\nf(1000000)\nf(1)\n"
        let session = DebugSession(Script(source, name: "a.lua")) { _ in }
        try await session.start()
        let heard = Heard()
        let console = Console(session) { heard.add($0) }
        for line in ["profile start", "c", "profile stop"] { await console.interpret(line) }
        #expect(heard.take() == "The script has ended.\n")
        await console.interpret("profile show 1")
        let rows = heard.take().split(separator: "\n").map { $0.split(separator: " ", omittingEmptySubsequences: true) }
        #expect(rows.count == 4)
        #expect(rows[0].joined(separator: " ") == "calls own ns total ns function")
        #expect(rows[1].first == "2" && rows[1].dropFirst(3).joined(separator: " ") == "f (a.lua:1)")
        #expect(rows[2].joined(separator: " ") == "hits own ns total ns line")
        #expect(rows[3].last == "a.lua:2")
        await console.interpret("profile save \(place.path)")
        #expect(heard.take() == "The stacks are in \(place.path).\n")
        #expect(try String(contentsOf: place, encoding: .utf8).contains("main chunk (a.lua);f (a.lua:1) "))
        await session.close()
    }
}
