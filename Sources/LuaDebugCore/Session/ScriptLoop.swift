// The script's thread: makes a state, runs the script, waits at stops, and begins anew on restart.

/// Lives on the script's thread and nowhere else.
final class ScriptLoop {
    private let runner: SessionRunner
    private var state: OwnedState?
    private var context: LuaContext?
    private var debugger: Debugger?
    private var restart: Resume?
    private var alarm: UInt64?
    private var startedAt: UInt64 = 0
    private var timeLeft: UInt64 = 0

    init(_ runner: SessionRunner) { self.runner = runner }

    func run() {
        while true {
            switch runner.mailbox.wait() {
            case .resume(let verb): runUntilEnd(verb)
            case .look(let body):
                if let debugger { body(nil, debugger) }
            case .close:
                dropState()
                return runner.gone()
            }
        }
    }

    private func runUntilEnd(_ verb: Resume) {
        var next: Resume? = verb
        while let verb = next, !runner.isClosing {
            var flush = false
            if case .restart(let asked) = verb { flush = asked }
            dropState()
            do throws(DebugError) {
                runner.breakpoints.beginRun(flush: flush)
                runner.wishes.watches.beginRun()
                if flush { runner.wishes.flush() }
                let arguments = try prepare()
                next = try runOnce(arguments)
            } catch {
                dropState()
                runner.refuse(error)
                next = nil
            }
        }
    }

    private func dropState() {
        debugger?.detach()
        debugger = nil
        context = nil
        state?.close()
        state = nil
    }

    private func prepare() throws(DebugError) -> Int {
        let script = runner.script
        let state = try OwnedState()
        self.state = state
        let debugger = Debugger(runner.wishes)
        self.debugger = debugger
        let context = try state.attach(debugger)
        self.context = context
        let environment = runner.environment
        environment.willRun?()
        try state.install(environment, context, HostWait(runner.kicker))
        if runner.output != nil, !context.redirectPrint() {
            throw DebugError(.outOfMemory, "There is no memory to redirect the script's output.")
        }
        debugger.onOutput = runner.output
        if let table = runner.scriptTable { try state.installScriptFunctions(in: table) }
        try state.setLists(script.lists)
        try state.load(script)
        let functions = state.functions()
        try state.pushArguments(script)
        // Last, so that they may change whatever else is there; before the debugger is connected, which sees nothing of them.
        try state.run(environment.preludes)
        debugger.connect(context)
        debugger.provideSource(script.source, for: script.name)
        debugger.learn(functions, of: script.name)
        debugger.synchronize()
        if let memory = runner.limits.memory { context.limitMemory(to: max(memory, 1)) }
        context.timeLimitEnds(!runner.limits.stopsWhenTimeIsOver)
        timeLeft = runner.limits.time.map(Clock.nanoseconds) ?? 0
        restart = nil
        debugger.onStop = { [unowned self] in wait(at: $0) }
        return script.arguments.count
    }

    /// Returns the restart that ended it, if that was how it ended.
    private func runOnce(_ arguments: Int) throws(DebugError) -> Resume? {
        guard let state, let context, let debugger else { return nil }
        context.withdrawAll()
        // An abort that came before this thread did was withdrawn with the rest, and what only prepares does not stop to see it.
        if runner.cause != nil { runner.kicker.send(.end) }
        resumeClock()
        defer { pauseClock() }
        var failed = false
        var arguments = arguments
        if state.hasStarter {
            // It does not stop there: a limit of time can only end it.
            context.timeLimitEnds(true)
            failed = !state.prepare(context, arguments: arguments)
            context.timeLimitEnds(!runner.limits.stopsWhenTimeIsOver)
            if !failed { arguments = try state.start() }
        }
        if !failed {
            context.choose(.into, reason: .entry)
            failed = state.call(context, arguments: arguments).failed
        }
        pauseClock()
        let wasEnded = context.isEnding
        if failed, wasEnded, let restart { return restart }
        debugger.rest()
        context.limitMemory(to: 0)
        var values = state.takeResults(context, limits: runner.environment.results)
        if failed, wasEnded {
            runner.deliver(.aborted(runner.cause ?? .timeLimit))
        } else if failed {
            let value = values.popLast() ?? .nil
            runner.deliver(
                .failed(
                    ScriptFailure(
                        message: LuaContext.message(of: value), value: value, traceback: context.traceback,
                        isMemoryLimit: context.memoryWasRefused)))
        } else {
            runner.deliver(.returned(values))
        }
        debugger.onStop = nil
        return nil
    }

    /// The script waits here, in the middle of a line event.
    private func wait(at script: StoppedScript) -> Resume {
        guard let debugger else { return .abort }
        pauseClock()
        switch runner.wait(at: script, of: debugger) {
        case nil: return .abort
        case .close?:
            runner.mailbox.post(.close) // for the loop, once the script is out of its state
            return .abort
        case .resume(let verb)?:
            if case .restart = verb { restart = verb }
            resumeClock()
            // There is nobody else to let a script of ours go to: it runs to its end without stops.
            if case .detach = verb { return .finish }
            return verb
        }
    }

    // MARK: - Time: only what the script itself takes

    private func resumeClock() {
        guard let limit = runner.limits.time else { return }
        if timeLeft == 0 || runner.limits.stopsWhenTimeIsOver { timeLeft = Clock.nanoseconds(limit) }
        startedAt = Clock.now
        let control = runner.kicker
        alarm = Clock.shared.set(at: startedAt &+ timeLeft) { control.send(.time) }
    }

    private func pauseClock() {
        guard let alarm else { return }
        self.alarm = nil
        Clock.shared.cancel(alarm)
        context?.withdrawTime()
        let spent = Clock.now - startedAt
        timeLeft = spent >= timeLeft ? 0 : timeLeft - spent
    }
}
