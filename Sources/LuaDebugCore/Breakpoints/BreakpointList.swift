// The breakpoints of one debugger: any thread may change them; a running script takes note at its next event.

internal import Synchronization

/// Requested breakpoints, and what the chunks seen so far make of them.
public final class BreakpointList: Sendable {
    struct Entry {
        var breakpoint: Breakpoint
        let counter: HitCounter
        var log: LogTemplate?
        /// The line in each chunk that matches, by the chunk's shown name.
        var lines: [String: Int] = [:]
        /// It was temporary and has done its work: gone for everyone but the next plan.
        var isSpent: Bool { breakpoint.isOnce && counter.isSpent }
    }

    /// What makes two requests the same one.
    struct Request: Hashable {
        let place: Breakpoint.Place
        let condition: LuaText?
        let log: LuaText?
        let isOnce: Bool

        init(_ breakpoint: Breakpoint) {
            if case .watch(let expression, let onChange) = breakpoint.place {
                place = .watch(expression.trimmed, onChange: onChange)
            } else {
                place = breakpoint.place
            }
            condition = breakpoint.condition
            log = breakpoint.log
            isOnce = breakpoint.isOnce
        }
    }

    struct State {
        /// In the order of their handles, which only grow.
        var entries: [Entry] = []
        var known: [Request: Breakpoint.ID] = [:]
        var next: UInt32 = 0
        /// Changes with whatever the plan is made from.
        var revision = 0
        var chunks: [String: ChunkCode] = [:]
        var sources: [String: SourceText] = [:]
        /// Counters that the hook may still hold, until the next plan.
        var removed: [HitCounter] = []
        /// Where a `.toLine` leads; in nobody's list, gone at the next stop.
        var destination: Entry?

        func index(of id: Breakpoint.ID) -> Int? {
            var low = 0
            var high = entries.count
            while low < high {
                let middle = (low + high) / 2
                if entries[middle].breakpoint.id < id { low = middle + 1 } else { high = middle }
            }
            return low < entries.count && entries[low].breakpoint.id == id ? low : nil
        }

        mutating func remove(at index: Int) {
            revision += 1
            let entry = entries.remove(at: index)
            removed.append(entry.counter)
            let request = Request(entry.breakpoint)
            if known[request] == entry.breakpoint.id { known[request] = nil }
        }

        mutating func removeAll() {
            revision += 1
            removed += entries.map(\.counter)
            entries = []
            known = [:]
        }
    }

    let state: Mutex<State>
    let kicker: Kicker
    /// Why nothing may be changed: the list is an observer's copy.
    private let refusal: DebugError?

    init(kicker: Kicker) {
        self.kicker = kicker
        refusal = nil
        state = Mutex(State())
    }

    /// What the list is now, for somebody who may not change it.
    init(copy: BreakpointList, refusal: DebugError) {
        kicker = Kicker()
        self.refusal = refusal
        state = Mutex(copy.state.withLock { $0 })
    }

    // MARK: - For everyone

    /// All, in the order in which they were added.
    public var all: [Breakpoint] { state.withLock { $0.entries.filter { !$0.isSpent }.map(Self.shown) } }

    /// The breakpoint with this handle, as it is now.
    public subscript(id: Breakpoint.ID) -> Breakpoint? {
        state.withLock { state in
            guard let index = state.index(of: id), !state.entries[index].isSpent else { return nil }
            return Self.shown(state.entries[index])
        }
    }

    /// So many there may be.
    public static let most = 100_000

