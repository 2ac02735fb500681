// docs/unsafe-code.md is complete and has nothing that is gone, as far as the Hook folder and the C layer go.

import Stories
import Testing

@Suite("Unsafe code")
struct UnsafeCodeTests {
    private let page: RepositoryPage
    private let files: [(name: String, text: String)]
    /// All files in one, without comments.
    private let code: String

    init() throws {
        page = try RepositoryPage("docs/unsafe-code.md")
        files = try RepositoryPage.files(below: "Sources/LuaDebugCore/Hook", with: "swift")
        code = files.map { RepositoryPage.code(of: $0.text) }.joined(separator: "\n")
    }

    /// What stands in backticks in the first cell of each row.
    private func rows(_ title: String) -> [String] {
        RepositoryPage.rows(of: page.section(title)).flatMap { RepositoryPage.names(in: $0[0]) }
    }

    /// What the first group of a pattern matches.
    private func found(_ pattern: String, in text: String) throws -> [String] {
        text.matches(of: try Regex(pattern, as: (Substring, Substring).self)).map { String($0.output.1) }
    }

    @Test("docs/unsafe-code.md has a row for each file of the Hook folder, and for no other")
    func everyFile() {
        #expect(files.count > 10)
        #expect(rows("Files").sorted() == files.map(\.name).sorted())
    }

    @Test("it names each type that is marked @unchecked or @safe, and no other")
    func types() throws {
        let unchecked = try found("(?:class|struct|enum|extension)\\s+(\\w+)[^{}]*@unchecked", in: code)
        #expect(unchecked.count == code.ranges(of: "@unchecked").count)
        #expect(rows("`@unchecked Sendable`").sorted() == unchecked.sorted())

        let safe = try found("@safe\\s+(?:\\w+\\s+)*?(?:class|struct|enum)\\s+(\\w+)", in: code)
        #expect(safe.count == code.ranges(of: "@safe").count)
        let paragraph = page.text.split(separator: "\n\n").first { $0.contains("are marked `@safe`") } ?? ""
        let end = try #require(paragraph.firstRange(of: " are marked")).lowerBound
        let said = RepositoryPage.names(in: paragraph[..<end])
        #expect(said.sorted() == safe.sorted())
        // "None but the last three is `Sendable`".
        #expect(Set(said.suffix(3)) == Set(safe).intersection(unchecked))
    }

    @Test("Swift calls these Lua functions, and no others; none asks lua_getinfo for what makes a table")
    func functions() throws {
        let rule = page.section("Why no `longjmp` crosses a Swift frame")
        let start = try #require(rule.firstRange(of: "These, and no others:")).upperBound
        let end = try #require(rule.firstRange(of: "\n2. ")).lowerBound
        let said = RepositoryPage.names(in: rule[start..<end])
        let called = try found("\\b(luaL?_[a-z]+)\\s*\\(", in: code)
        #expect(called.count > 50)
        #expect(Set(said.filter { $0.hasPrefix("lua") }) == Set(called))
        // As values they would be called somewhere else.
        #expect(try found("\\b(luaL?_[a-z]+)\\b", in: code).count == called.count)

        let asked = try found("lua_getinfo\\([^,]+, \"([^\"]*)\"", in: code)
        #expect(asked.count == called.filter { $0 == "lua_getinfo" }.count)
        #expect(asked.filter { $0.contains("L") } == [])
    }

    @Test("it tells of each thing that is known of Lua's structures, and of each file that looks at them")
    func layout() throws {
        let section = page.section("What is known of Lua's own structures")
        let sources = try RepositoryPage.files(below: "Sources/CLuaShim", with: "c")
        let headers = try RepositoryPage.files(below: "Sources/CLuaShim", with: "h")

        let shared = try #require(headers.first { $0.name == "internal.h" }).text
        let start = try #require(shared.firstRange(of: "typedef struct ldbg_layout {")).upperBound
        let end = try #require(shared.firstRange(of: "} ldbg_layout;")).lowerBound
        let fields = shared[start..<end].split(separator: "\n").flatMap { line in
            line.prefix { $0 != ";" }.split(separator: ",").compactMap { $0.split(separator: " ").last }
        }
        let others = section.split(separator: "\n\n").first { $0.hasPrefix("The other fields, ") } ?? ""
        let said =
            RepositoryPage.rows(of: section).flatMap { RepositoryPage.names(in: $0[0]) }
            + RepositoryPage.names(in: others)
        #expect(fields.count > 12)
        #expect(Set(said) == Set(fields.map(String.init)))

        let views = try found("\\}\\s*(\\w+);", in: try #require(headers.first { $0.name == "layout.h" }).text)
        let named = RepositoryPage.names(in: section)
        #expect(!views.isEmpty)
        #expect(Set(named.filter { $0.hasSuffix("_view") }) == Set(views))
        let looking = sources.filter { $0.text.contains("#include \"layout.h\"") }.map(\.name)
        #expect(Set(named.filter { $0.hasSuffix(".c") }) == Set(looking))
        // A header that includes it would hand it on.
        #expect(headers.filter { $0.text.contains("#include \"layout.h\"") }.map(\.name) == [])
    }
}
