// What is not about one key: databases, the time, and the commands that only answer.

internal import LuaDebugRESP

extension KeyspaceCommand {
    static let serverCommands: [KeyspaceCommand] = [
        KeyspaceCommand("select", 2, .fast, .none) { try $0.select() },
        KeyspaceCommand("swapdb", 3, .fastWrite, .none) { try $0.swapdb() },
        KeyspaceCommand("dbsize", 1, .fastRead, .none) { $0.dbsize() },
        KeyspaceCommand("flushdb", -1, .write, .none) { try $0.flush(all: false) },
        KeyspaceCommand("flushall", -1, .write, .none) { try $0.flush(all: true) },
        KeyspaceCommand("time", 1, [.fast, .random], .none) { $0.time() },
        KeyspaceCommand("echo", 2, .fast, .none) { .bulkString($0.words[1]) },
        KeyspaceCommand("ping", -1, .fast, .none) { try $0.ping() },
        // Nobody is subscribed.
        KeyspaceCommand("publish", 3, [.fast, .mayReplicate], .none) { _ in .integer(0) },
    ]
}

extension Execution {
    fileprivate mutating func select() throws -> RESPValue {
        let number = try integer(1, in: Int(Int32.min)...Int(Int32.max))
        guard databases.indices.contains(number) else { throw Failure.badDatabase }
        client.database = number
        return .ok
    }

    fileprivate mutating func swapdb() throws -> RESPValue {
        let range = Int(Int32.min)...Int(Int32.max)
        let first = try integer(1, in: range, or: Failure("invalid first DB index"))
        let second = try integer(2, in: range, or: Failure("invalid second DB index"))
        guard databases.indices.contains(first), databases.indices.contains(second) else { throw Failure.badDatabase }
        databases.swapAt(first, second)
        return .ok
    }

    fileprivate mutating func dbsize() -> RESPValue {
        databases[client.database].expire(at: now)
        return number(databases[client.database].count)
    }

    fileprivate mutating func flush(all: Bool) throws -> RESPValue {
        guard count == 1 || count == 2 && (says(1, "async") || says(1, "sync")) else { throw Failure.syntax }
        for index in all ? databases.indices : client.database..<(client.database + 1) {
            databases[index] = Database()
        }
        return .ok
    }

    fileprivate func time() -> RESPValue {
        let time = client.clock()
        return array([Bytes(String(time / 1_000_000).utf8), Bytes(String(time % 1_000_000).utf8)])
    }

    fileprivate func ping() throws -> RESPValue {
        switch count {
        case 1: return .simpleString(Bytes("PONG".utf8))
        case 2: return .bulkString(words[1])
        default: throw Failure.wrongArity(command.name)
        }
    }
}
