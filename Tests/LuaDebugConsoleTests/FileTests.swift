// Files that are written: the old one or the new one, never half of either, and the same file to everybody.

import Foundation
import Synchronization
import Testing

@testable import LuaDebugConsole

@Suite("Files that are written")
struct FileTests {
    /// A folder of its own, gone afterwards.
    private func inFolder(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("files-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder.path)
    }

    private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    private func write(_ text: String, to path: String) async throws {
        try await ConsoleFiles().write([UInt8](text.utf8), to: path)
    }

    private func names(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    @Test("whoever reads while it is written sees the old one or the new one, whole")
    func atOnce() async throws {
        try await inFolder { folder in
            let path = folder + "/points"
            let (one, other) = (String(repeating: "1", count: 300_000), String(repeating: "2", count: 200_000))
            try await write(one, to: path)
            let isDone = Mutex(false)
            async let seen: Set<String> = {
                var seen: Set<String> = []
                while !isDone.withLock({ $0 }) {
                    seen.insert((try? self.text(path)) ?? "nothing")
                    await Task.yield()
                }
                return seen
            }()
            for _ in 0..<20 {
                try await write(other, to: path)
                try await write(one, to: path)
            }
            isDone.withLock { $0 = true }
            #expect(await seen.subtracting([one, other]).map { $0.count } == [])
            #expect(try names(folder) == ["points"])
        }
    }

    @Test("the file that is replaced hands on its mode, and a link leads to the new one")
    func same() async throws {
        try await inFolder { folder in
            let (path, link) = (folder + "/points", folder + "/link")
            try await write("old", to: path)
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "points")
            try await write("new", to: link)
            #expect(try text(path) == "new")
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "points")
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o640)
            #expect(try names(folder) == ["link", "points"])
        }
    }

    @Test("a file of two names, and one that a link leads to before it is there")
    func written() async throws {
        try await inFolder { folder in
            let (path, second, link) = (folder + "/points", folder + "/second", folder + "/link")
            try await write("old and long", to: path)
            try FileManager.default.linkItem(atPath: path, toPath: second)
            try await write("new", to: path)
            #expect(try text(second) == "new")
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "third")
            try await write("third", to: link)
            #expect(try text(folder + "/third") == "third")
            #expect(try names(folder) == ["link", "points", "second", "third"])
        }
    }

    @Test("a pipe has a reader, and stays a pipe")
    func pipe() async throws {
        try await inFolder { folder in
            let path = folder + "/pipe"
            let status = unsafe mkfifo(path, 0o600)
            try #require(status == 0)
            async let read = ConsoleFiles().read(path)
            try await write("through it", to: path)
            #expect(try await read == [UInt8]("through it".utf8))
            let kind = try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
            #expect(kind != .typeRegular)
            #expect(try names(folder) == ["pipe"])
        }
    }

    @Test(
        "what cannot be written is said by its own name, and nothing is left beside it",
        arguments: ["/dev/full": "No space left on device", "/proc/none": "No such file or directory"])
    func refused(_ path: String, _ reason: String) async throws {
        let problem = await #expect(throws: ConsoleFiles.Problem.self) { try await write("text", to: path) }
        #expect(problem?.message == "cannot write \(path): \(reason)")
    }

    @Test("a folder is no file")
    func folder() async throws {
        try await inFolder { folder in
            try FileManager.default.createDirectory(atPath: folder + "/points", withIntermediateDirectories: true)
            let problem = await #expect(throws: ConsoleFiles.Problem.self) {
                try await write("text", to: folder + "/points")
            }
            #expect(problem?.message == "cannot write \(folder)/points: Is a directory")
            #expect(try names(folder) == ["points"])
        }
    }
}
