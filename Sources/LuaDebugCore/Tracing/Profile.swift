// Where a script spends its time.

/// What was counted, by function, by line and by stack.
public struct Profile: Sendable, Hashable {
    /// A function's share.
    public struct FunctionCost: Sendable, Hashable {
        /// Which function; its location has no line.
        public let frame: Frame
        /// How often it was called; 0 in a sampling profile, which cannot tell.
        public let calls: Int
        /// Nanoseconds, or samples, in the function itself.
        public let own: Int
        /// And in all that it called; a coroutine that it resumed is counted apart.
        public let total: Int

        /// Its name and where it is.
        public var name: String { Profile.stackName(frame) }
    }

    /// A line's share.
    public struct LineCost: Sendable, Hashable {
        /// Which line.
        public let location: Location
        /// How often it was run, or samples.
        public let hits: Int
        /// Nanoseconds, or samples, in the line itself.
        public let own: Int
        /// And in all that it called.
        public let total: Int
    }

    /// Exact or sampling: what the numbers are.
    public let mode: ProfileMode
    /// The most expensive first.
    public let functions: [FunctionCost]
    /// In the order of chunks and lines.
    public let lines: [LineCost]
    /// Stacks with what they cost, one to a line, outermost function first: `main chunk (a.lua);f (a.lua:3) 1200`.
    ///
    /// The form that flame graph tools read.
    public let collapsed: String
    /// There was more than could be counted apart.
    ///
    /// A function that is missing is counted in its caller; of a stack with more than 500 frames a sample has the innermost.
    public let isCut: Bool

    /// What `own` and `total` are counted in.
    public var unit: String {
        switch mode {
        case .exact: "ns"
        case .sampling: "samples"
        }
    }

    /// A semicolon would end the name, a line break the stack.
    static func stackName(_ frame: Frame) -> String {
        let place = frame.lines.map { "\(frame.location.chunk):\($0.lowerBound)" } ?? frame.location.chunk
        let name =
            switch frame.kind {
            case .main: "main chunk"
            case .c: frame.function ?? "?"
            case .lua: frame.function ?? "function"
            }
        return String("\(name) (\(place))".map { $0 == ";" || $0.isNewline ? "," : $0 })
    }
}
