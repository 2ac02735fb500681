// The flight recorder: the last lines before the script stopped or failed, with values.

import Testing

@testable import LuaDebugCore

@Suite("Flight recorder")
struct FlightRecorderTests {
    private static let source = """
        local function f(a, n) -- @f
          local x = a[n] -- @x
          return x.y -- @fails
        end
        local t = {{y = 1}, {y = 2}} -- @t
        local sum = 0 -- @sum
        for i = 1, 3 do -- @for
          sum = sum + f(t, i) -- @add
        end
        return sum
        """

    private func show(_ s: Scenario, _ records: [TraceRecord]) -> [String] {
        records.map { record in
            (record.event == .return ? "return from " : "") + s.place(record.location)
                + (record.changes ?? []).map { " \($0.name)=\($0.new)" + ($0.old.map { " (\($0))" } ?? "") }.joined()
        }
    }

    @Test("the last lines before an error, with the variables that changed")
    func beforeAnError() async throws {
        try await scenario(Self.source) { s in
            try s.session.tracing.record(lastLines: 6)
            #expect(s.session.tracing.recordedLines == 6)
            try await s.start()
            guard case .failed(let failure) = try await s.session.run() else {
                Issue.record("it should have failed")
                return
            }
            #expect(failure.message.contains("attempt to index a nil value"))
            let lines = show(s, try await s.session.recording())
            #expect(
                lines == [
                    "x a={... #2} n=2", "fails x={...}", "for sum=3 (1)", "add i=3", "x a={... #2} n=3",
                    "fails x=nil",
                ])
            #expect(s.events().isEmpty, "nothing of it goes to the events")
        }
    }

    @Test("at a stop; before the first line there is that line; off there is nothing")
    func atAStop() async throws {
        try await scenario(Self.source) { s in
            try await s.start()
            #expect(try await s.session.recording().isEmpty)
            try s.session.tracing.record(lastLines: 1000)
            try await s.session.resume(.restart())
            #expect(try await s.session.recording().count == 1)
            try await s.start(stoppingAtNext: "fails")
            let lines = show(s, try await s.session.recording())
            #expect(lines.count > 5 && lines.last == "fails x={...}")
            #expect(try await s.session.recording().count == lines.count, "looking takes nothing away")
            s.session.tracing.stopRecording()
            _ = try await s.go(.stepInto)
            #expect(try await s.session.recording().isEmpty)
        }
    }

    @Test("it keeps the last N of very many, and the script's result is what it is")
    func many() async throws {
        try await scenario("local n = 0\nfor i = 1, 100000 do\nn = n + i\nend\nreturn n") { s in
            try s.session.tracing.record(lastLines: 200)
            try await s.start()
            #expect(try await s.go() == "returned 5000050000")
            let records = try await s.session.recording()
            #expect(records.count == 200)
            #expect(records.last?.location.line == 5)
            #expect(records.last?.changes?.isEmpty != false)
            #expect(records[198].changes?.first?.new == .integer(5_000_050_000))
        }
    }

    @Test("long strings and many variables are cut to what a record can hold")
    func large() async throws {
        let locals = (1...150).map { "local v\($0) = ('\($0)'):rep(1000)" }.joined(separator: " ")
        try await scenario("local function f()\n\(locals)\nreturn v1\nend\nreturn #f()") { s in
            try s.session.tracing.record(lastLines: 10)
            try await s.start()
            #expect(try await s.go() == "returned 1000")
            let record = try await s.session.recording().first { $0.location.line == 3 }
            #expect(record?.isCut == false || record?.changes?.isEmpty == false)
        }
    }

    @Test("no lines, or too many, are refused", arguments: [0, -1, 1_000_001, .max, .min])
    func refused(lines: Int) {
        let tracing = DebugSession(Script("return 1")).tracing
        let error = #expect(throws: DebugError.self) { try tracing.record(lastLines: lines) }
        #expect(error?.code == .badArgument)
    }

    @Test("a host asks for the lines before its script's error")
    func hosted() throws {
        try withState("local x = 1\nlocal y = x + 1\nerror('bad')") { run in
            try run.debugger.tracing.record(lastLines: 10)
            #expect(run.run("local x = 1\nlocal y = x + 1\nerror('bad')") != 0)
            let records = run.debugger.recording()
            #expect(records.map { $0.location.line } == [1, 2, 3])
            #expect(records.last?.changes?.map { "\($0.name)=\($0.new)" } == ["y=2"])
            run.debugger.tracing.stopRecording()
            _ = run.run("return 1")
            #expect(!run.hookIsInstalled)
        }
    }
}
