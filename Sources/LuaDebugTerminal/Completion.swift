// What Tab offers: the part of the line that it would replace, and by what.

/// Candidates for the text between a place and the cursor.
package struct Completion: Sendable, Equatable {
    /// Where the replaced text begins, in characters from the line's beginning.
    package var start: Int
    package var candidates: [String]
    /// What follows the only candidate.
    package var suffix: String

    package init(start: Int, candidates: [String], suffix: String = "") {
        self.start = start
        self.candidates = Set(candidates).sorted()
        self.suffix = suffix
    }

    package static let none = Completion(start: 0, candidates: [])

    /// With what all candidates begin.
    var common: String {
        guard var common = candidates.first else { return "" }
        for candidate in candidates { while !candidate.hasPrefix(common) { common.removeLast() } }
        return common
    }

    /// The candidates in columns, down before across; no more than fill a screen.
    func table(columns: Int, limit: Int = 200) -> String {
        let shown = candidates.prefix(limit).map(ShownText.line)
        let width = (shown.map { ShownText.width($0) }.max() ?? 0) + 2
        let across = max(1, (columns - 1) / width)
        let rows = (shown.count + across - 1) / across
        var text = ""
        for row in 0..<rows {
            var line = ""
            for index in stride(from: row, to: shown.count, by: rows) {
                let isLast = index + rows >= shown.count
                let gap = isLast ? 0 : width - ShownText.width(shown[index])
                line += shown[index] + String(repeating: " ", count: gap)
            }
            text += line + "\n"
        }
        if candidates.count > limit { text += "... and \(candidates.count - limit) more\n" }
        return text
    }
}
