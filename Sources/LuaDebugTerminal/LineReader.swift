// Asks a person at a terminal for lines.

/// Reads one line after the other, with history and completion; between them the terminal is as it was.
@MainActor package final class LineReader {
    /// Gives the candidates for what stands before the cursor.
    package typealias Completer = @MainActor (String) async -> Completion

    private let device: TerminalDevice
    private let screen: Screen
    /// Runs what blocks on a thread of its own.
    private let run: @Sendable (@escaping @Sendable () -> Void) throws -> Void
    private let file: HistoryFile?
    private var editor: LineEditor
    private var decoder = KeyDecoder()
    /// Lines that were entered together with the one before.
    private var waiting: [String] = []
    /// Called when a line was entered, before the terminal is as it was: the next Ctrl-C is a signal, and about that line.
    package var whenEntered: () -> Void = {}
    /// Looks for candidates.
    private var unfinished: Task<Void, Never>?

    /// nil without a terminal that knows how to move its cursor.
    package init?(onThread run: @escaping @Sendable (@escaping @Sendable () -> Void) throws -> Void) {
        guard let device = TerminalDevice() else { return nil }
        self.device = device
        self.run = run
        screen = Screen(device)
        file = HistoryFile()
        editor = LineEditor(history: file?.read() ?? LineHistory())
    }

    /// The next line; nil at the end.
    ///
    /// `keeps` tells of what the history may hold, beside its own rules.
    package func line(
        _ prompt: String, keeps: (String) -> Bool = { _ in true }, completer: Completer? = nil
    ) async -> String? {
        if !waiting.isEmpty {
            let line = waiting.removeFirst()
            whenEntered()
            System.flush()
            screen.begin()
            screen.show(prompt: prompt, line: Array(line), cursor: 0)
            screen.finish()
            return kept(line, keeps)
        }
        var editor = editor
        let text = await edit(&editor, prompt, completer)
        self.editor = editor
        guard let text else { return nil }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        // An empty one would mean something at a prompt: the last command again.
        waiting = lines.dropFirst().filter { $0.contains { !$0.isWhitespace } }
        return kept(lines.first ?? "", keeps)
    }

    /// The answer to a question: not from lines that wait, and nothing for the history.
    package func answer(to question: String) async -> String? {
        var editor = LineEditor()
        return await edit(&editor, question, nil, isQuestion: true)
    }

    /// What was pasted behind the line that runs is not wanted any more.
    package func forgetWaiting() { waiting = [] }

    /// Prints, also while a line is edited: above it.
    ///
    /// `otherwise` prints when no line is.
    nonisolated package func insert(_ text: String, otherwise: (String) -> Void) {
        screen.insert(text, otherwise: otherwise)
    }

    private func kept(_ line: String, _ keeps: (String) -> Bool) -> String {
        if keeps(line), editor.history.add(line) { file?.add(line) }
        return line
    }

    // MARK: - Editing

    private func edit(
        _ editor: inout LineEditor, _ prompt: String, _ completer: Completer?, isQuestion: Bool = false
    ) async -> String? {
        let device = device
        guard await blocking({ device.begin() }) == true else { return nil }
        defer { device.end() }
        editor.begin()
        screen.begin()
        show(editor, prompt)
        while true {
            while let key = decoder.next() {
                switch editor.press(key) {
                case .none: continue
                case .bell: device.write("\u{07}")
                case .entered(let text):
                    let first = text.prefix { $0 != "\n" }
                    screen.show(prompt: prompt, line: Array(first), cursor: 0)
                    if !isQuestion { whenEntered() }
                    screen.finish()
                    return text
                case .cancelled:
                    show(editor, prompt)
                    screen.finish(mark: "^C")
                    if isQuestion { return nil }
                    editor.begin()
                case .ended:
                    screen.finish()
                    return nil
                case .complete(let again): await complete(&editor, prompt, completer, again)
                case .clearScreen: show(editor, prompt, clearing: true)
                case .suspend:
                    show(editor, prompt)
                    if await blocking({ device.stop() }) != true { return nil }
                }
            }
            show(editor, prompt)
            switch await blocking({ device.next() }) {
            case .keys(let bytes): decoder.feed(bytes)
            case .changed: break
            case .stop: if await blocking({ device.stop() }) != true { return nil }
            case .end, nil:
                screen.finish()
                return nil
            }
        }
    }

    private func show(_ editor: LineEditor, _ prompt: String, clearing: Bool = false) {
        screen.show(
            prompt: editor.searchPrompt ?? prompt, line: editor.characters, cursor: editor.cursor, clearing: clearing)
    }

    private func complete(
        _ editor: inout LineEditor, _ prompt: String, _ completer: Completer?, _ again: Bool
    ) async {
        guard let completer, unfinished == nil else { return device.write("\u{07}") }
        show(editor, prompt)
        let before = String(editor.characters[..<editor.cursor])
        guard let completion = await candidates(completer, before) else { return device.write("\u{07}") }
        let (effect, lists) = editor.complete(completion, again: again)
        if effect == .bell { device.write("\u{07}") }
        if lists {
            screen.insert(
                ShownText.line(prompt + editor.text) + "\n" + completion.table(columns: device.columns)
            ) { _ in }
        }
    }

    /// nil after a second: a server may take its time, and the keys must not wait for it.
    private func candidates(_ completer: @escaping Completer, _ before: String) async -> Completion? {
        let answer = Answer()
        unfinished = Task {
            let completion = await completer(before)
            unfinished = nil
            answer.give(completion)
        }
        let timer = Task {
            try? await Task.sleep(for: .seconds(1))
            answer.give(nil)
        }
        defer { timer.cancel() }
        return await withCheckedContinuation { answer.receiver = $0 }
    }

    /// The first of several answers counts; it is asked for before any of them.
    @MainActor private final class Answer {
        var receiver: CheckedContinuation<Completion?, Never>?

        func give(_ completion: Completion?) {
            receiver?.resume(returning: completion)
            receiver = nil
        }
    }

    /// Candidates that came too late are still looked for: nothing else can be asked of a server meanwhile.
    package var isBusy: Bool { unfinished != nil }
    package func finishCompleting() async { await unfinished?.value }

    /// nil: there was no thread.
    private func blocking<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result? {
        await withCheckedContinuation { (continuation: CheckedContinuation<Result?, Never>) in
            do { try run { continuation.resume(returning: body()) } } catch { continuation.resume(returning: nil) }
        }
    }
}
