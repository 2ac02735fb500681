// Who is at a session: attach, detach, observe, take over, kill; what becomes of a stop while nobody is there.

import CLuaShim
import Synchronization
import Testing

@testable import LuaDebugCore

private let sum = """
    local sum = 0
    for i = 1, 3 do
        sum = sum + i
    end
    result = sum
    """

/// Sums until it is told to end, and says whether the sum is right.
private let counting = """
    local n, total = 0, 0
    count = 0
    while not done do
        n = n + 1
        total = total + n
        count = n
    end
    result = total == n * (n + 1) // 2 and 'right' or 'wrong'
    """

@Suite("A registry of sessions")
struct SessionRegistryTests {
    /// The host's own breakpoint, which is there with nobody attached.
    private static let ownBreakpoint: @Sendable (AttachedRun) throws -> Void = {
        try $0.debugger.breakpoints.add(.line(5, in: "host.lua"))
    }

    @Test("what can be debugged: name, state, place, since when, who holds it, how many observe")
    func listing() async throws {
        let registry = SessionRegistry()
        let owned = DebugSession(Script("return 1", name: "own.lua"), output: { _ in })
        try await owned.start()
        let first = registry.register(owned)
        try await hosted { host in
            let second = registry.register(host.session, name: "worker 7")
            #expect(registry.sessions.map(\.name) == ["own.lua", "worker 7"])
            #expect(registry.sessions.map(\.isHosted) == [false, true])
            #expect(registry.sessions.map(\.location?.line) == [1, nil])
            let ada = try registry.attach(to: second, by: "ada")
            let bob = try registry.attach(to: second, by: "bob", as: .observer)
            #expect(registry[second]?.controller == "ada" && registry[second]?.observers == 1)
            #expect(registry[second]?.state == .running)
            ada.session.pause()
            let result = host.begin(sum)
            #expect(try await stop(bob.session).location.line == 1)
            #expect(registry[second]?.location?.line == 1)
            bob.detach()
            ada.detach()
            #expect(await result.value == "6")
            #expect(registry[second]?.controller == nil && registry[second]?.observers == 0)
            #expect(registry[first]?.controller == nil)
            #expect(registry.sessions.allSatisfy { $0.since <= .now })
        }
        await owned.close()
        #expect(registry.sessions.isEmpty, "what is closed is forgotten")
        let error = await code { _ = try registry.attach(to: first, by: "ada") }
        #expect(error == .noSuchSession)
    }

    @Test("1,000 stops at one breakpoint over 100 attaches and detaches of a host that goes on computing")
    func thousandStops() async throws {
        let registry = SessionRegistry()
        try await hosted { host in
            let id = registry.register(host.session)
            let result = host.begin(counting)
            var stops = 0
            var last: Value = .integer(0)
            for round in 1...100 {
                let ada = try registry.attach(to: id, by: "ada")
                let session = ada.session
                if round == 1 { try session.breakpoints.add(.line(5, in: "host.lua")) }
                #expect(session.breakpoints.all.map(\.isEnabled) == [true])
                var place = try await stop(session)
                for step in 1...10 {
                    stops += 1
                    #expect(place.location.line == 5 && place.breakpoints.count == 1)
                    if step < 10, case .stopped(let next) = try await session.run() { place = next }
                }
                let now = try await session.evaluate("n").first ?? .nil
                #expect(now != last)
                last = now
                if round == 100 { try await session.execute("done = true") }
                ada.detach()
                #expect(host.session.breakpoints.all.map(\.isEnabled) == [false])
            }
            #expect(stops == 1000)
            #expect(await result.value == "right")
            let stopped = host.told.lines.filter { $0.hasPrefix("stopped") }.count
            let resumed = host.told.lines.filter { $0.hasPrefix("resumed") }.count
            #expect(stopped >= 1000 && stopped == resumed)
            #expect(host.told.lines.filter { $0 == "detached ada" }.count == 100)
        }
    }

