// The list of unsafe code is complete for this room, too.

import Foundation
import Testing

@Suite("Unsafe code of the server")
struct UnsafeCodeTests {
    @Test("docs/unsafe-code.md names each file of the Sockets folder, and no type there is unchecked")
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
    }
}
