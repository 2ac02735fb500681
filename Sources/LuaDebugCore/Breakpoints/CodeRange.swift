// Which lines of a function can hold a breakpoint, as the VM's own tables say: never guessed from the text.

/// One function of a chunk: where it is defined and the lines that hold its code.
struct CodeRange: Sendable, Hashable {
    /// 0 for a main chunk.
    let firstLine: Int
    let lastLine: Int
    /// Sorted; empty when the chunk was stripped of its debug information.
    let lines: [Int]

    var isMain: Bool { firstLine == 0 }

    func contains(_ line: Int) -> Bool { isMain || (firstLine...max(firstLine, lastLine)).contains(line) }

    /// The first line at or after `line` that holds code of this function.
    func firstLine(from line: Int) -> Int? {
        var low = 0
        var high = lines.count
        while low < high {
            let middle = (low + high) / 2
            if lines[middle] < line { low = middle + 1 } else { high = middle }
        }
        return low < lines.count ? lines[low] : nil
    }

    func holds(_ line: Int) -> Bool { firstLine(from: line) == line }
}
