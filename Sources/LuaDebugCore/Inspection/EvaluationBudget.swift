// How long something evaluated may take.

/// Bounds of one evaluation: VM instructions and wall time, whichever comes first.
public struct EvaluationBudget: Sendable, Hashable, CustomStringConvertible {
    /// 0 for no bound.
    public var instructions: Int
    /// 0 for no bound.
    public var milliseconds: Int

    /// A budget; negative bounds count as none.
    public init(instructions: Int = 50_000_000, milliseconds: Int = 2_000) {
        self.instructions = max(0, instructions)
        self.milliseconds = max(0, min(milliseconds, 86_400_000))
    }

    /// 50 million instructions, two seconds.
    public static let standard = EvaluationBudget()
    /// Ended only by an interruption, an abort or the session's end.
    public static let unlimited = EvaluationBudget(instructions: 0, milliseconds: 0)

    /// Both bounds, for messages.
    public var description: String {
        switch (instructions, milliseconds) {
        case (0, 0): "nothing"
        case (0, _): "\(milliseconds) ms"
        case (_, 0): "\(instructions) instructions"
        default: "\(instructions) instructions or \(milliseconds) ms"
        }
    }
}
