// The row in which a line is edited, and what is written above it meanwhile.

internal import Synchronization

/// Draws; from any thread, one after the other.
final class Screen: Sendable {
    private struct Shown {
        var prompt: String
        var line: [Character]
        var cursor: Int
    }
    private struct State {
        /// nil while nobody is asked for a line.
        var shown: Shown?
        var view = LineView()
    }

    private let device: TerminalDevice
    private let state = Mutex(State())

    init(_ device: TerminalDevice) { self.device = device }

    /// Goes to a row of its own, where somebody has not ended a line.
    ///
    /// As many spaces as just fit into an empty row: from elsewhere they lead into the next.
    func begin() { device.write(String(repeating: " ", count: max(0, device.columns - 1)) + "\r") }

    /// Shows the line in the last row, in place of what was shown there.
    func show(prompt: String, line: [Character], cursor: Int, clearing: Bool = false) {
        state.withLock { state in
            state.shown = Shown(prompt: prompt, line: line, cursor: cursor)
            draw(&state, before: clearing ? "\u{1B}[H\u{1B}[2J" : "")
        }
    }

    /// The line is done: it stays in full, with a mark, and what is written next begins below.
    func finish(mark: String = "") {
        state.withLock { state in
            guard let shown = state.shown else { return }
            let line = shown.line.map { ShownText.cell($0).text }.joined()
            device.write("\r\u{1B}[J\(ShownText.line(shown.prompt))\(line)\(mark)\n")
            state = State()
        }
    }

    /// Writes above the line, if there is one; else `otherwise` says how, with nobody drawing meanwhile.
    func insert(_ text: String, otherwise: (String) -> Void) {
        state.withLock { state in
            guard state.shown != nil else { return otherwise(text) }
            draw(&state, before: "\r\u{1B}[J" + text + (text.hasSuffix("\n") ? "" : "\n"))
        }
    }

    private func draw(_ state: inout State, before: String) {
        guard let shown = state.shown else { return }
        let row = state.view.row(
            prompt: shown.prompt, line: shown.line, cursor: shown.cursor, columns: device.columns)
        let column = row.column > 0 ? "\u{1B}[\(row.column)C" : ""
        device.write(before + "\r" + row.text + "\u{1B}[J\r" + column)
    }
}
