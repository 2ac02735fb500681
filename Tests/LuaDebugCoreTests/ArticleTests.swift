// The code of the articles, compiled and run: each block of them stands below, or in an example.

import CLuaShim
import Foundation
import Testing

@testable import LuaDebugCore

@Suite("Articles")
struct ArticleTests {
    @Test("attaching to a host, as its article says")
    func attachingToAHost() throws {
        guard let state = unsafe luaL_newstate() else { throw DebugError(.outOfMemory, "no state") }
        defer { unsafe lua_close(state) }
        let debugger = try unsafe Debugger(attachingTo: state)
        var settings = HostSettings(whenNobodyIsAttached: .skip, stopLimit: .seconds(600))
        settings.callbacks.log = { print($0) }
        let session = try DebugSession(hosting: debugger, script: Script("", name: "worker.lua"), settings: settings)
        let id = SessionRegistry.shared.register(session, name: "worker 7")
        let ada = try SessionRegistry.shared.attach(to: id, by: "ada")
        try ada.session.breakpoints.add(.line(2, in: "worker.lua"))
        ada.detach()
        #expect(session.breakpoints.all.map(\.isEnabled) == [false])
        #expect(SessionRegistry.shared[id]?.controller == nil)
        debugger.detach()
        #expect(!SessionRegistry.shared.sessions.contains { $0.id == id })
    }

