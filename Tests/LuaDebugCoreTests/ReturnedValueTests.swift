// What the last function returned, which Lua 5.3's hooks do not tell.

import Testing

@testable import LuaDebugCore

@Suite("Returned values")
struct ReturnedValueTests {
    @Test(
        "after stepping out of a function, over a call, over its end", .enabled(if: knowsLayouts),
        arguments: [
            ("return 1, 'two', nil", "[1, \"two\", nil]"), ("return", "[]"), ("return x", "[7]"),
            ("return (function() return 5, 6 end)()", "[5, 6]"), ("return table.unpack({1, 2, 3})", "[1, 2, 3]"),
            ("local t = {} return t, 2.5", "[{}, 2.5]"),
        ])
    func returned(body: String, values: String) async throws {
        let source =
            "local function f(x)\n  \(body) -- @in\nend\nlocal a = f(7) -- @call\nlocal b = 1 -- @after\nreturn b"
        for verb in [Resume.stepOut, .stepOver] {
            try await scenario(source) { s in
                try await s.start(stoppingAt: verb == .stepOut ? "in" : "call")
                #expect(try await s.go(verb) == "after")
                let returned = try await s.session.inspect { (script) throws(DebugError) in try script.lastReturn() }
                #expect(returned.map { "\($0)" } == values)
                #expect(try await s.go(.stepOver) == "line 6")
                #expect(try await s.session.inspect { (script) throws(DebugError) in try script.lastReturn() } == nil)
            }
        }
    }
}
