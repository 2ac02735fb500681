// The synchronous door: a debugger attached to one Lua state, asked on the script's own thread at each stop.

/// A debugger attached to a Lua state.
///
/// Set ``onStop``, add ``breakpoints``, run the script as before. The handler is called on the thread that runs the script, in
/// the middle of the script, and answers how it goes on.
public final class Debugger {
    /// Any thread may change these; a running script takes note at its next event.
    public let breakpoints: BreakpointList
    /// What may be asked of a running script from any thread.
    public let control: DebuggerControl

    /// Called at each stop, on the script's thread.
    ///
    /// Without one the script continues.
    public var onStop: ((StoppedScript) -> Resume)?
    /// Called with what the script prints, once a session has redirected `print`.
    var onOutput: (([UInt8]) -> Void)?

    private var context: LuaContext?
    private var keepAlive: Debugger?
    private let kicker: Kicker
    private var plan = BreakpointList.Plan()
    private var stopNumber: UInt64 = 0
    private var stopped: StoppedScript?

    /// Not yet attached.
    init() {
        kicker = Kicker()
        breakpoints = BreakpointList(kicker: kicker)
        control = DebuggerControl(kicker: kicker)
    }

    /// For a session, whose breakpoints outlive each of its runs.
    init(kicker: Kicker, breakpoints: BreakpointList) {
        self.kicker = kicker
        self.breakpoints = breakpoints
        control = DebuggerControl(kicker: kicker)
    }

    func connect(_ context: LuaContext) {
        self.context = context
        keepAlive = self
        kicker.connect(context)
        synchronize()
    }

    /// False once detached, or when the host has closed the state.
    public var isAttached: Bool { context?.isUsable ?? false }

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
        context?.detach()
        // Inside a stop the hook still needs what it runs in; the last reference goes when it has returned.
        if stopped == nil { release() }
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

    func synchronize() {
        guard let context, context.isUsable else { return }
        plan = breakpoints.makePlan()
        context.plan(
            plan.entries, lines: !plan.wantedChunks.isEmpty,
            functions: !plan.paths.isEmpty || !plan.values.isEmpty)
    }

    /// The run is over: nothing is looked for any more, no hook is left.
    func rest() {
        kicker.setPhase(.resting)
        context?.plan([], lines: false, functions: false)
        context?.ended()
    }

    /// How many coroutines carry a hook of ours.
    var hooksLeft: Int { context?.armedCoroutines ?? 0 }

    /// After the script's end: only globals are there to be seen.
    func evaluateGlobally(
        _ expression: String, limits: ValueLimits, budget: EvaluationBudget
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
        stopNumber += 1
        let script = StoppedScript(self, context, raw, number: stopNumber)
        stopped = script
        kicker.setPhase(.stopped)
        breakpoints.removeSpent(script.stop.breakpoints)
        breakpoints.setDestination(nil)
        let resume = onStop?(script) ?? .continue
        stopped = nil
        script.expire()
        guard context.isUsable else { return release() }
        context.releaseReferences()
        if case .toLine(let line) = resume {
            breakpoints.setDestination(.line(line, in: script.stop.location.chunk))
        }
        if case .detach = resume { return detachAtStop() }
        // Changes made while stopped are in force before the next line; those made from here on kick.
        kicker.setPhase(.running)
        context.withdrawStale()
        synchronize()
        context.choose(resume.step, reason: .step)
    }

    private func detachAtStop() {
        kicker.disconnect()
        context?.detach()
        release()
    }

    func hookSynchronize() { synchronize() }

    func hookMeets(_ function: RawFunction) {
        guard let context else { return }
        let name = ChunkName(source: function.source, short: function.shortSource)
        if !function.isC, plan.wants(name.shown) {
            let functions = function.functions()
            if breakpoints.learn(functions, of: name.shown) { control.synchronize() }
            // Of this very function, which may not be the only one of its name and lines.
            if let own = functions.first {
                for (id, line) in breakpoints.placed(in: name.shown) where own.holds(line) {
                    if let index = plan.indices[id] { context.holds(line: line, index: index) }
                }
            }
        }
        meetPaths(function, context)
        for (value, index) in plan.values where isSame(value, function) { context.holds(line: 0, index: index) }
    }

    private func meetPaths(_ function: RawFunction, _ context: LuaContext) {
        var isPending = false
        for (path, id, index) in plan.paths {
            if function.isReached(by: path) {
                context.holds(line: 0, index: index)
                breakpoints.met(id)
            } else if breakpoints[id]?.resolution == .pending {
                isPending = true
            }
        }
        // A function may be put where the path leads after it has first run.
        if isPending { context.askAgain() }
    }

    private func isSame(_ value: FunctionValue, _ function: RawFunction) -> Bool {
        if value.isC { return function.isC && function.cFunction == value.code }
        return !function.isC && value.chunk == function.shortSource
            && value.lines == function.firstLine...max(function.firstLine, function.lastLine)
    }

    func hookPrinted(_ bytes: [UInt8]) { onOutput?(bytes) }

    func hookClosed() {
        kicker.disconnect()
        stopped?.expire()
        onStop = nil
        // The context is on its way through the state's allocator: it must not be freed under its feet.
        keepAlive = nil
    }
}

/// The requests that reach a running script from any thread.
public final class DebuggerControl: Sendable {
    private let kicker: Kicker
    init(kicker: Kicker) { self.kicker = kicker }

    /// Stops a running script at its next line.
    ///
    /// While nothing runs it is kept for the host's next call.
    public func pause() { kicker.send(.pause) }
    /// Ends the script's run; nothing in the script can catch it.
    ///
    /// The host's call returns an error.
    ///
    /// While nothing runs it is kept for the host's next call.
    public func abort() { kicker.send(.end) }
    /// Ends what is being evaluated at a stop.
    public func interruptEvaluation() { kicker.send(.interrupt) }
    func synchronize() { kicker.send(.synchronize) }
}
