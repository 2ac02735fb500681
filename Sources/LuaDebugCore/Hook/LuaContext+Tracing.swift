// What the hook layer is told to write down, and what it has counted.

internal import CLuaShim

extension LuaContext {
    func use(_ journal: Journal) { unsafe ldbg_set_journal(raw, journal.raw) }

    func trace(_ settings: TraceSettings?) {
        guard let settings else {
            unsafe ldbg_trace(raw, 0, 0, ldbg_value_limits())
            return
        }
        let values = settings.values
        let limits = ldbg_value_limits(
            depth: Int32(clamping: values.depth), entries: Int32(clamping: values.entries), bytes: values.bytes)
        let depth = settings.filter.depth.map { max(1, Int32(clamping: $0)) } ?? 0
        unsafe ldbg_trace(raw, settings.mode.rawValue, depth, limits)
    }

    /// Asks the delegate about each function, or takes none as special.
    func judge(_ ask: Bool, skips: Bool) { unsafe ldbg_judge(raw, ask, skips) }

    func setWatches(_ expressions: [LuaText]) {
        unsafe ldbg_watches_clear(raw)
        for expression in expressions {
            _ = unsafe expression.bytes.withCharacters { start, count in unsafe ldbg_watches_add(raw, start, count) }
        }
    }

    func record(lines: Int) { _ = unsafe ldbg_recorder(raw, lines) }

    /// What the flight recorder kept, as records.
    var recording: [UInt8] {
        let size = unsafe ldbg_recorder_read(raw, nil, 0)
        var bytes = [UInt8](repeating: 0, count: size)
        _ = unsafe bytes.withUnsafeMutableBytes { unsafe ldbg_recorder_read(raw, $0.baseAddress, $0.count) }
        return bytes
    }

    func profile(_ mode: ProfileMode?) {
        switch mode {
        case nil: _ = unsafe ldbg_profile(raw, Int32(LDBG_PROFILE_OFF), 0)
        case .exact: _ = unsafe ldbg_profile(raw, Int32(LDBG_PROFILE_EXACT), 0)
        case .sampling(let every): _ = unsafe ldbg_profile(raw, Int32(LDBG_PROFILE_SAMPLING), Int32(every))
        }
    }

    /// What was counted since the profile was begun; nil when none was.
    func counted() -> ProfileCounts? {
        let nodeCount = unsafe ldbg_profile_nodes(raw, nil, 0)
        guard nodeCount > 0 else { return nil }
        var nodes = [ldbg_profile_node](repeating: ldbg_profile_node(), count: nodeCount)
        _ = unsafe ldbg_profile_nodes(raw, &nodes, nodeCount)
        let lineCount = unsafe ldbg_profile_lines(raw, nil, 0)
        var lines = [ldbg_profile_line](repeating: ldbg_profile_line(), count: lineCount)
        _ = unsafe ldbg_profile_lines(raw, &lines, lineCount)
        return ProfileCounts(
            nodes: nodes.map {
                .init(
                    parent: Int($0.parent), function: $0.function, line: Int($0.line), calls: Int($0.calls),
                    own: Int($0.`self`))
            },
            lines: lines.map {
                .init(function: $0.function, line: Int($0.line), hits: Int($0.hits), own: Int($0.`self`))
            },
            isCut: unsafe ldbg_profile_is_cut(raw))
    }

    /// How often expressions were compiled: a test's measure.
    var expressionsCompiled: Int { Int(unsafe ldbg_read_counts(raw).expressions_compiled) }
}

extension FunctionJudgement {
    var raw: UInt32 {
        (isTraced ? UInt32(LDBG_FUNCTION_TRACED) : 0) | (isSkipped ? UInt32(LDBG_FUNCTION_SKIPPED) : 0)
    }
}
