// Consoles of a registry: several peers, each at a session of its choice.

import LuaDebugCore
import Synchronization
import Testing

@testable import LuaDebugConsole

/// A peer by bytes, as a socket would carry them.
private final class Peer: Sendable {
    private struct State {
        var heard = ""
        var isClosed = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }
    private final class Ear: Sendable {
        let state = Mutex(State())
        func change(_ body: (inout State) -> Void) {
            state.withLock { state in
                body(&state)
                for waiting in state.waiting { waiting.resume() }
                state.waiting = []
            }
        }
    }
    private let ear = Ear()
    let connection: ConsoleConnection

    init(_ service: ConsoleService, _ name: String) {
        let ear = ear
        connection = ConsoleConnection(
            service: service, peer: name, address: name, isLocal: true,
            send: { bytes in ear.change { $0.heard += String(decoding: bytes, as: UTF8.self) } },
            close: { ear.change { $0.isClosed = true } })
    }

    func type(_ line: String) { connection.receive(Array((line + "\n").utf8)) }

    /// What has come since the last time, up to and with this text; all there is when the connection ends without.
    @discardableResult
    func hear(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) async -> String {
        let ear = ear
        // What does not come must not be waited for, nor be a riddle.
        let patience = Task {
            try await Task.sleep(for: .seconds(120))
            Issue.record("\(ear.state.withLock(\.heard)) has not \(text)", sourceLocation: sourceLocation)
            ear.change { $0.isClosed = true }
        }
        defer { patience.cancel() }
        while true {
            let (found, seen): (String?, Int) = ear.state.withLock { state in
                var rest = state.heard[...]
                while !rest.isEmpty, !rest.hasPrefix(text) { rest.removeFirst() }
                guard !rest.isEmpty else { return (state.isClosed ? state.heard : nil, state.heard.count) }
                let end = rest.index(rest.startIndex, offsetBy: text.count)
                defer { state.heard = String(state.heard[end...]) }
                return (String(state.heard[..<end]), 0)
            }
            if let found { return found }
            await withCheckedContinuation { waiting in
                let waits = ear.state.withLock { state in
                    guard state.heard.count == seen, !state.isClosed else { return false }
                    state.waiting.append(waiting)
                    return true
                }
                if !waits { waiting.resume() }
            }
        }
    }

    func converse(_ line: String, _ reply: String, sourceLocation: SourceLocation = #_sourceLocation) async {
        type(line)
        let heard = await hear(reply, sourceLocation: sourceLocation)
        #expect(heard.hasSuffix(reply), "\(line)", sourceLocation: sourceLocation)
    }
}

@Suite("A console of a registry", .timeLimit(.minutes(5)))
struct RegistryConsoleTests {
    private static let source = "local a = 1\nlocal b = 2\nlocal c = 3\nreturn a + b + c"

    private func registry(of names: [String]) async throws -> (SessionRegistry, [DebugSession]) {
        let registry = SessionRegistry()
        var sessions: [DebugSession] = []
        for name in names {
            let session = DebugSession(Script(Self.source, name: "host.lua"), output: { _ in })
            try await session.start()
            registry.register(session, name: name, allowsTakeOver: name != "mine")
            sessions.append(session)
        }
        return (registry, sessions)
    }

