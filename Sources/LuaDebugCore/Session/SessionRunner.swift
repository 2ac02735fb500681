// What a session is made of: the script's thread, the mailbox it waits at, and the state that both sides see.

internal import Synchronization

/// Answers commands while a script is stopped: one that runs on a thread of its own, as often as it is restarted, or one that
/// the host runs.
final class SessionRunner: Sendable {
    let wishes: Wishes
    /// What the host wants that runs the script; nil when the session does.
    let host: HostSettings?
    var breakpoints: BreakpointList { wishes.breakpoints }
    var kicker: Kicker { wishes.kicker }
    private let original: Script
    /// What `setArguments` was told last.
    private let arguments = Mutex<[[UInt8]]?>(nil)
    let limits: RunLimits
    let output: (@Sendable ([UInt8]) -> Void)?
    /// The global table that the script speaks to its debugger by.
    let scriptTable: String?
    let environment: HostEnvironment

    enum Message: Sendable {
        case resume(Resume)
        /// Called with the stopped script, or with the debugger after the script's end.
        case look(@Sendable (StoppedScript?, Debugger) -> Void)
        case close
    }

    typealias Answer = CheckedContinuation<Result<Outcome, DebugError>, Never>

    struct Shared {
        var state = DebugSession.State.notStarted
        var attendance = Attendance()
        var waiting: Answer?
        var closing: [CheckedContinuation<Void, Never>] = []
        var settling: [CheckedContinuation<Void, Never>] = []
        /// Those who look on, until anything happens to the script.
        var watching: [CheckedContinuation<Void, Never>] = []
        var hasThread = false
        var isClosing = false
        var cause: AbortCause?
    }

    let shared: Mutex<Shared>
    let mailbox = Mailbox<Message>()

    init(
        _ script: Script, limits: RunLimits, output: (@Sendable ([UInt8]) -> Void)?, scriptTable: String?,
        environment: HostEnvironment
    ) {
        wishes = Wishes(hiding: environment.preludes.map(\.name))
        self.environment = environment
        original = script
        self.limits = limits
        self.output = output
        self.scriptTable = scriptTable
        host = nil
        shared = Mutex(Shared())
    }

    /// For a script that the host runs; see `HostedScript`.
    init(_ script: Script, wishes: Wishes, host: HostSettings) {
        original = script
        environment = HostEnvironment()
        self.wishes = wishes
        self.host = host
        limits = host.limits
        output = nil
        scriptTable = nil
        shared = Mutex(Shared(state: .running))
    }

    // MARK: - From any task

    /// What the next run is made from.
    var script: Script {
        var script = original
        if let words = arguments.withLock({ $0 }) { script.take(words) }
        return script
    }

    func setArguments(_ words: [[UInt8]]) { arguments.withLock { $0 = words } }

    var state: DebugSession.State { shared.withLock(\.state) }

    /// Changes what both sides see, and wakes the script's thread for what `body` has put into its mailbox.
    ///
    /// Not before the lock is free: the thread would run at once, and soon wait for it.
    func telling<Result>(_ body: (inout sending Shared) -> sending Result) -> Result {
        defer { mailbox.wake() }
        return shared.withLock(body)
    }

    /// By whoever hands a value over, and by whoever has it: where a continuation is resumed before its task waits, the thread
    /// sanitizer sees nothing of the runtime's that puts the one before the other.
    private func markOrder() { shared.withLock { _ in } }

    func start() async throws(DebugError) -> Outcome {
        let result = await withCheckedContinuation { answer in
            let problem: DebugError? = telling { shared in
                if shared.isClosing { return Self.closed }
                if host != nil { return Self.hostRuns }
                guard case .notStarted = shared.state else {
                    return DebugError(.running, "The script was started already; restart it instead.")
                }
                shared.state = .running
                shared.waiting = answer
                if shared.hasThread {
                    mailbox.put(.resume(.restart(flush: false)))
                    return nil
                }
                do throws(DebugError) {
                    try ScriptThread.start { [self] in ScriptLoop(self).run() }
                    shared.hasThread = true
                } catch {
                    shared.state = .notStarted
                    shared.waiting = nil
                    return error
                }
                mailbox.put(.resume(.restart(flush: false)))
                return nil
            }
            if let problem { answer.resume(returning: .failure(problem)) }
        }
        markOrder()
        return try result.get()
    }

    /// Returns when the script does not run.
    func settled() async { await settled { _ in true } }

    /// Returns when the script does not run, or runs and is not being ended: one that is will be gone in a moment, and how it
    /// ended is a better answer than that it runs.
    func settledIfEnding() async { await settled { $0.cause != nil } }

    private func settled(_ waits: (borrowing Shared) -> Bool) async {
        await withCheckedContinuation { waiting in
            let isWaiting = shared.withLock { shared in
                guard case .running = shared.state, waits(shared) else { return false }
                shared.settling.append(waiting)
                return true
            }
            if !isWaiting { waiting.resume() }
        }
    }

