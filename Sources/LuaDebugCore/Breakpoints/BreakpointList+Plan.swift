// What the script's thread makes of the breakpoints: the plan that the hook looks for, and what new chunks do to it.

internal import Synchronization

extension BreakpointList {
    /// What the hook is told to look for.
    struct Plan {
        /// Of the list that it was made from.
        var revision = -1
        var entries: [LuaContext.PlanEntry] = []
        /// Index in `entries`.
        var indices: [Breakpoint.ID: Int] = [:]
        /// Line breakpoints, whose chunk may come yet.
        var wantedChunks: [String] = []
        var paths: [(path: String, id: Breakpoint.ID, index: Int)] = []
        var values: [(value: FunctionValue, index: Int)] = []

        func wants(_ chunk: String) -> Bool { wantedChunks.contains { ChunkName.matches(shown: chunk, typed: $0) } }
    }

    /// The handle of a `.toLine`'s destination: no breakpoint has it.
    static let destination = Breakpoint.ID(.max)

    /// Sets where a `.toLine` leads; nil takes it away.
    func setDestination(_ place: Breakpoint.Place?) {
        state.withLock { state in
            if let before = state.destination {
                state.removed.append(before.counter)
                state.revision += 1
            }
            state.destination = nil
            guard case .line(let line, let name)? = place else { return }
            let breakpoint = Breakpoint(
                id: Self.destination, place: .line(line, in: name), condition: nil, ignoreCount: 0, isOnce: true,
                isEnabled: true, hitCount: 0, resolution: .pending)
            var entry = Entry(breakpoint: breakpoint, counter: HitCounter())
            state.revision += 1
            for (shown, code) in state.chunks where ChunkName.matches(shown: shown, typed: name) {
                entry.lines[shown] = code.line(for: line)
            }
            state.destination = entry
        }
    }

    /// Throws `.badLine` when a breakpoint could not be there.
    func check(line: Int, in chunk: String) throws(DebugError) {
        try Self.check(.line(line, in: chunk), nil, 0)
        let isBeyond = state.withLock { state in
            let matching = state.chunks.filter { ChunkName.matches(shown: $0.key, typed: chunk) }.values
            return matching.contains { $0.isWhole && $0.line(for: line) == nil }
        }
        if isBeyond { throw DebugError(.badLine, "No code at or after line \(line) of \(chunk).") }
    }

    var revision: Int { state.withLock(\.revision) }

    func makePlan() -> Plan {
        state.withLock { state in
            var plan = Plan()
            for index in state.entries.indices.reversed() where state.entries[index].isSpent { state.remove(at: index) }
            plan.revision = state.revision
            var wanted: Set<String> = []
            state.removed = []
            for entry in state.entries + [state.destination].compactMap({ $0 }) where entry.breakpoint.isEnabled {
                let index = plan.entries.count
                plan.indices[entry.breakpoint.id] = index
                plan.entries.append(
                    .init(
                        number: entry.breakpoint.id.number, counter: entry.counter, isOnce: entry.breakpoint.isOnce,
                        condition: entry.breakpoint.condition, log: entry.log?.parts ?? []))
                switch entry.breakpoint.place {
                case .line(_, let chunk): wanted.insert(chunk)
                case .function(let path): plan.paths.append((path, entry.breakpoint.id, index))
                case .functionValue(let value): plan.values.append((value, index))
                case .error(let any): plan.entries[index].error = any ? .any : .uncaught
                case .watch(let expression, let onChange): plan.entries[index].watch = (expression, onChange)
                }
            }
            plan.wantedChunks = Array(wanted)
            return plan
        }
    }

    /// More of a chunk became known; true when a breakpoint found or changed its line by it.
    func learn(_ functions: [CodeRange], of chunk: String) -> Bool {
        state.withLock { state in
            guard state.chunks[chunk, default: ChunkCode()].learn(functions) else { return false }
            var changed = false
            for index in state.entries.indices {
                guard case .line(let line, let name) = state.entries[index].breakpoint.place,
                    ChunkName.matches(shown: chunk, typed: name)
                else { continue }
                let found = state.chunks[chunk]?.line(for: line)
                guard state.entries[index].lines[chunk] != found else { continue }
                state.entries[index].lines[chunk] = found
                state.revision += 1
                Self.resolve(&state.entries[index])
                changed = true
            }
            return changed
        }
    }

    /// Where the breakpoints of a chunk are, by what is known of it now.
    func placed(in chunk: String) -> [(id: Breakpoint.ID, line: Int)] {
        state.withLock { state in
            (state.entries + [state.destination].compactMap { $0 }).compactMap { entry in
                entry.lines[chunk].map { (entry.breakpoint.id, $0) }
            }
        }
    }

    func met(_ id: Breakpoint.ID) {
        state.withLock { state in
            guard let index = state.index(of: id) else { return }
            state.entries[index].breakpoint.resolution = .armed
        }
    }

    /// The script is loaded anew: its chunks are unknown again, counts begin at 0.
    func beginRun(flush: Bool) {
        state.withLock { state in
            state.chunks = [:]
            state.destination = nil
            state.revision += 1
            if flush { state.removeAll() }
            for index in state.entries.indices.reversed() where state.entries[index].isSpent { state.remove(at: index) }
            for index in state.entries.indices {
                state.entries[index].counter.reset()
                state.entries[index].lines = [:]
                Self.resolve(&state.entries[index])
                if case .function = state.entries[index].breakpoint.place {
                    state.entries[index].breakpoint.resolution = .pending
                }
            }
        }
    }

    /// Takes away what was asked for once and has stopped.
    func removeSpent() {
        state.withLock { state in
            for index in state.entries.indices.reversed() where state.entries[index].isSpent { state.remove(at: index) }
        }
    }
}
