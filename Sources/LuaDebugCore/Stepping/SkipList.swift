// Code that is not one's own: steps go through it as they go through C.

internal import Synchronization

/// Chunks and functions that steps do not end in; breakpoints there still stop.
public final class SkipList: Sendable {
    /// What to skip; `*` in a pattern stands for any characters, `?` for one.
    public enum Rule: Sendable, Hashable {
        /// Chunks of such a name; the folders may be left out.
        case chunk(String)
        /// Functions of such a name, in whatever chunk: the one that they were first called by.
        case function(String)
    }

    private let state = Mutex((rules: [Rule](), revision: 0))
    private let kicker: Kicker

    /// Chunks of the host's own, which nobody debugs.
    private let hidden: [String]

    init(kicker: Kicker, hidden: [String] = []) {
        self.kicker = kicker
        self.hidden = hidden
    }

    /// What the list is now, for somebody whose changes are nothing to the script.
    convenience init(copy: SkipList) {
        self.init(kicker: Kicker())
        set(copy.rules)
    }

    /// What is skipped.
    public var rules: [Rule] { state.withLock(\.rules) }
    var revision: Int { state.withLock(\.revision) }
    var isEmpty: Bool { hidden.isEmpty && rules.isEmpty }

    func hides(_ chunk: String) -> Bool { hidden.contains(chunk) }
    func hides(_ function: CatalogedFunction) -> Bool { function.kind != .c && hides(function.chunk) }

    /// Replaces all rules.
    public func set(_ rules: [Rule]) {
        state.withLock { state in
            state.rules = rules
            state.revision += 1
        }
        kicker.send(.synchronize)
    }

    func skips(_ function: CatalogedFunction) -> Bool {
        hides(function)
            || rules.contains { rule in
                switch rule {
                case .chunk(let pattern): function.kind != .c && NamePattern(pattern).matches(chunk: function.chunk)
                case .function(let pattern): function.name.map { NamePattern(pattern).matches($0) } ?? false
                }
            }
    }
}
