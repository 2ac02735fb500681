// What a session refuses, and what it says: each names the wrong thing.

import Stories
import Testing

@testable import LuaDebugCore

@Suite("Bad input")
struct BadInputTests {
    private func refusal(_ body: () async throws(DebugError) -> Void) async -> String {
        do throws(DebugError) {
            try await body()
            return "accepted"
        } catch {
            return "\(error.code): \(error.message)"
        }
    }

    @Test(
        "scripts that cannot be run, and the session is as before",
        arguments: [
            ("x = = 1", "doesNotCompile: bad.lua:1: unexpected symbol near '='"),
            ("local a\nif a then", "doesNotCompile: bad.lua:2: 'end' expected near <eof>"),
            (
                "\u{1B}Lua",
                "binaryRefused: The script \"bad.lua\" is a binary chunk; only text is run unless the host allows it."
            ),
            ("return 1\0x", "doesNotCompile: bad.lua:1: <eof> expected"),
            ("a = '" + "\0" + "'", "accepted"), ("", "accepted"), ("-- only a comment", "accepted"),
        ])
    func scripts(source: String, says: String) async {
        let session = DebugSession(Script(source, name: "bad.lua"))
        let said = await refusal { () throws(DebugError) in try await session.start() }
        #expect(said.hasPrefix(says.prefix(60)), "\(said)")
        if says != "accepted" {
            #expect(session.state == .notStarted)
            // As often as one likes.
            #expect(await refusal { () throws(DebugError) in try await session.start() } == said)
        }
        await session.close()
    }

    @Test("a binary chunk is run where the host allows it; what is stripped has no lines to stop at")
    func binary() async throws {
        let dumped = try stock(
            ["-e", "io.write(string.dump(load('local a = 1\\nreturn a + 41', '@dumped.lua')))"], raw: true)
        let session = DebugSession(Script(dumped, name: "b.lua", allowsBinary: true))
        try await session.start()
        #expect(session.stop?.location == Location(chunk: "dumped.lua", line: 1))
        #expect(try await session.run() == .returned([.integer(42)]))
        await session.close()
        let stripped = try stock(["-e", "io.write(string.dump(load('local a = 1\\nreturn a + 41'), true))"], raw: true)
        let blind = DebugSession(Script(stripped, name: "b.lua", allowsBinary: true))
        try await blind.start()
        #expect(try await blind.resume(.finish) == .returned([.integer(42)]))
        await blind.close()
    }

    @Test("an expression, statements, a condition and a watch whose text is a binary chunk are refused")
    func binaryText() async throws {
        let dumped = LuaText(bytes: try stock(["-e", "io.write(string.dump(load('return 42')))"], raw: true))
        #expect(dumped.bytes.first == 0x1B)
        try await scenario("local a = 1 -- @here\nreturn a") { s in
            let session = s.session
            try await s.start(stoppingAt: "here")
            let all = [
                await refusal { () throws(DebugError) in _ = try await session.evaluate(dumped) },
                await refusal { () throws(DebugError) in try await session.execute(dumped) },
                await refusal { () throws(DebugError) in
                    _ = try await session.inspect { (script) throws(DebugError) in
                        try script.evaluateOrExecute(dumped)
                    }
                },
                await refusal { () throws(DebugError) in
                    try session.breakpoints.add(.line(2, in: "scenario.lua"), where: dumped)
                },
                await refusal { () throws(DebugError) in try session.watches.add(dumped) },
            ]
            for said in all { #expect(said.hasPrefix("syntax: "), "\(said)") }
            #expect(try await s.go() == "returned 1")
        }
    }

    @Test("a dump that is cut or damaged anywhere shows lines or none, and is never read past its end")
    func damagedDumps() throws {
        let source = """
            local function f(a, ...)
              local t = {1, 2.5, 'text', nil, true, ('long'):rep(20), 'a string of more than forty characters, which are long'}
              return function() return a, t end
            end
            return f
            """
        let dump = try stock(["-e", "io.write(string.dump(load([==[\(source)]==], '@dumped.lua')))"], raw: true)
        let whole = ChunkReader.functions(of: dump)
        #expect(whole.map(\.firstLine) == [0, 1, 3] && whole[1].lines == [2, 3, 4])
        for count in 0..<dump.count {
            #expect(ChunkReader.functions(of: Array(dump[..<count])) == [], "cut after \(count) bytes")
        }
        var different = 0
        for index in dump.indices {
            for byte in [0, 1, 2, 3, 8, 0x7F, 0x80, 0xFE, 0xFF, dump[index] ^ 1, dump[index] &+ 1] as [UInt8] {
                var damaged = dump
                damaged[index] = byte
                // Lengths of eight bytes are damaged as a whole, too.
                for more in [0, 3, 7] where index + more < damaged.count {
                    for next in index...(index + more) { damaged[next] = byte }
                    if ChunkReader.functions(of: damaged) != whole { different += 1 }
                }
            }
        }
        #expect(different > dump.count)
    }

    @Test("commands at the wrong time")
    func wrongTime() async throws {
        try await scenario("while not done do end\nreturn 1") { s in
            let session = s.session
            #expect(
                await refusal { () throws(DebugError) in try await session.run() }
                    == "notStarted: The script has not been started.")
            #expect(await refusal { () throws(DebugError) in _ = try await session.frames() }.hasPrefix("notStarted"))
            try await s.start()
            #expect(
                await refusal { () throws(DebugError) in try await session.start() }.hasPrefix(
                    "running: The script was started already"))
            let running = Task { try await session.run() }
            while session.state != .running { await Task.yield() }
            #expect(
                await refusal { () throws(DebugError) in try await session.run() }
                    == "running: The script is running; pause it or wait until it stops.")
            #expect(await refusal { () throws(DebugError) in _ = try await session.evaluate("1") }.hasPrefix("running"))
            session.pause()
            _ = try await running.value
            #expect(
                await refusal { () throws(DebugError) in _ = try await session.variables(frame: 7) }
                    == "noSuchFrame: There is no frame 7 on this stack.")
            #expect(
                await refusal { () throws(DebugError) in _ = try await session.variables(frame: -1) }.hasPrefix(
                    "noSuchFrame"))
            try await session.execute("done = true")
            #expect(try await s.go() == "returned 1")
            #expect(
                await refusal { () throws(DebugError) in try await session.run() }
                    == "ended: The script has ended; restart makes it run again.")
            #expect(await refusal { () throws(DebugError) in try await session.resume(.stepOver) }.hasPrefix("ended"))
            session.pause()
            session.abort()
        }
    }

    @Test("a pause that comes when nothing runs does nothing later")
    func idlePause() async throws {
        try await scenario("local a = 1\nlocal b = 2\nreturn b") { s in
            s.session.pause()
            try await s.start()
            s.session.pause()
            #expect(try await s.go() == "returned 2")
        }
    }
}