    @Test("the code in the articles is compiled: each block stands in an example or in this file")
    func articles() throws {
        func lines(_ text: String) -> [Substring] {
            text.split(separator: "\n").map { $0.drop { $0 == " " } }.filter { !$0.isEmpty }
        }
        let compiled = try ["Examples/FirstStop/main.swift", "Examples/AttachToHost/main.swift"].map(Pages.text)
        let here = try String(contentsOfFile: #filePath, encoding: .utf8)
        let all = (compiled + [here]).map(lines)
        for page in try Pages.files(in: "Sources/LuaDebugCore/LuaDebugCore.docc", with: ".md") {
            for block in try Pages.blocks(of: page) where block.language == "swift" {
                let wanted = lines(block.text)
                let isThere = all.contains { file in
                    file.indices.contains { file[$0...].prefix(wanted.count).elementsEqual(wanted) }
                }
                #expect(isThere, "\(page): \(block.text)")
            }
        }
    }

    private let source = """
        local client = ...
        local count = 0
        local function allow(now)
            count = count + 1
            return count <= 3
        end
        for now = 1, 5 do
            if not allow(now) then return client, now end
        end
        """

    @Test("article: debugging a script")
    func debuggingAScript() async throws {
        let session = DebugSession(Script(source, name: "allow.lua", arguments: ["Ada"]))
        try await session.start()

        var visited: [Int] = []
        var outcome = try await session.resume(.stepOver)
        while case .stopped(let stop) = outcome {
            visited.append(stop.location.line ?? 0)
            outcome = try await session.resume(.stepOver)
        }

        #expect(visited == [2, 6, 7, 8, 7, 8, 7, 8, 7, 8])
        func tell(_ outcome: Outcome) -> String {
            switch outcome {
            case .stopped(let stop): "waits at \(stop.location)"
            case .returned(let values): "returned " + values.map(\.description).joined(separator: ", ")
            case .failed(let failure): failure.message + "\n" + failure.traceback
            case .aborted(let cause): "ended by \(cause)"
            }
        }
        #expect(tell(outcome) == "returned \"Ada\", 4")

        try await session.resume(.restart())
        #expect(session.stop?.reasons == [.entry])
        let end = try await session.resume(.abort)
        #expect(end == .aborted(.command(by: "abort")))
        await session.close()
    }

    @Test("article: stepping and breakpoints")
    func steppingAndBreakpoints() async throws {
        let session = DebugSession(Script(source, name: "allow.lua", arguments: ["Ada"]))
        try await session.start()
        let list = session.breakpoints
        let third = try list.add(.line(5, in: "allow.lua"), where: "count == 3")
        try list.add(.function("string.rep"))
        try list.add(.error())
        #expect(third.resolution == .line(5))

        guard case .stopped(let stop) = try await session.run() else { return }
        #expect(stop.breakpoints == [third.id] && stop.depth == 2)
        try await session.resume(.stepOut)
        #expect(session.stop?.location.line == 7)

        session.skipping.set([.chunk("lib/*"), .function("assert*")])

        try list.setCondition(nil, third.id)
        try list.ignore(1, third.id)
        try list.setEnabled(false, third.id)
        try list.remove(third.id)
        #expect(list.all.count == 2)
        await session.close()
    }

    @Test("article: inspecting values")
    func inspectingValues() async throws {
        let session = DebugSession(Script("box = {1, 2, size = {w = 3}}\nlocal n = 1\nreturn n", name: "box.lua"))
        try await session.start()
        try await session.resume(.toLine(3))
        var shown: [String] = []
        for frame in try await session.frames() {
            for variable in try await session.variables(frame: frame.level, limits: .flat) {
                shown.append("\(frame.location) \(variable.name) = \(variable.value)")
            }
        }
        #expect(shown.first == "box.lua:3 (vararg 1) = nil" || shown.contains("box.lua:3 n = 1"))

        let keys = try await session.inspect { (script) throws(DebugError) -> [Value] in
            guard let box = try script.evaluate("box", limits: .flat).first?.reference else { return [] }
            return try script.entries(of: box, from: 0, count: 10).entries.map(\.key)
        }
        #expect(keys == [.integer(1), .integer(2), .text("size")])

        let box = try await session.evaluate("box", limits: ValueLimits(depth: 1))
        let text = PrettyPrinter(isMultiline: false).text(of: box)
        #expect(text == "{ 1, 2, size = {...} }")
        await session.close()
    }

    @Test("article: evaluating in a frame")
    func evaluatingInAFrame() async throws {
        let session = DebugSession(Script(source, name: "allow.lua", arguments: ["Ada"]))
        try await session.start()
        try await session.resume(.toLine(5))
        let sum = try await session.evaluate("now + count, count > 3")
        try await session.execute("count = 3")
        let client = try await session.evaluate("client", frame: 1)
        #expect(sum == [.integer(2), .boolean(false)] && client == [.text("Ada")])

        do throws(DebugError) {
            let budget = EvaluationBudget(instructions: 1_000_000, milliseconds: 100)
            _ = try await session.evaluate("(function() while true do end end)()", budget: budget)
        } catch {
            #expect(error.code == .overBudget)
        }
        #expect(try await session.run() == .returned([.text("Ada"), .integer(2)]))
        await session.close()
    }

    private let cart = """
        local cart = {{price = 3}, {price = 4}, {price = 5}}
        local function sum(items)
            local total = 0
            for _, item in ipairs(items) do
                total = total + item.price
            end
            return total
        end
        local due = sum(cart)
        return due
        """

    @Test("article: watching values")
    func watchingValues() async throws {
        let session = DebugSession(Script(cart, name: "cart.lua"))
        try await session.start()
        try session.watches.add(["total", "item.price * 2", "item.tax.rate"])
        try await session.resume(.toLine(5))
        var shown: [String] = []
        for watched in try await session.evaluateWatches() {
            switch watched.result {
            case .success(let value): shown.append("\(watched.watch.expression) is \(value)")
            case .failure(let error): shown.append("\(watched.watch.expression): \(error.message)")
            }
        }
        #expect(
            shown == [
                "total is 0", "item.price * 2 is 6",
                "item.tax.rate: (evaluation):1: attempt to index a nil value (field 'tax')",
            ])

        try await session.resume(.restart())
        let large = try session.breakpoints.add(.watch("total > 5"))
        try session.breakpoints.add(.watch("total", onChange: true))
        var stops: [String] = []
        while case .stopped(let stop) = try await session.run() {
            stops.append("\(stop.location): " + stop.reasons.map(\.description).joined(separator: "; "))
        }
        try #expect(stops.joined(separator: "\n") == said("WatchingValues.md"))

        let failure = session.breakpoints[large.id]?.failure
        #expect(failure == "(evaluation):1: attempt to compare number with nil")
        await session.close()
    }

