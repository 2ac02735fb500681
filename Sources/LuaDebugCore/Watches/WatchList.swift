// The watches of one debugger: any thread may change them.

internal import Synchronization

/// Watched expressions in the order in which they were added.
public final class WatchList: Sendable {
    private struct Seen {
        var stop: UInt64
        var value: Value?
        var before: Value?
    }

    private struct State {
        var watches: [Watch] = []
        var next: UInt32 = 0
        var revision = 0
        /// What each was worth at the last stop at which it was looked at, and at the one before that.
        var seen: [Watch.ID: Seen] = [:]
    }

    private let state: Mutex<State>
    private let breakpoints: BreakpointList
    private let kicker: Kicker
    /// Why nothing may be changed: the list is an observer's copy.
    private let refusal: DebugError?

    init(kicker: Kicker, breakpoints: BreakpointList) {
        self.kicker = kicker
        self.breakpoints = breakpoints
        refusal = nil
        state = Mutex(State())
    }

    /// What the list is now, for somebody who may not change it.
    init(copy: WatchList, breakpoints: BreakpointList, refusal: DebugError) {
        kicker = Kicker()
        self.breakpoints = breakpoints
        self.refusal = refusal
        state = Mutex(copy.state.withLock { $0 })
    }

    /// All, in their order.
    public var all: [Watch] { state.withLock(\.watches) }

    /// Adds one; the same expression twice makes two.
    ///
    /// Throws `.syntax` with Lua's message when it does not compile, and `.tooMany` past ``most``.
    @discardableResult
    public func add(_ expression: LuaText) throws(DebugError) -> Watch { try add([expression])[0] }

    /// So many there may be: each change makes all of them anew for the running script.
    public static let most = 1000

    /// Adds all of them, or none.
    ///
    /// Throws `.syntax`, and `.tooMany` past ``most``.
    @discardableResult
    public func add(_ expressions: [LuaText]) throws(DebugError) -> [Watch] {
        if let refusal { throw refusal }
        for expression in expressions {
            if let problem = SyntaxCheck.problem(with: expression) {
                throw DebugError(.syntax, "The watch \"\(expression)\" does not compile: \(problem)")
            }
        }
        let added: [Watch]? = change { state in
            guard state.watches.count + expressions.count <= Self.most else { return nil }
            return expressions.map { expression in
                let watch = Watch(id: Watch.ID(state.next), expression: expression)
                state.next += 1
                state.watches.append(watch)
                return watch
            }
        }
        guard let added else { throw DebugError(.tooMany, "There may be \(Self.most) watches, and no more.") }
        return added
    }

    /// Removes all of them, or none.
    ///
    /// `andBreakpoints` removes the watch breakpoints on the same expressions too. Throws `.noSuchWatch`.
    public func remove(_ ids: [Watch.ID], andBreakpoints: Bool = false) throws(DebugError) {
        if let refusal { throw refusal }
        let removed: Result<[Watch], DebugError> = change { state in
            for id in ids where !state.watches.contains(where: { $0.id == id }) {
                return .failure(Self.unknown(id))
            }
            let removed = state.watches.filter { ids.contains($0.id) }
            state.watches.removeAll { ids.contains($0.id) }
            for watch in removed { state.seen[watch.id] = nil }
            return .success(removed)
        }
        let watches = try removed.get()
        if andBreakpoints { breakpoints.removeWatches(on: watches.map(\.expression)) }
    }

    /// Removes one.
    ///
    /// Throws `.noSuchWatch`.
    public func remove(_ id: Watch.ID, andBreakpoints: Bool = false) throws(DebugError) {
        try remove([id], andBreakpoints: andBreakpoints)
    }

    /// Removes all of them.
    public func removeAll(andBreakpoints: Bool = false) {
        let watches = change { state in
            defer {
                state.watches = []
                state.seen = [:]
            }
            return state.watches
        }
        if andBreakpoints { breakpoints.removeWatches(on: watches.map(\.expression)) }
    }

    private func change<Result: Sendable>(_ body: (inout sending State) -> Result) -> Result {
        let result = state.withLock { state in
            state.revision += 1
            return body(&state)
        }
        kicker.send(.synchronize)
        return result
    }

    static func unknown(_ id: Watch.ID) -> DebugError { DebugError(.noSuchWatch, "There is no watch \(id).") }

    // MARK: - For the script's thread

    var revision: Int { state.withLock(\.revision) }

    /// The places in the list of these watches, or of all.
    func places(of ids: [Watch.ID]?) throws(DebugError) -> [(place: Int, watch: Watch)] {
        let watches = all
        guard let ids else { return watches.enumerated().map { ($0.offset, $0.element) } }
        var found: [(place: Int, watch: Watch)] = []
        for id in ids {
            guard let place = watches.firstIndex(where: { $0.id == id }) else { throw Self.unknown(id) }
            found.append((place, watches[place]))
        }
        return found
    }

    /// What a watch was worth in another run is nothing to this one.
    func beginRun() { state.withLock { $0.seen = [:] } }

    /// Notes what a watch is worth at a stop; answers what it was before.
    func note(_ value: Value?, of id: Watch.ID, at stop: UInt64) -> Value? {
        state.withLock { state in
            var seen = state.seen[id] ?? Seen(stop: stop, value: nil, before: nil)
            if seen.stop != stop { seen = Seen(stop: stop, value: seen.value, before: seen.value) }
            if let value { seen.value = value }
            state.seen[id] = seen
            return seen.before
        }
    }
}
