// The commands of the dialect that show source, variables and the stack.

import LuaDebugCore

extension Interpreter {
    // MARK: - Source

    /// The line where the selected frame is.
    func sourceHere() async throws -> [LDBText.Line] {
        try await session().source(around: 0, frame: selected).map {
            LDBText.source($0, current: ldb?.place?.line)
        }
    }

    func list(_ words: [[UInt8]]) async throws -> [LDBText.Line]? {
        let session = try session()
        let place = ldb?.place
        // As in LDB: what is no number is 0.
        func number(_ index: Int) -> Int? {
            words.count > index ? Int(String(decoding: words[index], as: UTF8.self)) ?? 0 : nil
        }
        let context = max(0, min(number(1) ?? 5, 1_000_000))
        if let line = number(0).map({ min($0, 1 << 40) }), line > 0 {
            let lines = session.lines(max(1, line - context)...(line + context))
            return shown(lines, isOwn: place?.chunk == held?.name)
        }
        guard place?.chunk == held?.name else {
            return shown(try await session.source(around: context, frame: selected), isOwn: true)
        }
        let line = place?.line ?? 1
        return shown(session.lines(max(1, line - context)...(line + context)), isOwn: true)
    }

    private func shown(_ lines: [SourceLine], isOwn: Bool) -> [LDBText.Line] {
        lines.map { LDBText.source($0, current: isOwn ? ldb?.place?.line : nil) }
    }

    // MARK: - Variables

    func print(_ words: [[UInt8]]) async throws -> [LDBText.Line]? {
        guard words.isEmpty else { return try await print(Self.joined(words)) }
        let locals = try await variables().filter { $0.kind != .upvalue && !$0.isShadowed }
        if locals.isEmpty { return [LDBText.line("No local variables in the current context.")] }
        return locals.flatMap { show("<value> \($0.name) = ", $0.value) }
    }

    private func variables() async throws -> [Variable] {
        try await session().variables(frame: selected, limits: LDBText.limits).filter { !$0.name.hasPrefix("(*temp") }
    }

    private func print(_ expression: LuaText) async throws -> [LDBText.Line] {
        do {
            let values = try await session().evaluate(
                expression, frame: selected, limits: LDBText.limits, budget: service.configuration.budget)
            return show("<value> ", values.first ?? .nil)
        } catch let error as DebugError where error.code == .raised {
            // A name that is nowhere: reading it is an error where globals are protected.
            guard expression.bytes.allSatisfy(Self.isNameByte) else { throw error }
            return [LDBText.line("No such variable.")]
        }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (97...122).contains(byte | 32) || (48...57).contains(byte) || byte == 95
    }

    func locals() async throws -> [LDBText.Line]? {
        // The globals are an upvalue too, and no variable of the script's.
        let all = try await variables().filter { $0.name != "_ENV" }
        if all.isEmpty { return [LDBText.line("No local variables in the current context.")] }
        return all.flatMap { variable in
            show(
                "<value> \(variable.kind)\(variable.isShadowed ? ", hidden," : "") \(variable.name) = ", variable.value)
        }
    }

    // MARK: - The stack

    /// The script's own functions, the innermost first.
    func backtrace() async throws -> [LDBText.Line]? {
        var lines: [LDBText.Line] = []
        let most = 200
        let frames = try await session().frames(limit: most + 1)
        for frame in frames.prefix(most) where frame.kind != .c {
            lines += try await shown(frame, first: lines.isEmpty ? "In" : "From")
        }
        if frames.count > most { lines.append(LDBText.line("... and more: these are the innermost \(most) frames")) }
        return lines
    }

    private func shown(_ frame: Frame, first word: String) async throws -> [LDBText.Line] {
        let name = frame.kind == .main ? "top level" : frame.function ?? "?"
        let source = (try? await session().source(around: 0, frame: frame.level)) ?? []
        return [LDBText.line("\(word) \(name):")]
            + source.map { LDBText.source($0, current: frame.level == selected ? $0.number : nil) }
    }

    /// To a function further out or further in, past those of C.
    func move(_ words: [[UInt8]], by direction: Int) async throws -> [LDBText.Line]? {
        let count = words.isEmpty ? 1 : Int(String(decoding: words[0], as: UTF8.self)) ?? 0
        guard (1...1_000_000).contains(count) else { throw CommandError("a number of frames from 1 is wanted") }
        let frames = try await session().frames(limit: 1_000_000)
        var level = selected
        for _ in 0..<count {
            repeat { level += direction } while frames.indices.contains(level) && frames[level].kind == .c
            guard frames.indices.contains(level) else {
                throw CommandError(
                    direction > 0 ? "there is no function further out" : "there is no function further in")
            }
        }
        selected = level
        ldb?.place = frames[level].location
        return try await shown(frames[level], first: level == 0 ? "In" : "From")
    }
}
