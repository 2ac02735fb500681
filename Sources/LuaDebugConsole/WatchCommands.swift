// The commands that watch expressions: to stop for them, or to show what has changed at each stop.

import LuaDebugCore

extension Console {
    static let watchCommands = [
        ConsoleCommand(
            "watch", taking: "expression", "Stop at any line where the expression becomes true.", whileRunning: true
        ) {
            if $1.isEmpty { throw Complaint("An expression is missing.") }
            let breakpoint = try $0.breakpoints.add(.watch(LuaText($1)))
            $0.note(breakpoint)
            $0.say("Breakpoint \(breakpoint.id) watches \($1)")
        },
        ConsoleCommand(
            "unwatch", taking: "[number...]", "Watch no more; without numbers, nothing.", whileRunning: true
        ) {
            try $0.unwatch($1)
        },
        ConsoleCommand(
            "display", taking: "[expression]",
            "Show an expression at each stop where it has changed, with its old value; without one, show all."
        ) { try await $0.display($1) },
        ConsoleCommand("undisplay", taking: "[expression]", "Show it no more; without one, none.", whileRunning: true) {
            try $0.undisplay($1)
        },
    ]

    private func unwatch(_ text: String) throws {
        let found = try text.isEmpty ? breakpoints.all : numbered(text)
        func isWatch(_ breakpoint: Breakpoint) -> Bool { if case .watch = breakpoint.place { true } else { false } }
        if let other = found.first(where: { !isWatch($0) }), !text.isEmpty {
            throw Complaint("Breakpoint \(other.id) watches nothing; clear removes it.")
        }
        if !found.contains(where: isWatch) { return say("Nothing is watched.") }
        for breakpoint in found where isWatch(breakpoint) {
            try breakpoints.remove(breakpoint.id)
            actions[breakpoint.id] = nil
            say("Breakpoint \(breakpoint.id) no more watches \(Self.place(of: breakpoint))")
        }
    }

    // MARK: - Display

    private func display(_ text: String) async throws {
        guard !text.isEmpty else {
            if session.watches.all.isEmpty { return say("Nothing is displayed.") }
            return try await showDisplays(all: true)
        }
        let watch = try session.watches.add(LuaText(text))
        ownWatches.insert(watch.id)
        try await showDisplays(all: true, only: watch.id)
    }

    private func undisplay(_ text: String) throws {
        let found = session.watches.all.filter { text.isEmpty || $0.expression == LuaText(text) }
        if found.isEmpty, !text.isEmpty { throw Complaint("\(text) is not displayed; display shows what is.") }
        try session.watches.remove(found.map(\.id))
    }

    /// What has changed since the last stop, or all.
    func showDisplays(all: Bool, only id: Watch.ID? = nil) async throws {
        guard !session.watches.all.isEmpty else { return }
        if session.stop == nil, !all { return }
        let (frame, thread) = (selected, coroutine)
        let results: [WatchResult]
        if session.stop == nil {
            results = try await session.evaluateWatches(id.map { [$0] })
        } else {
            results = try await session.inspect { (script) throws(DebugError) in
                try script.evaluateWatches(id.map { [$0] }, frame: frame, of: thread)
            }
        }
        for result in results {
            let watch = result.watch
            switch result.result {
            case .success(let value):
                let isNews = result.previous == nil || result.hasChanged || failing.contains(watch.id)
                failing.remove(watch.id)
                guard all || isNews else { continue }
                let old = result.hasChanged ? result.previous.map { "  [old: \(PrettyPrinter.line([$0]))]" } : nil
                say("display \(watch.expression): \(PrettyPrinter.line([value]))" + (old ?? ""))
            case .failure(let error):
                guard failing.insert(watch.id).inserted || all else { continue }
                say("display \(watch.expression): *** \(error.message.onOneLine)")
            }
        }
    }
}
