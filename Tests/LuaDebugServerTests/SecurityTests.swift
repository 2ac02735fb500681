// What SECURITY.md says is shown by tests is shown by tests that are there.

import Foundation
import Testing

@Suite("The page on security")
struct SecurityTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test("each test that SECURITY.md names is there")
    func named() throws {
        let page = try String(contentsOf: Self.root.appendingPathComponent("SECURITY.md"), encoding: .utf8)
        let mark = try Regex("`([A-Za-z]+Tests)` \"([^\"]+)\"", as: (Substring, Substring, Substring).self)
        let named = page.matches(of: mark).map { (file: "\($0.1).swift", title: "\"\($0.2)\"") }
        #expect(named.count > 20)
        var sources: [String: String] = [:]
        let files = FileManager.default.enumerator(
            at: Self.root.appendingPathComponent("Tests"), includingPropertiesForKeys: nil)
        for case let file as URL in files ?? .init() where file.pathExtension == "swift" {
            sources[file.lastPathComponent] = try String(contentsOf: file, encoding: .utf8)
        }
        for (file, title) in named {
            #expect(sources[file]?.contains(title) == true, "\(file) has no test \(title)")
        }
    }
}