    /// What an article says that its code gives: its only text block.
    private func said(_ article: String) throws -> String {
        let blocks = try Pages.blocks(of: "Sources/LuaDebugCore/LuaDebugCore.docc/\(article)")
        return try #require(blocks.first { $0.language == "text" }).text
    }

    @Test("article: tracing a script")
    func tracingAScript() async throws {
        let session = DebugSession(Script(cart, name: "cart.lua"))
        let lines = session.events.lines()
        let filter = TraceFilter(functions: ["sum"])
        session.tracing.start(TraceSettings([.variables, .calls], filter: filter))
        try await session.start()
        let point = try session.breakpoints.add(.line(7, in: "cart.lua"), log: "{#items} prices make {total}")
        try await session.run()
        #expect(session.breakpoints[point.id]?.hitCount == 1)
        session.tracing.stop()

        try session.tracing.record(lastLines: 200)
        try await session.resume(.restart())
        try session.breakpoints.add(.line(7, in: "cart.lua"))
        try await session.run()
        let last = try await session.recording().suffix(3)

        #expect(last.map(\.location.line) == [5, 4, 7])
        let changes: [String] = last.flatMap { $0.changes ?? [] }.map { "\($0.name) = \($0.new)" }
        #expect(changes == ["_ = 3", "item = {...}", "total = 12"])
        await session.close()
        let told = await lines.value
        try #expect(told.prefix(12).joined(separator: "\n") == said("TracingAScript.md"))
    }

    @Test("article: profiling a script")
    func profilingAScript() async throws {
        let session = DebugSession(Script(cart, name: "cart.lua"))
        try session.tracing.profile(.exact)
        try await session.start()
        try await session.run()
        guard let profile = try await session.profile() else { return }
        for cost in profile.functions.prefix(10) {
            print(cost.name, cost.calls, cost.own, cost.total, profile.unit)
        }
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("cart.folded")
        try profile.collapsed.write(to: file, atomically: true, encoding: .utf8)
        #expect(profile.functions.first { $0.frame.function == "sum" }?.calls == 1)
        #expect(profile.collapsed.contains("main chunk (cart.lua);sum (cart.lua:2) "))
        try FileManager.default.removeItem(at: file)
        await session.close()
    }

    private let talking = """
        local function charge(user, amount)
            server.debugeval("user.name, amount")
            server.debugbreak("amount > user.credit")
            return user.credit - amount
        end
        server.debugtrace(server.tracecode)
        charge({name = "Ada", credit = 9}, 4)
        server.debugtrace(server.traceoff)
        server.debugmode(false)
        charge({name = "Bob", credit = 1}, 4)
        server.debugmode(true)
        return charge({name = "Eve", credit = 2}, 4)
        """

    @Test("article: talking to the debugger")
    func talkingToTheDebugger() async throws {
        let script = Script(talking, name: "charge.lua")
        let session = DebugSession(script, scriptFunctions: "server")
        try await session.start()
        guard case .stopped(let stop) = try await session.run() else { return }
        #expect(stop.reasons == [.script()] && stop.location.line == 3)
        var heard: [String] = []
        for case .script(let message) in session.events.read() {
            let values = message.values?.map(\.description).joined(separator: ", ")
            heard.append("\(message.location): \(values ?? message.failure ?? "")")
        }
        #expect(heard == [#"charge.lua:2: "Ada", 4"#, #"charge.lua:2: "Bob", 4"#, #"charge.lua:2: "Eve", 4"#])
        #expect(try await session.run() == .returned([.integer(-2)]))
        await session.close()

        let article = "Sources/LuaDebugCore/LuaDebugCore.docc/TalkingToTheDebugger.md"
        #expect(try Pages.blocks(of: article).first { $0.language == "lua" }?.text == talking)
    }

