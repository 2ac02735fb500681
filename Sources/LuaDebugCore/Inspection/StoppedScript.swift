// A script that waits: what can be looked at, evaluated and changed until it goes on.

internal import Synchronization

/// A stopped script, on the thread that runs it; valid until the handler that was given it returns.
public final class StoppedScript {
    /// Why and where the script waits.
    public let stop: Stop
    /// Bounds of what this evaluates; change it for one that takes longer.
    public var budget = EvaluationBudget.standard

    let debugger: Debugger
    private let context: LuaContext
    private let thread: LuaThread
    private let base: Int
    /// What this stop's references are known by: unlike the stop's number, never used again, not even by another run.
    private let token = StoppedScript.nextToken()
    private var isExpired = false
    /// Why nothing of the script's may be run; for observers.
    var refusal: DebugError?

    init(_ debugger: Debugger, _ context: LuaContext, _ raw: RawStop, number: UInt64) {
        self.debugger = debugger
        self.context = context
        thread = raw.thread
        base = raw.base
        var capture = Capture(context, limits: .standard, stop: token)
        let error = context.value(at: raw.errorIndex, of: raw.thread, capture: &capture)
        let frame = context.frame(of: raw.thread, base: raw.base, level: 0)
        let location = frame?.location ?? Location(chunk: "?", line: raw.line > 0 ? raw.line : nil)
        stop = Stop(
            number: number, reasons: Self.reasons(raw),
            location: raw.line > 0 ? Location(chunk: location.chunk, line: raw.line) : location,
            coroutine: context.id(of: raw.thread), depth: context.depth(of: raw.thread) - raw.base, error: error)
    }

    private static let tokens = Atomic<UInt64>(0)
    static func nextToken() -> UInt64 { tokens.add(1, ordering: .relaxed).newValue }

    private static func reasons(_ raw: RawStop) -> [StopReason] {
        var reasons: [StopReason] = []
        if raw.isFor(.error) { reasons.append(.error(caught: raw.errorIsCaught)) }
        let hits = raw.hits.filter { $0.breakpoint != BreakpointList.destination.number }
        reasons += hits.map(\.reason)
        if raw.isFor(.script) { reasons.append(.script(failure: raw.message)) }
        if raw.isFor(.pause) { reasons.append(.pause) }
        if raw.isFor(.time) { reasons.append(.timeLimit) }
        if raw.isFor(.step) || hits.count < raw.hits.count { reasons.append(.step) }
        if raw.isFor(.entry) { reasons.append(.entry) }
        return reasons
    }

    func expire() { isExpired = true }

    private func check() throws(DebugError) {
        guard !isExpired, context.isUsable else {
            throw DebugError(.expired, "Stop \(stop.number) is over: the script has gone on.")
        }
    }

    private func checkControl() throws(DebugError) {
        if let refusal { throw refusal }
    }

    private func place(_ coroutine: Coroutine.ID?) throws(DebugError) -> (thread: LuaThread, base: Int) {
        try check()
        guard let coroutine, coroutine != stop.coroutine else { return (thread, base) }
        guard let other = context.thread(coroutine) else {
            throw DebugError(.noSuchFrame, "There is no coroutine \(coroutine).")
        }
        return (other, 0)
    }

    private func noFrame(_ level: Int) -> DebugError {
        DebugError(.noSuchFrame, "There is no frame \(level) on this stack.")
    }

    // MARK: - Looking

    /// The stack, innermost first, of the coroutine that stopped or of another.
    ///
    /// Throws `.expired`, `.noSuchFrame`.
    public func frames(of coroutine: Coroutine.ID? = nil, limit: Int = 200) throws(DebugError) -> [Frame] {
        let (thread, base) = try place(coroutine)
        return context.frames(of: thread, base: base, limit: limit)
    }

    /// Parameters, varargs, locals and upvalues of a frame.
    ///
    /// Throws `.expired`, `.noSuchFrame`, and `.outOfMemory` of another coroutine than the one that stopped.
    public func variables(
        frame: Int = 0, of coroutine: Coroutine.ID? = nil, limits: ValueLimits = .standard
    ) throws(DebugError) -> [Variable] {
        let (thread, base) = try place(coroutine)
        guard
            let found = try context.variables(
                of: thread, base: base, level: frame, limits: limits, stop: token)
        else { throw noFrame(frame) }
        return found
    }