    func resume(
        _ verb: Resume, by rights: AttachmentRights? = nil, begun: @escaping @Sendable () -> Void = {}
    ) async throws(DebugError) -> Outcome {
        await settledIfEnding()
        let name = rights?.client.name ?? "abort"
        if case .restart = verb, host != nil, state != .closed { throw Self.hostRuns }
        if case .toLine(let line) = verb, case .stopped(let stop) = state {
            try breakpoints.check(line: line, in: stop.location.chunk)
        }
        let result = await withCheckedContinuation { answer in
            let problem: DebugError? = telling { shared in
                if let problem = rights?.refusal(of: .observer) ?? Self.refusal(of: verb, shared) { return problem }
                shared.state = .running
                guard case .abort = verb, host != nil else {
                    shared.waiting = answer
                    mailbox.put(.resume(verb))
                    if case .abort = verb {
                        shared.cause = .command(by: "abort")
                        kicker.send(.end) // it may be evaluating something endless
                    }
                    return nil
                }
                // The end is the host's to see.
                shared.attendance.endCause = .command(by: name)
                mailbox.put(.resume(verb))
                kicker.send(.interrupt)
                answer.resume(returning: .success(.aborted(.command(by: name))))
                return nil
            }
            if let problem { answer.resume(returning: .failure(problem)) } else { begun() }
        }
        markOrder()
        return try result.get()
    }

    // Rights are looked at with the lock held, too: once they are gone, another may be at the next stop.

    /// A resume that nobody waits for.
    func letGo(by rights: AttachmentRights?) {
        telling { shared in
            guard case .stopped = shared.state, !shared.isClosing, rights?.areValid != false else { return }
            shared.state = .running
            mailbox.put(.resume(host == nil ? .detach : .continue))
        }
    }

    static let closed = DebugError(.closed, "The session was closed.")
    static let hostRuns = DebugError(
        .hostRuns, "The host runs this script: it cannot be started or restarted from here.")
    static let running = DebugError(.running, "The script is running; pause it or wait until it stops.")
    private static let notStarted = DebugError(.notStarted, "The script has not been started.")
    private static let ended = DebugError(.ended, "The script has ended; restart makes it run again.")

    private static func refusal(of verb: Resume, _ shared: Shared) -> DebugError? {
        if shared.isClosing { return closed }
        switch shared.state {
        case .closed: return closed
        case .running: return running
        case .notStarted: return notStarted
        case .ended:
            if case .restart = verb { return nil }
            return ended
        case .stopped: return nil
        }
    }

    func pause(by rights: AttachmentRights?) {
        shared.withLock { shared in
            guard case .running = shared.state, rights?.areValid != false else { return }
            shared.attendance.isPauseAsked = true
            kicker.send(.pause)
        }
    }

    func interruptEvaluation() { kicker.send(.interrupt) }

    // The kick is sent with the lock held: without it the run could end and another begin in between, and be ended for it.

    func abort(_ cause: AbortCause) {
        if host != nil { return abortHosted(cause) }
        telling { shared in
            switch shared.state {
            case .running:
                shared.cause = shared.cause ?? cause
                kicker.send(.end)
            case .stopped:
                shared.cause = cause
                shared.state = .running
                mailbox.put(.resume(.abort))
                kicker.send(.end) // it may be evaluating something endless
            default: break
            }
        }
    }

    /// The longest time for a stop is over; nothing if the script has been resumed meanwhile.
    func stopIsOver(_ number: UInt64) {
        telling { shared in
            guard case .stopped(let stop) = shared.state, stop.number == number else { return }
            shared.state = .running
            // It may be evaluating something endless.
            switch limits.whenStopIsOver {
            case .abort:
                if host == nil { shared.cause = .stopLimit } else { shared.attendance.endCause = .stopLimit }
                mailbox.put(.resume(.abort))
                // Of a script of the host's it would be the next call's end.
                kicker.send(host == nil ? .end : .interrupt)
            case .finish:
                mailbox.put(.resume(.finish))
                kicker.send(.interrupt)
            }
        }
    }

    /// Asks for the end without waiting for it.
    func shutDown() {
        if host != nil { return leaveHost() }
        let hasThread = telling { shared in
            // Who has closed it before has seen to this, too.
            guard !shared.isClosing else { return true }
            shared.isClosing = true
            shared.cause = shared.cause ?? .closed
            guard shared.hasThread else { return false }
            mailbox.put(.close)
            kicker.send(.end)
            return true
        }
        if !hasThread { gone() }
    }

    func close() async {
        shutDown()
        await withCheckedContinuation { done in
            let isGone = shared.withLock { shared in
                if case .closed = shared.state { return true }
                shared.closing.append(done)
                return false
            }
            if isGone { done.resume() }
        }
    }

