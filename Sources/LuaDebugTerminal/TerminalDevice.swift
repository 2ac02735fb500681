// The terminal while a line is typed: its modes, what comes from it, and when the job is stopped and goes on.

/// There is one in a process.
///
/// Its calls that wait block their thread.
final class TerminalDevice: Sendable {
    enum Event {
        case keys([UInt8])
        /// The window has another size, or something may have been written over the line.
        case changed
        /// Somebody wants the process to stop.
        case stop
        /// No key will come any more.
        case end
    }

    private let notes: System.Notes

    /// nil without a terminal, or for one that knows no cursor.
    init?() {
        guard System.hasTerminal, !["", "dumb"].contains(System.environment("TERM") ?? ""), let notes = System.Notes()
        else { return nil }
        self.notes = notes
        System.restoreAtExit()
    }

    var columns: Int { System.columns ?? 80 }

    func write(_ text: String) { System.show(text) }

    /// False: the terminal is gone.
    func begin() -> Bool {
        System.flush()
        waitForForeground()
        guard System.enterRawMode() else { return false }
        // From now on it marks what is pasted.
        write("\u{1B}[?2004h")
        return true
    }

    func end() {
        write("\u{1B}[?2004l")
        System.leaveRawMode()
    }

    /// Waits for what happens next.
    func next() -> Event {
        while true {
            switch System.wait(for: notes, keys: true) {
            case .keys(let bytes) where !bytes.isEmpty: return .keys(bytes)
            case .keys:
                // In the background nothing can be read, and the terminal is still there.
                if System.isInForeground { return .end }
                return begin() ? .changed : .end
            case .note(System.noteOfSize): return .changed
            case .note(System.noteOfStop): return .stop
            // Somebody may have changed the modes meanwhile.
            case .note(System.noteOfContinuing): return begin() ? .changed : .end
            case .note, nil: continue
            }
        }
    }

    /// Stops the job as Ctrl-Z does elsewhere, and comes back when it goes on; false: without a terminal.
    func stop() -> Bool {
        end()
        write("\n")
        // Away with notes from before.
        while System.wait(for: notes, keys: false, milliseconds: 0) != nil {}
        System.watchContinuing(true)
        System.stopJob(reads: false)
        // The signal may reach another thread, and the process be stopped a little later; where nobody would ever let it go
        // on, it is not stopped at all.
        while let arrival = System.wait(for: notes, keys: false, milliseconds: 1000) {
            if case .note(System.noteOfContinuing) = arrival { break }
        }
        System.watchContinuing(false)
        return begin()
    }

    /// A job in the background must not touch the terminal: it is stopped until it is called back.
    private func waitForForeground() {
        while !System.isInForeground {
            System.stopJob(reads: true)
            _ = System.wait(for: notes, keys: false, milliseconds: 500)
        }
    }
}
