// One row of the stepping tables: the same rows are run through the library and over the wire.

package import LuaDebugCore

/// A script with marks, and where verbs lead from one of them.
package struct StepRow: Sendable, CustomStringConvertible {
    package let description: String
    /// The mark where it begins.
    package let from: String
    /// Verbs, and the mark or the end that each leads to.
    package let steps: [(verb: Resume, to: String)]
    package let source: String

    init(_ what: String, from: String, _ steps: [(Resume, String)], _ source: String) {
        description = what
        self.from = from
        self.steps = steps.map { (verb: $0.0, to: $0.1) }
        self.source = source
    }

    package static let all = functions + errors + coroutines + callbacks + lines
}
