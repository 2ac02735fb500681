// A function as records mention it.

/// Known by its chunk and lines; a C function by its name.
struct CatalogedFunction: Sendable, Hashable {
    let chunk: String
    /// What its first caller called it.
    let name: String?
    let kind: Frame.Kind
    /// From `function` to `end`; nil for C and for a main chunk.
    let lines: ClosedRange<Int>?

    func frame(level: Int, line: Int, isTailCall: Bool) -> Frame {
        Frame(
            level: level, function: name, kind: kind, isTailCall: isTailCall,
            location: Location(chunk: chunk, line: line > 0 ? line : nil), lines: lines)
    }
}
