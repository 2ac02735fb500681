// What a person sees on a terminal, from the bytes that were written to it.

/// Knows what the program uses: CR, LF, BS, the cursor's moves, and erasing.
struct ScreenModel {
    var columns: Int
    private var grid: [[Character]] = [[]]
    private var row = 0
    private(set) var column = 0
    private var pending: [UInt8] = []
    private(set) var bells = 0

    init(columns: Int) { self.columns = columns }

    /// All rows that were ever written, without spaces at their ends; those that scrolled away as well.
    var rows: [String] {
        grid.map { row in
            var text = String(row.filter { $0 != Self.second })
            while text.last == " " { text.removeLast() }
            return text
        }
    }
    var text: String { rows.joined(separator: "\n") }
    /// The row with the cursor, which is marked with a bar.
    var line: String {
        let cells = grid[row]
        let before = cells.prefix(column).filter { $0 != Self.second }
        return String(before) + "|" + String(cells.dropFirst(column).filter { $0 != Self.second })
    }

    /// The second half of a wide character.
    private static let second: Character = "\u{0}"

    mutating func write(_ bytes: [UInt8]) {
        pending += bytes
        while let first = pending.first {
            if first == 0x1B {
                guard pending.count > 1 else { return }
                guard pending[1] == UInt8(ascii: "[") else {
                    pending.removeFirst(2)
                    continue
                }
                guard let end = pending.dropFirst(2).firstIndex(where: { (0x40..<0x7F).contains($0) }) else { return }
                let parameters = String(decoding: pending[2..<end], as: UTF8.self)
                let final = pending[end]
                pending.removeFirst(end + 1)
                obey(final, parameters)
                continue
            }
            let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
            guard pending.count >= length else { return }
            let character = Character(String(decoding: pending[..<length], as: UTF8.self))
            pending.removeFirst(length)
            put(character, first)
        }
    }

    private mutating func obey(_ final: UInt8, _ parameters: String) {
        let count = max(1, Int(parameters) ?? 1)
        switch final {
        case UInt8(ascii: "C"): column = min(columns - 1, column + count)
        case UInt8(ascii: "D"): column = max(0, column - count)
        case UInt8(ascii: "K"): grid[row] = Array(grid[row].prefix(column))
        case UInt8(ascii: "J"):
            if parameters == "2" { grid = [[]] }
            grid.removeSubrange((row + 1)...)
            grid[row] = Array(grid[row].prefix(column))
        case UInt8(ascii: "H"):
            row = 0
            column = 0
        default: break
        }
    }

    private mutating func put(_ character: Character, _ first: UInt8) {
        switch first {
        case 7: bells += 1
        case 8: column = max(0, column - 1)
        case 10: down()
        case 13: column = 0
        case 0..<32: break
        default:
            let width = (character.unicodeScalars.first?.value ?? 0) >= 0x1100 ? 2 : 1
            if column + width > columns {
                column = 0
                down()
            }
            while grid[row].count < column + width { grid[row].append(" ") }
            grid[row][column] = character
            if width == 2 { grid[row][column + 1] = Self.second }
            column += width
        }
    }

    private mutating func down() {
        row += 1
        if row == grid.count { grid.append([]) }
    }
}
