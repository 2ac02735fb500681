// The list of unsafe code is complete for this room and the terminal, too.

import Foundation
import Testing

@Suite("Unsafe code of the server")
struct UnsafeCodeTests {
    @Test(
        "docs/unsafe-code.md names each file of the Sockets folder and the terminal's, and no type there is unchecked")
    func files() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(contentsOf: root.appendingPathComponent("docs/unsafe-code.md"), encoding: .utf8)
        let folder = root.appendingPathComponent("Sources/LuaDebugServer/Sockets")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(!files.isEmpty)
        for file in files {
            #expect(page.contains("`\(file.lastPathComponent)`"), "\(file.lastPathComponent)")
            #expect(
                !(try String(contentsOf: file, encoding: .utf8)).contains("@unchecked"), "\(file.lastPathComponent)")
        }
        let terminal = root.appendingPathComponent("Sources/LuaDebugTerminal")
        let all = try FileManager.default.contentsOfDirectory(at: terminal, includingPropertiesForKeys: nil)
        let unsafe = try all.filter { try String(contentsOf: $0, encoding: .utf8).contains("unsafe") }
        #expect(unsafe.map(\.lastPathComponent) == ["System.swift"])
        for file in all {
            let text = try String(contentsOf: file, encoding: .utf8)
            #expect(!text.contains("@unchecked"), "\(file.lastPathComponent)")
            #expect(
                page.contains("`\(file.lastPathComponent)`") == text.contains("unsafe"), "\(file.lastPathComponent)")
        }
    }
}
