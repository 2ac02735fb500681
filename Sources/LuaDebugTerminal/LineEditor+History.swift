// Walking through the lines entered before, and searching among them.

extension LineEditor {
    /// A search backwards, as far as it was typed.
    struct Search {
        var query: [Character] = []
        /// The entry that is shown; the history's count while that is the line from before.
        var match: Int
        var hasFailed = false
        /// What Ctrl-G brings back.
        let line: [Character]
        let cursor: Int
    }

    /// What stands before the line while it is searched for; nil otherwise.
    var searchPrompt: String? {
        search.map { "(\($0.hasFailed ? "nothing" : "search")) '\(String($0.query))': " }
    }

    /// Each entry keeps what was done to it until the line is entered.
    mutating func walk(to target: Int) -> Effect {
        guard 0...history.lines.count ~= target else { return .bell }
        changed[position] = characters
        position = target
        set(changed[target] ?? (target < history.lines.count ? Array(history.lines[target]) : []))
        return .none
    }

    mutating func beginSearch() {
        search = Search(match: history.lines.count, line: characters, cursor: cursor)
    }

    /// nil when the search is over and the key means what it always does.
    mutating func pressInSearch(_ key: Key) -> Effect? {
        guard var search else { return nil }
        switch key {
        case .text(let text), .paste(let text):
            search.query += text.filter { $0 != "\n" }.prefix(256)
            // What is shown may still be right.
            return look(search, from: search.match + 1)
        case .backspace:
            guard search.query.popLast() != nil else { return .bell }
            search.hasFailed = false
            return look(search, from: history.lines.count)
        case .control("r"):
            return search.query.isEmpty ? .bell : look(search, from: search.match)
        case .control("s"):
            let query = String(search.query)
            guard !query.isEmpty, let match = history.first(containing: query, from: search.match + 1) else {
                return .bell
            }
            search.match = match
            search.hasFailed = false
            show(search)
            return Effect.none
        case .control("g"):
            characters = search.line
            cursor = search.cursor
            self.search = nil
            return Effect.none
        case .other: return Effect.none
        default:
            // What was found is the line now, in its place in the history.
            self.search = nil
            if search.match < history.lines.count {
                let line = characters
                let place = cursor
                characters = search.line
                _ = walk(to: search.match)
                set(line)
                cursor = place
            }
            return nil
        }
    }

    private mutating func look(_ search: Search, from index: Int) -> Effect {
        var search = search
        let query = String(search.query)
        if query.isEmpty {
            search.match = history.lines.count
            show(search)
            return .none
        }
        let match = history.last(containing: query, before: index)
        search.hasFailed = match == nil
        search.match = match ?? search.match
        show(search)
        return match == nil ? .bell : .none
    }

    private mutating func show(_ search: Search) {
        self.search = search
        guard search.match < history.lines.count else {
            characters = search.line
            cursor = search.cursor
            return
        }
        let line = history.lines[search.match]
        set(Array(line))
        // At what was found; compared by characters, of which the search knew only the bytes.
        if let range = line.firstRange(of: String(search.query)) {
            cursor = line.distance(from: line.startIndex, to: range.lowerBound)
        }
    }
}
