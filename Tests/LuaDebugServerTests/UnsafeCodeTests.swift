// The list of unsafe code is complete for this room and the terminal, too.

import Stories
import Testing

@Suite("Unsafe code of the server")
struct UnsafeCodeTests {
    private func rows(_ title: String) throws -> [String] {
        let section = try RepositoryPage("docs/unsafe-code.md").section(title)
        return RepositoryPage.rows(of: section).flatMap { RepositoryPage.names(in: $0[0]) }
    }

    @Test(
        "docs/unsafe-code.md has a row for each file of the Sockets folder and of the terminal that is unsafe, and for no other"
    )
    func files() throws {
        let sockets = try RepositoryPage.files(below: "Sources/LuaDebugServer/Sockets", with: "swift")
        #expect(!sockets.isEmpty)
        #expect(try rows("Sockets").sorted() == sockets.map(\.name).sorted())
        let terminal = try RepositoryPage.files(below: "Sources/LuaDebugTerminal", with: "swift")
        let unsafe = terminal.filter { RepositoryPage.code(of: $0.text).contains("unsafe") }.map(\.name)
        #expect(unsafe == ["System.swift"])
        #expect(try rows("Terminal") == unsafe)
    }

    @Test("no type there is unchecked, or marked as safe")
    func types() throws {
        for folder in ["Sources/LuaDebugServer/Sockets", "Sources/LuaDebugTerminal"] {
            for (name, text) in try RepositoryPage.files(below: folder, with: "swift") {
                let code = RepositoryPage.code(of: text)
                #expect(!code.contains("@unchecked") && !code.contains("@safe"), "\(name)")
            }
        }
    }
}
