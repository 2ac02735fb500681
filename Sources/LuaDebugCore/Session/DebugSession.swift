// The asynchronous door: a session with a script, and commands from any task.

/// One script under the debugger; commands may come from any task.
///
/// The session owns the script and runs it on a thread of its own, or the host runs it: ``init(hosting:script:settings:)``. Only
/// the script waits: a command suspends its task and blocks no thread of Swift's cooperative pool. A session that is let go of
/// ends its script, but for one of the host's, which goes on.
public final class DebugSession: Sendable {
    /// What a session is doing.
    public enum State: Sendable, Hashable {
        case notStarted, running, closed
        case stopped(Stop)
        /// `restart` makes it run again.
        case ended(Outcome)
    }

    /// Where the script stops; kept over restarts.
    public var breakpoints: BreakpointList {
        guard let refusal else { return runner.wishes.breakpoints }
        return BreakpointList(copy: runner.wishes.breakpoints, refusal: refusal)
    }
    /// The expressions that are watched; kept over restarts.
    public var watches: WatchList {
        guard let refusal else { return runner.wishes.watches }
        return WatchList(copy: runner.wishes.watches, breakpoints: breakpoints, refusal: refusal)
    }
    /// The settings of traces, the flight recorder and the profile; kept over restarts.
    public var tracing: Tracing {
        if refusal == nil { return runner.wishes.tracing }
        return Tracing(kicker: Kicker(), settings: runner.wishes.tracing.settings)
    }
    /// What steps go through; kept over restarts.
    public var skipping: SkipList {
        if refusal == nil { return runner.wishes.skipping }
        return SkipList(copy: runner.wishes.skipping)
    }
    /// Trace records, log messages and what the script says, of all runs, for one reader.
    public var events: SessionEvents { SessionEvents(journal: runner.wishes.journal) }
    let runner: SessionRunner
    /// What may be done here; nil in the hands of whoever made the session.
    private let rights: AttachmentRights?
    /// Whose session this is another view of.
    private let maker: DebugSession?

    /// `output` is called with what the script prints, on the script's thread; without it, it goes to standard output.
    ///
    /// `scriptFunctions` names a global table (`redis`, say) that is given `debugbreak` and the others, in place of a global of
    /// that name that is no table; without it there are none.
    ///
    /// `environment` is what else the host gives the script; each run begins with a fresh one.
    public init(
        _ script: Script, limits: RunLimits = .none, environment: HostEnvironment = HostEnvironment(),
        scriptFunctions table: String? = nil, output: (@Sendable ([UInt8]) -> Void)? = nil
    ) {
        runner = SessionRunner(
            script, limits: limits, output: output, scriptTable: table, environment: environment)
        rights = nil
        maker = nil
    }

    /// For a script that the host runs.
    init(_ runner: SessionRunner) {
        self.runner = runner
        rights = nil
        maker = nil
    }

    /// In the hands of somebody who has attached to it.
    init(_ maker: DebugSession, _ rights: AttachmentRights) {
        runner = maker.runner
        self.rights = rights
        self.maker = maker
    }

    deinit { if !leave() { runner.shutDown() } }

    /// Why nothing may be changed from here; nil for who controls the session.
    private var refusal: DebugError? { rights?.refusal(of: .controller) }

    /// Throws `.notController` where nothing may be changed from here.
    package func checkControl() throws(DebugError) {
        if let refusal { throw refusal }
    }

    /// What the session is doing now.
    public var state: State { runner.state }
    /// The last stop, while the script waits there.
    public var stop: Stop? { if case .stopped(let stop) = state { stop } else { nil } }

    // MARK: - Running

    /// Loads the script and stops before its first line.
    ///
    /// Throws `.doesNotCompile` with Lua's message, `.binaryRefused`, `.running` when it was started before, `.closed`,
    /// `.outOfMemory`, `.noThread`; `.hostRuns` for a script that the host runs.
    @discardableResult
    public func start() async throws(DebugError) -> Outcome {
        try checkControl()
        return try await runner.start()
    }

    /// Lets the stopped script go on, and waits until it stops again or ends.
    ///
    /// Throws `.running`, `.notStarted`, `.ended` (except for `.restart`), `.closed`, `.hostRuns`, `.notController`.
    ///
    /// Of a script that the host runs it waits for the next stop, over any number of the host's calls: where one of them ends is
    /// not known. ``pause()``, ``abort(by:)``, ``close()``, a detach and the end of the Lua state release it.
    @discardableResult
    public func resume(_ verb: Resume) async throws(DebugError) -> Outcome { try await resume(verb) {} }

    /// The same; `begun` is called when the script has been let run, before this returns.
    package func resume(
        _ verb: Resume, begun: @escaping @Sendable () -> Void
    ) async throws(DebugError) -> Outcome {
        try checkControl()
        if case .abort = verb, let refusal = rights?.killRefusal { throw refusal }
        return try await runner.resume(verb, by: rights, begun: begun)
    }

