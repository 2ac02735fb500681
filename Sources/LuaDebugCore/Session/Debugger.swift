// The synchronous door: a debugger attached to one Lua state, asked on the script's own thread at each stop.

/// A debugger attached to a Lua state.
///
/// Set ``onStop``, add ``breakpoints``, run the script as before. The handler is called on the thread that runs the script, in
/// the middle of the script, and answers how it goes on.
public final class Debugger {
    /// Any thread may change these; a running script takes note at its next event.
    public var breakpoints: BreakpointList { wishes.breakpoints }
    /// Any thread may change these.
    public var watches: WatchList { wishes.watches }
    /// The settings of traces, the flight recorder and the profile; any thread may change them.
    public var tracing: Tracing { wishes.tracing }
    /// What steps go through; any thread may change it.
    public var skipping: SkipList { wishes.skipping }
    /// Trace records, log messages and what the script says, for one reader on any thread.
    public var events: SessionEvents { SessionEvents(journal: wishes.journal) }
    /// What may be asked of a running script from any thread.
    public let control: DebuggerControl

    /// Called at each stop, on the script's thread.
    ///
    /// Without one the script continues.
    public var onStop: ((StoppedScript) -> Resume)?
    /// In a session: who has ended a call of the host's last.
    var endCauseOfSession: (() -> AbortCause?)?
    /// Called when it is attached no more: it was detached, or the state closed.
    var onLeave: (() -> Void)?
    /// Called with what the script prints, once a session has redirected `print`.
    var onOutput: (([UInt8]) -> Void)?

    private(set) var context: LuaContext?
    private var keepAlive: Debugger?
    let wishes: Wishes
    private var kicker: Kicker { wishes.kicker }
    private(set) var plan = BreakpointList.Plan()
    private var watchRevision = -1
    private var skipRevision = -1
    private var tracingRevision = -1
    private var profileNumber = 0
    /// What the flight recorder had when the run ended, or the debugger was detached.
    private var lastRecording: [UInt8] = []
    private var lastProfileMode: ProfileMode?
    private var isOwned = false
    /// The end of the run counts as a stop for what watches were worth.
    private(set) var afterEnd: UInt64 = 0
    private var stopNumber: UInt64 = 0
    private var stopped: StoppedScript?

    /// Not yet attached.
    init() {
        wishes = Wishes()
        control = DebuggerControl(kicker: wishes.kicker)
    }

    /// For a session, whose wishes outlive each of its runs.
    init(_ wishes: Wishes) {
        self.wishes = wishes
        isOwned = true
        control = DebuggerControl(kicker: wishes.kicker)
    }

    func connect(_ context: LuaContext) {
        self.context = context
        keepAlive = self
        context.use(wishes.journal)
        kicker.connect(context)
        synchronize()
    }

    /// False once detached, or when the host has closed the state.
    public var isAttached: Bool { context?.isUsable ?? false }

    /// Who has ended the host's last call; nil when it has ended by itself.
    ///
    /// On the script's thread, before the next call. The error that Lua reports of such a call says no more than that it was
    /// ended by the debugger (or that there was not enough memory: the one error that no handler of the script's sees).
    public var endCause: AbortCause? {
        guard let context, context.isUsable, context.isEnding else { return nil }
        return endCauseOfSession?() ?? .command(by: "abort")
    }

    func usable() throws(DebugError) -> LuaContext {
        guard let context, context.isUsable else {
            throw DebugError(.detached, "The debugger is not attached: it was detached, or the Lua state was closed.")
        }
        return context
    }

    /// Lets go of the state: hooks, allocator and library functions are as they were before.
    ///
    /// Also from within `onStop`, where the script then goes on by itself. Detaching twice does nothing.
    public func detach() {
        kicker.disconnect()
        stopped?.expire()
        keepRecording()
        context?.detach()
        if !isOwned { wishes.journal.finish() }
        left()
        // Inside a stop the hook still needs what it runs in; the last reference goes when it has returned.
        if stopped == nil { release() }
    }

    private func left() {
        let onLeave = onLeave
        self.onLeave = nil
        onLeave?()
    }

    private func release() {
        context = nil
        // It is never called again; what it has captured may well be this debugger.
        onStop = nil
        keepAlive = nil
    }

    /// Tells the source text of a chunk, for listings; chunks that are named by their own text need none.
    public func provideSource(_ source: [UInt8], for chunk: String) { breakpoints.provideSource(source, for: chunk) }

    // MARK: - Chunks and plan

    func learn(_ functions: [CodeRange], of chunk: String) { _ = breakpoints.learn(functions, of: chunk) }

    /// What has changed since the hook layer was last told.
    func synchronize() {
        guard let context, context.isUsable else { return }
        if plan.revision != breakpoints.revision {
            plan = breakpoints.makePlan()
            context.plan(
                plan.entries, lines: !plan.wantedChunks.isEmpty,
                functions: !plan.paths.isEmpty || !plan.values.isEmpty)
        }
        synchronizeWatches(context)
        synchronizeTracing(context)
    }

    private func synchronizeWatches(_ context: LuaContext) {
        let revision = watches.revision
        guard watchRevision != revision else { return }
        watchRevision = revision
        context.setWatches(watches.all.map(\.expression))
    }

