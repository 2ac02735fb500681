// How people and programs choose a session of a registry: what they type, and what they are shown of it.

/// Which session somebody wants, and as what: `name-or-number`, and `observe` or `takeover` behind it.
package struct SessionChoice: Sendable {
    package let id: UInt32
    package let role: SessionClient.Role
    package let takesOver: Bool

    /// Throws `.noSuchSession` with what there is instead, `.badArgument`.
    package init(_ words: [String], in registry: SessionRegistry) throws(DebugError) {
        guard let first = words.first, words.count <= 2 else {
            throw DebugError(
                .badArgument, "A session is wanted, by its name or number, and perhaps observe or takeover.")
        }
        id = try registry.find(first).id
        switch words.last?.lowercased() {
        case _ where words.count == 1: (role, takesOver) = (.controller, false)
        case "observe": (role, takesOver) = (.observer, false)
        case "takeover": (role, takesOver) = (.controller, true)
        default: throw DebugError(.badArgument, "\(words[1]) is neither observe nor takeover.")
        }
    }
}

extension SessionRegistry {
    /// The session with this number, or with this name where only one has it.
    ///
    /// Throws `.noSuchSession`.
    public func find(_ text: String) throws(DebugError) -> Listing {
        let all = sessions
        if let number = UInt32(text), let found = all.first(where: { $0.id == number }) { return found }
        let named = all.filter { $0.name == text }
        if let only = named.first, named.count == 1 { return only }
        if named.isEmpty { throw DebugError(.noSuchSession, "There is no session \(text).") }
        let numbers = named.map { "\($0.id)" }.joined(separator: ", ")
        throw DebugError(.noSuchSession, "Several sessions are called \(text): choose one of \(numbers).")
    }

    /// As ``attach(to:by:as:takingOver:)``.
    package func attach(_ choice: SessionChoice, by name: String) throws(DebugError) -> SessionAttachment {
        try attach(to: choice.id, by: name, as: choice.role, takingOver: choice.takesOver)
    }
}

extension DebugSession.State {
    /// What the session does, in one word.
    package var word: String {
        switch self {
        case .notStarted: "new"
        case .running: "running"
        case .stopped: "stopped"
        case .ended: "ended"
        case .closed: "closed"
        }
    }

    /// Where it is stopped.
    package var location: Location? { if case .stopped(let stop) = self { stop.location } else { nil } }
}
