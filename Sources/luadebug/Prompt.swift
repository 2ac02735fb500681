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

    static let isTerminal = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1

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
            await Interruption.watched(console.session) { await console.interpret(last) }
        }
    }

    /// Reads commands from a pipe or file until it ends; writes replies only.
    static func obey(_ console: Console) async {
        while !console.isOver, let line = readLine() { await console.interpret(line) }
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

    @MainActor static func watched(_ session: DebugSession, _ command: () async -> Void) async {
        isWanted.store(false, ordering: .relaxed)
        signal(SIGINT, noteInterruption)
        let watch = Task.detached {
            while (try? await Task.sleep(for: .milliseconds(50))) != nil {
                guard isWanted.exchange(false, ordering: .relaxed) else { continue }
                print() // after the ^C that the terminal has shown
                if case .running = session.state { session.pause() } else { session.interruptEvaluation() }
            }
        }
        await command()
        watch.cancel()
        // At the prompt it only takes back what was typed, which the terminal does by itself.
        signal(SIGINT, SIG_IGN)
    }
}

/// Not a closure: one made on the main actor would insist to be called there.
private func noteInterruption(_: Int32) {
    Interruption.isWanted.store(true, ordering: .relaxed)
    // A script that is busy in a C function reaches no next line: then the second time ends the program.
    signal(SIGINT, SIG_DFL)
}
