// The commands that look at stacks and coroutines, and select what others look at.

import LuaDebugCore

extension Console {
    static let stackCommands = [
        ConsoleCommand("where w bt", taking: "[count]", "Show the stack, newest last, > on the selected frame.") {
            try await $0.showStack($1)
        },
        ConsoleCommand("up u", taking: "[count]", "Select the caller of the selected frame.") {
            try await $0.move($1, by: 1)
        },
        ConsoleCommand("down d", taking: "[count]", "Select what the selected frame has called.") {
            try await $0.move($1, by: -1)
        },
        ConsoleCommand("frame", taking: "number", "Select a frame by its number; 0 is the innermost.") {
            try await $0.select($1)
        },
        ConsoleCommand("coroutines", "List the script's coroutines, > on the selected one.") { console, _ in
            try await console.listCoroutines()
        },
        ConsoleCommand(
            "coroutine", taking: "number", "Select a coroutine to look at; each stop selects the one that has stopped."
        ) { try await $0.selectCoroutine($1) },
    ]

    private static let deepest = 1_000_000

    /// The stack of the coroutine that is looked at, and how deep it is.
    private func stack(limit: Int) async throws -> (frames: [Frame], depth: Int) {
        let thread = coroutine
        return try await session.inspect { (script) throws(DebugError) in
            let frames = try script.frames(of: thread, limit: limit)
            guard let thread, thread != script.stop.coroutine else { return (frames, script.stop.depth) }
            return (frames, try script.coroutines().first { $0.id == thread }?.depth ?? frames.count)
        }
    }

    private func showStack(_ text: String) async throws {
        let count = text.isEmpty ? 50 : Int(text) ?? 0
        guard count > 0 else { throw Complaint("\(text) is no count of frames.") }
        let (frames, depth) = try await stack(limit: min(count, Self.deepest))
        if let shown = coroutine ?? session.stop?.coroutine, shown != 0 { say("In coroutine \(shown):") }
        if frames.isEmpty { return say("There are no frames.") }
        if depth > frames.count { say("  ... \(depth - frames.count) older frames") }
        for frame in frames.reversed() {
            say("\(frame.level == selected ? ">" : " ") #\(frame.level) \(Self.place(frame))")
        }
    }

    private func move(_ text: String, by direction: Int) async throws {
        guard let count = text.isEmpty ? 1 : Int(text), count > 0 else { throw Complaint("\(text) is no count.") }
        let depth = try await stack(limit: 1).depth
        let target = max(0, min(depth - 1, selected + direction * min(count, max(depth, 1))))
        if target == selected { throw Complaint(direction > 0 ? "Oldest frame" : "Newest frame") }
        try await select(level: target)
    }

    private func select(_ text: String) async throws {
        if text.isEmpty { throw Complaint("The number of a frame is missing; where shows them.") }
        let depth = try await stack(limit: 1).depth
        guard let level = Int(text), 0..<depth ~= level else {
            throw Complaint("There is no frame \(text) on this stack.")
        }
        try await select(level: level)
    }

    private func select(level: Int) async throws {
        guard let frame = try await stack(limit: level + 1).frames.last else { return }
        selected = frame.level
        listed = nil
        say("#\(frame.level) \(Self.place(frame))")
        try await showLine()
    }

    // MARK: - Coroutines

    private func listCoroutines() async throws {
        let shown = coroutine ?? session.stop?.coroutine
        for one in try await session.coroutines() {
            let place = one.location.map { "  \($0)" } ?? ""
            let mark = one.id == shown ? "> " : "  "
            say((mark + "\(one.id)".padded(to: 4) + "\(one.status)".padded(to: 12) + place).trimmedAtEnd)
        }
    }

    private func selectCoroutine(_ text: String) async throws {
        if text.isEmpty { throw Complaint("The number of a coroutine is missing; coroutines lists them.") }
        guard let id = Coroutine.ID(text), let found = try await session.coroutines().first(where: { $0.id == id })
        else { throw Complaint("There is no coroutine \(text); coroutines lists them.") }
        coroutine = id == session.stop?.coroutine ? nil : id
        selected = 0
        listed = nil
        guard let frame = try await stack(limit: 1).frames.first else {
            return say("Coroutine \(id), \(found.status), without frames")
        }
        say("Coroutine \(id), \(found.status): \(Self.place(frame))")
        if frame.kind != .c { try await showLine() }
    }
}

extension String {
    var trimmedAtEnd: String {
        var part = self[...]
        while part.last?.isWhitespace == true { part = part.dropLast() }
        return String(part)
    }
}
