// docs/debug-commands.md is what the code and the tests say.

import Foundation
import Testing

@testable import LuaDebugRESP

@Suite("The page of debug commands")
struct ReferenceTests {
    /// All codes of the command contract.
    private static let codes = [1...25, 30...72, 80...108, 120...131, 140...159, 170...193, 210...220, 230...238]
        .joined().map { "C-" + String(repeating: "0", count: 3 - "\($0)".count) + "\($0)" }

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    /// What stands between two marks of the page.
    private static func part(_ name: String) throws -> String {
        let page = try text("docs/debug-commands.md")
        let begin = try #require(page.range(of: "<!-- \(name) -->\n"))
        let end = try #require(page.range(of: "<!-- end of \(name) -->"))
        return String(page[begin.upperBound..<end.lowerBound])
    }

    // MARK: - The commands

    private static var commandTables: String {
        var groups: [String] = []
        for command in DebugCommand.table where !groups.contains(command.group) { groups.append(command.group) }
        return groups.map { group in
            let rows = DebugCommand.table.filter { $0.group == group }.map { command in
                let scope =
                    switch command.scope {
                    case .inside: "in a session"
                    case .outside: "outside"
                    case .housekeeping: "anywhere"
                    }
                let usage = command.usage.replacingOccurrences(of: "|", with: "\\|")
                return "| `\(command.name)\(usage.isEmpty ? "" : " ")\(usage)` | \(scope) | \(command.summary) |\n"
            }
            return
                "\n### \(group.prefix(1).uppercased())\(group.dropFirst())\n\n| command | where | what |\n| --- | --- | --- |\n"
                + rows.joined()
        }.joined() + "\n"
    }

    @Test("the tables of commands are the code's own")
    func commands() throws {
        let expected = Self.commandTables
        #expect(try Self.part("commands") == expected, "docs/debug-commands.md should say:\n\(expected)")
    }

    // MARK: - The contract

    /// The tests that have a code in their name, as `suite.function`.
    private static func tests() throws -> [String: [String]] {
        var files = try FileManager.default.contentsOfDirectory(
            atPath: root.appendingPathComponent("Tests/LuaDebugRESPTests").path
        ).sorted().filter { $0.hasSuffix("WireTests.swift") }.map { "Tests/LuaDebugRESPTests/\($0)" }
        // The bundled client's.
        files += ["ClientTerminal", "Program"].map { "Tests/LuaDebugServerTests/\($0)Tests.swift" }
        var found: [String: [String]] = [:]
        for path in files {
            let file = path.split(separator: "/").last ?? ""
            for test in try text(path).components(separatedBy: "@Test(").dropFirst() {
                guard let function = test.range(of: "func ") else { continue }
                let name = test[function.upperBound...].prefix { $0 != "(" }
                for code in codes where test[..<function.lowerBound].contains(code) {
                    found[code, default: []].append("\(file.dropLast(".swift".count)).\(name)")
                }
            }
        }
        return found
    }

    @Test("each line of the contract has one row, which names the tests that show it, or says what is missing")
    func conformance() throws {
        let tests = try Self.tests()
        let rows = try Self.part("conformance").split(separator: "\n").filter { $0.hasPrefix("| C-") }.map { row in
            row.replacingOccurrences(of: "\\|", with: "/").split(separator: "|").map {
                $0.trimmingCharacters(in: .whitespaces)
            }
        }
        #expect(rows.map { $0.first ?? "" } == Self.codes)
        for row in rows {
            guard row.count == 4 else {
                Issue.record("four columns are wanted: \(row)")
                continue
            }
            let named = (tests[row[0]] ?? []).map { "`\($0)`" }.joined(separator: ", ")
            #expect(row[2] == (named.isEmpty ? "-" : named), "\(row[0]): the tests are \(named)")
            #expect(!named.isEmpty || row[3] != "-", "\(row[0]) has no test: say why")
        }
    }

    // MARK: - What the page says of names

    @Test("C-232 the package depends on no other")
    func dependencies() throws {
        #expect(!(try Self.text("Package.swift").contains(".package(")))
    }
}
