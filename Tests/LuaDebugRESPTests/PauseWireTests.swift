// What must not wait behind a running script: PAUSE and SCRIPT KILL, however they come.

import LuaDebugCore
import Testing

@testable import LuaDebugRESP

@Suite("C-045: pausing what runs")
struct PauseWireTests {
    @Test("C-045 PAUSE while a RUN is pending: the RUN is replied to, then the PAUSE")
    func pause() async {
        await wire { client in
            await client.expect("DEVAL \"while true do end\" 0", ":1")
            client.send("RUN")
            while !client.service.sessions.contains(where: { $0.state == .running }) { await Task.yield() }
            await client.expect("PAUSE", "_")
            #expect(await client.reply() == .ok)
            await client.converse(
                "PAUSE -> -ERR the script is stopped already\nGETCODE -> \"while true do end\"\nABORT -> +OK")
        }
    }

    @Test("C-045 PAUSE and SCRIPT KILL that come in one packet with what lets the script run do not wait behind it")
    func pauseInOnePacket() async {
        await wire { client in
            for _ in 1...50 {
                await client.expect("DEVAL \"while true do end\" 0", ":1")
                client.connection.receive([UInt8]("RUN\r\nPAUSE\r\n".utf8))
                #expect(await client.reply().map(Wire.show) == "_")
                #expect(await client.reply() == .ok)
                client.connection.receive([UInt8]("END\r\nSCRIPT KILL\r\n".utf8))
                #expect(await client.reply().map(Wire.show)?.hasPrefix("-KILLED") == true)
                #expect(await client.reply() == .ok)
            }
        }
    }

    @Test("C-045 in one packet it is for the last command before it that lets the script run, for none before")
    func stepsBeforeIt() async {
        // The step takes long enough to be met.
        let long = "local function f() for i = 1, 3000000 do end end\\nf()\\nwhile true do end"
        for (word, reply) in [("PAUSE", "_"), ("SCRIPT KILL", "-KILLED *")] {
            for isRunning in [false, true] {
                await wire { client in
                    await client.converse("DEVAL \"\(long)\" 0 -> :1\nSTEPOVER -> :2")
                    var packet = "RUN\r\n\(word)\r\n"
                    if isRunning {
                        let before = client.service.sessions.first?.state
                        client.send("STEPOVER")
                        // Until it runs; or has run, on a busy machine.
                        while client.service.sessions.first?.state == before { await Task.yield() }
                    } else {
                        packet = "STEPOVER\r\n" + packet
                    }
                    client.connection.receive([UInt8](packet.utf8))
                    for expected in [":3", reply, "+OK"] {
                        let told = await client.reply().map(Wire.show) ?? "closed"
                        #expect(Wire.matches(told, expected), "\(word): \(told), not \(expected)")
                    }
                }
            }
        }
    }

    @Test("C-045 it is meant for the last command before it that lets the script run, however the packets are cut")
    func pauseBehindTwo() async {
        let endless = "DEVAL \"local a = 1\\nwhile true do end\" 0"
        for (line, replies) in [
            ("STEPINTO RUN PAUSE", [":2", "_", "+OK"]), ("RUN PING PAUSE", ["_", "+PONG", "+OK"]),
            ("STEPINTO RUN GETRETURN PAUSE PING", [":2", "_", "-ERR *", "+OK", "+PONG"]),
            ("RUN PING KILL", ["-KILLED *", "+PONG", "+OK"]),
        ] {
            let packet = Array(
                line.split(separator: " ").map { ($0 == "KILL" ? "SCRIPT KILL" : $0) + "\r\n" }.joined().utf8)
            for cut in [Int](0...packet.count) + [Int](repeating: 0, count: 20) {
                await wire { client in
                    await client.expect(endless, ":1")
                    client.connection.receive(Array(packet[..<cut]))
                    client.connection.receive(Array(packet[cut...]))
                    for expected in replies {
                        let reply = await client.reply().map(Wire.show) ?? "closed"
                        #expect(Wire.matches(reply, expected), "\(line) cut at \(cut): \(reply), not \(expected)")
                    }
                }
            }
        }
    }

    @Test("C-045 what comes later is for what runs now, whatever waits for its turn")
    func pauseBehindWaiting() async {
        await wire { client in
            for (late, reply) in [("PAUSE", "_"), ("SCRIPT KILL", "-KILLED the script was ended (SCRIPT KILL)")] {
                await client.expect("DEVAL \"while true do\\nlocal a = 1\\nend\" 0", ":*")
                client.send("RUN")
                while !client.service.sessions.contains(where: { $0.state == .running }) { await Task.yield() }
                for line in ["STEPOVER", "ABORT", late] { client.send(line) }
                #expect(await client.reply().map(Wire.show) == reply)
                let step = await client.reply().map(Wire.show) ?? "closed"
                #expect(Wire.matches(step, late == "PAUSE" ? ":*" : "-KILLED *"), "\(step)")
                #expect(await client.reply() == .ok)
                #expect(await client.reply() == .ok)
            }
        }
    }

    @Test("C-045 a script that runs when a client attaches is paused by RUN and PAUSE in one packet")
    func pauseOfARunning() async throws {
        let service = Wire.service()
        let hosted = DebugSession(Script("while not done do end\nreturn 'done'", name: "host.lua"), output: { _ in })
        try await hosted.start()
        let id = service.register(hosted, name: "host.lua")
        async let outcome = hosted.run()
        while hosted.state != .running { await Task.yield() }
        await wire(service) { client in
            client.connection.receive([UInt8]("DATTACH \(id)\r\nRUN\r\nPAUSE\r\n".utf8))
            #expect(await client.reply().map(Wire.show)?.hasPrefix("-") == false)
            #expect(await client.reply().map(Wire.show) == "_")
            #expect(await client.reply() == .ok)
            await client.expect("DOEXEC \"done = true\"", "+OK")
        }
        _ = try? await outcome
        await hosted.close()
    }
}
