// docs/console.md is what the code says.

import Foundation
import Testing

@testable import LuaDebugConsole

@Suite("The page of the console")
struct ConsoleReferenceTests {
    private static var tables: String {
        func cell(_ text: String) -> String { text.replacingOccurrences(of: "|", with: "\\|") }
        return ConsoleCommand.groups.map { group in
            let rows = group.commands.map { command in
                let names = command.names.map { "`\($0)`" }.joined(separator: ", ")
                let arguments = command.arguments.isEmpty ? "" : " `\(cell(command.arguments))`"
                return "| \(names)\(arguments) | \(command.isForRunning ? "yes" : "") | \(cell(command.summary)) |\n"
            }
            return "\n### \(group.title)\n\n| command | while it runs | what |\n| --- | --- | --- |\n" + rows.joined()
        }.joined() + "\n"
    }

    @Test("the tables of commands are the code's own")
    func commands() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(contentsOf: root.appendingPathComponent("docs/console.md"), encoding: .utf8)
        let begin = try #require(page.range(of: "<!-- commands -->\n"))
        let end = try #require(page.range(of: "<!-- end of commands -->"))
        let expected = Self.tables
        if ProcessInfo.processInfo.environment["RECORD_TRANSCRIPTS"] != nil {
            let new = page.replacingCharacters(in: begin.upperBound..<end.lowerBound, with: expected)
            try new.write(to: root.appendingPathComponent("docs/console.md"), atomically: true, encoding: .utf8)
            return
        }
        #expect(String(page[begin.upperBound..<end.lowerBound]) == expected, "docs/console.md should say:\n\(expected)")
    }
}
