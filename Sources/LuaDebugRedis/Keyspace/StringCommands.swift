// Strings and counters.

internal import LuaDebugRESP

extension KeyspaceCommand {
    static let stringCommands: [KeyspaceCommand] = [
        KeyspaceCommand("set", -3, .growth) { try $0.set() },
        KeyspaceCommand("get", 2, .fastRead) { try $0.get() },
        KeyspaceCommand("getdel", 2, .fastWrite) { try $0.getdel() },
        KeyspaceCommand("getex", -2, .fastWrite) { try $0.getex() },
        KeyspaceCommand("getset", 3, .fastGrowth) { try $0.getset() },
        KeyspaceCommand("setnx", 3, .fastGrowth) { $0.setnx() },
        KeyspaceCommand("setex", 4, .growth) { try $0.setex(.seconds) },
        KeyspaceCommand("psetex", 4, .growth) { try $0.setex(.milliseconds) },
        KeyspaceCommand("mget", -2, .fastRead, .all) { $0.mget() },
        KeyspaceCommand("mset", -3, .growth, .range(first: 1, last: -1, step: 2)) { try $0.mset() },
        KeyspaceCommand("msetnx", -3, .growth, .range(first: 1, last: -1, step: 2)) { try $0.msetnx() },
        KeyspaceCommand("append", 3, .fastGrowth) { try $0.append() },
        KeyspaceCommand("strlen", 2, .fastRead) { try $0.strlen() },
        KeyspaceCommand("getrange", 4, .readonly) { try $0.getrange() },
        KeyspaceCommand("substr", 4, .readonly) { try $0.getrange() },
        KeyspaceCommand("setrange", 4, .growth) { try $0.setrange() },
        KeyspaceCommand("incr", 2, .fastGrowth) { try $0.increment(by: 1) },
        KeyspaceCommand("decr", 2, .fastGrowth) { try $0.increment(by: -1) },
        KeyspaceCommand("incrby", 3, .fastGrowth) { try $0.increment(by: $0.integer(2)) },
        KeyspaceCommand("decrby", 3, .fastGrowth) { try $0.decrby() },
        KeyspaceCommand("incrbyfloat", 3, .fastGrowth) { try $0.incrbyfloat() },
    ]
}

/// What a string may have at most: Redis' `proto-max-bulk-len` as it is set by default.
let longestString = 512 << 20

extension Execution {
    fileprivate mutating func set() throws -> RESPValue {
        let options = try SetOptions(self, from: 3, isSet: true)
        let expiry = try options.expiry?.time(self)
        let old = options.gets ? try read(words[1], as: Bytes.self) : nil
        let found = entry(words[1])
        if options.onlyNew && found != nil || options.onlyOld && found == nil {
            return options.gets ? bulk(old) : .null
        }
        put(words[1], words[2], expiry: options.keepsTTL ? found?.expiry : expiry)
        return options.gets ? bulk(old) : .ok
    }

    fileprivate mutating func get() throws -> RESPValue { bulk(try read(words[1], as: Bytes.self)) }

    fileprivate mutating func getdel() throws -> RESPValue {
        let old = try read(words[1], as: Bytes.self)
        delete(words[1])
        return bulk(old)
    }

    fileprivate mutating func getex() throws -> RESPValue {
        let options = try SetOptions(self, from: 2, isSet: false)
        guard let value = try read(words[1], as: Bytes.self) else { return .null }
        if let expiry = try options.expiry?.time(self) {
            databases[client.database].setExpiry(words[1], expiry)
        } else if options.persists {
            databases[client.database].setExpiry(words[1], nil)
        }
        return .bulkString(value)
    }

    fileprivate mutating func getset() throws -> RESPValue {
        let old = try read(words[1], as: Bytes.self)
        put(words[1], words[2])
        return bulk(old)
    }

    fileprivate mutating func setnx() -> RESPValue {
        if exists(words[1]) { return flag(false) }
        put(words[1], words[2])
        return flag(true)
    }

