// What of a line fits into one row of the terminal, and where the cursor stands in it.

/// A window on a line; it moves when the cursor would leave it.
struct LineView {
    /// One row: what is written, and the cursor's column.
    struct Row: Equatable {
        let text: String
        let column: Int
    }

    /// The first character shown.
    private var first = 0

    /// The last column stays empty: in it terminals differ in where the cursor is.
    mutating func row(prompt: String, line: [Character], cursor: Int, columns: Int) -> Row {
        let columns = max(columns, 8)
        let (head, width) = Self.head(prompt, columns: columns)
        let room = columns - 1 - width
        scroll(line, cursor, room)
        let left = first > 0 ? 1 : 0
        var text = head + (first > 0 ? "<" : "")
        var used = left
        var column = width + left
        for index in first..<line.count {
            let cell = ShownText.cell(line[index])
            // The last cell is for the mark, if more follows.
            guard used + cell.width <= room - (index + 1 < line.count ? 1 : 0) else {
                text += ">"
                break
            }
            text += cell.text
            used += cell.width
            if index < cursor { column += cell.width }
        }
        return Row(text: text, column: column)
    }

    private mutating func scroll(_ line: [Character], _ cursor: Int, _ room: Int) {
        // Each character takes a column at least: a longer line need not be measured.
        if line.count < room, ShownText.width(line) < room {
            first = 0
            return
        }
        if first > cursor || !isVisible(line, cursor, room) {
            // As much before the cursor as fills two thirds of the row.
            first = cursor
            var used = 0
            while first > 0 {
                used += ShownText.cell(line[first - 1]).width
                if used > room * 2 / 3 { break }
                first -= 1
            }
            // Of characters wider than that, none.
            if !isVisible(line, cursor, room) { first = cursor }
        }
    }

    /// The character at the cursor, or the place behind the last, is between the marks.
    private func isVisible(_ line: [Character], _ cursor: Int, _ room: Int) -> Bool {
        var used = first > 0 ? 1 : 0
        for index in first..<cursor {
            used += ShownText.cell(line[index]).width
            if used >= room { return false }
        }
        return used + (cursor < line.count ? ShownText.cell(line[cursor]).width : 1) <= room - 1
    }

    /// The prompt, or the end of one that would leave no room.
    private static func head(_ prompt: String, columns: Int) -> (text: String, width: Int) {
        var cells = prompt.map(ShownText.cell)[...]
        var width = cells.reduce(0) { $0 + $1.width }
        while width > columns / 2, columns - width < 24, let cell = cells.popFirst() { width -= cell.width }
        return (cells.map(\.text).joined(), width)
    }
}