    private func synchronizeTracing(_ context: LuaContext) {
        let settings = tracing.settings
        let isNew = tracingRevision != settings.revision
        if isNew || skipRevision != skipping.revision {
            skipRevision = skipping.revision
            let skips = !skipping.isEmpty
            context.judge(skips || settings.trace?.filter.isByName == true, skips: skips)
        }
        guard isNew else { return }
        tracingRevision = settings.revision
        wishes.journal.resize(bytes: settings.bufferBytes)
        context.trace(settings.trace)
        context.record(lines: settings.recordedLines)
        if profileNumber != settings.profileNumber { context.profile(nil) }
        profileNumber = settings.profileNumber
        context.profile(settings.profile)
        if let mode = settings.profile { lastProfileMode = mode }
    }

    /// The run is over: nothing is looked for any more, no hook is left.
    func rest() {
        kicker.setPhase(.resting)
        keepRecording()
        context?.plan([], lines: false, functions: false)
        context?.trace(nil)
        context?.record(lines: 0)
        context?.profile(nil)
        context?.ended()
        wishes.journal.wake()
        afterEnd = StoppedScript.nextToken()
    }

    // MARK: - What was written down

    private func keepRecording() {
        guard let context, context.isUsable, tracing.recordedLines != nil else { return }
        lastRecording = context.recording
    }

    /// The last lines that ran, with the variables that changed, the oldest first; empty while the flight recorder is off.
    ///
    /// On the script's thread.
    public func recording() -> [TraceRecord] {
        if kicker.isActive, let context, context.isUsable { return wishes.journal.records(context.recording) }
        return wishes.journal.records(lastRecording)
    }

    /// What was counted since the profile was begun, or since this run began; nil when none was.
    ///
    /// On the script's thread, before it is detached.
    public func profile() -> Profile? {
        guard let context, context.isUsable, let counts = context.counted() else { return nil }
        return counts.profile(lastProfileMode ?? .exact, function: wishes.journal.function)
    }

    /// Each watch's value in a frame, or among the globals.
    func evaluateWatches(
        _ ids: [Watch.ID]?, in thread: LuaThread?, level: Int?, limits: ValueLimits, budget: EvaluationBudget,
        stop: UInt64
    ) throws(DebugError) -> [WatchResult] {
        let context = try usable()
        synchronizeWatches(context)
        return try watches.places(of: ids).map { place, watch in
            var capture = Capture(context, limits: limits, stop: level == nil ? 0 : stop)
            let result: Result<Value, DebugError> = Result { () throws(DebugError) in
                try context.evaluate(
                    watch: place, in: thread ?? context.main, level: level, budget: budget, capture: &capture)
            }
            let previous = watches.note(try? result.get(), of: watch.id, at: stop)
            return WatchResult(watch: watch, result: result, previous: previous)
        }
    }

    /// How many coroutines carry a hook of ours.
    var hooksLeft: Int { context?.armedCoroutines ?? 0 }

    /// After the script's end: only globals are there to be seen.
    func evaluateGlobally(
        _ expression: LuaText, limits: ValueLimits, budget: EvaluationBudget
    ) throws(DebugError) -> [Value] {
        let context = try usable()
        var capture = Capture(context, limits: limits, stop: 0)
        return try context.evaluate(
            expression, in: context.main, level: nil, kind: .expression, budget: budget, capture: &capture)
    }

    // MARK: - Stepping from outside a stop

    /// Stops before the first line of what the host calls next.
    public func stopAtNextCall() throws(DebugError) {
        let context = try usable()
        context.choose(.into, reason: .entry)
        context.arm()
    }
}

// MARK: - What the hook layer asks

extension Debugger: HookDelegate {
    func hookStopped(_ raw: RawStop) {
        guard let context, context.isUsable else { return }
        wishes.journal.wake()
        stopNumber += 1
        let script = StoppedScript(self, context, raw, number: stopNumber)
        stopped = script
        kicker.setPhase(.stopped)
        breakpoints.removeSpent()
        breakpoints.setDestination(nil)
        let resume = onStop?(script) ?? .continue
        stopped = nil
        script.expire()
        guard context.isUsable else { return release() }
        context.releaseReferences()
        if case .toLine(let line) = resume {
            breakpoints.setDestination(.line(line, in: script.stop.location.chunk))
        }
        if case .detach = resume { return detach() }
        // Changes made while stopped are in force before the next line; those made from here on kick.
        kicker.setPhase(.running)
        context.withdrawStale()
        synchronize()
        context.choose(resume.step, reason: .step)
    }

    func hookSynchronize() { synchronize() }

    func hookJudges(_ number: UInt32) -> FunctionJudgement {
        let function = wishes.journal.function(number)
        return FunctionJudgement(
            isTraced: !skipping.hides(function) && tracing.trace?.filter.accepts(function) ?? true,
            isSkipped: skipping.skips(function))
    }

    func hookTraced(_ mode: String) {
        switch mode {
        case "off": tracing.stop()
        case "code": tracing.change(.code)
        case "stack": tracing.change(.stack)
        case "watch": tracing.change(.watch)
        case "all": tracing.change(.all)
        default: tracing.change(.line)
        }
        synchronize()
    }

    func hookPrinted(_ bytes: [UInt8]) { onOutput?(bytes) }

    func hookClosed() {
        kicker.disconnect()
        if !isOwned { wishes.journal.finish() }
        stopped?.expire()
        onStop = nil
        left()
        // The context is on its way through the state's allocator: it must not be freed under its feet.
        keepAlive = nil
    }
}