    @Test("article: embedding in a server")
    func embeddingInAServer() async throws {
        let limits = RunLimits(time: .milliseconds(500), memory: 8 << 20)
        let session = DebugSession(Script("while true do end", name: "endless.lua"), limits: limits) { _ in }
        try await session.start()
        let outcome = try await session.run()
        await session.close()
        #expect(outcome == .aborted(.timeLimit))

        var environment = HostEnvironment()
        environment.addFunction("users.name") { (call) throws(HostError) in
            guard call.arguments.first == .integer(7) else { throw HostError("no such user") }
            return [.text("Ada")]
        }
        environment.constants["users.most"] = .integer(100)
        environment.preludes = [.init("io, os, require, package, debug, dofile, loadfile = nil")]
        let script = Script("local name = users.name(7)\nreturn name, users.most, io", name: "greet.lua")
        let greeting = DebugSession(script, environment: environment)
        try await greeting.start()
        let greeted = try await greeting.run()
        await greeting.close()
        #expect(greeted == .returned([.text("Ada"), .integer(100), .nil]))

        // A pause from another thread than the script's.
        guard let state = unsafe luaL_newstate() else { return }
        let debugger = try unsafe Debugger(attachingTo: state)
        let control = debugger.control
        debugger.onStop = { script in
            _ = try? script.execute("done = true")
            return .detach
        }
        Task.detached { control.pause() }
        unsafe #expect(luaL_loadstring(state, "while not done do end") == LUA_OK)
        unsafe #expect(lua_pcallk(state, 0, 0, 0, 0, nil) == LUA_OK)
        debugger.detach()
        unsafe lua_close(state)
    }

    @Test("article: the events of an attached debugger")
    func attachedEvents() async throws {
        guard let state = unsafe luaL_newstate() else { return }
        try unsafe Debugger.installScriptFunctions(in: state, table: "server")
        let debugger = try unsafe Debugger(attachingTo: state)
        let events = debugger.events
        let reader = Task {
            var said: [String] = []
            for await case .script(let message) in events {
                said.append("\(message.location): \(message.values ?? [])")
            }
            return said
        }
        let script = "local n = 6 * 7 server.debugeval('n, n > 40')"
        unsafe #expect(luaL_loadbufferx(state, script, script.utf8.count, "@host.lua", "t") == LUA_OK)
        unsafe #expect(lua_pcallk(state, 0, 0, 0, 0, nil) == LUA_OK)
        debugger.detach()
        unsafe lua_close(state)
        #expect(await reader.value == ["host.lua:1: [42, true]"])
    }

    /// What a script leaves in the global `result`, with or without a debugger that steps through all of it.
    private func result(of script: String, stepping: Bool) throws -> String {
        guard let state = unsafe luaL_newstate() else { throw DebugError(.outOfMemory, "no state") }
        defer { unsafe lua_close(state) }
        unsafe luaL_openlibs(state)
        let debugger = stepping ? try unsafe Debugger(attachingTo: state) : nil
        debugger?.onStop = { _ in .stepInto }
        try debugger?.stopAtNextCall()
        unsafe luaL_loadbufferx(state, script, script.utf8.count, "@host.lua", "t")
        unsafe lua_pcallk(state, 0, 0, 0, 0, nil)
        debugger?.detach()
        unsafe #expect(lua_gethook(state) == nil)
        unsafe lua_getglobal(state, "result")
        return unsafe lua_tolstring(state, -1, nil).map { unsafe String(cString: $0) } ?? "nil"
    }

    @Test("article: a script's result is the same, stepped through or not")
    func transparent() throws {
        let script = "local sum = 0 for i = 1, 10 do sum = sum + i end\nresult = sum .. debug.traceback()"
        #expect(try result(of: script, stepping: true) == result(of: script, stepping: false))
    }
}

extension SessionEvents {
    /// Tells each event in a line, until the end.
    fileprivate func lines() -> Task<[String], Never> {
        let events = self
        return Task {
            var told: [String] = []
            for await event in events {
                switch event {
                case .trace(let record):
                    let changes = (record.changes ?? []).map { " \($0.name) = \($0.new)" }
                    told.append("\(record.event) \(record.location)" + changes.joined(separator: ","))
                case .log(let message): told.append("\(message.location): \(message.text)")
                case .script(let message): told.append("\(message.location): \(message.values ?? [])")
                case .lost(let count): told.append("\(count) events are missing here")
                }
            }
            return told
        }
    }
}