    /// The table of globals that a frame's code sees: its own `_ENV`.
    ///
    /// Throws `.expired`, `.noSuchFrame`.
    public func globals(
        frame: Int = 0, of coroutine: Coroutine.ID? = nil, limits: ValueLimits = ValueLimits(depth: 1)
    ) throws(DebugError) -> Value {
        // What an observer may do too: reading the name runs nothing of the script's.
        try run("_ENV", .expression, frame, coroutine, limits).first ?? .nil
    }

    /// Every coroutine of the script, the main thread first.
    ///
    /// Throws `.expired`.
    public func coroutines() throws(DebugError) -> [Coroutine] {
        try check()
        return context.coroutines(running: thread, base: base)
    }

    /// Lines of the chunk that a frame runs, with what the debugger knows of them.
    ///
    /// Throws `.noSource` when the host has not provided the chunk's text.
    public func source(
        around radius: Int = 5, frame: Int = 0, of coroutine: Coroutine.ID? = nil
    ) throws(DebugError) -> [SourceLine] {
        let (thread, base) = try place(coroutine)
        guard let found = context.frame(of: thread, base: base, level: frame) else { throw noFrame(frame) }
        guard found.kind != .c, let code = try context.code(of: thread, base: base, level: frame) else {
            throw DebugError(.noSource, "Frame \(frame) runs a C function; it has no source.")
        }
        debugger.learn(code.functions, of: code.name.shown)
        let text =
            debugger.breakpoints.source(of: code.name.shown)
            ?? (code.name.isText ? SourceText([UInt8](code.name.source.utf8)) : nil)
        guard let text else {
            throw DebugError(.noSource, "The source of \(code.name.shown) is not known; the host can provide it.")
        }
        let current = found.location.line ?? 1
        return text.lines(
            max(1, current - radius)...(current + radius),
            executable: Set(debugger.breakpoints.executableLines(of: code.name.shown)),
            breakpoints: debugger.breakpoints.lines(in: code.name.shown), current: found.location.line)
    }

    /// What the function returned that the last step came out of; nil when it came out of none, or of a C function's.
    public func lastReturn(limits: ValueLimits = .standard) throws(DebugError) -> [Value]? {
        try check()
        return context.returned(limits: limits, stop: token)
    }

    // MARK: - Expanding

    private func capture(_ reference: ValueReference, _ limits: ValueLimits) throws(DebugError) -> Capture {
        try check()
        guard reference.stop == token else {
            throw DebugError(.expired, "This value belongs to an earlier stop; the script has gone on since.")
        }
        return Capture(context, limits: limits, stop: token)
    }

    /// A page of a table's entries, array part first, and whether there are more.
    ///
    /// Throws `.expired`, `.badArgument`.
    public func entries(
        of reference: ValueReference, from: Int = 0, count: Int = 100, limits: ValueLimits = ValueLimits(depth: 1)
    ) throws(DebugError) -> (entries: [TableValue.Entry], more: Bool) {
        var capture = try capture(reference, limits)
        guard let page = capture.page(of: reference, from: from, count: count) else {
            throw DebugError(.badArgument, "This value is no table.")
        }
        return (page.entries, page.omitted)
    }

    /// A table's metatable, nil without one; `__metatable` does not hide it.
    ///
    /// Throws `.expired`.
    public func metatable(
        of reference: ValueReference, limits: ValueLimits = ValueLimits(depth: 1)
    ) throws(DebugError) -> Value? {
        var capture = try capture(reference, limits)
        return capture.metatable(of: reference)
    }

    /// A function's upvalues.
    ///
    /// Throws `.expired`, `.badArgument`.
    public func upvalues(of reference: ValueReference, limits: ValueLimits = .standard) throws(DebugError) -> [Variable]
    {
        guard let upvalues = try capture(reference, limits).upvalues(of: reference) else {
            throw DebugError(.badArgument, "This value is no function.")
        }
        return upvalues
    }

    /// What the script's own `tostring` says of a value: runs its `__tostring`.
    ///
    /// Throws as ``evaluate(_:frame:of:limits:)``.
    public func toString(_ reference: ValueReference) throws(DebugError) -> String {
        try checkControl()
        var capture = try capture(reference, .standard)
        return LuaContext.message(of: try context.toString(reference, budget: budget, capture: &capture))
    }

    // MARK: - Evaluating

