// A random program as a tree of statements, so that it can be made smaller by leaving some out.

/// A statement: its text, and those inside it.
struct Statement {
    /// A piece of its text, and the statements that follow that piece: a loop has one part, an `if` with `else` two.
    struct Part {
        var text: String
        var inner: [Statement] = []
    }
    var parts: [Part]
    /// What ends it; nil for one that has nothing inside.
    var end: String?
    /// All of it stands on one line.
    var isOnOneLine = false

    /// A statement with nothing inside; it may have several lines.
    init(_ text: String) { parts = [Part(text: text)] }

    init(_ text: String, _ inner: [Statement], end: String = "end") {
        parts = [Part(text: text, inner: inner)]
        self.end = end
    }

    init(parts: [Part], end: String = "end") {
        self.parts = parts
        self.end = end
    }

    private func lines(indented indent: String) -> [String] {
        var lines: [String] = []
        for part in parts {
            lines += part.text.split(separator: "\n").map { indent + $0 }
            lines += part.inner.flatMap { $0.lines(indented: indent + "  ") }
        }
        if let end { lines.append(indent + end) }
        guard isOnOneLine else { return lines }
        return [indent + lines.map { $0.trimmingPrefix { $0 == " " } }.joined(separator: " ")]
    }

    static func text(_ statements: [Statement]) -> String {
        statements.flatMap { $0.lines(indented: "") }.joined(separator: "\n") + "\n"
    }

    // MARK: - Smaller

    /// How many statements there are, those inside counted.
    static func count(_ statements: [Statement]) -> Int {
        statements.reduce(0) { $0 + 1 + $1.parts.reduce(0) { $0 + count($1.inner) } }
    }

    /// Every program that has a few statements less, the smallest first: without a run of them, or with one replaced by what is
    /// inside it.
    static func smaller(_ statements: [Statement]) -> [[Statement]] {
        var found: [[Statement]] = []
        var length = statements.count
        while length >= 1 {
            for start in stride(from: 0, through: statements.count - length, by: max(1, length)) {
                found.append(Array(statements[..<start] + statements[(start + length)...]))
            }
            length /= 2
        }
        for (index, statement) in statements.enumerated() where statement.end != nil {
            func with(_ replacement: [Statement]) -> [Statement] {
                Array(statements[..<index] + replacement + statements[(index + 1)...])
            }
            found.append(with(statement.parts.flatMap(\.inner)))
            for (number, part) in statement.parts.enumerated() {
                if number > 0 {
                    var less = statement
                    less.parts.remove(at: number)
                    found.append(with([less]))
                }
                for inner in smaller(part.inner) {
                    var less = statement
                    less.parts[number].inner = inner
                    found.append(with([less]))
                }
            }
        }
        return found
    }
}
