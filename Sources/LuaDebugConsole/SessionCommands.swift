// Which sessions there are, and the way from one to another: in a console, and at the reception before it.

internal import LuaDebugCore

extension Console {
    static let sessionCommands = [
        ConsoleCommand("sessions", "List what can be debugged here, > on what this console is at.", whileRunning: true)
        {
            console, _ in console.say(try console.checkRegistry().table(current: console.attachment?.id))
        },
        ConsoleCommand(
            "attach", taking: "session [observe | takeover]",
            "Debug another session, by its name or number; or only look on; or debug it in the place of who does, where the host allows it.",
            whileRunning: true
        ) { try $0.attach($1) },
    ]

    private func checkRegistry() throws(Complaint) -> SessionRegistry {
        guard let registry else { throw Complaint("This console is for one script.") }
        return registry
    }

    /// Leaves this session only for one that can be had; whoever leads the connection goes on with that.
    private func attach(_ text: String) throws {
        let registry = try checkRegistry()
        let choice = try SessionChoice(SessionRegistry.words(text), in: registry)
        if choice.id == attachment?.id {
            throw Complaint("This console is at session \(choice.id) already; detach leaves it.")
        }
        next = try registry.attach(choice, by: attachment?.client.name ?? "console")
        leave()
    }
}

/// What a peer may say that has attached to nothing yet.
struct Reception: Sendable {
    let registry: SessionRegistry
    let peer: String

    enum Answer {
        case say(String)
        case enter(SessionAttachment)
        case leave
    }

    /// Throws what is to be complained of.
    func answer(_ line: String) throws -> Answer {
        let (command, word, rest) = ConsoleCommand.read(line.trimmed)
        switch command?.names.first {
        case "sessions": return .say(registry.table(current: nil))
        case "attach":
            return .enter(try registry.attach(SessionChoice(SessionRegistry.words(rest), in: registry), by: peer))
        case "help": return .say(Self.help)
        case "quit": return .leave
        case _ where line.trimmed.isEmpty: return .say("")
        default: throw Complaint("\(word.isEmpty ? "This" : word) needs a script, and none is attached; \(Self.help)")
        }
    }

    static let help =
        "sessions lists what can be debugged here, attach name-or-number begins with one, quit leaves"
}

extension SessionRegistry {
    /// A number or a name, and one word behind it; a name may have spaces.
    static func words(_ text: String) -> [String] {
        var words = text.split(separator: " ").map(String.init)
        var last: [String] = []
        if words.count > 1, let word = words.last, ["observe", "takeover"].contains(word.lowercased()) {
            last = [words.removeLast()]
        }
        return words.isEmpty ? last : [words.joined(separator: " ")] + last
    }

    /// One line for each session: number, name, what it does, since when, who is there.
    func table(current: UInt32?) -> String {
        let all = sessions
        guard !all.isEmpty else { return "There is nothing to debug here." }
        let now = ContinuousClock.now
        let rows = all.map { listing in
            [
                (listing.id == current ? "> " : "  ") + "\(listing.id)", listing.name.onOneLine,
                listing.state.word + (listing.location.map { " at \($0)".onOneLine } ?? ""),
                "\((now - listing.since).components.seconds) s",
                (listing.controller.map { "debugged by \($0)" } ?? "")
                    + (listing.observers == 0 ? "" : " (\(listing.observers) looking on)"),
            ]
        }
        let widths = (0..<4).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = row.enumerated().map { $0 < 4 ? $1.padded(to: widths[$0] + 2) : $1 }
            return cells.joined().trimmedRight
        }.joined(separator: "\n")
    }
}

extension String {
    /// Without spaces at the end.
    fileprivate var trimmedRight: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
