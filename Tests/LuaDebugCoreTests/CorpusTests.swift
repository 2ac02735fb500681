// Law 1, on a corpus: the same output and the same end plain, stepped line by line, and with conditions on every line; and
// stepping visits the lines that stock Lua's own line hook does.

import Stories
import Testing

@testable import LuaDebugCore

@Suite("Law 1: transparent, on the corpus")
struct CorpusTests {
    @Test("there are at least 40 programs")
    func size() { #expect(Corpus.programs.count >= 40) }

    @Test("the same with a debugger as without", arguments: Corpus.sample)
    func transparent(program: String) async throws {
        let script = Script(try Corpus.source(program), name: program)
        let plain = try await observe(script)
        #expect(plain.stops.isEmpty)
        if program != "load_reader_errors.lua" {
            // lua.c adds a traceback to the errors that its message handler sees, those that load() catches among them.
            #expect(withoutBase(plain.output) == withoutBase(try stock([program])), "against stock Lua")
        }

        var stepped = try await observe(script, onStop: { _ in .stepInto }, stepFromEntry: true)
        #expect(!stepped.stops.isEmpty)
        stepped.stops = []
        #expect(stepped == plain, "stepped line by line")

        let conditions = try await observe(
            script,
            prepare: { debugger in
                for line in debugger.breakpoints.executableLines(of: program) {
                    try debugger.breakpoints.add(.line(line, in: program), where: "nil == false")
                }
            })
        #expect(conditions == plain, "an always-false condition on every line")
    }

    @Test("stepping over and out at random changes nothing", arguments: Corpus.sample)
    func verbs(program: String) async throws {
        let script = Script(try Corpus.source(program), name: program)
        let plain = try await observe(script)
        let verbs: [Resume] = [.stepInto, .stepOver, .stepInto, .stepInto, .stepOut, .stepInto, .untilGreaterLine]
        var mixed = try await observe(
            script, onStop: { verbs[Int($0.stop.number * 2_654_435_761 % 7)] }, stepFromEntry: true)
        mixed.stops = []
        #expect(mixed == plain)
    }

    /// Programs that set hooks themselves would take the oracle's away.
    static let traceable = Corpus.sample.filter { program in
        guard let source = try? Corpus.source(program) else { return true }
        let text = String(decoding: source, as: UTF8.self)
        return !text.contains("sethook") && !text.contains("gethook")
    }

    @Test("stepping visits the lines of a bare line hook, in their order", arguments: traceable)
    func sameLines(program: String) async throws {
        let script = Script(try Corpus.source(program), name: program)
        let stepped = try await observe(script, onStop: { _ in .stepInto }, stepFromEntry: true)
        let bare = try await bareLines(of: program)
        #expect(stepped.stops == bare)
    }

    /// debug.sethook is per coroutine, and its hook is a Lua function on the same stack: depth shows.
    static let stockTraceable = traceable.filter { program in
        guard let source = try? Corpus.source(program) else { return true }
        let text = String(decoding: source, as: UTF8.self)
        return !text.contains("coroutine") && !program.hasPrefix("recursion") && !text.contains("getinfo")
    }

    @Test("stepping visits the lines that debug.sethook in stock lua5.3 sees", arguments: stockTraceable)
    func sameLinesAsStock(program: String) async throws {
        let script = Script(try Corpus.source(program), name: program)
        let stepped = try await observe(script, onStop: { _ in .stepInto }, stepFromEntry: true)
        let traced = try stock(["-e", Self.driver(program)])
        let lines = traced.split(separator: "\n").filter { $0.hasPrefix("\u{1}") }.map { String($0.dropFirst()) }
        #expect(stepped.stops == lines)
    }

    /// A line hook written in Lua, in the stock interpreter.
    static func driver(_ program: String) -> String {
        let text = """
            local program = ...
            local sethook, getinfo, write, flush = debug.sethook, debug.getinfo, io.write, "\\n"
            local select = select
            local function name(source, short)
              local mark = source:sub(1, 1)
              return (mark == "@" or mark == "=") and source:sub(2) or short
            end
            local function hook(_, line)
              local info = getinfo(2, "S")
              if info.source ~= "=driver" then
                local place = line > 0 and ":" .. line or ""
                write("\\1", name(info.source, info.short_src), place, "\\n")
              end
            end
            print = function(...) for i = 1, select("#", ...) do tostring((select(i, ...))) end end
            local chunk = assert(loadfile(program))
            sethook(hook, "l")
            pcall(chunk)
            sethook()
            """
        return "local f = assert(load([==[\(text)]==], '=driver')) f('\(program)')"
    }
}