    /// Asking twice for one place with one condition gives the same breakpoint, switched on again.
    ///
    /// With a `log` message it does not stop: it writes the message to the events, with the values of its `{expression}`s.
    ///
    /// Throws `.tooMany` past ``most``, `.badLine` for a line below 1, or past the end of a chunk that is known, `.syntax` for a condition, watch or part of
    /// a message that does not compile, `.badArgument` for an empty name or unbalanced braces.
    @discardableResult
    public func add(
        _ place: Breakpoint.Place, where condition: LuaText? = nil, ignoring ignoreCount: Int = 0, once: Bool = false,
        log: LuaText? = nil
    ) throws(DebugError) -> Breakpoint {
        if let refusal { throw refusal }
        try Self.check(place, condition, ignoreCount)
        let template = try Self.template(log)
        let result: Result<Breakpoint, DebugError> = state.withLock { state in
            let breakpoint = Breakpoint(
                id: Breakpoint.ID(state.next), place: place, condition: condition, log: log, ignoreCount: ignoreCount,
                isOnce: once, isEnabled: true, hitCount: 0, resolution: .pending)
            state.revision += 1
            let request = Request(breakpoint)
            if let known = state.known[request].flatMap(state.index(of:)), !state.entries[known].isSpent {
                state.entries[known].breakpoint.isEnabled = true
                state.entries[known].counter.wake()
                state.entries[known].counter.ignore = ignoreCount
                return .success(Self.shown(state.entries[known]))
            }
            guard state.entries.count < Self.most else {
                return .failure(DebugError(.tooMany, "There may be \(Self.most) breakpoints, and no more."))
            }
            var entry = Entry(breakpoint: breakpoint, counter: HitCounter(), log: template)
            entry.counter.ignore = ignoreCount
            if case .line(let line, let name) = place {
                for (shown, code) in state.chunks where ChunkName.matches(shown: shown, typed: name) {
                    guard let found = code.line(for: line) else {
                        if !code.isWhole { continue }
                        return .failure(DebugError(.badLine, "No code at or after line \(line) of \(shown)."))
                    }
                    entry.lines[shown] = found
                }
            }
            Self.resolve(&entry)
            state.next += 1
            state.entries.append(entry)
            state.known[request] = breakpoint.id
            return .success(Self.shown(entry))
        }
        kicker.send(.synchronize)
        return try result.get()
    }

    /// Throws `.noSuchBreakpoint`.
    public func remove(_ id: Breakpoint.ID) throws(DebugError) {
        try change(id) { state, index in state.remove(at: index) }
    }

    /// Removes all of them; nothing for an observer.
    public func removeAll() {
        state.withLock { $0.removeAll() }
        kicker.send(.synchronize)
    }

    /// Throws `.noSuchBreakpoint`.
    public func setEnabled(_ enabled: Bool, _ id: Breakpoint.ID) throws(DebugError) {
        try change(id) { state, index in
            state.entries[index].breakpoint.isEnabled = enabled
            if enabled { state.entries[index].counter.wake() }
        }
    }

    /// Passes over the next `count` arrivals.
    ///
    /// Throws `.noSuchBreakpoint`, `.badArgument` for a negative count.
    public func ignore(_ count: Int, _ id: Breakpoint.ID) throws(DebugError) {
        guard count >= 0 else { throw DebugError(.badArgument, "An ignore count cannot be negative: \(count).") }
        try change(id) { state, index in state.entries[index].counter.ignore = count }
    }

    /// nil takes the condition away.
    ///
    /// Throws `.noSuchBreakpoint`, `.syntax`.
    public func setCondition(_ condition: LuaText?, _ id: Breakpoint.ID) throws(DebugError) {
        try Self.check(condition)
        try rename(id) { entry in entry.breakpoint.condition = condition }
    }

    /// nil makes it stop again.
    ///
    /// Throws `.noSuchBreakpoint`, `.syntax`, `.badArgument`.
    public func setLog(_ message: LuaText?, _ id: Breakpoint.ID) throws(DebugError) {
        let template = try Self.template(message)
        try rename(id) { entry in
            entry.breakpoint.log = message
            entry.log = template
        }
    }

    /// Removed when it has stopped the script once, or not.
    ///
    /// Throws `.noSuchBreakpoint`.
    public func setOnce(_ isOnce: Bool, _ id: Breakpoint.ID) throws(DebugError) {
        try rename(id) { entry in entry.breakpoint.isOnce = isOnce }
    }

    /// Throws `.syntax` when a condition does not compile.
    public static func check(condition: LuaText) throws(DebugError) { try check(condition) }

    /// Throws `.syntax` or `.badArgument` when a log message cannot be.
    public static func check(log message: LuaText) throws(DebugError) { _ = try template(message) }

    /// Changes what the breakpoint is known by.
    private func rename(_ id: Breakpoint.ID, _ body: (inout sending Entry) -> Void) throws(DebugError) {
        try change(id) { state, index in
            let before = Request(state.entries[index].breakpoint)
            if state.known[before] == id { state.known[before] = nil }
            body(&state.entries[index])
            state.known[Request(state.entries[index].breakpoint)] = id
        }
    }

