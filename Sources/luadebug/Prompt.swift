// Where lines come from: a person at a terminal, who may also press Ctrl-C, or a pipe.

import LuaDebugCore
import Synchronization

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

@MainActor enum Prompt {
    static let text = "(luadebug) "

    static let isTerminal = isTerminalNow

    /// For those off the main actor.
    nonisolated static var isTerminalNow: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 }

    /// Reads commands from a person until they leave.
    static func converse(with console: Console, greeting: String?) async {
        if let greeting { print(greeting) }
        console.ask = { question in
            let answer = read(question + " (y/n) ")?.trimmed.lowercased()
            return answer == "y" || answer == "yes"
        }
        var last = ""
        signal(SIGINT, SIG_IGN)
        await console.showState()
        while !console.isOver {
            guard let line = read(text) else { return print() }
            if !line.trimmed.isEmpty { last = line }
            let session = console.session
            let interrupt = { @Sendable in
                if case .running = session.state { session.pause() } else { session.interruptEvaluation() }
            }
            await whileInterruptible(interrupt) { await console.interpret(last) }
        }
    }

    /// Reads commands from a pipe or file until it ends; writes replies only.
    static func obey(_ console: Console) async {
        while !console.isOver, let line = readLine() { await console.interpret(line) }
    }

    /// A line for a client: from a person, who is prompted, or from a pipe.
    static func line(_ prompt: String) -> String? {
        guard isTerminal else { return readLine() }
        signal(SIGINT, SIG_IGN)
        let line = read(prompt)
        if line == nil { print() }
        return line
    }

    /// What was printed is seen, also by a program behind a pipe.
    static func flush() { fflush(nil) }

    /// Ctrl-C on a terminal calls `interrupt` while the body runs.
    static func whileInterruptible<Result: Sendable>(
        _ interrupt: @escaping @Sendable () -> Void, _ body: () async throws -> Result
    ) async rethrows -> Result {
        try await Interruption.watched(interrupt, body)
    }

    private static func read(_ prompt: String) -> String? {
        print(prompt, terminator: "")
        fflush(nil)
        return readLine()
    }
}

/// Ctrl-C while a command runs: the script stops at its next line, or an evaluation ends.
///
/// The signal's handler may do next to nothing, so it leaves a note, and a task looks for one 20 times a second.
private enum Interruption {
    static let isWanted = Atomic(false)

    @MainActor static func watched<Result: Sendable>(
        _ interrupt: @escaping @Sendable () -> Void, _ command: () async throws -> Result
    ) async rethrows -> Result {
        isWanted.store(false, ordering: .relaxed)
        signal(SIGINT, noteInterruption)
        let watch = Task.detached {
            while (try? await Task.sleep(for: .milliseconds(50))) != nil {
                guard isWanted.exchange(false, ordering: .relaxed) else { continue }
                print() // after the ^C that the terminal has shown
                interrupt()
            }
        }
        defer {
            watch.cancel()
            // At the prompt it only takes back what was typed, which the terminal does by itself.
            signal(SIGINT, Prompt.isTerminal ? SIG_IGN : SIG_DFL)
        }
        return try await command()
    }
}

/// Not a closure: one made on the main actor would insist to be called there.
private func noteInterruption(_: Int32) {
    Interruption.isWanted.store(true, ordering: .relaxed)
    // A script that is busy in a C function reaches no next line: then the second time ends the program.
    signal(SIGINT, SIG_DFL)
}