    func perform<Value: Sendable>(
        by rights: AttachmentRights? = nil, _ body: @escaping @Sendable (StoppedScript) throws(DebugError) -> Value,
        afterEnd: (@Sendable (Debugger) throws(DebugError) -> Value)?
    ) async throws(DebugError) -> Value {
        await settledIfEnding()
        let result: Result<Value, DebugError> = await withCheckedContinuation { answer in
            let problem: DebugError? = telling { shared in
                if let gone = rights?.refusal(of: .observer) { return gone }
                if shared.isClosing { return Self.closed }
                switch shared.state {
                case .closed: return Self.closed
                case .running: return Self.running
                case .notStarted: return Self.notStarted
                case .ended where afterEnd == nil: return Self.ended
                case .ended, .stopped: break
                }
                // Posted with the lock held, so that no resume comes in between.
                mailbox.put(
                    .look { [self] script, debugger in
                        let result = Result { () throws(DebugError) in
                            if let script { return try body(script) }
                            if let afterEnd { return try afterEnd(debugger) }
                            throw Self.ended
                        }
                        markOrder()
                        answer.resume(returning: result)
                    })
                return nil
            }
            if let problem { answer.resume(returning: .failure(problem)) }
        }
        markOrder()
        return try result.get()
    }

    func performAfterEnd<Value: Sendable>(
        _ body: @escaping @Sendable (Debugger) -> Value
    ) async throws(DebugError) -> Value {
        try await perform(
            { (_) throws(DebugError) in throw Self.running },
            afterEnd: { (debugger) throws(DebugError) in body(debugger) })
    }

    // MARK: - From the script's thread

    /// The script stopped: whoever waits is told.
    ///
    /// False when somebody has asked for its end while it ran. The script must not wait then: nobody would release it.
    func deliver(_ stop: Stop) -> Bool {
        let mayWait = change { shared -> (Result<Outcome, DebugError>, DebugSession.State)? in
            if shared.cause != nil || shared.isClosing || !self.mayWait(at: stop, &shared) { return nil }
            return (.success(.stopped(stop)), .stopped(stop))
        }
        return mayWait
    }

    /// What ends the wait at a stop.
    enum Release { case resume(Resume), close }

    /// Tells of the stop and answers what is asked there, until the script is to go on; nil when it must not wait.
    func wait(at script: StoppedScript, of debugger: Debugger) -> Release? {
        guard deliver(script.stop) else { return nil }
        let alarms = [limitStop(script.stop.number), limitPatience(script.stop.number)].compactMap { $0 }
        let context = debugger.context
        context?.stopStands = { [self] in stands(script.stop) }
        defer {
            context?.stopStands = nil
            for alarm in alarms { Clock.shared.cancel(alarm) }
        }
        while true {
            switch mailbox.wait() {
            case .resume(let verb): return .resume(verb)
            case .look(let body): body(script, debugger)
            case .close: return .close
            }
        }
    }

    private func stands(_ stop: Stop) -> Bool {
        guard case .stopped(let now) = state else { return false }
        return now.number == stop.number
    }

    /// After the stop was told: of one that nobody knows of yet it could not be said that it is over.
    private func limitStop(_ number: UInt64) -> UInt64? {
        guard let limit = limits.stop else { return nil }
        return Clock.shared.set(at: Clock.now &+ Clock.nanoseconds(limit)) { [self] in stopIsOver(number) }
    }

    /// The script ended: whoever waits is told.
    func deliver(_ end: Outcome) {
        change { shared in
            // Whatever was asked for last was asked of this run, and not of one that may come, nor of an evaluation.
            shared.cause = nil
            if !shared.isClosing { kicker.withdrawEnd() }
            return (.success(end), .ended(end))
        }
    }

    /// The script could not be loaded.
    func refuse(_ error: DebugError) {
        change { shared in
            shared.cause = nil
            return (.failure(error), .notStarted)
        }
    }

    /// Leaves the state of running, and tells all that wait for that; false when `body` would not.
    @discardableResult
    func change(_ body: (inout Shared) -> (Result<Outcome, DebugError>, DebugSession.State)?) -> Bool {
        let news = shared.withLock {
            shared -> (Result<Outcome, DebugError>, Answer?, [CheckedContinuation<Void, Never>])? in
            guard let (result, state) = body(&shared) else { return nil }
            shared.state = state
            defer { (shared.waiting, shared.settling, shared.watching) = (nil, [], []) }
            return (result, shared.waiting, shared.settling + shared.watching)
        }
        guard let (result, answer, settling) = news else { return false }
        answer?.resume(returning: result)
        for waiting in settling { waiting.resume() }
        return true
    }

    /// Who has asked for the end of this run.
    var cause: AbortCause? { shared.withLock(\.cause) }

    var isClosing: Bool { shared.withLock(\.isClosing) }

    /// The thread is about to end and the Lua state is gone, or there never was one.
    func gone() {
        // Before anybody is told: a reader of events that hears of the end must find it.
        wishes.journal.finish()
        change { _ in (.failure(Self.closed), .closed) }
        dismissAll()
        let closing = shared.withLock { shared in
            defer { shared.closing = [] }
            return shared.closing
        }
        for done in closing { done.resume() }
    }
}
