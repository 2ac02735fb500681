// The scenario harness: Lua text with marks instead of line numbers, verbs, and a check that nothing is left behind.

import Stories
import Synchronization
import Testing

@testable import LuaDebugCore

/// A script with lines marked `-- @name`, under a session; places are told by mark.
final class Scenario: Sendable {
    let session: DebugSession
    let marks: Marks
    let source: String
    let chunk: String
    let output: Captured

    /// What the script printed.
    final class Captured: Sendable {
        private let all = Mutex<[UInt8]>([])
        func append(_ more: [UInt8]) { all.withLock { $0 += more } }
        var bytes: [UInt8] { all.withLock { $0 } }
        var text: String { String(decoding: bytes, as: UTF8.self) }
    }

    init(
        _ source: String, name: String = "scenario.lua", arguments: [String] = [], limits: RunLimits = .none,
        scriptFunctions: String? = nil
    ) {
        let captured = Captured()
        marks = Marks(source)
        self.source = source
        chunk = name
        output = captured
        session = DebugSession(
            Script(source, name: name, arguments: arguments), limits: limits, scriptFunctions: scriptFunctions,
            output: { captured.append($0) })
    }

    func line(_ mark: String) -> Int {
        marks[mark]
    }

    /// The marks of a line, or its number; `?` without one.
    func place(_ location: Location) -> String {
        guard location.chunk == chunk, let line = location.line else { return "\(location)" }
        return marks.name(of: line)
    }

    func describe(_ outcome: Outcome) -> String {
        switch outcome {
        case .stopped(let stop): place(stop.location)
        case .returned(let values): "returned" + values.map { " \($0)" }.joined()
        case .failed(let failure): "failed " + failure.message
        case .aborted(let cause): "aborted \(cause)"
        }
    }

    // MARK: Events

    /// All events so far.
    func events() -> [SessionEvent] {
        var events: [SessionEvent] = []
        while case let more = session.events.read(), !more.isEmpty { events += more }
        return events
    }

    /// The trace's records so far, with their places: `call f`, `return f`, or where a line is.
    func traced(_ show: (TraceRecord) -> String = { _ in "" }) -> [String] {
        events().compactMap { event in
            guard case .trace(let record) = event else { return nil }
            let name = record.frame.kind == .main ? "main chunk" : record.frame.function ?? "?"
            let place =
                switch record.event {
                case .line: place(record.location)
                case .call: "call \(name)"
                case .tailCall: "tail call \(name)"
                case .return: "return \(name)"
                }
            return place + show(record)
        }
    }

    // MARK: Verbs

    @discardableResult
    func start() async throws -> Outcome { try await session.start() }

    /// Resumes and tells where that led to.
    func go(_ verb: Resume = .continue) async throws -> String { describe(try await session.resume(verb)) }

    func breakAt(_ mark: String, where condition: LuaText? = nil) throws -> Breakpoint {
        try session.breakpoints.add(.line(line(mark), in: chunk), where: condition)
    }

    /// From the beginning to a mark.
    func start(stoppingAt mark: String) async throws {
        try await start()
        if session.stop?.location.line == marks[mark] { return }
        try await start(stoppingAtNext: mark)
    }

    /// From here to a mark.
    func start(stoppingAtNext mark: String) async throws {
        let breakpoint = try breakAt(mark)
        #expect(try await go() == place(Location(chunk: chunk, line: line(mark))))
        try session.breakpoints.remove(breakpoint.id)
    }

    func evaluate(_ text: String, frame: Int = 0) async throws -> String {
        try await session.evaluate(LuaText(text), frame: frame).map(\.description).joined(separator: ", ")
    }

    /// Lets the script go on and calls `body` once it does.
    func whileRunning(_ body: () throws -> Void) async throws -> Outcome {
        let session = session
        let before = session.state
        let outcome = Task { try await session.run() }
        while session.state == before { await Task.yield() }
        try body()
        return try await outcome.value
    }

    /// Every place visited by one verb from here to the end, and the end.
    func visit(_ verb: Resume, limit: Int = 1000) async throws -> [String] {
        var places: [String] = []
        while places.count < limit {
            places.append(try await go(verb))
            if session.stop == nil { break }
        }
        return places
    }
}

/// Runs a scenario, then fails if it left a hook, a breakpoint, a thread or a parked session behind.
func scenario(
    _ source: String, name: String = "scenario.lua", arguments: [String] = [], limits: RunLimits = .none,
    scriptFunctions: String? = nil, _ body: (Scenario) async throws -> Void
) async throws {
    // Held by nobody but the run: a scenario that stayed alive would hold the thread.
    let thread = try await run(
        Scenario(source, name: name, arguments: arguments, limits: limits, scriptFunctions: scriptFunctions), body)
    // The script's thread holds what the session is made of, and lets go of it as its last act.
    let deadline = ContinuousClock.now + .seconds(120)
    while thread.runner != nil, ContinuousClock.now < deadline { await Task.yield() }
    #expect(thread.runner == nil, "the script's thread was left behind")
}

/// Sees whether a session's thread is still there.
private struct ThreadProbe {
    weak var runner: SessionRunner?
}

private func run(_ scenario: Scenario, _ body: (Scenario) async throws -> Void) async throws -> ThreadProbe {
    let probe = ThreadProbe(runner: scenario.session.runner)
    do {
        try await body(scenario)
    } catch {
        await scenario.session.close()
        throw error
    }
    scenario.session.breakpoints.removeAll()
    if case .ended = scenario.session.state {
        #expect(await scenario.session.hooksLeft() == 0, "a hook was left behind")
    }
    #expect(scenario.session.breakpoints.all.isEmpty)
    await scenario.session.close()
    #expect(scenario.session.state == .closed)
    return probe
}
