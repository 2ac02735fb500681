// The package's own pages and sources as text, for tests that compare what is said with what is there.

import Foundation

/// A page in Markdown, by its path in the package.
package struct RepositoryPage {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// All of it.
    package let text: String

    package init(_ path: String) throws {
        text = try String(contentsOf: Self.root.appendingPathComponent(path), encoding: .utf8)
    }

    /// What stands between a heading of the second level and the next one; empty where there is no such heading.
    package func section(_ title: String) -> String {
        let parts = ("\n" + text).components(separatedBy: "\n## ")
        return parts.dropFirst().first { $0.hasPrefix(title + "\n") } ?? ""
    }

    /// The cells of the rows of all tables in a text, without those of heads.
    package static func rows(of text: String) -> [[String]] {
        let lines = text.split(separator: "\n").filter { $0.hasPrefix("|") }
        return lines.enumerated().compactMap { index, line in
            let isHead = index + 1 < lines.count && lines[index + 1].hasPrefix("| ---")
            if isHead || line.hasPrefix("| ---") { return nil }
            return line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }

    /// What stands between backticks.
    package static func names(in text: some StringProtocol) -> [String] {
        text.split(separator: "`", omittingEmptySubsequences: false).enumerated().compactMap { index, part in
            index.isMultiple(of: 2) ? nil : String(part)
        }
    }

    /// The files of a folder and of all below it, in the order of their paths.
    package static func files(below folder: String, with ending: String) throws -> [(name: String, text: String)] {
        let start = root.appendingPathComponent(folder)
        guard let found = FileManager.default.enumerator(at: start, includingPropertiesForKeys: nil) else { return [] }
        return try found.compactMap { $0 as? URL }.filter { $0.pathExtension == ending }.sorted { $0.path < $1.path }
            .map { ($0.lastPathComponent, try String(contentsOf: $0, encoding: .utf8)) }
    }

    /// A source of Swift without its comments.
    package static func code(of text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.range(of: "//").map { String(line[..<$0.lowerBound]) } ?? String(line)
        }.joined(separator: "\n")
    }
}
