// What a console sends, cut into lines and prompts.

import LuaDebugConsole

/// Tells a prompt, which has no line end, from the beginning of a line.
struct ConsoleStream {
    enum Piece: Equatable {
        case line(String)
        case prompt(String)
    }

    /// A script that runs has no prompt before its next stop, and what is to stop it must be said.
    private static let running = "The script is running; interrupt stops it"

    private var rest: [UInt8] = []

    mutating func feed(_ bytes: [UInt8]) -> [Piece] {
        var pieces: [Piece] = []
        rest += bytes
        while let end = rest.firstIndex(of: 10) {
            let line = String(decoding: rest[..<end], as: UTF8.self)
            rest.removeSubrange(...end)
            // Something was said while a prompt stood there: it comes once more below.
            if !Console.prompts.contains(line) { pieces.append(.line(line)) }
            if line.hasPrefix(Self.running) { pieces.append(.prompt("(running) ")) }
        }
        let text = String(decoding: rest, as: UTF8.self)
        if Console.prompts.contains(text) { pieces.append(.prompt(text)) }
        return pieces
    }

    /// A line was typed behind the prompt: what comes now begins where that was.
    mutating func noteTyped() { rest = [] }
}
