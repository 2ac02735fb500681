// What is known of a chunk's functions, and the line that a breakpoint asked for there gets.

/// The functions of a chunk that have been seen, with their lines.
struct ChunkCode {
    private(set) var functions: [CodeRange] = []

    /// The main function was seen, and with it all others.
    var isWhole: Bool { functions.contains { $0.isMain } }

    /// True when there was something new.
    mutating func learn(_ new: [CodeRange]) -> Bool {
        let fresh = new.filter { !functions.contains($0) }
        functions += fresh
        return !fresh.isEmpty
    }

    /// The line itself when it holds code of any function.
    ///
    /// Else the next line with code in the innermost function that it lies in, so that a breakpoint on a function's
    /// header or on a comment stays in that function.
    func line(for asked: Int) -> Int? {
        if functions.contains(where: { $0.holds(asked) }) { return asked }
        let around = functions.filter { $0.contains(asked) }
        let innermost = around.min { size($0) < size($1) }
        return innermost?.firstLine(from: asked)
    }

    private func size(_ function: CodeRange) -> Int { function.isMain ? .max : function.lastLine - function.firstLine }
}