    @Test("sessions are listed, one is attached to by name or number, left, another taken; mistakes are one line")
    func comingAndGoing() async throws {
        let (registry, sessions) = try await registry(of: ["first job", "second"])
        let peer = Peer(ConsoleService(registry: registry), "ada")
        #expect(
            await peer.hear("leaves.\n").hasPrefix("luadebug, 2 sessions\n  1  first job  stopped at host.lua:1  "))
        await peer.converse("where", "*** where needs a script, and none is attached; \(Reception.help)\n")
        await peer.converse(
            "attach", "*** A session is wanted, by its name or number, and perhaps observe or takeover.\n")
        await peer.converse("attach 77", "*** There is no session 77.\n")
        await peer.converse(
            "attach first job", "Attached to first job.\nhost.lua:1 in the main chunk: nothing has run yet\n")
        await peer.converse("n", "-> 2   local b = 2\n")
        await peer.converse("run", "*** This script is run by the host: only the host can start it again.\n")
        await peer.converse("attach first job", "*** This console is at session 1 already; detach leaves it.\n")
        await peer.converse("attach third", "*** There is no session third.\n")
        await peer.converse("p a", "1\n")
        peer.type("sessions")
        let list = await peer.hear("second ")
        #expect(
            list.contains("> 1  first job  stopped at host.lua:2  ") && list.contains("debugged by ada\n  2  second"))
        await peer.converse("attach 2", "Attached to second.\nhost.lua:1 in the main chunk: nothing has run yet\n")
        // What is left goes on to its end.
        #expect(await sessions[0].settled() == .ended(.returned([.integer(6)])))
        await peer.converse("detach", "Detached; the script goes on.\n(luadebug) ")
        #expect(await sessions[1].settled() == .ended(.returned([.integer(6)])))
        peer.type("q")
        #expect(!(await peer.hear("never")).contains("***"))
        for session in sessions { await session.close() }
    }

    @Test("a second one is told who debugs it; looks on and sees stops; takes over where it may, and the first is told")
    func two() async throws {
        let (registry, sessions) = try await registry(of: ["mine", "open"])
        let service = ConsoleService(registry: registry)
        let (ada, bob) = (Peer(service, "ada"), Peer(service, "bob"))
        await ada.converse("attach mine", "nothing has run yet\n")
        await bob.converse("attach mine", "*** The session is held by ada; it can be had when that has left.\n")
        await bob.converse(
            "attach mine takeover", "*** The session is held by ada; it can be had when that has left.\n")
        await bob.converse(
            "attach mine observe", "Looking on at mine.\nhost.lua:1 in the main chunk: nothing has run yet\n")
        let refused = "*** \"bob\" observes this session; only who controls it can do this.\n"
        for line in ["c", "n", "p a", "b 3", "clear", "interrupt", "kill", "trace", "!x = 2", "watch a"] {
            await bob.converse(line, refused)
        }
        await bob.converse("locals", "(luadebug) ")
        await ada.converse("n", "-> 2   local b = 2\n")
        await bob.hear("host.lua:2 in the main chunk\n")
        await bob.converse("where", "> #0 host.lua:2 in the main chunk\n")
        await ada.converse("b 3", "Breakpoint 0 at host.lua:3\n")

        // To the prompt: before it, the loss itself would be the first that is told.
        await bob.converse("attach open", "-> 1   local a = 1\n(luadebug) ")
        await ada.converse("attach open", "*** The session is held by bob; it can be taken over.\n")
        await ada.converse(
            "attach open takeover", "Attached to open.\nhost.lua:1 in the main chunk: nothing has run yet\n")
        #expect(
            await sessions[0].settled() == .ended(.returned([.integer(6)])),
            "a session that owns its script is let go of")
        await bob.converse("n", "*** \"ada\" has taken this session over.\n")
        await bob.hear("This session is lost; sessions lists what there is.\n")
        // A connection that is lost leaves the script alone.
        ada.connection.closed()
        while sessions[1].stop != nil { await Task.yield() }
        #expect(await sessions[1].settled() == .ended(.returned([.integer(6)])))
        while registry[2]?.controller != nil { await Task.yield() }
        for session in sessions { await session.close() }
        await bob.converse("sessions", "There is nothing to debug here.\n")
        bob.connection.closed()
    }

    @Test("the only session is entered at once")
    func only() async throws {
        let (registry, sessions) = try await registry(of: ["open"])
        let service = ConsoleService(registry: registry)
        let ada = Peer(service, "ada")
        #expect(await ada.hear("(luadebug) ").hasPrefix("luadebug, 1 session\nAttached to open.\nhost.lua:1"))
        let bob = Peer(service, "bob")
        #expect(await bob.hear("(luadebug) ").contains("debugged by ada"))
        bob.connection.closed()
        ada.type("q")
        while sessions[0].stop != nil { await Task.yield() }
        #expect(await sessions[0].settled() == .ended(.returned([.integer(6)])))
        for session in sessions { await session.close() }
    }
}