    @Test("a stop with nobody there: skipped with one line in the log, however often it is passed")
    func skip() async throws {
        let registry = SessionRegistry()
        try await hosted(prepare: Self.ownBreakpoint) { host in
            registry.register(host.session)
            let bounded = counting.replacing("while not done do", with: "while n <= 1000 do")
            #expect(await host.call(bounded) == "right")
            let lines = host.told.lines
            #expect(lines.count == 1, "\(lines)")
            #expect(
                lines.first == "luadebug: host.lua passed a stop at host.lua:5, breakpoint 0: nobody is attached")
        }
    }

    @Test("a stop with nobody there: waits for whoever comes")
    func wait() async throws {
        let registry = SessionRegistry()
        try await hosted(HostSettings(whenNobodyIsAttached: .wait), prepare: Self.ownBreakpoint) { host in
            let id = registry.register(host.session)
            let result = host.begin(sum)
            _ = try await stop(host.session)
            let ada = try registry.attach(to: id, by: "ada")
            #expect(ada.session.stop?.location.line == 5)
            #expect(try await ada.session.evaluate("sum") == [.integer(6)])
            // The host's own breakpoint stays on.
            ada.detach()
            #expect(await result.value == "6")
            #expect(host.session.breakpoints.all.map(\.isEnabled) == [true])
        }
    }

    @Test("a stop with nobody there: waits so long, then goes on; who comes in time is not hurried")
    func waitFor() async throws {
        let registry = SessionRegistry()
        let settings = HostSettings(whenNobodyIsAttached: .waitFor(.milliseconds(50)))
        try await hosted(settings, prepare: Self.ownBreakpoint) { host in
            let id = registry.register(host.session)
            #expect(await host.call(sum) == "6")
            #expect(
                host.told.lines == [
                    "stopped host.lua:5", "resumed host.lua:5",
                    "luadebug: host.lua has waited in vain at a stop at host.lua:5, breakpoint 0: nobody is attached",
                ])
            // It stops again and again, for so long each time.
            let result = host.begin(counting)
            while true {
                guard let number = host.session.stop?.number else {
                    await Task.yield()
                    continue
                }
                let ada = try registry.attach(to: id, by: "ada")
                guard ada.session.stop?.number == number else {
                    ada.detach()
                    continue // too late for that one, on a busy machine
                }
                // Past the time: what it would have ended is still there.
                let late = ContinuousClock.now + .milliseconds(150)
                while ContinuousClock.now < late { _ = try await ada.session.evaluate("total") }
                #expect(ada.session.stop?.number == number)
                try await ada.session.execute("done = true")
                ada.detach()
                break
            }
            #expect(await result.value == "right")
        }
    }

    @Test("the host is told in order; it may refuse with a reason; its thread hears of stops")
    func callbacks() async throws {
        let registry = SessionRegistry()
        var settings = HostSettings()
        settings.callbacks.mayAttach = { $0.name == "eve" ? "Not in production." : nil }
        try await hosted(settings) { host in
            let id = registry.register(host.session)
            do throws(DebugError) {
                _ = try registry.attach(to: id, by: "eve")
                Issue.record("it was not refused")
            } catch {
                #expect(error.code == .refused && error.message == "Not in production.")
            }
            let ada = try registry.attach(to: id, by: "ada")
            try ada.session.breakpoints.add(.line(5, in: "host.lua"))
            let result = host.begin(sum)
            _ = try await stop(ada.session)
            #expect(host.told.lines == ["attached ada", "stopped host.lua:5"])
            ada.detach()
            #expect(await result.value == "6")
            #expect(Set(host.told.lines.suffix(2)) == ["detached ada", "resumed host.lua:5"])
        }
    }

    @Test("a second controller is told who holds it; takes over where the host allows; the first is told")
    func takeOver() async throws {
        let registry = SessionRegistry()
        try await hosted { host in
            let closed = registry.register(host.session)
            let open = registry.register(host.session, allowsTakeOver: true)
            let ada = try registry.attach(to: closed, by: "ada")
            for id in [closed, open] {
                do throws(DebugError) {
                    _ = try registry.attach(to: id, by: "bob", takingOver: id == closed)
                    Issue.record("it was not refused")
                } catch {
                    #expect(error.code == .held && error.message.contains("ada"))
                }
            }
            // Where it comes to in the end.
            try ada.session.breakpoints.add(.line(8, in: "host.lua"))
            ada.session.pause()
            let result = host.begin(counting)
            _ = try await stop(ada.session)
            async let waiting = code { try await ada.session.run() }
            while host.session.stop != nil { await Task.yield() }
            let bob = try registry.attach(to: open, by: "bob", takingOver: true)
            #expect(await waiting == .notController)
            #expect(!ada.isAttached && bob.isAttached)
            #expect(await code { try await ada.session.run() } == .notController)
            let change = await code {
                try ada.session.breakpoints.add(.line(4, in: "host.lua"))
            }
            #expect(change == .notController)
            ada.session.abort()
            ada.detach()
            bob.session.pause()
            #expect(try await stop(bob.session).depth == 1)
            #expect(bob.session.breakpoints.all.map(\.isEnabled) == [false], "ada's")
            try await bob.session.execute("done = true")
            bob.detach()
            #expect(await result.value == "right")
            #expect(
                host.told.lines.filter { $0.hasSuffix("ada") || $0.hasSuffix("bob") }
                    == ["attached ada", "detached ada", "attached bob", "detached bob"])
        }
    }

    @Test("an observer looks, and changes nothing")
    func observer() async throws {
        let registry = SessionRegistry()
        try await hosted { host in
            let id = registry.register(host.session)
            let ada = try registry.attach(to: id, by: "ada")
            let bob = try registry.attach(to: id, by: "bob", as: .observer).session
            try ada.session.breakpoints.add(.line(3, in: "host.lua"))
            try ada.session.watches.add("sum")
            let result = host.begin(sum)
            #expect(try await stop(bob).location.line == 3)
            #expect(try await bob.frames().count == 1)
            #expect(try await bob.variables().map(\.name).contains("sum"))
            #expect(bob.breakpoints.all == ada.session.breakpoints.all && bob.watches.all == ada.session.watches.all)
            let table = try await bob.inspect { (script) throws(DebugError) in try script.globals() }
            #expect("\(table)".contains("print"))

            let refused: [@Sendable () async throws -> Void] = [
                { try await bob.run() },
                { _ = try await bob.evaluate("sum") },
                { try await bob.execute("sum = 1") },
                { _ = try await bob.evaluateWatches() },
                {
                    _ = try await bob.inspect { (script) throws(DebugError) in try script.execute("sum = 1") }
                },
                { try bob.breakpoints.add(.line(4, in: "host.lua")) },
                { try bob.breakpoints.remove(Breakpoint.ID(0)) },
                { try bob.watches.add("i") },
            ]
            for command in refused { #expect(await code(command) == .notController) }
            bob.breakpoints.removeAll()
            bob.watches.removeAll()
            bob.tracing.start(.line)
            bob.skipping.set([.chunk("*")])
            bob.letGo()
            bob.pause()
            bob.abort()
            #expect(ada.session.breakpoints.all.count == 1 && ada.session.watches.all.count == 1)
            #expect(ada.session.tracing.trace == nil && ada.session.skipping.rules.isEmpty)
            // What was refused to the observer is not refused to the other.
            #expect(try await ada.session.evaluate("sum") == [.integer(0)])
            ada.detach()
            #expect(await result.value == "6")
        }
    }

    @Test("breakpoints and traces of who is away are off, and the breakpoints on again when the name comes back")
    func byName() async throws {
        let registry = SessionRegistry()
        try await hosted(prepare: Self.ownBreakpoint) { host in
            let id = registry.register(host.session)
            func on() -> [Bool] { host.session.breakpoints.all.map(\.isEnabled) }
            let ada = try registry.attach(to: id, by: "ada")
            try ada.session.breakpoints.add(.line(1, in: "host.lua"))
            let off = try ada.session.breakpoints.add(.line(2, in: "host.lua"))
            try ada.session.breakpoints.setEnabled(false, off.id)
            ada.session.tracing.start(.line)
            try ada.session.watches.add("n")
            ada.detach()
            #expect(host.session.watches.all.isEmpty)
            #expect(on() == [true, false, false])
            #expect(host.session.tracing.trace == nil)
            let bob = try registry.attach(to: id, by: "bob")
            try bob.session.breakpoints.add(.line(3, in: "host.lua"))
            #expect(on() == [true, false, false, true])
            bob.detach()
            #expect(on() == [true, false, false, false])
            let back = try registry.attach(to: id, by: "ada")
            #expect(on() == [true, true, false, false])
            back.detach()
            #expect(on() == [true, false, false, false])
        }
    }

    @Test("a client that vanishes, wherever the script is: the host's result is the same", arguments: 0..<6)
    func vanishes(at state: Int) async throws {
        let registry = SessionRegistry()
        let asked = HostThread.Log()
        try await hosted { host in
            let id = registry.register(host.session)
            let ada = try registry.attach(to: id, by: "ada")
            let session = ada.session
            if state > 0 { try session.breakpoints.add(.line(5, in: "host.lua")) }
            let result = host.begin(counting)
            var waiting: Task<DebugError.Code?, Never>?
            if state > 1 { _ = try await stop(session) }
            switch state {
            case 2: // while it waits for the script
                session.breakpoints.removeAll()
                waiting = Task { await code { try await session.run() } }
                while host.session.stop != nil { await Task.yield() }
            case 3: // in the middle of a step, or at the stop that it has come to
                let number = host.session.stop?.number
                waiting = Task { await code { try await session.resume(.stepOut) } }
                while host.session.stop?.number == number { await Task.yield() }
            case 4: // in the middle of something endless
                waiting = Task {
                    await code {
                        asked.add("asked")
                        try await session.execute(
                            "while true do end", budget: .unlimited)
                    }
                }
                while asked.lines.isEmpty { await Task.yield() }
            case 5: // a pause that has not come yet
                session.letGo()
                session.pause()
            default: break
            }
            ada.detach()
            if let waiting {
                let told = await waiting.value
                #expect([.notController, .interrupted, .running, nil].contains(told))
                if state == 2 { #expect(told == .notController) }
            }
            // Somebody else ends the loop.
            let bob = try registry.attach(to: id, by: "bob")
            bob.session.pause()
            _ = try await stop(bob.session)
            try await bob.session.execute("done = true")
            bob.detach()
            #expect(await result.value == "right")
            #expect(await host.with { $0.hookIsInstalled } == false, "nothing armed, no hook")
        }
    }

    @Test("50 hosts on threads of their own, one of them stepped through: the other 49 have no hook and saw no event")
    func fifty() async throws {
        let registry = SessionRegistry()
        var hosts: [HostThread] = []
        for number in 1...50 {
            let host = try await HostThread.start()
            registry.register(host.session, name: "worker \(number)")
            hosts.append(host)
        }
        #expect(registry.sessions.count == 50)
        let chosen = try #require(registry.sessions.first { $0.name == "worker 25" })
        let ada = try registry.attach(to: chosen.id, by: "ada")
        ada.session.pause()
        let others = hosts.enumerated().filter { $0.offset != 24 }.map(\.element)
        let stepped = hosts[24].begin(sum)
        _ = try await stop(ada.session)
        var lines: [Int?] = []
        for _ in 1...4 {
            guard case .stopped(let next) = try await ada.session.resume(.stepInto) else { break }
            lines.append(next.location.line)
            // The others work while this one is stopped.
            for host in others { #expect(await host.call(sum) == "6") }
        }
        #expect(lines == [2, 3, 2, 3])
        ada.detach()
        #expect(await stepped.value == "6")
        for host in others {
            let (events, hooks) = await host.with { ($0.eventCount, $0.hookIsInstalled || $0.debugger.hooksLeft > 0) }
            #expect(events == 0 && !hooks)
        }
        #expect(await hosts[24].with { $0.eventCount } > 0)
        for host in hosts { await host.end() }
        #expect(registry.sessions.isEmpty)
    }
}
