// What a real server says of a command in COMMAND INFO, and what that means for a script that calls it.

internal import LuaDebugRESP

/// A command of a server's, or one of its subcommands.
struct ServerCommand: Sendable, Hashable {
    private var arity = 0
    private var flags: Set<String> = []
    /// By the second word, in lower case; none before Redis 7.
    private var parts: [String: ServerCommand] = [:]

    /// Nil where the entry is none: a command that the server does not have.
    init?(_ entry: RESPValue) {
        guard case .array(let fields) = entry, fields.count >= 3, case .integer(let arity) = fields[1] else {
            return nil
        }
        self.arity = Int(clamping: arity)
        for flag in Self.elements(fields[2]) { if let text = Self.text(flag) { flags.insert(text) } }
        if let name = Self.text(fields[0]), Self.replicated.contains(name) { flags.insert("may_replicate") }
        guard fields.count > 9 else { return }
        for part in Self.elements(fields[9]) {
            guard case .array(let fields) = part, let name = fields.first.flatMap(Self.text),
                let bar = name.firstIndex(of: "|")
            else { continue }
            parts[String(name[name.index(after: bar)...])] = ServerCommand(part)
        }
    }

    /// The servers have this flag, and keep it to themselves.
    private static let replicated: Set = ["publish", "spublish", "pfcount"]

    private static func elements(_ value: RESPValue) -> [RESPValue] {
        switch value {
        case .array(let elements), .set(let elements): elements
        default: []
        }
    }

    private static func text(_ value: RESPValue) -> String? {
        switch value {
        case .simpleString(let bytes), .bulkString(let bytes):
            String(decoding: bytes.map(\.asciiLowercased), as: UTF8.self)
        default: nil
        }
    }

    /// The command that these words call, the name included; nil if there is no such subcommand.
    func called(by words: [[UInt8]]) -> ServerCommand? {
        guard words.count > 1, !parts.isEmpty else { return self }
        return parts[String(decoding: words[1].map(\.asciiLowercased), as: UTF8.self)]
    }

    func allows(_ count: Int) -> Bool { arity < 0 ? count >= -arity : count == arity }

    /// It would wait, where a script's never does.
    var isBlocking: Bool { flags.contains("blocking") }

    /// It leaves something behind: data, a message to others, another state of the server's.
    ///
    /// PFCOUNT, which may be sent to replicas, writes only what it has counted.
    var leavesTraces: Bool {
        flags.contains("write") || flags.contains("admin")
            || flags.contains("may_replicate") && !flags.contains("readonly")
    }

    var keyspaceFlags: KeyspaceCommand.Flags {
        let names: [(String, KeyspaceCommand.Flags)] = [
            ("write", .write), ("readonly", .readonly), ("denyoom", .denyoom), ("fast", .fast), ("noscript", .noscript),
            ("may_replicate", .mayReplicate), ("random", .random),
        ]
        return names.reduce(into: []) { if flags.contains($1.0) { $0.insert($1.1) } }
    }
}

extension ServerCommand {
    /// What is known of a command of a server's that does not tell: our own table's word; of others the worst.
    init(untoldOf name: [UInt8]) {
        arity = -1
        guard let command = KeyspaceCommand.named(name) else {
            let text = String(decoding: name.map(\.asciiLowercased), as: UTF8.self)
            flags = RedisCommandNames.notForScripts.contains(text) ? ["noscript"] : ["write"]
            return
        }
        arity = command.arity
        let names: [(String, KeyspaceCommand.Flags)] = [
            ("write", .write), ("readonly", .readonly), ("noscript", .noscript), ("may_replicate", .mayReplicate),
        ]
        for (flag, bit) in names where command.flags.contains(bit) { flags.insert(flag) }
    }
}
