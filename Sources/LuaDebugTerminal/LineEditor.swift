// The line that is being typed: keys in, and what has become of the line; it knows no terminal.

/// Edits one line after the other, with a history that it walks and searches.
struct LineEditor {
    /// What a key asks for beyond the line itself.
    enum Effect: Equatable {
        case none
        /// It could not be done.
        case bell
        case entered(String)
        /// What was typed is taken back.
        case cancelled
        /// Ctrl-D on an empty line.
        case ended
        /// `again`: it was asked for right before, too.
        case complete(again: Bool)
        case clearScreen, suspend
    }

    /// How long a line may be, in characters.
    static let limit = 65536

    var history: LineHistory
    var characters: [Character] = []
    var cursor = 0
    /// The entry of the history that is shown; its count is the line that is new.
    var position = 0
    /// What became of entries that were changed here, and of the new line.
    var changed: [Int: [Character]] = [:]
    var search: Search?
    /// What was cut last, for Ctrl-Y; it stays from line to line.
    private var killed: [Character] = []
    private var killedLast = false
    private var completedLast = false

    init(history: LineHistory = LineHistory()) {
        self.history = history
        position = history.lines.count
    }

    var text: String { String(characters) }

    /// Begins an empty line.
    mutating func begin() {
        set([])
        position = history.lines.count
        changed = [:]
        search = nil
        killedLast = false
        completedLast = false
    }

    mutating func set(_ line: [Character]) {
        characters = line
        cursor = line.count
    }

    mutating func press(_ key: Key) -> Effect {
        if search != nil, let effect = pressInSearch(key) { return effect }
        let wasKill = killedLast
        let wasCompletion = completedLast
        killedLast = false
        completedLast = false
        switch key {
        case .text(let text): return insert(text)
        case .paste(let text): return paste(text)
        case .enter: return .entered(text)
        case .tab:
            completedLast = true
            return .complete(again: wasCompletion)
        case .left, .control("b"): return move(to: cursor - 1)
        case .right, .control("f"): return move(to: cursor + 1)
        case .home, .control("a"): cursor = 0
        case .end, .control("e"): cursor = characters.count
        case .wordLeft, .alt("b"): cursor = wordStart
        case .wordRight, .alt("f"): cursor = wordEnd
        case .up, .control("p"): return walk(to: position - 1)
        case .down, .control("n"): return walk(to: position + 1)
        case .backspace: return remove(cursor - 1..<cursor)
        case .delete: return remove(cursor..<cursor + 1)
        case .control("d"): return characters.isEmpty ? .ended : remove(cursor..<cursor + 1)
        case .control("k"): kill(cursor..<characters.count, wasKill)
        case .control("u"): kill(0..<cursor, wasKill)
        case .control("w"): kill(spacedStart..<cursor, wasKill)
        case .alt("\u{7F}"): kill(wordStart..<cursor, wasKill)
        case .alt("d"): kill(cursor..<wordEnd, wasKill)
        case .control("y"): return killed.isEmpty ? .bell : insert(String(killed))
        case .control("t"): return transpose()
        case .control("l"): return .clearScreen
        case .control("r"): beginSearch()
        case .control("c"): return .cancelled
        case .control("z"): return .suspend
        case .control, .alt, .other: break
        }
        return .none
    }

    // MARK: - Inserting

    private mutating func insert(_ text: String) -> Effect {
        guard characters.count + text.count <= Self.limit else { return .bell }
        // Beside its neighbours: an accent joins the letter before it.
        let before = cursor > 0 ? String(characters[cursor - 1]) : ""
        let after = cursor < characters.count ? String(characters[cursor]) : ""
        let joined = Array(before + text + after)
        let start = cursor - (before.isEmpty ? 0 : 1)
        let end = cursor + (after.isEmpty ? 0 : 1)
        characters.replaceSubrange(start..<end, with: joined)
        cursor = start + min((before + text).count, joined.count)
        return .none
    }

    /// Pasted lines stay in the line, parted by "\n", until Enter: nothing runs that was not looked at.
    private mutating func paste(_ text: String) -> Effect {
        var text = text[...]
        while text.last == "\n" { text.removeLast() }
        return insert(String(text))
    }

    // MARK: - Moving and removing

    private mutating func move(to place: Int) -> Effect {
        guard 0...characters.count ~= place else { return .bell }
        cursor = place
        return .none
    }

    private mutating func remove(_ range: Range<Int>) -> Effect {
        guard range.lowerBound >= 0, range.upperBound <= characters.count else { return .bell }
        characters.removeSubrange(range)
        cursor = range.lowerBound
        return .none
    }

    /// Cuts run together while nothing else is done between them.
    private mutating func kill(_ range: Range<Int>, _ wasKill: Bool) {
        killedLast = true
        let cut = Array(characters[range])
        if !wasKill {
            if !cut.isEmpty { killed = cut }
        } else {
            killed = range.lowerBound < cursor ? cut + killed : killed + cut
        }
        characters.removeSubrange(range)
        cursor = range.lowerBound
    }

    private mutating func transpose() -> Effect {
        guard cursor > 0, characters.count > 1 else { return .bell }
        // At the end the last two change places, elsewhere those around the cursor.
        let right = min(cursor, characters.count - 1)
        characters.swapAt(right - 1, right)
        cursor = right + 1
        return .none
    }

    private static func isWord(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_"
    }

    private var wordStart: Int {
        var place = cursor
        while place > 0, !Self.isWord(characters[place - 1]) { place -= 1 }
        while place > 0, Self.isWord(characters[place - 1]) { place -= 1 }
        return place
    }

    private var wordEnd: Int {
        var place = cursor
        while place < characters.count, !Self.isWord(characters[place]) { place += 1 }
        while place < characters.count, Self.isWord(characters[place]) { place += 1 }
        return place
    }

    private var spacedStart: Int {
        var place = cursor
        while place > 0, characters[place - 1].isWhitespace { place -= 1 }
        while place > 0, !characters[place - 1].isWhitespace { place -= 1 }
        return place
    }

    // MARK: - Completing

    /// Inserts what is certain; true when the candidates are to be listed.
    mutating func complete(_ completion: Completion, again: Bool) -> (effect: Effect, lists: Bool) {
        guard 0...cursor ~= completion.start, !completion.candidates.isEmpty else { return (.bell, false) }
        let isOnly = completion.candidates.count == 1
        let common = completion.common + (isOnly ? completion.suffix : "")
        let typed = String(characters[completion.start..<cursor])
        // Nothing that was typed is shortened.
        if common.count > typed.count || common.count == typed.count && common != typed {
            guard characters.count + common.count <= Self.limit else { return (.bell, false) }
            characters.replaceSubrange(completion.start..<cursor, with: common)
            cursor = completion.start + common.count
            return (isOnly ? .none : .bell, false)
        }
        return (isOnly || again ? .none : .bell, !isOnly && again)
    }
}
