// The one call of a host: what the environment asks for is there, and whatever is wrong is a line in the log.

import Foundation
import LuaDebugConsole
import LuaDebugCore
import Synchronization
import Testing

@testable import LuaDebugServer

@Suite("LuaDebugServer.start", .timeLimit(.minutes(5)))
struct StartTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    private final class Log: Sendable {
        let lines = Mutex<[String]>([])
    }

    private func start(_ variables: [String: String]) throws -> (server: LuaDebugServer?, log: [String]) {
        let log = Log()
        let environment = try ServerEnvironment(variables)
        let server = LuaDebugServer.start(as: "my-host", environment: environment) { line in
            log.lines.withLock { $0.append(line) }
        }
        return (server, log.lines.withLock { $0 })
    }

    @Test("nothing asked for, nothing open, nothing said; LUADEBUG=0 is stronger than all")
    func nothing() throws {
        #expect(try start([:]) == (nil, []))
        #expect(try start(["LUADEBUG": "0", "DEBUG_PORT": "0"]) == (nil, []))
    }

    private func start(_ variables: [String: String]) throws -> (Bool?, [String]) {
        let (server, log) = try start(variables) as (LuaDebugServer?, [String])
        return (server.map { _ in true }, log)
    }

    @Test(
        "a console on the sessions of the process; the line in the log says where, and the file that a dead one left is no hindrance"
    )
    func console() async throws {
        try folder.leaveStaleSocket("s")
        let (server, log) = try start(["LUADEBUG_LISTEN": "unix:\(folder.path)/s"]) as (LuaDebugServer?, [String])
        #expect(log == ["luadebug: console on unix:\(folder.path)/s, without a secret"])
        let client = try ClientSocket(to: .unix(path: folder.path + "/s"))
        let greeting = "luadebug, my-host, process \(ThisProcess.number), "
        #expect(try client.receive(exactly: greeting.utf8.count) == bytes(greeting))
        await server?.close()
        #expect(folder.mode(of: "s") == nil)
    }

    @Test(
        "with a secret other addresses are open, too; without one they are refused, and the line says what is missing")
    func secret() async throws {
        try folder.write("sesame\n", to: "secret")
        let guarded = ["LUADEBUG_LISTEN": "0.0.0.0:0", "LUADEBUG_PASSWORD_FILE": folder.path + "/secret"]
        let (server, log) = try start(guarded) as (LuaDebugServer?, [String])
        #expect(log.count == 1 && log[0].hasPrefix("luadebug: console on 0.0.0.0:"), "\(log)")
        #expect(log[0].hasSuffix(", with a secret"))
        let port = log[0].split { !$0.isNumber }.last.flatMap { Int($0) } ?? 0
        let client = try ClientSocket(to: .tcp(host: "127.0.0.1", port: port))
        var text = ""
        while !text.contains("digits.\n") { text += String(decoding: try client.receive(), as: UTF8.self) }
        #expect(text.contains("\nchallenge "))
        await server?.close()

        #expect(
            try start(["LUADEBUG_LISTEN": "0.0.0.0:0"]) == (
                nil,
                [
                    "luadebug: 0.0.0.0:0 can be reached from other machines, and no secret is set: LUADEBUG_PASSWORD_FILE. "
                        + "The debugger is not started."
                ]
            ))
    }

    @Test("a busy port, a secret that cannot be read: a line, and the host goes on; of a range the next port is taken")
    func trouble() async throws {
        let (first, log) = try start(["DEBUG_PORT": "0"]) as (LuaDebugServer?, [String])
        let port = log.first?.split { !$0.isNumber }.last.flatMap { Int($0) } ?? 0
        #expect(
            try start(["DEBUG_PORT": "\(port)"]) == (
                nil, ["luadebug: Somebody listens on 127.0.0.1:\(port) already. The debugger is not started."]
            ))
        // A stop must not wait for a console that is not there.
        _ = try start(["DEBUG_PORT": "\(port)", "LUADEBUG_WAIT": "86400"]) as (LuaDebugServer?, [String])
        #expect(SessionRegistry.shared.whenNobodyIsAttached != .waitFor(.seconds(86400)))
        let (next, nextLog) =
            try start(["LUADEBUG_LISTEN": "\(port)-\(min(port + 50, 65535))"]) as (LuaDebugServer?, [String])
        #expect(next != nil && !nextLog[0].contains(":\(port),"), "\(nextLog)")
        await next?.close()
        await first?.close()
        let missing = folder.path + "/none"
        #expect(
            try start(["DEBUG_PORT": "0", "LUADEBUG_PASSWORD_FILE": missing]) == (
                nil,
                [
                    "luadebug: Cannot read the secret in \(missing): No such file or directory. The debugger is not started."
                ]
            ))
    }

    @Test("LUADEBUG_WAIT is for the sessions whose hosts do not say themselves")
    func waiting() async throws {
        defer { SessionRegistry.shared.whenNobodyIsAttached = .skip }
        for (text, absence) in [
            ("forever", HostSettings.Absence.wait), ("3", .waitFor(.seconds(3))), ("0", .skip),
        ] {
            let (server, _) = try start(["DEBUG_PORT": "0", "LUADEBUG_WAIT": text]) as (LuaDebugServer?, [String])
            #expect(SessionRegistry.shared.whenNobodyIsAttached == absence)
            await server?.close()
        }
    }
}
