// Where each step leads: one row is one step, from a mark, by a verb, to a mark.

import Stories
import Testing

@testable import LuaDebugCore

@Suite("Stepping")
struct SteppingTests {
    @Test("from a mark to a mark", arguments: StepRow.all)
    func step(row: StepRow) async throws {
        try await scenario(row.source) { s in
            try await s.start(stoppingAt: row.from)
            for (verb, to) in row.steps {
                #expect(try await s.go(verb) == to, "\(row): \(verb)")
            }
        }
    }

    @Test(
        "over and out at the bottom of a hundred thousand frames, in time", .enabled(if: knowsLayouts),
        .timeLimit(.minutes(5)))
    func deep() async throws {
        let source = """
            local function f(n)
              if n == 0 then
                return 1 -- @bottom
              end
              return 1 + f(n - 1)
            end
            local r = f(100000)
            return r -- @after
            """
        for verb in [Resume.stepOver, .stepOut] {
            try await scenario(source) { s in
                try await s.start(stoppingAt: "bottom")
                // The callers' line has no further event: each return is looked at, a hundred thousand of them.
                #expect(try await s.go(verb) == "after")
                #expect(try await s.go() == "returned 100001")
            }
        }
    }

    @Test("to a line, once")
    func toLine() async throws {
        try await scenario(
            """
            local n = 0 -- @first
            for i = 1, 3 do
              n = n + i -- @body
            end
            return n -- @after
            """
        ) { s in
            try await s.start()
            #expect(try await s.go(.toLine(s.line("body"))) == "body")
            #expect(s.session.stop?.reasons == [.step])
            #expect(s.session.breakpoints.all.isEmpty)
            for line in [0, -1, 99] {
                let error = await #expect(throws: DebugError.self) { try await s.session.resume(.toLine(line)) }
                #expect(error?.code == .badLine)
            }
            // Stopped elsewhere on the way: the destination is forgotten.
            let other = try s.breakAt("body")
            #expect(try await s.go(.toLine(s.line("after"))) == "body")
            try s.session.breakpoints.remove(other.id)
            #expect(try await s.go() == "returned 6")
        }
    }

    @Test("finish ignores every stop")
    func finish() async throws {
        try await scenario("for i = 1, 3 do\n  print(i) -- @body\nend\nreturn 1") { s in
            try await s.start()
            _ = try s.breakAt("body")
            #expect(try await s.go(.finish) == "returned 1")
            #expect(s.output.text == "1\n2\n3\n")
        }
    }
}
