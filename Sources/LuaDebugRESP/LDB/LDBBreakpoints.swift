// The commands of the dialect for breakpoints and watches.

import LuaDebugCore

extension Interpreter {
    // MARK: - Breakpoints

    func breakpoints(_ words: [[UInt8]]) async throws -> [LDBText.Line]? {
        let session = try session()
        guard !words.isEmpty else { return try listed() }
        var lines: [LDBText.Line] = []
        for word in words {
            let text = String(decoding: word, as: UTF8.self)
            guard let number = Int(text) else {
                lines.append(LDBText.line("Invalid argument:'\(text)'"))
                continue
            }
            if number == 0 {
                session.breakpoints.removeAll()
                lines.append(LDBText.line("All breakpoints removed."))
            } else if number < 0 {
                let found = number == .min ? [] : try self.found(at: -number)
                for breakpoint in found { try session.breakpoints.remove(breakpoint.id) }
                lines.append(
                    LDBText.line(found.isEmpty ? "No breakpoint in the specified line." : "Breakpoint removed."))
            } else {
                lines += try added(number)
            }
        }
        return lines
    }

    private func listed() throws -> [LDBText.Line] {
        let lines = try session().breakpoints.all.compactMap(Self.line)
        guard !lines.isEmpty else {
            return [LDBText.line("No breakpoints set. Use 'b <line>' to add one.")]
        }
        return try [LDBText.line("\(lines.count) breakpoints set:")] + lines.flatMap { try around($0, 0) }
    }

    /// Where a breakpoint stops; nil for one at no line.
    private static func line(_ breakpoint: Breakpoint) -> Int? {
        if case .line(let line) = breakpoint.resolution { return line }
        if case .line(let line, _) = breakpoint.place { return line }
        return nil
    }

    /// Those that stop at a line, and those that were asked for there.
    private func found(at line: Int) throws -> [Breakpoint] {
        try session().breakpoints.all.filter { breakpoint in
            if case .line(line, _) = breakpoint.place { return true }
            return Self.line(breakpoint) == line
        }
    }

    private func around(_ line: Int, _ context: Int) throws -> [LDBText.Line] {
        try session().lines(max(1, line - context)...(line + context)).map {
            LDBText.source($0, current: ldb?.place?.chunk == held?.name ? ldb?.place?.line : nil)
        }
    }

    /// One that is there already is shown again; one on a line without code goes to the next that has some.
    private func added(_ line: Int, where condition: LuaText? = nil) throws -> [LDBText.Line] {
        let session = try session()
        guard line <= session.lineCount, let name = held?.name else { return [LDBText.line("Wrong line number.")] }
        do {
            let breakpoint: Breakpoint
            if condition == nil, let known = try found(at: line).first {
                breakpoint = known
            } else {
                breakpoint = try session.breakpoints.add(.line(line, in: name), where: condition)
            }
            let real = Self.line(breakpoint) ?? line
            let moved = LDBText.line("<hint> There is no code at line \(line): the breakpoint is at line \(real).")
            return try (real == line ? [] : [moved]) + around(real, 1)
        } catch let error as DebugError where error.code == .badLine {
            return [LDBText.line("Wrong line number.")]
        }
    }

    /// `line expression`, or `line` alone: always.
    func condition(_ words: [[UInt8]]) async throws -> [LDBText.Line]? {
        let text = String(decoding: words[0], as: UTF8.self)
        guard let line = Int(text), line > 0 else { return [LDBText.line("Invalid argument:'\(text)'")] }
        let condition = words.count > 1 ? Self.joined(Array(words.dropFirst())) : nil
        let found = try found(at: line)
        guard let breakpoint = found.first else {
            if condition == nil { return [LDBText.line("No breakpoint in the specified line.")] }
            return try added(line, where: condition)
        }
        try session().breakpoints.setCondition(condition, breakpoint.id)
        return try around(Self.line(breakpoint) ?? line, 1)
    }

    // MARK: - Watches

    func watch(_ words: [[UInt8]]) async throws -> [LDBText.Line]? {
        let watches = try session().watches
        let text = words.count == 1 ? String(decoding: words[0], as: UTF8.self) : ""
        if let number = Int(text), number <= 0 {
            if number == 0 {
                watches.removeAll(andBreakpoints: false)
                return [LDBText.line("All watches removed.")]
            }
            let index = -(number + 1)
            guard watches.all.indices.contains(index) else { return [LDBText.line("There is no such watch.")] }
            try watches.remove([watches.all[index].id], andBreakpoints: false)
            return [LDBText.line("Watch removed.")]
        }
        if !words.isEmpty { try watches.add([Self.joined(words)]) }
        let lines = try await watched()
        return lines.isEmpty ? [LDBText.line("No watches. Use 'watch <expr>' to add one.")] : lines
    }

    /// What is shown at each stop.
    func watched() async throws -> [LDBText.Line] {
        guard let log = ldb?.log, try !session().watches.all.isEmpty else { return [] }
        let results = try await session().evaluateWatches(
            frame: selected, limits: LDBText.limits, budget: service.configuration.budget)
        for (index, result) in results.enumerated() {
            let head = LDBText.line("<value> \(index + 1): ") + result.watch.expression.bytes + LDBText.line(" = ")
            switch result.result {
            case .success(let value): log.addCut(head + LDBText.value(value))
            case .failure(let error): log.add(head + LDBText.line("<\(error.message)>"))
            }
        }
        return log.take()
    }
}
