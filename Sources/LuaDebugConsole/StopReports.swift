// What is said when the script stops or ends, and what breakpoints want to be run then.

import LuaDebugCore

extension Console {
    /// Tells where the script is; of one that runs, when it has stopped.
    public func showState() async {
        switch session.state {
        case .stopped(let stop): await show(stop)
        case .ended(let outcome): await show(outcome)
        case .notStarted, .running, .closed: break
        }
    }

    /// Waits until a script that somebody else has set running stops, and tells of that; its events are shown meanwhile.
    func attend() async {
        guard case .running = session.state else { return }
        let state = await following { await session.settled() }
        if isDetached { return session.stop == nil ? () : goOn() }
        if isOver || attachment?.isAttached == false { return }
        if case .stopped(let stop) = state { await show(stop) } else { await showState() }
        while !pending.isEmpty, !isOver, !isDetached { await take(pending.removeFirst()) }
    }

    /// An observer is told of each stop from now on, whoever lets the script go on.
    func lookOn() {
        guard attachment?.client.role == .observer else { return }
        lookout = Task { [session] in
            while let stop = try? await session.nextStop(after: told), !Task.isCancelled {
                await show(.stopped(stop))
            }
        }
    }

    /// Tells how a command ended.
    func show(_ outcome: Outcome) async {
        selected = 0
        coroutine = nil
        listed = nil
        switch outcome {
        case .stopped(let stop): await show(stop)
        case .returned(let values) where values.isEmpty: say("The script has ended.")
        case .returned(let values): say("The script has ended and returned \(PrettyPrinter.line(values)).")
        case .aborted(.timeLimit): say("The script was ended: its time was over.")
        case .aborted: say("The script was ended.")
        case .failed(let failure):
            let isText = if case .string = failure.value { true } else { false }
            say("The script has failed: \(failure.message)" + (isText ? "" : ": \(failure.value)"))
            if !failure.traceback.isEmpty { say(failure.traceback) }
        }
    }

    private func show(_ stop: Stop) async {
        told = stop.number
        let lists = isInterrupted ? [] : stop.breakpoints.compactMap { actions[$0] }
        pending = lists.flatMap { $0.filter { $0 != "silent" } }
        if lists.contains(where: { $0.first == "silent" }) { return }
        let reasons = stop.reasons.compactMap(Self.text)
        let coroutine = stop.coroutine == 0 ? "" : ", coroutine \(stop.coroutine)"
        let why = reasons.isEmpty ? "" : ": " + reasons.joined(separator: ", ")
        do {
            let frame = try await session.frames(limit: 1).first
            say((frame.map(Self.place) ?? "\(stop.location)") + coroutine + why)
            if stop.reasons.contains(where: { if case .error = $0 { true } else { false } }), let error = stop.error {
                say("error: \(error)")
            }
            try await showLine()
            try await showDisplays(all: false)
        } catch let error as DebugError {
            complain(error.message)
        } catch {
            complain("\(error)")
        }
    }

    /// The line that the selected frame is at.
    func showLine() async throws {
        do throws(DebugError) {
            let (frame, thread) = (selected, coroutine)
            let lines = try await session.inspect { (script) throws(DebugError) in
                try script.source(around: 0, frame: frame, of: thread)
            }
            for line in lines where line.isCurrent { say("-> \("\(line.number)".padded(to: 4))\(line.text)") }
        } catch {
            // Where it is has been said; without the text there is no more to say.
            if error.code != .noSource { throw error }
        }
    }

    /// Where a frame is and what it runs.
    static func place(_ frame: Frame) -> String {
        "\(frame.location) in \(name(of: frame))" + (frame.isTailCall ? " (tail call)" : "")
    }

    static func name(of frame: Frame) -> String {
        switch (frame.kind, frame.function) {
        case (.main, _): "the main chunk"
        case (_, let function?): function
        case (.lua, nil): "a function" + (frame.lines.map { " of line \($0.lowerBound)" } ?? "")
        case (.c, nil): "a C function"
        }
    }

    /// Why the script has stopped; nil where it did what was asked for.
    private static func text(_ reason: StopReason) -> String? {
        switch reason {
        case .step: nil
        case .entry: "nothing has run yet"
        case .pause: "interrupted"
        case .timeLimit: "its time is over"
        case .error(let caught): caught ? "an error that will be caught" : "an error that nothing catches"
        case .breakpoint(let id, nil): "breakpoint \(id)"
        case .breakpoint(let id, let problem?): "breakpoint \(id), as its condition fails: \(problem)"
        case .watch, .script: "\(reason)"
        }
    }
}

extension PrettyPrinter {
    /// Values on one line.
    static func line(_ values: [Value]) -> String {
        PrettyPrinter(isMultiline: false, bytes: 4096).text(of: values)
    }
}
