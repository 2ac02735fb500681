// Real clients: redis-cli in both versions of the protocol, and nc with inline commands, type whole sessions.

import Foundation
import LuaDebugRESP
import Stories
import Synchronization
import Testing

@testable import LuaDebugServer

@Suite("Real clients")
struct RealClientTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Transcripts")

    /// Each transcript holds what is typed, after `> `, and what the client prints; `RECORD_TRANSCRIPTS=1` writes them anew, for
    /// a person to read before they are kept.
    @Test(
        "transcripts of whole sessions",
        arguments: ["proposal.resp2", "session.resp2", "session.resp3", "refusals.inline"])
    func transcript(name: String) async throws {
        let file = Self.folder.appendingPathComponent(name + ".txt")
        let text = try String(contentsOf: file, encoding: .utf8)
        let typed = text.split(separator: "\n").filter { $0.hasPrefix("> ") }.map { String($0.dropFirst(2)) }
        let comment = text.split(separator: "\n").first.map(String.init) ?? ""
        let shown = try await withServer { port in
            try await blocking { try Self.run(name.split(separator: ".").last.map(String.init) ?? "", typed, port) }
        }
        let actual = comment + "\n" + shown
        if ProcessInfo.processInfo.environment["RECORD_TRANSCRIPTS"] != nil {
            try actual.write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(actual == text)
    }

    /// What is typed and what comes back, command by command: the client prints its replies in the order of the commands.
    private static func run(_ kind: String, _ typed: [String], _ port: Int) throws -> String {
        let client: String
        switch kind {
        case "resp3": client = "redis-cli -3 --show-pushes yes -p \(port)"
        case "inline": client = "nc -N 127.0.0.1 \(port)"
        default: client = "redis-cli -p \(port)"
        }
        // A PING with a mark behind each command tells where its reply ends.
        let isQuit = typed.last == "QUIT"
        let marked = typed.enumerated().map { "\($0.element)\nPING mark\($0.offset)\n" }.joined()
        let input = isQuit ? marked.replacing("PING mark\(typed.count - 1)\n", with: "") : marked
        let output = try output(of: client, input: input)
        var rest = output[...]
        var shown = ""
        for (index, command) in typed.enumerated() {
            let mark = kind == "inline" ? "$\("mark\(index)".count)\r\nmark\(index)\r\n" : "\"mark\(index)\"\n"
            let plain = "mark\(index)\n"
            let range = rest.range(of: mark) ?? rest.range(of: plain)
            shown += "> \(command)\n"
            guard let range else {
                shown += rest.replacingOccurrences(of: "\r\n", with: "\n")
                break
            }
            shown += rest[..<range.lowerBound].replacingOccurrences(of: "\r\n", with: "\n")
            rest = rest[range.upperBound...]
        }
        return shown.hasSuffix("\n") ? shown : shown + "\n"
    }

    private static func output(of command: String, input: String) throws -> String {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("luadebug-\(UUID().uuidString)")
        try input.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        return try text(ofShell: "timeout 300 \(command) < '\(file.path)' 2>&1")
    }

    private func withServer<Result: Sendable>(_ body: @Sendable (Int) async throws -> Result) async throws -> Result {
        var configuration = DebugService.Configuration()
        configuration.output = { _ in }
        let server = LuaDebugServer(service: DebugService(configuration: configuration))
        let endpoint = try server.listen(on: .tcp(host: "127.0.0.1", port: 0))
        guard case .tcp(_, let port) = endpoint else { preconditionFailure("no port") }
        do {
            let result = try await body(port)
            await server.close()
            return result
        } catch {
            await server.close()
            throw error
        }
    }

    // MARK: - Many

    @Test("500 connections, 100 of them stopped in sessions: the rest is answered; all killed at once, nothing is left")
    func many() async throws {
        var configuration = DebugService.Configuration()
        configuration.output = { _ in }
        let service = DebugService(configuration: configuration)
        let server = LuaDebugServer(service: service)
        let before = Self.footprint
        let endpoint = try server.listen(on: .tcp(host: "127.0.0.1", port: 0))
        try await blocking {
            var clients: [ClientSocket] = []
            for index in 0..<500 {
                let client = try ClientSocket(to: endpoint)
                if index < 100 {
                    try client.send(Array("DEVAL \"local a = 1\\nreturn a\" 0\r\n".utf8))
                    #expect(try String(decoding: client.receive(timeout: .seconds(120)), as: UTF8.self) == ":1\r\n")
                }
                clients.append(client)
            }
            for client in clients[100...] { try client.send(Array("PING\r\n".utf8)) }
            for client in clients[100...] {
                #expect(try String(decoding: client.receive(timeout: .seconds(120)), as: UTF8.self) == "+PONG\r\n")
            }
            #expect(server.connectionCount == 500)
            #expect(service.sessions.count == 100)
            for client in clients { client.close() }
        }
        let deadline = ContinuousClock.now + .seconds(60)
        while server.connectionCount + service.sessions.count > 0, ContinuousClock.now < deadline {
            await Task.yield()
        }
        #expect(server.connectionCount == 0)
        #expect(service.sessions.isEmpty)
        await server.close()
        // Other tests run beside this one and have some of their own.
        func isClean() -> Bool {
            let now = Self.footprint
            return now.descriptors < before.descriptors + 30 && now.threads < before.threads + 30
        }
        while !isClean(), ContinuousClock.now < deadline { await Task.yield() }
        #expect(isClean(), "descriptors or threads are left")
    }

    private static var footprint: (descriptors: Int, threads: Int) {
        let files = FileManager.default
        return (
            (try? files.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0,
            (try? files.contentsOfDirectory(atPath: "/proc/self/task").count) ?? 0
        )
    }
}

/// Waiting for a socket or a program would take a thread from the pool that the server's replies need.
func blocking<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    let result: Swift.Result<Result, any Error> = await withCheckedContinuation { continuation in
        Thread.detachNewThread { continuation.resume(returning: Swift.Result { try body() }) }
    }
    return try result.get()
}

@Suite("The example of a server that embeds the debugger")
struct EmbeddingTests {
    @Test("its clients use its own commands and debug scripts on one port")
    func embed() async throws {
        // A fifo: the shell reads the greeting as soon as it is written.
        let script = """
            folder=$(mktemp -d)
            mkfifo "$folder/greeting"
            '\(Programs.folder.appendingPathComponent("EmbedInServer").path)' > "$folder/greeting" &
            server=$!
            trap 'kill $server; rm -r "$folder"' EXIT
            read -r greeting < "$folder/greeting"
            port=${greeting##*:}
            redis-cli -p "$port" SET key value
            printf '%s\\n' 'GET key' 'DEVAL "local a = 1\\nreturn a + 41" 0' 'GET key' 'STEPOVER' 'DOEVAL a' 'RUN' 'END' 'GET key' |
                redis-cli -p "$port"
            """
        let output = try await blocking { try Programs.output(of: script) }
        #expect(
            output == """
                OK
                value
                1
                ERR unknown debug command 'GET': only debug commands are accepted during a session

                2
                1
                OK
                42
                value

                """)
    }
}

/// What is built beside the program that runs the tests.
enum Programs {
    static var folder: URL {
        (Bundle.main.executableURL ?? URL(fileURLWithPath: "/")).deletingLastPathComponent()
    }

    /// What a script of bash prints.
    static func output(of script: String) throws -> String {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("luadebug-\(UUID().uuidString).sh")
        try script.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        return try text(ofShell: "timeout 300 bash '\(file.path)' 2>/dev/null")
    }
}
