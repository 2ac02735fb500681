// The list of unsafe code is complete for this room, the terminal and the console, too.

import Stories
import Testing

@Suite("Unsafe code of the server")
struct UnsafeCodeTests {
    private func rows(_ title: String) throws -> [String] {
        let section = try RepositoryPage("docs/unsafe-code.md").section(title)
        return RepositoryPage.rows(of: section).flatMap { RepositoryPage.names(in: $0[0]) }
    }

    @Test(
        "docs/unsafe-code.md has a row for each file that is unsafe, of the sockets, the terminal and the console"
    )
    func files() throws {
        let sockets = try RepositoryPage.files(below: "Sources/LuaDebugServer/Sockets", with: "swift")
        #expect(!sockets.isEmpty)
        #expect(try rows("Sockets").sorted() == sockets.map(\.name).sorted())
        for (room, file) in [("Terminal", "System.swift"), ("Console", "FilePlace.swift")] {
            let all = try RepositoryPage.files(below: "Sources/LuaDebug\(room)", with: "swift")
            let unsafe = all.filter { RepositoryPage.code(of: $0.text).contains("unsafe") }.map(\.name)
            #expect(unsafe == [file])
            #expect(try rows(room) == unsafe)
        }
    }

    @Test("no type there is unchecked, or marked as safe")
    func types() throws {
        for folder in ["Sources/LuaDebugServer/Sockets", "Sources/LuaDebugTerminal", "Sources/LuaDebugConsole"] {
            for (name, text) in try RepositoryPage.files(below: folder, with: "swift") {
                let code = RepositoryPage.code(of: text)
                #expect(!code.contains("@unchecked") && !code.contains("@safe"), "\(name)")
            }
        }
    }
}