    /// Removes the watch breakpoints on these expressions.
    func removeWatches(on expressions: [LuaText]) {
        let texts = Set(expressions.map(\.trimmed))
        state.withLock { state in
            for index in state.entries.indices.reversed() {
                guard case .watch(let expression, _) = state.entries[index].breakpoint.place else { continue }
                if texts.contains(expression.trimmed) { state.remove(at: index) }
            }
        }
        kicker.send(.synchronize)
    }

    /// The lines of a chunk that can hold a breakpoint, as far as its functions have been seen.
    public func executableLines(of chunk: String) -> [Int] {
        state.withLock { state in
            let matching = state.chunks.filter { ChunkName.matches(shown: $0.key, typed: chunk) }.values
            return Set(matching.flatMap { $0.functions.flatMap(\.lines) }).sorted()
        }
    }

    func provideSource(_ source: [UInt8], for chunk: String) {
        state.withLock { $0.sources[chunk] = SourceText(source) }
    }

    func source(of chunk: String) -> SourceText? { state.withLock { $0.sources[chunk] } }

    /// Enabled or not: the lines of a chunk that hold one.
    func lines(in chunk: String) -> Set<Int> { state.withLock { Set($0.entries.compactMap { $0.lines[chunk] }) } }

    private func change(_ id: Breakpoint.ID, _ body: (inout sending State, Int) -> Void) throws(DebugError) {
        if let refusal { throw refusal }
        let found = state.withLock { state in
            guard let index = state.index(of: id), !state.entries[index].isSpent else { return false }
            state.revision += 1
            body(&state, index)
            return true
        }
        guard found else { throw DebugError(.noSuchBreakpoint, "There is no breakpoint \(id).") }
        kicker.send(.synchronize)
    }

    static func check(
        _ place: Breakpoint.Place, _ condition: LuaText?, _ ignoreCount: Int
    ) throws(DebugError) {
        switch place {
        case .line(let line, let chunk):
            guard line >= 1 else { throw DebugError(.badLine, "Lines are counted from 1; \(line) is none.") }
            guard line <= Int(Int32.max) else { throw DebugError(.badLine, "Line \(line) is beyond any chunk.") }
            guard !chunk.isEmpty else {
                throw DebugError(.badArgument, "A line breakpoint needs the name of its chunk.")
            }
        case .function(let path):
            let parts = path.split(omittingEmptySubsequences: false) { $0 == "." || $0 == ":" }
            guard parts.allSatisfy({ PrettyPrinter.isName([UInt8]($0.utf8)) }) else {
                throw DebugError(.badArgument, "\"\(path)\" is no path of names to a function.")
            }
        case .watch(let expression, _):
            if let problem = SyntaxCheck.problem(with: expression) {
                throw DebugError(.syntax, "The watch \"\(expression)\" does not compile: \(problem)")
            }
        case .functionValue, .error: break
        }
        guard ignoreCount >= 0 else {
            throw DebugError(.badArgument, "An ignore count cannot be negative: \(ignoreCount).")
        }
        try check(condition)
    }

    private static func check(_ condition: LuaText?) throws(DebugError) {
        if let condition, let problem = SyntaxCheck.problem(with: condition) {
            throw DebugError(.syntax, "The condition does not compile: \(problem)")
        }
    }

    private static func template(_ message: LuaText?) throws(DebugError) -> LogTemplate? {
        guard let message else { return nil }
        return try LogTemplate(message)
    }

    private static func shown(_ entry: Entry) -> Breakpoint {
        var breakpoint = entry.breakpoint
        breakpoint.hitCount = entry.counter.hits
        breakpoint.ignoreCount = entry.counter.ignore
        breakpoint.failure = entry.counter.failure
        breakpoint.failureCount = entry.counter.failures
        return breakpoint
    }

    static func resolve(_ entry: inout Entry) {
        switch entry.breakpoint.place {
        case .line:
            entry.breakpoint.resolution = entry.lines.min { $0.key < $1.key }.map { .line($0.value) } ?? .pending
        case .function: break // resolved when its function is met
        case .functionValue, .error, .watch: entry.breakpoint.resolution = .armed
        }
    }
}
