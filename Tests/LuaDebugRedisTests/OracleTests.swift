// The embedded keyspace against a real redis-server, reply by reply, in both versions of the protocol.

import LuaDebugRESP
import LuaDebugRedis
import Testing

@Suite("a real redis-server", .enabled(if: RealRedis.isThere, "redis-server is not installed"))
struct OracleTests {
    @Test("the corpus", arguments: Corpus.all, [RESPVersion.resp2, .resp3])
    func corpus(_ part: Corpus.Part, _ version: RESPVersion) throws {
        let server = try RealRedis()
        let real = try server.connect(version)
        var embedded = Embedded(version)
        for line in try Line.all(part.text) {
            let theirs = try real.perform([line.words])[0]
            let ours = try embedded.perform(line.words)
            #expect(
                ours.matches(theirs, line.comparison), "\(line.text): ours \(ours.shown), theirs \(theirs.shown)")
        }
    }

    @Test("the corpus is as large as is said")
    func size() throws {
        let lines = try Corpus.all.flatMap { try Line.all($0.text) }
        #expect(lines.count >= 1700)
        // Every command is in it, in one case or the other.
        let names = Set(lines.compactMap { KeyspaceCommand.named($0.words[0])?.name })
        #expect(KeyspaceCommand.all.map(\.name).filter { !names.contains($0) } == [])
        let different = lines.filter { $0.comparison == .different }.map(\.text)
        #expect(different == Corpus.differences.map(\.command))
    }

    @Test("the table of commands is that of COMMAND INFO")
    func table() throws {
        let server = try RealRedis()
        let real = try server.connect(.resp2)
        let all = KeyspaceCommand.all
        let words = [[UInt8]("COMMAND".utf8), [UInt8]("INFO".utf8)] + all.map { [UInt8]($0.name.utf8) }
        guard case .array(let entries) = try real.perform([words])[0] else { return }
        try #require(entries.count == all.count)
        for (command, entry) in zip(all, entries) {
            #expect(Description(command) == Description(entry), "\(command.name)")
        }
    }

    /// What both tables say of a command.
    private struct Description: Equatable {
        var name: String
        var arity: Int64
        var flags: Set<String> = []
        var keys: [Int64]

        static let known = ["write", "readonly", "denyoom", "fast", "noscript"]

        init(_ command: KeyspaceCommand) {
            name = command.name
            arity = Int64(command.arity)
            let flags: [KeyspaceCommand.Flags] = [.write, .readonly, .denyoom, .fast, .noscript]
            for (flag, name) in zip(flags, Self.known) where command.flags.contains(flag) { self.flags.insert(name) }
            switch command.keys {
            case .none: keys = [0, 0, 0]
            case .range(let first, let last, let step): keys = [Int64(first), Int64(last), Int64(step)]
            case .counted(_, let hasDestination):
                keys = hasDestination ? [1, 1, 1] : [0, 0, 0]
                self.flags.insert("movablekeys")
            case .streams:
                keys = [0, 0, 0]
                self.flags.insert("movablekeys")
            case .sort:
                keys = [1, 1, 1]
                self.flags.insert("movablekeys")
            }
            // There the subcommands have the keys and the flags.
            if name == "object" { (keys, self.flags) = ([0, 0, 0], []) }
        }

        init?(_ entry: RESPValue) {
            guard case .array(let fields) = entry, fields.count > 5, case .bulkString(let name) = fields[0],
                case .integer(let arity) = fields[1], case .array(let flags) = fields[2]
            else { return nil }
            self.name = String(decoding: name, as: UTF8.self)
            self.arity = arity
            for case .simpleString(let flag) in flags {
                let flag = String(decoding: flag, as: UTF8.self)
                if Self.known.contains(flag) || flag == "movablekeys" { self.flags.insert(flag) }
            }
            keys = fields[3...5].map { if case .integer(let number) = $0 { number } else { 0 } }
        }
    }
}
