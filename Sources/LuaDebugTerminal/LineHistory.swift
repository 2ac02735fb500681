// The lines that were entered before: bounded, without repetitions in a row, without passwords; and their file.

struct LineHistory {
    static let limit = 1000
    /// A longer line is none that somebody would look for, and the file has a bound, too.
    static let longest = 8192

    private(set) var lines: [String]

    init(_ lines: [String] = []) { self.lines = Array(lines.suffix(Self.limit)) }

    /// Whether it was kept.
    @discardableResult
    mutating func add(_ line: String) -> Bool {
        guard Self.isKept(line), line != lines.last else { return false }
        lines.append(line)
        if lines.count > Self.limit { lines.removeFirst(lines.count - Self.limit) }
        return true
    }

    private static func isKept(_ line: String) -> Bool {
        guard line.utf8.count <= longest, line.contains(where: { !$0.isWhitespace }), !line.contains("\n") else {
            return false
        }
        return !isSecret(line)
    }

    /// It begins with AUTH, says it in a HELLO, or speaks of a password.
    static func isSecret(_ line: String) -> Bool {
        let lower = line.lowercased()
        if lower.contains("password") { return true }
        let words = lower.split { !$0.isLetter && !$0.isNumber }
        // In quotes, too; and a word that only begins so is taken for it, for a mistake tells the password as well.
        return words.first?.hasPrefix("auth") == true || words.first == "hello" && words.contains("auth")
    }

    // MARK: - Searching

    /// The last line before `index` that contains the text.
    func last(containing text: String, before index: Int) -> Int? {
        lines[..<min(max(index, 0), lines.count)].lastIndex { $0.contains(text) }
    }

    /// The first line from `index` on that contains the text.
    func first(containing text: String, from index: Int) -> Int? {
        lines[min(max(index, 0), lines.count)...].firstIndex { $0.contains(text) }
    }

    // MARK: - The file

    /// From what a file holds; a line in it that must not be kept is left out.
    init(file: [UInt8]) {
        self.init()
        for line in file.split(separator: 10) { add(String(decoding: line, as: UTF8.self)) }
    }

    var file: [UInt8] { lines.flatMap { Array($0.utf8) + [10] } }
}

/// Where the history is kept between runs.
///
/// A file that cannot be read or written is no error: then there is none.
struct HistoryFile {
    /// More than the longest history takes.
    private static let limit = 16 << 20

    let path: String

    /// The file that `LUADEBUG_HISTORY` names, none if that is empty, or the one in the home folder.
    init?() {
        if let path = System.environment("LUADEBUG_HISTORY") {
            if path.isEmpty { return nil }
            self.path = path
        } else {
            guard let home = System.environment("HOME"), home.hasPrefix("/") else { return nil }
            path = home + "/.luadebug_history"
        }
    }

    init(path: String) { self.path = path }

    func read() -> LineHistory { stored ?? LineHistory() }

    /// nil when it cannot be read: then it is left alone.
    private var stored: LineHistory? { System.contents(of: path, upTo: Self.limit).map { LineHistory(file: $0) } }

    /// After each line, and on top of what is there now: another program may have added some.
    func add(_ line: String) {
        guard var history = stored else { return }
        if history.add(line) { _ = System.replace(path, with: history.file) }
    }
}
