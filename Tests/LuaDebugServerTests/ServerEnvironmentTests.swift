// The environment's variables: what they ask for, and what is said of those that ask for nothing sensible.

import Foundation
import LuaDebugConsole
import Testing

@testable import LuaDebugServer

@Suite("What the environment asks for", .timeLimit(.minutes(5)))
struct ServerEnvironmentTests {
    @Test("nothing set asks for nothing; an empty variable is one that is not set")
    func nothing() throws {
        #expect(try ServerEnvironment([:]) == ServerEnvironment())
        #expect(
            try ServerEnvironment(["LUADEBUG_LISTEN": "", "DEBUG_PORT": "", "LUADEBUG": ""]) == ServerEnvironment())
    }

    @Test("LUADEBUG_LISTEN goes before DEBUG_PORT, which is a port on loopback")
    func places() throws {
        #expect(
            try ServerEnvironment(["LUADEBUG_LISTEN": "unix:/run/x", "DEBUG_PORT": "1"]).endpoints
                == [.unix(path: "/run/x")])
        #expect(try ServerEnvironment(["DEBUG_PORT": "4444"]).endpoints == [.tcp(host: "127.0.0.1", port: 4444)])
        #expect(try ServerEnvironment(["LUADEBUG_LISTEN": "5-7"]).endpoints.count == 3)
    }

    @Test(
        "LUADEBUG_WAIT is no, forever, or seconds",
        arguments: [
            ("0", ConsoleService.Waiting.no), ("off", .no), ("forever", .forever), ("YES", .forever),
            ("30", .seconds(30)),
        ])
    func waiting(text: String, waiting: ConsoleService.Waiting) throws {
        #expect(try ServerEnvironment(["LUADEBUG_WAIT": text]).waiting == waiting)
    }

    @Test(
        "LUADEBUG=0 switches everything off, even what could not be understood", arguments: ["0", "no", "OFF", "false"])
    func off(text: String) throws {
        let environment = try ServerEnvironment(["LUADEBUG": text, "DEBUG_PORT": "x", "LUADEBUG_WAIT": "9"])
        #expect(environment.isOff && environment.endpoints.isEmpty && environment.waiting == nil)
    }

    @Test("the recipe for containers sets variables that are read, to what is understood")
    func recipe() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let file = root.appendingPathComponent("Examples/container/compose.override.yaml")
        let recipe = try String(contentsOf: file, encoding: .utf8)
        var variables: [String: String] = [:]
        for line in recipe.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.count == 2, parts[0].hasPrefix("LUADEBUG") else { continue }
            #expect(ServerEnvironment.names.contains(parts[0]))
            variables[parts[0]] = parts[1].trimmingCharacters(in: ["\""])
        }
        let environment = try ServerEnvironment(variables)
        #expect(environment.endpoints == [.tcp(host: "0.0.0.0", port: 4444)])
        #expect(environment.waiting == .seconds(60) && environment.passwordFile == "/run/secrets/luadebug")
        #expect(recipe.contains("127.0.0.1:4444:4444") && recipe.contains("luadebug-secret"))
    }

    @Test(
        "what cannot be understood names its variable and what it says",
        arguments: [
            ("DEBUG_PORT", "70000"), ("DEBUG_PORT", "-1"), ("DEBUG_PORT", "0x10"), ("LUADEBUG_LISTEN", "host:"),
            ("LUADEBUG_LISTEN", "7-5"), ("LUADEBUG_WAIT", "soon"), ("LUADEBUG_WAIT", "-3"),
        ])
    func refused(name: String, text: String) {
        let error = expect(.badEndpoint) { try ServerEnvironment([name: text]) }
        #expect(error?.message.hasPrefix(name + ": ") == true && error?.message.contains("\"\(text)\"") == true)
    }
}
