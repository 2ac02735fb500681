// From the verb that a person says to the step that the hook layer takes.

/// The hook layer's ways to go on.
enum Step {
    case none, into, over, out, until, finish, end
}

extension Resume {
    var step: Step {
        switch self {
        case .continue, .toLine, .detach: .none
        case .stepInto: .into
        case .stepOver: .over
        case .stepOut: .out
        case .untilGreaterLine: .until
        case .finish: .finish
        case .abort, .restart: .end
        }
    }
}
