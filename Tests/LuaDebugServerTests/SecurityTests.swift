// What SECURITY.md says is shown by tests is shown by tests that are there, and its numbers are the code's.

import LuaDebugConsole
import LuaDebugCore
import LuaDebugRESP
import LuaDebugServer
import Stories
import Testing

@Suite("The page on security")
struct SecurityTests {
    private let page: RepositoryPage
    init() throws { page = try RepositoryPage("SECURITY.md") }

    /// A test as the page names it: `SuiteTests` "title", or `file.c` `function`.
    private struct Named: Hashable, CustomStringConvertible {
        let file: String
        let name: String
        var description: String { "\(file) has no test \(name)" }
    }

    private static func named(in text: String) throws -> Set<Named> {
        // A suite may be followed by several titles.
        let swift = try Regex("`([A-Za-z]+Tests)`((?:,? \"[^\"]+\")+)", as: (Substring, Substring, Substring).self)
        let c = try Regex("`([a-z_]+\\.c)` `([a-z_]+)`", as: (Substring, Substring, Substring).self)
        var named = Set(text.matches(of: c).map { Named(file: String($0.output.1), name: String($0.output.2)) })
        for match in text.matches(of: swift) {
            for (index, title) in match.output.2.split(separator: "\"").enumerated() where !index.isMultiple(of: 2) {
                named.insert(Named(file: "\(match.output.1).swift", name: String(title)))
            }
        }
        return named
    }

    /// The titles behind `@Test(`, and the functions of the C layer's tests that are declared and called.
    private static func present() throws -> Set<Named> {
        var found: Set<Named> = []
        let title = try Regex("@Test\\(\\s*\"((?:[^\"\\\\]|\\\\.)*)\"", as: (Substring, Substring).self)
        for (file, text) in try RepositoryPage.files(below: "Tests", with: "swift") {
            // Lines that are comments, and no more: titles may have two slashes.
            let lines = text.split(separator: "\n").filter { !$0.drop(while: \.isWhitespace).hasPrefix("//") }
            for match in lines.joined(separator: "\n").matches(of: title) {
                found.insert(Named(file: file, name: String(match.output.1)))
            }
        }
        let function = try Regex("\nstatic void ([a-z_]+)\\(void\\) \\{", as: (Substring, Substring).self)
        for (file, text) in try RepositoryPage.files(below: "Tests/CLuaShimTests", with: "c") {
            for match in text.matches(of: function) where text.contains("\n  \(match.output.1)();") {
                found.insert(Named(file: file, name: String(match.output.1)))
            }
        }
        return found
    }

    @Test("each test that SECURITY.md names is there, behind an @Test or as a function that is called")
    func named() throws {
        let named = try Self.named(in: page.text)
        #expect(named.count > 40)
        let missing = named.subtracting(try Self.present()).map(\.description).sorted()
        #expect(missing == [])
    }

    @Test("each attack has a test that shows how it is stood")
    func everyAttack() throws {
        let rows = RepositoryPage.rows(of: page.section("Attacks"))
        #expect(rows.count > 20)
        for row in rows {
            #expect(row.count == 3, "\(row[0])")
            #expect(try !Self.named(in: row.last ?? "").isEmpty, "no test is named: \(row[0])")
        }
    }

    /// What stands in the second cell of a row that begins so.
    private func limit(_ what: String) throws -> String {
        let rows = RepositoryPage.rows(of: page.section("Limits"))
        return try #require(rows.first { $0[0].hasPrefix(what) }, "no row begins with \(what)")[1]
    }

    private static func grouped(_ number: Int) -> String {
        let digits = String(number)
        guard digits.count > 3 else { return digits }
        return grouped(number / 1000) + "," + digits.suffix(3)
    }

    @Test("its limits are the code's")
    func limits() throws {
        func says(_ what: String, _ numbers: [String], sourceLocation: SourceLocation = #_sourceLocation) throws {
            let said = try limit(what)
            for number in numbers { #expect(said.contains(number), "\(said)", sourceLocation: sourceLocation) }
        }
        let server = ServerLimits.standard, console = ConsoleService.Configuration()
        let service = DebugService.Configuration(), wire = RESPLimits.standard
        let budget = EvaluationBudget.standard, values = ValueLimits.standard
        try says(
            "connections", [Self.grouped(server.connections), "\(ServerLimits.console.connections) of the console"])
        try says("bytes that wait for a peer", ["\(server.outputBytes >> 20) MiB"])
        try says(
            "a RESP value",
            [
                "\(wire.bulkBytes >> 20) MiB a string", "\(Self.grouped(wire.elements)) elements",
                "\(wire.depth) levels", "\(Self.grouped(wire.inlineBytes)) bytes a line",
                "\(wire.totalBytes >> 20) MiB in all",
            ])
        #expect(server.idleSeconds == nil)
        try says("a connection on which nothing moves", ["none"])
        try says("one whose peer sends no more", ["\(server.halfClosedSeconds) s"])
        try says("one that is to be closed", ["\(server.closingSeconds) s"])
        #expect(service.loginSeconds == console.loginSeconds)
        try says("a connection that has not logged in", ["\(service.loginSeconds) s"])
        try says("a line at the console", ["\(console.lineBytes >> 10) KiB"])
        #expect(service.tries == console.tries && service.pauseSeconds == console.pauseSeconds)
        try says("wrong secrets of an address", ["\(service.tries), each", "pause of \(service.pauseSeconds) s"])
        try says(
            "instructions and time of an evaluation",
            ["\(Self.grouped(budget.instructions)) instructions, \(Self.grouped(budget.milliseconds)) ms"])
        try says("running time", ["none"])
        #expect(service.limits == .none && RunLimits() == .none && service.budget == budget)
        try says("sessions of a service", [Self.grouped(service.mostSessions)])
        try says(
            "depth and size of a value",
            ["\(values.depth) levels", "\(values.entries) entries", "\(Self.grouped(values.bytes)) bytes"])
        try says("a trace that nobody reads", ["\(Tracing.defaultBuffer >> 20) MiB"])
        try says(
            "breakpoints and watches",
            ["\(Self.grouped(BreakpointList.most)) breakpoints", "\(Self.grouped(WatchList.most)) watches"])
    }
}
