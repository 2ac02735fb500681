// A chunk's text, cut into lines as Lua counts them.

/// Source bytes by line; a line ends with `\n`, `\r`, `\r\n` or `\n\r`, as in Lua's lexer.
struct SourceText: Sendable {
    private let lines: [[UInt8]]

    init(_ source: [UInt8]) {
        var lines: [[UInt8]] = []
        var start = 0
        var at = 0
        while at < source.count {
            let byte = source[at]
            guard byte == 10 || byte == 13 else {
                at += 1
                continue
            }
            lines.append(Array(source[start..<at]))
            at += 1
            if at < source.count, source[at] == 10 || source[at] == 13, source[at] != byte { at += 1 }
            start = at
        }
        if start < source.count || lines.isEmpty { lines.append(Array(source[start...])) }
        self.lines = lines
    }

    var count: Int { lines.count }

    /// Counted from 1; nil past the end.
    func line(_ number: Int) -> String? {
        lines.indices.contains(number - 1) ? String(decoding: lines[number - 1], as: UTF8.self) : nil
    }

    func lines(
        _ range: ClosedRange<Int>, executable: Set<Int>, breakpoints: Set<Int>, current: Int?
    ) -> [SourceLine] {
        guard range.lowerBound <= lines.count else { return [] }
        return (range.lowerBound...min(range.upperBound, lines.count)).map { number in
            SourceLine(
                number: number, bytes: lines[number - 1],
                isExecutable: executable.contains(number), hasBreakpoint: breakpoints.contains(number),
                isCurrent: number == current)
        }
    }
}
