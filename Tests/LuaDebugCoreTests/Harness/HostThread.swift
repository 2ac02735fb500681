// A host with a thread of its own that runs scripts in its own state, and a session that it has handed over.

import CLuaShim
import Synchronization
import Testing

@testable import LuaDebugCore

/// The host's thread: it makes what is asked for one thing after the other, and the session is its only other tie.
final class HostThread: Sendable {
    private enum Job: Sendable {
        case work(@Sendable (AttachedRun) -> Void)
        case end(closesState: Bool, @Sendable () -> Void)
    }

    private let jobs = Mailbox<Job>()
    private let kept = Mutex<DebugSession?>(nil)
    var session: DebugSession { kept.withLock { $0 } ?? DebugSession(Script("")) }

    /// What the host was told, in order.
    let told = Log()

    final class Log: Sendable {
        private let all = Mutex<[String]>([])
        var lines: [String] { all.withLock { $0 } }
        func add(_ line: String) { all.withLock { $0.append(line) } }
        func forget() { all.withLock { $0 = [] } }
    }

    /// With a host's own breakpoints and the like, set by `prepare`.
    static func start(
        _ settings: HostSettings = HostSettings(), prepare: @escaping @Sendable (AttachedRun) throws -> Void = { _ in }
    ) async throws -> HostThread {
        let host = HostThread()
        let problem = await withCheckedContinuation { (ready: CheckedContinuation<(any Error)?, Never>) in
            do {
                try ScriptThread.start { host.live(settings, prepare, ready) }
            } catch {
                ready.resume(returning: error)
            }
        }
        if let problem { throw problem }
        return host
    }

    private func live(
        _ settings: HostSettings, _ prepare: @Sendable (AttachedRun) throws -> Void,
        _ ready: CheckedContinuation<(any Error)?, Never>
    ) {
        let run: AttachedRun
        do {
            run = try AttachedRun("")
            try prepare(run)
            let session = try DebugSession(
                hosting: run.debugger, script: Script("", name: "host.lua"), settings: listening(settings))
            kept.withLock { $0 = session }
        } catch {
            return ready.resume(returning: error)
        }
        ready.resume(returning: nil)
        while true {
            switch jobs.wait() {
            case .work(let body): body(run)
            case .end(let closesState, let done):
                if !closesState {
                    run.debugger.detach()
                    #expect(!run.hookIsInstalled, "a hook was left behind")
                }
                unsafe lua_close(run.state)
                return done()
            }
        }
    }

    /// What the test has asked for, and the log.
    private func listening(_ settings: HostSettings) -> HostSettings {
        var settings = settings
        let told = told
        let log = settings.callbacks.log
        settings.callbacks.log = { line in
            log?(line)
            told.add(line)
        }
        settings.callbacks.stopped = { told.add("stopped \($0.location)") }
        settings.callbacks.resumed = { stop, _ in told.add("resumed \(stop.location)") }
        settings.callbacks.attached = { told.add("attached \($0.name)") }
        settings.callbacks.detached = { told.add("detached \($0.name)") }
        return settings
    }

    /// On the host's thread.
    func with<Result: Sendable>(_ body: @escaping @Sendable (AttachedRun) -> Result) async -> Result {
        await withCheckedContinuation { answer in
            jobs.post(.work { answer.resume(returning: body($0)) })
        }
    }

    /// Runs a script as the host does; what it left in the global `result`, or that it failed.
    func call(_ text: String) async -> String {
        await with { run in
            guard run.run(text, name: "host.lua") == LUA_OK else { return "failed" }
            return run.global("result")
        }
    }

    /// The same, not waited for: a test that fails meanwhile must not wait for a script that waits.
    func begin(_ text: String) -> Task<String, Never> { Task { await call(text) } }

    func begin<Result: Sendable>(_ body: @escaping @Sendable (AttachedRun) -> Result) -> Task<Result, Never> {
        Task { await with(body) }
    }

    /// Detaches and closes the state, or just closes it.
    func end(closesState: Bool = false) async {
        await withCheckedContinuation { done in jobs.post(.end(closesState: closesState) { done.resume() }) }
    }
}

/// A host, and what is done with it; afterwards nothing of it is left.
func hosted(
    _ settings: HostSettings = HostSettings(),
    prepare: @escaping @Sendable (AttachedRun) throws -> Void = { _ in },
    _ body: (HostThread) async throws -> Void
) async throws {
    let host = try await HostThread.start(settings, prepare: prepare)
    do {
        try await body(host)
    } catch {
        host.session.abort() // whatever runs, it may be endless
        await host.session.close() // and whatever stops, nobody is there
        await host.end()
        throw error
    }
    await host.end()
    #expect(host.session.state == .closed)
}

/// The code of the error that is thrown.
func code(_ body: () async throws -> Void) async -> DebugError.Code? {
    do {
        try await body()
        return nil
    } catch {
        return (error as? DebugError)?.code
    }
}

/// The stop that the script is at, or comes to.
func stop(_ session: DebugSession, location: SourceLocation = #_sourceLocation) async throws -> Stop {
    // One that never comes would hang all tests, and not say which it was.
    let patience = Task {
        try await Task.sleep(for: .seconds(60))
        await session.close()
    }
    defer { patience.cancel() }
    guard case .stopped(let stop) = await session.settled() else {
        Issue.record("it did not stop: \(session.state)", sourceLocation: location)
        throw DebugError(.running, "it did not stop")
    }
    return stop
}
