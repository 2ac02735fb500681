// What the documentation shows is what happens: README's code and output, its links. The articles' code is in ArticleTests.

import CLuaShim
import Foundation
import Stories
import Testing

@testable import LuaDebugCore

@Suite("Documentation")
struct ReadmeTests {
    // MARK: README

    @Test("README quotes the examples as they are")
    func quotes() throws {
        let quotes = try Pages.blocks(of: "README.md").filter { $0.mark.hasPrefix("Examples/") }
        #expect(quotes.count == 2)
        for quote in quotes {
            let file = try Pages.text(quote.mark).split(separator: "\n", omittingEmptySubsequences: false)
            let code = file.drop { $0.hasPrefix("//") || $0.isEmpty }.joined(separator: "\n")
            #expect(quote.language == "swift" && quote.text + "\n" == code, "\(quote.mark)")
        }
    }

    @Test("README's examples print what README says", arguments: ["FirstStop", "AttachToHost"])
    func output(of example: String) throws {
        let said = try #require(try Pages.blocks(of: "README.md").first { $0.mark == "What \(example) prints" })
        // Built beside the program that runs this test.
        let folder = try #require(Bundle.main.executableURL).deletingLastPathComponent()
        let (status, printed) = try shell("'\(folder.appendingPathComponent(example).path)'")
        #expect(status == 0)
        #expect(String(decoding: printed, as: UTF8.self) == said.text + "\n")
    }

    // MARK: Links

    @Test(
        "links inside the package lead somewhere",
        arguments: ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "docs/unsafe-code.md"])
    func links(page: String) throws {
        let folder = Pages.root.appendingPathComponent(page).deletingLastPathComponent()
        for part in try Pages.text(page).components(separatedBy: "](").dropFirst() {
            let target = part.prefix { $0 != ")" && $0 != "#" }
            guard !target.isEmpty, !target.contains("://") else { continue }
            let path = folder.appendingPathComponent(String(target)).path
            #expect(FileManager.default.fileExists(atPath: path), "\(page): \(target)")
        }
    }
}

/// The package's own pages.
enum Pages {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    static func files(in folder: String, with ending: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(folder).path)
            .filter { $0.hasSuffix(ending) }.sorted().map { folder + "/" + $0 }
    }

    /// A fenced block; `mark` is the comment `<!-- ... -->` on the line before it, or empty.
    struct Block {
        var mark = ""
        var language = ""
        var text = ""
    }

    static func blocks(of path: String) throws -> [Block] {
        var blocks: [Block] = []
        var open: (block: Block, lines: [Substring])?
        var mark = ""
        for line in try text(path).split(separator: "\n", omittingEmptySubsequences: false) {
            if var (block, lines) = open {
                if line == "```" {
                    block.text = lines.joined(separator: "\n")
                    blocks.append(block)
                    open = nil
                } else {
                    lines.append(line)
                    open = (block, lines)
                }
            } else if line.hasPrefix("```") {
                open = (Block(mark: mark, language: String(line.dropFirst(3))), [])
                mark = ""
            } else if line.hasPrefix("<!-- "), line.hasSuffix(" -->") {
                mark = String(line.dropFirst(5).dropLast(4))
            } else {
                mark = ""
            }
        }
        return blocks
    }
}
