// Lua text with marks instead of line numbers: `-- @name` at a line's end.

/// The lines that a script's marks stand on.
package struct Marks: Sendable {
    private var lines: [String: Int] = [:]

    package init(_ source: String) {
        for (index, line) in source.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard let mark = line.firstRange(of: "-- @") else { continue }
            for name in line[mark.upperBound...].split(separator: " ") {
                precondition(lines[String(name)] == nil, "the mark \(name) stands twice")
                lines[String(name)] = index + 1
            }
        }
    }

    package subscript(mark: String) -> Int {
        guard let line = lines[mark] else { preconditionFailure("there is no mark \(mark)") }
        return line
    }

    /// The marks of a line, or its number.
    package func name(of line: Int) -> String {
        let names = lines.filter { $0.value == line }.keys.sorted()
        return names.isEmpty ? "line \(line)" : names.joined(separator: " ")
    }
}
