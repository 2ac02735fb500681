// redis-cli --ldb on a terminal: whole sessions as a person sees them, and the same ones on a real redis-server.

import Foundation
import Testing

@testable import LuaDebugServer

@Suite("redis-cli --ldb", .serialized, .timeLimit(.minutes(5)))
struct LDBTerminalTests {
    private static let transcripts = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Transcripts/ldb")

    /// Each transcript holds the client's command line, after `$`, what is typed, after `>`, what is done to files meanwhile, after
    /// `!`, and what is shown; `RECORD_TRANSCRIPTS=1` writes them anew, for a person to read before they are kept.
    @Test(
        "transcripts of whole sessions", arguments: ["stepping", "breaking", "looking", "ending", "sync", "broken"])
    func transcript(name: String) async throws {
        let file = Self.transcripts.appendingPathComponent(name + ".txt")
        let text = try String(contentsOf: file, encoding: .utf8)
        let actual = try await play(text.components(separatedBy: "\n"))
        if ProcessInfo.processInfo.environment["RECORD_TRANSCRIPTS"] != nil {
            try actual.write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(actual == text)
    }

    private struct NoPrompt: Error {}

    /// The transcript that these lines give on a server of their own.
    private func play(_ lines: [String]) async throws -> String {
        let folder = try Folder()
        for script in try FileManager.default.contentsOfDirectory(atPath: Self.transcripts.path)
        where script.hasSuffix(".lua") {
            let text = try String(contentsOf: Self.transcripts.appendingPathComponent(script), encoding: .utf8)
            try folder.write(text, to: script)
        }
        let server = try Running("exec '\(Running.program)' serve --resp 0")
        defer { server.signal(SIGTERM) }
        let port = try await offPool { server.line() }.split(separator: ":").last.map(String.init) ?? ""
        let outside = "127.0.0.1:\(port)> |"

        var transcript = ""
        var terminal: PseudoTerminal?
        var seen = 0
        var isOver = false
        /// Waits for a prompt, or the program's end, and adds what has been shown since the last one.
        func read(_ typed: String?) async throws {
            guard let terminal else { return }
            let ends = typed == "quit" || !lines.contains { $0.hasPrefix("> ") }
            if ends {
                #expect(try await terminal.finish() == 0)
                await terminal.until { _ in true }
            } else {
                await terminal.until { screen in
                    screen.rows.count > seen + (typed == nil ? 0 : 1)
                        && (screen.line == "lua debugger> |" || screen.line == outside)
                }
            }
            let rows = terminal.screen.rows
            let first = seen + (typed == nil ? 0 : 1)
            // What is missing has been recorded; to wait for each further prompt would take minutes.
            guard first < rows.count, ends || terminal.screen.line.hasSuffix("> |") else { throw NoPrompt() }
            let shown = rows[first..<(rows.count - 1)]
            seen = rows.count - 1
            isOver = ends
            transcript += shown.map { $0.replacing(port, with: "PORT") + "\n" }.joined()
        }
        for line in lines {
            switch line.prefix(2) {
            case "# ": transcript += line + "\n"
            case "$ ":
                transcript += line + "\n"
                let command = line.dropFirst(2).replacing("redis-cli", with: "redis-cli -p \(port)")
                terminal = try PseudoTerminal(
                    "env -C '\(folder.path)' REDISCLI_HISTFILE=/dev/null \(command)", columns: 400)
                try await read(nil)
            case "! ":
                transcript += line + "\n"
                _ = try Programs.output(of: "cd '\(folder.path)' && " + line.dropFirst(2))
            case "> ":
                transcript += line + "\n"
                terminal?.type(line.dropFirst(2) + "\r")
                try await read(String(line.dropFirst(2)))
            default: break
            }
        }
        if !isOver { terminal?.hangUp() }
        return transcript
    }

    // MARK: - Beside a real server

    /// What LDB does right: steps without calls of the script's own functions, breakpoints on code, variables whose values are
    /// written alike in Lua 5.1, source, commands.
    private static let alike = [
        (
            "local sum = 0\nfor i = 1, 3 do\n  sum = sum + i\n  redis.call('SET', KEYS[1] .. i, sum)\nend\nreturn {sum, ARGV[1]}",
            """
            s
            s
            p sum
            p KEYS
            p nosuch
            b 4
            b 1000
            b nonsense
            b
            c
            p i
            r GET k1
            r GET nosuch
            r LRANGE nosuch 0 -1
            r NOPE
            r LPUSH
            s
            t
            l
            l 1 1
            l 99
            w
            m
            m 5
            m 0
            b -4
            b -4
            b
            nope
            c
            """
        ),
        (
            "local t = redis.call('RPUSH', 'l', 'a', 'b\\n')\nlocal list = redis.call('LRANGE', 'l', 0, -1)\nredis.debug('list', list, true, nil)\nreturn redis.status_reply('MINE')",
            """
            s
            p t
            s
            p list
            s
            s
            """
        ),
        ("local a = 1\nlocal b = a .. {}\nreturn b", "c\n"), ("local a = 1\nabort()\nreturn 1", "a\n"),
        ("return (", "c\n"), ("redis.call('SET', KEYS[1], 1)\nreturn redis.call('LPUSH', KEYS[1], 1)", "s\ns\n"),
    ]

    @Test(
        "the same words to a real redis-server: the same lines, but for what Lua 5.3 words differently",
        .enabled(if: RealAndOurs.isThere),
        arguments: alike.indices)
    func oracle(index: Int) async throws {
        let (script, typed) = Self.alike[index]
        let folder = try Folder()
        try folder.write(script, to: "script.lua")
        try folder.write(typed, to: "typed")
        let (real, ours) = try await RealAndOurs.answers(
            to: "TERM=dumb redis-cli -s $SOCKET --ldb --eval script.lua k , x < typed", in: folder)
        let expected = Self.plain(real).map { $0.replacing("near '<eof>'", with: "near <eof>") }
        #expect(Self.plain(ours) == expected)
    }

    /// Without what is known to differ: how an error of a command is told twice there, and words of Lua 5.1.
    private static func plain(_ lines: [String]) -> [String] {
        // At the end the real one closes its socket, which the client does not always survive.
        lines.filter { line in
            !line.isEmpty && !line.hasPrefix("<reply> \"-") && !line.hasPrefix("(Lua debugging session ended")
        }.map { $0.replacing("<error> -", with: "<error> ") }
    }
}
