// On the corpus: a trace tells what stepping sees, a profile counts what stock Lua's own hook counts, and neither changes
// what a program does.

import Stories
import Synchronization
import Testing

@testable import LuaDebugCore

@Suite("Tracing, on the corpus")
struct CorpusTracingTests {
    @Test("a trace's records are the stops of stepping, in their order", arguments: Corpus.sample)
    func sameAsStepping(program: String) async throws {
        let script = Script(try Corpus.source(program), name: program)
        let stepped = try await observe(script, onStop: { _ in .stepInto }, stepFromEntry: true)
        let (traced, events) = try await trace(script, TraceSettings(.line))
        let places = events.map { event in
            guard case .trace(let record) = event else { return "\(event)" }
            return "\(record.location)"
        }
        #expect(places == stepped.stops)
        #expect(traced.output == stepped.output && traced.end == stepped.end)
    }

    @Test("the same with everything on as without", arguments: Corpus.sample)
    func transparent(program: String) async throws {
        let script = Script(try Corpus.source(program), name: program)
        let plain = try await observe(script)
        let settings = TraceSettings([.all, .calls, .variables])
        let (everything, events) = try await trace(script, settings) { debugger in
            // No names: of a global that is not there the script's own __index would be asked, and might tell.
            try debugger.watches.add(["1 + 1", "{'a', ...}", "nil + 1"])
            try debugger.tracing.record(lastLines: 50)
            try debugger.tracing.profile(.exact)
            try debugger.breakpoints.add(.watch("1 == 2"))
            try debugger.breakpoints.add(.watch("... == nil", onChange: true), where: "false")
        }
        #expect(everything == plain)
        #expect(!events.isEmpty)
        let (sampled, _) = try await trace(script, nil) { debugger in
            try debugger.tracing.profile(.sampling(every: 7))
        }
        #expect(sampled == plain, "with a sample every seven instructions")
    }

    @Test("a profile's counts are those of debug.sethook in stock lua5.3", arguments: CorpusTests.stockTraceable)
    func counts(program: String) async throws {
        let script = Script(try Corpus.source(program), name: program)
        let profile = Box<Profile?>(nil)
        _ = try await observe(
            script, prepare: { try $0.tracing.profile(.exact) }, atEnd: { profile.value = $0.profile() })
        guard let counted = profile.value else {
            Issue.record("no profile")
            return
        }
        var ours: [String] = []
        for line in counted.lines { ours.append("L \(line.location) \(line.hits)") }
        var calls: [String: Int] = [:]
        for function in counted.functions where function.frame.kind != .c {
            calls["C \(function.frame.location.chunk):\(function.frame.lines?.lowerBound ?? 0)", default: 0] +=
                function.calls
        }
        ours += calls.map { "\($0.key) \($0.value)" }
        let counts = try stock(["-e", Self.driver(program)])
        let theirs = counts.split(separator: "\n").filter { $0.hasPrefix("\u{1}") }.map { String($0.dropFirst()) }
        #expect(ours.sorted() == theirs.sorted())
    }

    private func trace(
        _ script: Script, _ settings: TraceSettings?, prepare: @escaping @Sendable (Debugger) throws -> Void = { _ in }
    ) async throws -> (Observed, [SessionEvent]) {
        let events = Box<[SessionEvent]>([])
        let observed = try await observe(
            script,
            prepare: { debugger in
                try debugger.tracing.setBuffer(bytes: 1 << 27)
                try prepare(debugger)
                if let settings { debugger.tracing.start(settings) }
            },
            atEnd: { debugger in
                while case let more = debugger.events.read(), !more.isEmpty { events.value += more }
            })
        return (observed, events.value)
    }

    /// Lines and calls, counted by a hook written in Lua.
    private static func driver(_ program: String) -> String {
        let text = """
            local program = ...
            local sethook, getinfo, write, pairs = debug.sethook, debug.getinfo, io.write, pairs
            local select = select
            local counts = {}
            local function hook(event, line)
              local info = getinfo(2, "S")
              if info.source == "=driver" or info.what == "C" then return end
              local mark = info.source:sub(1, 1)
              local name = (mark == "@" or mark == "=") and info.source:sub(2) or info.short_src
              local key
              if event == "line" then key = "L " .. name .. (line > 0 and ":" .. line or "")
              else key = "C " .. name .. ":" .. (info.what == "main" and 0 or info.linedefined) end
              counts[key] = (counts[key] or 0) + 1
            end
            print = function(...) for i = 1, select("#", ...) do tostring((select(i, ...))) end end
            local chunk = assert(loadfile(program))
            sethook(hook, "lc")
            pcall(chunk)
            sethook()
            for key, count in pairs(counts) do write("\\1", key, " ", count, "\\n") end
            """
        return "local f = assert(load([==[\(text)]==], '=driver')) f('\(program)')"
    }
}

/// A value that a closure on the script's thread leaves behind.
final class Box<Value: Sendable>: Sendable {
    private let content: Mutex<Value>
    init(_ value: Value) { content = Mutex(value) }
    var value: Value {
        get { content.withLock { $0 } }
        set { content.withLock { $0 = newValue } }
    }
}