    /// Waits until the script does not run, whoever has resumed it; see what it does then.
    ///
    /// Also until a detach or another's taking over, if this session is an attachment's: then it may run.
    @discardableResult
    public func settled() async -> State {
        if let rights { await runner.settled(for: rights) } else { await runner.settled() }
        return state
    }

    /// Waits for the end of a script that is being ended, and for nothing else; see what it does then.
    ///
    /// An abort or a kill returns before the script's thread has seen it. Whoever comes after it finds the end here, and not
    /// a script that runs. The end of a hosted script is its host's, and not waited for.
    package func settledIfEnding() async -> State {
        await runner.settledIfEnding()
        return state
    }

    /// Waits for a stop other than that one, whoever has resumed the script: how an observer sees stops.
    ///
    /// Answers at once where the script is stopped elsewhere. Throws `.closed`, and `.notController` after the detach.
    public func nextStop(after number: UInt64? = nil) async throws(DebugError) -> Stop {
        try await runner.nextStop(after: number, rights)
    }

    /// Lets a stopped script run to its end without stops, and does not wait for that.
    ///
    /// One that the host runs goes on, and stops again where it should.
    public func letGo() { if refusal == nil { runner.letGo(by: rights) } }

    /// `resume(.continue)`.
    @discardableResult
    public func run() async throws(DebugError) -> Outcome { try await resume(.continue) }

    /// Stops the running script at its next line; whoever waits for it gets the stop.
    ///
    /// Does nothing while it does not run. One that the host runs stops at the first line of the next call, if none is under way.
    public func pause() { if refusal == nil { runner.pause(by: rights) } }

    /// Ends the run from anywhere, stopped or running; whoever waits gets `.aborted`.
    ///
    /// The script cannot catch it. Of one that the host runs, the host's call ends with an error, or else its next one, if none is
    /// under way.
    ///
    /// Where that may not be done from here it does nothing; ``kill(by:)`` says so.
    public func abort(by name: String = "abort") { try? kill(by: name) }

    /// The same; throws `.notController`, and `.refused` where the host runs the script and does not allow it.
    public func kill(by name: String) throws(DebugError) {
        if let refusal = rights?.killRefusal { throw refusal }
        runner.abort(.command(by: name))
    }

    /// Ends what is being evaluated; its command throws `.interrupted`.
    public func interruptEvaluation() { if refusal == nil { runner.interruptEvaluation() } }

    /// Ends the script, and waits until its thread and its Lua state are gone.
    ///
    /// A script of the host's goes on: the debugger is detached, at once where the script is stopped, else at the next line that
    /// it runs; nobody waits for that. In the hands of somebody who has attached it is a detach.
    public func close() async { if !leave() { await runner.close() } }

    /// Detaches whoever has attached; false in the hands of who made the session.
    @discardableResult
    package func leave() -> Bool {
        guard let rights else { return false }
        runner.detach(rights)
        return true
    }

    // MARK: - Looking

    /// Runs `body` on the script's thread while it is stopped: several looks in one go.
    ///
    /// Throws `.running`, `.notStarted`, `.ended`, `.closed`, and what `body` throws. For an observer, what would run code of the
    /// script's throws `.notController`.
    public func inspect<Result: Sendable>(
        _ body: @escaping @Sendable (StoppedScript) throws(DebugError) -> Result
    ) async throws(DebugError) -> Result {
        if let gone = rights?.refusal(of: .observer) { throw gone }
        guard let refusal else { return try await runner.perform(by: rights, body, afterEnd: nil) }
        return try await runner.perform(
            by: rights,
            { (script) throws(DebugError) in
                script.refusal = refusal
                defer { script.refusal = nil }
                return try body(script)
            }, afterEnd: nil)
    }

    /// See ``StoppedScript/frames(of:limit:)``.
    public func frames(of coroutine: Coroutine.ID? = nil, limit: Int = 200) async throws(DebugError) -> [Frame] {
        try await inspect { (script) throws(DebugError) in try script.frames(of: coroutine, limit: limit) }
    }

    /// See ``StoppedScript/variables(frame:of:limits:)``.
    public func variables(
        frame: Int = 0, of coroutine: Coroutine.ID? = nil, limits: ValueLimits = .standard
    ) async throws(DebugError) -> [Variable] {
        try await inspect { (script) throws(DebugError) in
            try script.variables(frame: frame, of: coroutine, limits: limits)
        }
    }

    /// See ``StoppedScript/coroutines()``.
    public func coroutines() async throws(DebugError) -> [Coroutine] {
        try await inspect { (script) throws(DebugError) in try script.coroutines() }
    }

    /// See ``StoppedScript/entries(of:from:count:limits:)``.
    public func entries(
        of reference: ValueReference, from: Int = 0, count: Int = 100, limits: ValueLimits = ValueLimits(depth: 1)
    ) async throws(DebugError) -> (entries: [TableValue.Entry], more: Bool) {
        try await inspect { (script) throws(DebugError) in
            try script.entries(of: reference, from: from, count: count, limits: limits)
        }
    }

