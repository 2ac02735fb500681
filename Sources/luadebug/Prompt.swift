// Where lines come from: a person at a terminal, who may also press Ctrl-C, or a pipe.

import LuaDebugConsole
import LuaDebugCore
import LuaDebugServer
import LuaDebugTerminal
import Synchronization

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

@MainActor enum Prompt {
    static let isTerminal = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1

    /// Edits lines; nil without a terminal, and on one that cannot move its cursor: there they are read as they come.
    private static let reader: LineReader? = {
        guard isTerminal, let reader = LineReader(onThread: { _ = try ServiceThread.start($0) }) else { return nil }
        // Who types a line and Ctrl-C at once means the line, which has not begun yet.
        reader.whenEntered = { Interruption.expect() }
        return reader
    }()

    /// Answers a question of the console's; nil where nobody is there to be asked.
    static var asking: (@Sendable (String) async -> Bool)? {
        guard isTerminal else { return nil }
        return { question in
            let answer = await answer(to: question + " (y/n) ")?.trimmed.lowercased()
            return answer == "y" || answer == "yes"
        }
    }

    /// Reads commands from a person until they leave.
    static func converse(with console: Console) async {
        var last = ""
        signal(SIGINT, SIG_IGN)
        while !(await console.isOver) {
            let line = await line(await console.prompt, completer: { await console.completion($0) })
            guard let line else { return }
            if await console.isCollecting {
                await console.interpret(line)
                continue
            }
            if !line.trimmed.isEmpty { last = line }
            await interpret(last, with: console)
        }
    }

    /// Ctrl-C meanwhile stops the script, or ends what is evaluated.
    static func interpret(_ line: String, with console: Console) async {
        await interruptible(console) { await console.interpret(line) }
    }

    static func interruptible(_ console: Console, _ body: () async throws -> Void) async rethrows {
        try await whileInterruptible({ Task { await console.interrupt() } }, body)
    }

    /// Reads commands from a pipe or file until it ends; writes replies only.
    static func obey(_ console: Console) async {
        while !(await console.isOver), let line = readLine() { await console.interpret(line) }
    }

    /// A line from a person, who is prompted, or from a pipe; `keeps` tells of what the history may hold.
    static func line(
        _ prompt: String, keeps: (String) -> Bool = { _ in true }, completer: @escaping LineReader.Completer
    ) async -> String? {
        guard isTerminal else { return readLine() }
        Interruption.forget()
        guard let reader else {
            let line = read(prompt)
            if line == nil { print() }
            return line
        }
        let line = await reader.line(prompt, keeps: keeps, completer: completer)
        // A server that does not even answer with candidates: interrupted twice, the program ends.
        if reader.isBusy { await whileInterruptible({}) { await reader.finishCompleting() } }
        return line
    }

    private static func answer(to question: String) async -> String? {
        guard let reader else { return read(question) }
        return await reader.answer(to: question)
    }

    /// For what is printed by others than the main actor, also while a line is asked for.
    static var announcement: Connection.Announcement {
        let reader = reader
        return { line, isAsking in
            guard let reader else {
                print(line)
                // Of a stream that a line is waited for on, the C library keeps the lock: flushing all would wait, too.
                if !isAsking { fflush(nil) }
                return
            }
            reader.insert(line) {
                print($0)
                fflush(nil)
            }
        }
    }

    /// What was printed is seen, also by a program behind a pipe.
    static func flush() { fflush(nil) }

    /// Ctrl-C on a terminal calls `interrupt` while the body runs.
    static func whileInterruptible<Result: Sendable>(
        _ interrupt: @escaping @Sendable () -> Void, _ body: () async throws -> Result
    ) async rethrows -> Result {
        let reader = reader
        return try await Interruption.watched(
            {
                Task { await reader?.forgetWaiting() }
                interrupt()
            }, body)
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
    @MainActor private static var isExpected = false

    /// From now on Ctrl-C is about the command that begins.
    @MainActor static func expect() {
        isWanted.store(false, ordering: .relaxed)
        isExpected = true
        signal(SIGINT, noteInterruption)
    }

    /// At a prompt it only takes back what was typed, which the terminal does by itself.
    @MainActor static func forget() {
        isExpected = false
        signal(SIGINT, SIG_IGN)
    }

    @MainActor static func watched<Result: Sendable>(
        _ interrupt: @escaping @Sendable () -> Void, _ command: () async throws -> Result
    ) async rethrows -> Result {
        // With an editor it is expected since the line was entered.
        if !isExpected { expect() }
        isExpected = false
        let watch = Task.detached {
            while (try? await Task.sleep(for: .milliseconds(50))) != nil {
                guard isWanted.exchange(false, ordering: .relaxed) else { continue }
                print() // after the ^C that the terminal has shown
                interrupt()
            }
        }
        defer {
            watch.cancel()
            if Prompt.isTerminal { forget() } else { signal(SIGINT, SIG_DFL) }
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
