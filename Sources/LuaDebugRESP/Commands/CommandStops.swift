// Stops at commands of the host's by their names: no line and no function of the script's belongs to them.

internal import Synchronization

/// The names that a session stops at; changed by the connection, read by the script's thread.
final class CommandStops: Sendable {
    private static let most = 1000
    private let names = Mutex<Set<String>>([])

    /// Whether the command is among them, in any case.
    func contains(_ words: [[UInt8]]) -> Bool {
        guard let word = words.first else { return false }
        return names.withLock { !$0.isEmpty && $0.contains(Self.name(word)) }
    }

    var all: [String] { names.withLock { $0.sorted() } }
    func removeAll() { names.withLock { $0 = [] } }

    func add(_ words: [[UInt8]]) throws(CommandError) {
        let new = names.withLock { names -> Set<String>? in
            let all = names.union(words.map(Self.name))
            guard all.count <= Self.most else { return nil }
            names = all
            return all
        }
        if new == nil { throw CommandError("\(Self.most) names are the most that there can be") }
    }

    private static func name(_ word: [UInt8]) -> String { String(decoding: word, as: UTF8.self).lowercased() }
}

extension Interpreter {
    /// Which commands there are is the host's affair: a name that it does not know is never called.
    func stopAtCommands(_ arguments: Arguments) throws -> RESPValue {
        guard let held, held.isOwn, host != nil else {
            throw CommandError("the host has no commands that a script could call")
        }
        if arguments.count == 1, arguments.keyword(0) == "FLUSH" {
            held.commands.removeAll()
        } else {
            try held.commands.add(arguments.words)
        }
        return .array(held.commands.all.map { .text($0) })
    }
}