    /// See ``StoppedScript/evaluate(_:frame:of:limits:)``; after the script's end it sees globals only.
    public func evaluate(
        _ expression: LuaText, frame: Int = 0, limits: ValueLimits = .standard, budget: EvaluationBudget = .standard
    ) async throws(DebugError) -> [Value] {
        try checkControl()
        return try await runner.perform(
            by: rights,
            { (script) throws(DebugError) in
                script.budget = budget
                return try script.evaluate(expression, frame: frame, limits: limits)
            },
            afterEnd: { (debugger) throws(DebugError) in
                try debugger.evaluateGlobally(expression, limits: limits, budget: budget)
            })
    }

    /// See ``StoppedScript/execute(_:frame:of:limits:)``.
    @discardableResult
    public func execute(
        _ statements: LuaText, frame: Int = 0, limits: ValueLimits = .standard, budget: EvaluationBudget = .standard
    ) async throws(DebugError) -> [Value] {
        try await inspect { (script) throws(DebugError) in
            script.budget = budget
            return try script.execute(statements, frame: frame, limits: limits)
        }
    }

    /// See ``StoppedScript/evaluateWatches(_:frame:of:limits:)``; after the script's end they see globals only.
    public func evaluateWatches(
        _ ids: [Watch.ID]? = nil, frame: Int = 0, limits: ValueLimits = .standard,
        budget: EvaluationBudget = .standard
    ) async throws(DebugError) -> [WatchResult] {
        try checkControl()
        return try await runner.perform(
            by: rights,
            { (script) throws(DebugError) in
                script.budget = budget
                return try script.evaluateWatches(ids, frame: frame, limits: limits)
            },
            afterEnd: { (debugger) throws(DebugError) in
                try debugger.evaluateWatches(
                    ids, in: nil, level: nil, limits: limits, budget: budget, stop: debugger.afterEnd)
            })
    }

    /// The last lines that ran, with the variables that changed, oldest first; see ``Tracing/record(lastLines:)``.
    ///
    /// While the script is stopped, or after its end. Throws `.running`, `.notStarted`, `.closed`.
    public func recording() async throws(DebugError) -> [TraceRecord] {
        if let gone = rights?.refusal(of: .observer) { throw gone }
        return try await runner.perform(
            by: rights,
            { (script) throws(DebugError) in try script.recording() },
            afterEnd: { (debugger) throws(DebugError) in debugger.recording() })
    }

    /// What was counted in this run; nil when no profile was under way in it.
    ///
    /// While the script is stopped, or after its end. Throws `.running`, `.notStarted`, `.closed`.
    public func profile() async throws(DebugError) -> Profile? {
        if let gone = rights?.refusal(of: .observer) { throw gone }
        return try await runner.perform(
            by: rights,
            { (script) throws(DebugError) in try script.profile() },
            afterEnd: { (debugger) throws(DebugError) in debugger.profile() })
    }

    /// Tells the source text of a chunk other than the script, for listings.
    public func provideSource(_ source: [UInt8], for chunk: String) {
        runner.wishes.breakpoints.provideSource(source, for: chunk)
    }

    /// What the session runs.
    public var script: Script { runner.script }

    /// What the script is given from its next run on, in place of what it was made with; see ``Script/take(_:)``.
    public func setArguments(_ arguments: [[UInt8]]) { runner.setArguments(arguments) }

    /// How many lines the script's own text has.
    public var lineCount: Int { SourceText(runner.script.source).count }

    /// Lines of the script's own text, or of another chunk's, in whatever state it is; those past the end are left out, and of a
    /// chunk whose text is not known there are none.
    public func lines(_ range: ClosedRange<Int>, of chunk: String? = nil) -> [SourceLine] {
        let name = chunk ?? runner.script.name
        var current: Int?
        if let stop, stop.location.chunk == name { current = stop.location.line }
        let own = name == runner.script.name ? SourceText(runner.script.source) : nil
        guard let text = breakpoints.source(of: name) ?? own else { return [] }
        return text.lines(
            max(1, range.lowerBound)...max(1, range.upperBound), executable: Set(breakpoints.executableLines(of: name)),
            breakpoints: breakpoints.lines(in: name), current: current)
    }

    /// Lines around where a frame is.
    ///
    /// See ``StoppedScript/source(around:frame:of:)``.
    public func source(around radius: Int = 5, frame: Int = 0) async throws(DebugError) -> [SourceLine] {
        try await inspect { (script) throws(DebugError) in try script.source(around: radius, frame: frame) }
    }
}

extension DebugSession {
    /// For tests: coroutines that carry a hook of ours after the script's end.
    func hooksLeft() async -> Int? { try? await runner.performAfterEnd { $0.hooksLeft } }
}
