// The commands of traces and profiles; and the events of a running script, as they are shown.

package import LuaDebugCore

extension Console {
    static let tracingCommands = [
        ConsoleCommand(
            "trace", taking: "[line | code | stack | watch | all | calls | variables | off]",
            "Show each line as it is run, from here on: with its text, the stack, what is displayed, or all three. "
                + "Without an argument, tell what is traced.",
            whileRunning: true
        ) { try $0.trace($1) },
        ConsoleCommand(
            "profile", taking: "start [instructions] | stop | show [count] | save file",
            "Count where the time goes: exactly, or by a sample every so many instructions; show the most expensive "
                + "functions and lines; save the stacks for a flame graph."
        ) { try await $0.profile($1) },
    ]

    // MARK: - Traces

    private static let modes: [(word: String, mode: TraceMode)] = [
        ("line", .line), ("code", .code), ("stack", .stack), ("watch", .watch), ("all", .all), ("calls", .calls),
        ("variables", .variables),
    ]

    package static func mode(_ word: String) -> TraceMode? { modes.first { $0.word == word }?.mode }

    private func trace(_ word: String) throws {
        if word.isEmpty {
            let mode = session.tracing.trace?.mode
            return say("trace " + (Self.modes.first { $0.mode == mode }?.word ?? "off"))
        }
        if word == "off" { return session.tracing.stop() }
        guard let mode = Self.mode(word) else {
            throw Complaint("trace knows line, code, stack, watch, all, calls, variables and off, not \(word).")
        }
        hasTraced = true
        session.tracing.start(mode)
    }

    /// Shows the script's events while a body waits for it to stop.
    func following<Result: Sendable>(_ body: () async -> Result) async -> Result {
        // There is one reader of events: who controls the script.
        if attachment?.client.role == .observer { return await body() }
        let feed = Task { [events = session.events, unread] in
            for await event in events {
                tell(event)
                // What is not read here stays in the buffer of the events, which counts what it loses.
                while unread() > 1 << 18, !Task.isCancelled { try? await Task.sleep(for: .milliseconds(2)) }
            }
        }
        self.feed = feed
        let result = await body()
        feed.cancel()
        await feed.value
        // Whoever debugs the script now reads them.
        if isDetached || isLost { return result }
        while case let events = session.events.read(), !events.isEmpty {
            for event in events { tell(event) }
        }
        tellMissed()
        return result
    }

    /// All that was kept back while the peer did not read would be more than may wait for it: past this it is counted, and told of where
    /// it is missing.
    private static let mostUnread = 8 << 20

    private func tell(_ event: SessionEvent) {
        if unread() > Self.mostUnread {
            missed += event.count
        } else {
            tellMissed()
            say(event)
        }
    }

    private func tellMissed() {
        if missed > 0 { say(.lost(missed)) }
        missed = 0
    }

    private func say(_ event: SessionEvent) {
        guard !isDetached, !isLost else { return }
        say(EventText.text(event))
    }

    // MARK: - Profiles

    private func profile(_ text: String) async throws {
        let word = text.prefix { !$0.isWhitespace }
        let rest = text.dropFirst(word.count).trimmed
        switch word {
        case "start":
            if rest.isEmpty {
                try session.tracing.profile(.exact)
            } else {
                guard let every = Int(rest) else { throw Complaint("\(rest) is no count of instructions.") }
                try session.tracing.profile(.sampling(every: every))
            }
            hasProfiled = true
        case "stop": session.tracing.stopProfile()
        case "show":
            guard let count = rest.isEmpty ? 10 : Int(rest), count > 0 else { throw Complaint("\(rest) is no count.") }
            for line in EventText.lines(try await counted(), most: count) { say(line) }
        case "save":
            let collapsed = try await counted().collapsed
            try await writeFile(rest, [UInt8](collapsed.utf8))
            say("The stacks are in \(rest).")
        default: throw Complaint("profile takes start, stop, show or save; help profile explains them.")
        }
    }

    private func counted() async throws -> Profile {
        guard let profile = try await session.profile() else {
            throw Complaint("Nothing was counted; profile start begins.")
        }
        return profile
    }
}
