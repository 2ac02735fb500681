// What fuzzing begins with and what it has found, as tests: each file of `corpus` and `found` is one input of its target.

import Foundation
import Testing

@testable import LuaDebugConsole
@testable import LuaDebugRESP

@Suite("Kept inputs of fuzzing", .serialized)
struct KeptInputTests {
    private static let targets: [String: @Sendable ([UInt8]) -> Void] = [
        "resp": fuzzResp, "inline": fuzzInline, "commands": fuzzCommands, "console": fuzzConsole, "saved": fuzzSaved,
        "template": fuzzTemplate, "telnet": fuzzTelnet,
    ]
    private static let folder: URL = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

    private static func names(_ path: String) -> [String] {
        let names = try? FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent(path).path)
        return (names ?? []).filter { !$0.hasPrefix(".") }.map { "\(path)/\($0)" }.sorted()
    }

    private static let kept: [String] = targets.keys.sorted().flatMap { names("corpus/\($0)") + names("found/\($0)") }

    @Test("breaks no law", arguments: kept)
    func holds(_ path: String) async throws {
        let bytes = [UInt8](try Data(contentsOf: Self.folder.appendingPathComponent(path)))
        let target = try #require(Self.targets[path.components(separatedBy: "/")[1]])
        // On a thread of its own: it waits for tasks, and these need the threads of Swift's pool.
        await withCheckedContinuation { done in
            Thread.detachNewThread {
                target(bytes)
                done.resume()
            }
        }
    }

    @Test("each target has a dictionary and inputs to begin with, and what was found is some target's")
    func targets() {
        let dictionaries = Self.names(".").filter { $0.hasSuffix(".dict") }
        #expect(dictionaries == Self.targets.keys.sorted().map { "./\($0).dict" })
        #expect(Self.names("corpus") == Self.targets.keys.sorted().map { "corpus/\($0)" })
        for target in Self.targets.keys { #expect(!Self.names("corpus/\(target)").isEmpty, "\(target)") }
        let strays = Self.names("found").map { $0.dropFirst("found/".count) }
        #expect(strays.filter { Self.targets[String($0)] == nil } == ["README"])
    }

    @Test("the dictionaries have the names of all commands")
    func words() throws {
        func words(_ target: String) throws -> Set<String> {
            let text = try String(contentsOf: Self.folder.appendingPathComponent("\(target).dict"), encoding: .utf8)
            return Set(
                text.components(separatedBy: "\n").map { $0.filter { $0 != "\"" }.trimmingCharacters(in: .whitespaces) }
            )
        }
        let names = DebugCommand.table.map(\.name) + LDBCommand.table.map(\.name)
        #expect(Set(names).subtracting(try words("commands")) == [])
        #expect(Set(ConsoleCommand.table.map { $0.names[0] }).subtracting(try words("console")) == [])
    }
}