    /// All results of an expression (or several, separated by commas) in a frame: it sees and may change locals, upvalues,
    /// varargs and the function's `_ENV`.
    ///
    /// It runs on a thread of its own within ``budget``; breakpoints in what it calls do not stop. Throws `.syntax`, `.raised`
    /// (with the error value), `.overBudget`, `.interrupted`, `.outOfMemory`, `.noSuchFrame`, `.expired`.
    public func evaluate(
        _ expression: LuaText, frame: Int = 0, of coroutine: Coroutine.ID? = nil, limits: ValueLimits = .standard
    ) throws(DebugError) -> [Value] {
        try checkControl()
        return try run(expression, .expression, frame, coroutine, limits)
    }

    /// Runs statements in a frame; what they return is given back.
    ///
    /// Effects of those before an error remain.
    ///
    /// Throws as ``evaluate(_:frame:of:limits:)``.
    @discardableResult
    public func execute(
        _ statements: LuaText, frame: Int = 0, of coroutine: Coroutine.ID? = nil, limits: ValueLimits = .standard
    ) throws(DebugError) -> [Value] {
        try checkControl()
        return try run(statements, .statement, frame, coroutine, limits)
    }

    /// An expression if the text is one, else statements: what a prompt wants.
    ///
    /// Throws as ``evaluate(_:frame:of:limits:)``.
    @discardableResult
    public func evaluateOrExecute(
        _ text: LuaText, frame: Int = 0, of coroutine: Coroutine.ID? = nil, limits: ValueLimits = .standard
    ) throws(DebugError) -> [Value] {
        try checkControl()
        return try run(text, .either, frame, coroutine, limits)
    }

    private func run(
        _ text: LuaText, _ kind: LuaContext.TextKind, _ frame: Int, _ coroutine: Coroutine.ID?, _ limits: ValueLimits
    ) throws(DebugError) -> [Value] {
        let (thread, base) = try place(coroutine)
        guard context.frame(of: thread, base: base, level: frame) != nil else { throw noFrame(frame) }
        var capture = Capture(context, limits: limits, stop: token)
        return try context.evaluate(
            text, in: thread, level: base + frame, kind: kind, budget: budget, capture: &capture)
    }

    // MARK: - Watches and what was written down

    /// The value of each watch in a frame, or of those asked for, in that order; one that fails holds its error.
    ///
    /// Throws `.noSuchWatch`, `.noSuchFrame`, `.expired`.
    public func evaluateWatches(
        _ ids: [Watch.ID]? = nil, frame: Int = 0, of coroutine: Coroutine.ID? = nil, limits: ValueLimits = .standard
    ) throws(DebugError) -> [WatchResult] {
        try checkControl()
        let (thread, base) = try place(coroutine)
        guard context.frame(of: thread, base: base, level: frame) != nil else { throw noFrame(frame) }
        return try debugger.evaluateWatches(
            ids, in: thread, level: base + frame, limits: limits, budget: budget, stop: token)
    }

    /// The last lines that ran, with the variables that changed; see ``Tracing/record(lastLines:)``.
    ///
    /// Throws `.expired`.
    public func recording() throws(DebugError) -> [TraceRecord] {
        try check()
        return debugger.recording()
    }

    /// What was counted so far; nil when no profile was begun.
    ///
    /// Throws `.expired`.
    public func profile() throws(DebugError) -> Profile? {
        try check()
        return debugger.profile()
    }

    /// The record that a trace would have for where the script waits now.
    ///
    /// Throws `.expired`.
    public func position(_ mode: TraceMode) throws(DebugError) -> TraceRecord {
        let frames = try frames(limit: 100)
        let here = Frame(
            level: 0, function: frames.first?.function, kind: frames.first?.kind ?? .lua,
            isTailCall: frames.first?.isTailCall ?? false, location: stop.location, lines: frames.first?.lines)
        let watches = mode.isSuperset(of: .watch) && refusal == nil ? try evaluateWatches() : nil
        return TraceRecord(
            event: .line, frame: here, coroutine: stop.coroutine, depth: stop.depth, nanoseconds: Clock.now,
            code: mode.isSuperset(of: .code) ? try? source(around: 0).first?.text : nil,
            stack: mode.isSuperset(of: .stack) ? frames : nil,
            watches: watches?.map(TracedWatch.init), changes: nil, values: nil,
            isCut: frames.count < stop.depth && mode.isSuperset(of: .stack))
    }
}