    fileprivate mutating func setex(_ unit: TimeUnit) throws -> RESPValue {
        let expiry = try ExpiryOption(word: 2, unit: unit, isAbsolute: false).time(self)
        put(words[1], words[3], expiry: expiry)
        return .ok
    }

    // MARK: - Several keys

    fileprivate mutating func mget() -> RESPValue {
        // What is no string counts as missing.
        .array(words.dropFirst().map { key in bulk(entry(key).flatMap { Bytes($0.value) }) })
    }

    fileprivate mutating func mset() throws -> RESPValue {
        guard count % 2 == 1 else { throw Failure.wrongArity(command.name) }
        for index in stride(from: 1, to: count, by: 2) { put(words[index], words[index + 1]) }
        return .ok
    }

    fileprivate mutating func msetnx() throws -> RESPValue {
        guard count % 2 == 1 else { throw Failure.wrongArity(command.name) }
        for index in stride(from: 1, to: count, by: 2) where exists(words[index]) { return flag(false) }
        _ = try mset()
        return flag(true)
    }

    // MARK: - Parts

    fileprivate mutating func append() throws -> RESPValue {
        let tail = words[2]
        return number(
            try update(words[1], as: Bytes.self) { text in
                guard text.count + tail.count <= longestString else { throw Failure.tooLong }
                text += tail
                return text.count
            })
    }

    fileprivate mutating func strlen() throws -> RESPValue {
        number(try read(words[1], as: Bytes.self)?.count ?? 0)
    }

    fileprivate mutating func getrange() throws -> RESPValue {
        let (first, last) = (try integer(2), try integer(3))
        guard let text = try read(words[1], as: Bytes.self) else { return .bulkString([]) }
        return .bulkString(Bytes(text[Self.textRange(first, last, of: text.count)]))
    }

    /// A range that goes from the first byte when its last index lies before that, as GETRANGE and BITCOUNT have it.
    static func textRange(_ first: Int, _ last: Int, of count: Int) -> Range<Int> {
        if first < 0, last < 0, first > last { return 0..<0 }
        let last = last < 0 ? max(0, count &+ last) : last
        return count == 0 ? 0..<0 : range(first, last, of: count)
    }

    fileprivate mutating func setrange() throws -> RESPValue {
        let offset = try integer(2)
        guard offset >= 0 else { throw Failure("offset is out of range") }
        let part = words[3]
        // Nothing written at any offset changes nothing, and makes no key.
        if part.isEmpty { return try strlen() }
        return number(
            try update(words[1], as: Bytes.self) { text in
                guard offset <= longestString - part.count else { throw Failure.tooLong }
                let missing = offset + part.count - text.count
                if missing > 0 { text += repeatElement(0, count: missing) }
                text.replaceSubrange(offset..<(offset + part.count), with: part)
                return text.count
            })
    }

    // MARK: - Counters

    fileprivate mutating func increment(by amount: Int) throws -> RESPValue {
        let old = try read(words[1], as: Bytes.self).map { text in
            guard let value = Numbers.integer(text) else { throw Failure.notInteger }
            return value
        }
        let (sum, isTooFar) = (old ?? 0).addingReportingOverflow(amount)
        if isTooFar { throw Failure.wouldOverflow }
        replace(words[1], Bytes(String(sum).utf8))
        return number(sum)
    }

    fileprivate mutating func decrby() throws -> RESPValue {
        let amount = try integer(2)
        guard amount != Int.min else { throw Failure("decrement would overflow") }
        return try increment(by: -amount)
    }

    fileprivate mutating func incrbyfloat() throws -> RESPValue {
        let old = try read(words[1], as: Bytes.self)
        guard let value = old.map({ Numbers.longFloat($0) }) ?? 0, let amount = Numbers.longFloat(words[2]) else {
            throw Failure.notFloat
        }
        let sum = value + amount
        guard sum.isFinite else { throw Failure.wouldBeNaN }
        let text = Numbers.text(long: sum)
        replace(words[1], text)
        return .bulkString(text)
    }

    /// A new value under the old time to live.
    private mutating func replace(_ key: Bytes, _ text: Bytes) { put(key, text, expiry: entry(key)?.expiry) }
}
