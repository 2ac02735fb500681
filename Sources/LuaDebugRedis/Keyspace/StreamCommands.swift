// Streams, as far as one reader goes: no groups, and nobody waits for an entry.

internal import LuaDebugRESP

extension KeyspaceCommand {
    static let streamCommands: [KeyspaceCommand] = [
        KeyspaceCommand("xadd", -5, [.write, .denyoom, .fast, .random]) { try $0.xadd() },
        KeyspaceCommand("xlen", 2, .fastRead) { $0.number(try $0.stream()?.entries.count ?? 0) },
        KeyspaceCommand("xrange", -4, .readonly) { try $0.xrange(isReverse: false) },
        KeyspaceCommand("xrevrange", -4, .readonly) { try $0.xrange(isReverse: true) },
        KeyspaceCommand("xdel", -3, .fastWrite) { try $0.xdel() },
        KeyspaceCommand("xtrim", -4, [.write, .random]) { try $0.xtrim() },
        KeyspaceCommand("xread", -4, .readonly, .streams) { try $0.xread() },
    ]
}

extension Failure {
    fileprivate static let badID = Failure("Invalid stream ID specified as stream command argument")
    fileprivate static let smallID = Failure(
        "The ID specified in XADD is equal or smaller than the target stream top item")
}

/// What stands before the fields of XADD, and behind the key of XTRIM.
private struct StreamOptions {
    private(set) var trimming: Stream.Trimming?
    private(set) var isExact = true
    private(set) var makesStream = true
    /// Of XADD, where its ID is.
    private(set) var idWord: Int?

    init(_ execution: Execution, isAdding: Bool) throws {
        var hasLimit = false
        var index = 2
        while index < execution.count {
            let left = execution.count - index - 1
            let isLength = execution.says(index, "maxlen")
            if isAdding, execution.word(index) == [UInt8(ascii: "*")] {
                idWord = index
                break
            } else if left > 0, isLength || execution.says(index, "minid") {
                if trimming != nil {
                    throw Failure("syntax error, MAXLEN and MINID options at the same time are not compatible")
                }
                isExact = true
                if left > 1, ["~", "="].contains(where: execution.word(index + 1).says) {
                    isExact = execution.says(index + 1, "=")
                    index += 1
                }
                index += 1
                trimming = isLength ? .newest(try execution.integer(index)) : .from(try execution.id(index))
                if case .newest(..<0) = trimming { throw Failure("The MAXLEN argument must be >= 0.") }
            } else if left > 0, execution.says(index, "limit") {
                index += 1
                hasLimit = true
                if try execution.integer(index) < 0 { throw Failure("The LIMIT argument must be >= 0.") }
            } else if isAdding, execution.says(index, "nomkstream") {
                makesStream = false
            } else if isAdding {
                _ = try execution.newID(index)
                idWord = index
                break
            } else {
                throw Failure.syntax
            }
            index += 1
        }
        if hasLimit, trimming == nil {
            throw Failure("syntax error, LIMIT cannot be used without specifying a trimming strategy")
        }
        if !isAdding, trimming == nil {
            throw Failure("syntax error, XTRIM must be called with a trimming strategy")
        }
        if hasLimit, isExact { throw Failure("syntax error, LIMIT cannot be used without the special ~ option") }
    }
}

extension Execution {
    /// The stream that the first argument names.
    fileprivate mutating func stream() throws -> Stream? { try read(words[1], as: Stream.self) }

    /// An entry's number; without its second half that is what `missing` says.
    fileprivate func id(_ index: Int, missing: UInt64 = 0) throws -> Stream.ID {
        try id(words[index][...], missing: missing)
    }

    private func id(_ word: ArraySlice<UInt8>, missing: UInt64) throws -> Stream.ID {
        guard let dash = word.firstIndex(of: UInt8(ascii: "-")) else {
            return Stream.ID(time: try half(word), sequence: missing)
        }
        return Stream.ID(time: try half(word[..<dash]), sequence: try half(word[(dash + 1)...]))
    }

    /// The number that XADD gives; one whose second half is a star is open.
    fileprivate func newID(_ index: Int) throws -> (id: Stream.ID, isOpen: Bool) {
        let word = words[index]
        guard word.count > 2, word.suffix(2) == [UInt8(ascii: "-"), UInt8(ascii: "*")] else {
            return (try id(index), false)
        }
        return (Stream.ID(time: try half(word.dropLast(2)), sequence: 0), true)
    }

    private func half(_ text: ArraySlice<UInt8>) throws -> UInt64 {
        guard text.first.map({ (48...57).contains($0) }) == true,
            let value = UInt64(String(decoding: text, as: UTF8.self))
        else { throw Failure.badID }
        return value
    }

    private func shown(_ entries: some Sequence<Stream.Entry>) -> RESPValue {
        .array(entries.map { .array([.bulkString($0.id.text), array($0.fields)]) })
    }

    // MARK: - Writing

    fileprivate mutating func xadd() throws -> RESPValue {
        let options = try StreamOptions(self, isAdding: true)
        guard let place = options.idWord, count - place - 1 >= 2, (count - place - 1) % 2 == 0 else {
            throw Failure.wrongArity(command.name)
        }
        let given = words[place] == [UInt8(ascii: "*")] ? nil : try newID(place)
        if let given, given.id == .least, !given.isOpen {
            throw Failure("The ID specified in XADD must be greater than 0-0")
        }
        if try stream() == nil, !options.makesStream { return .null }
        let fields = Array(words[(place + 1)...])
        let now = UInt64(clamping: now)
        let id = try update(words[1], as: Stream.self) { stream in
            guard let next = stream.lastID.next else {
                throw Failure("The stream has exhausted the last possible ID, unable to add more items")
            }
            var id = given?.id ?? (now > stream.lastID.time ? Stream.ID(time: now, sequence: 0) : next)
            if let given, given.isOpen, id.time == stream.lastID.time {
                guard next.time == id.time else { throw Failure.smallID }
                id = next
            }
            guard id > stream.lastID || given?.isOpen == true && stream.lastID == .least else { throw Failure.smallID }
            stream.append(Stream.Entry(id: id, fields: fields))
            if let trimming = options.trimming { _ = stream.trim(trimming, isExact: options.isExact) }
            return id
        }
        return .bulkString(id.text)
    }

    fileprivate mutating func xdel() throws -> RESPValue {
        guard try stream() != nil else { return .integer(0) }
        let ids = try (2..<count).map { try id($0) }
        return number(
            try update(words[1], as: Stream.self) { stream in ids.reduce(0) { $0 + (stream.remove($1) ? 1 : 0) } })
    }

    fileprivate mutating func xtrim() throws -> RESPValue {
        let options = try StreamOptions(self, isAdding: false)
        guard try stream() != nil, let trimming = options.trimming else { return .integer(0) }
        return number(try update(words[1], as: Stream.self) { $0.trim(trimming, isExact: options.isExact) })
    }

    // MARK: - Reading

    /// One end of a range, `-` and `+` for the first and the last of all.
    private func end(_ index: Int, isStart: Bool) throws -> Stream.ID {
        if words[index] == [UInt8(ascii: "-")] { return .least }
        if words[index] == [UInt8(ascii: "+")] { return .greatest }
        guard words[index].first == UInt8(ascii: "(") else {
            return try id(index, missing: isStart ? 0 : .max)
        }
        let end = try id(words[index].dropFirst(), missing: isStart ? 0 : .max)
        guard let inside = isStart ? end.next : end.previous else {
            throw Failure("invalid \(isStart ? "start" : "end") ID for the interval")
        }
        return inside
    }

    fileprivate mutating func xrange(isReverse: Bool) throws -> RESPValue {
        let first = try end(isReverse ? 3 : 2, isStart: true)
        let last = try end(isReverse ? 2 : 3, isStart: false)
        var limit: Int?
        for index in stride(from: 4, to: count, by: 2) {
            guard says(index, "count"), index + 1 < count else { throw Failure.syntax }
            limit = max(0, try integer(index + 1))
        }
        guard let stream = try stream() else { return .array([]) }
        if limit == 0 { return .null }
        let found = stream.entries(from: first, through: last)
        return isReverse ? shown(found.reversed().prefix(limit ?? .max)) : shown(found.prefix(limit ?? .max))
    }

    fileprivate mutating func xread() throws -> RESPValue {
        var limit = 0
        var index = 1
        while index < count, !says(index, "streams") {
            guard index + 1 < count else { throw Failure.syntax }
            if says(index, "count") {
                limit = max(0, try integer(index + 1))
            } else if says(index, "block") {
                // Within a script nobody can wait.
                guard try integer(index + 1, or: Failure("timeout is not an integer or out of range")) >= 0 else {
                    throw Failure("timeout is negative")
                }
            } else {
                throw Failure.syntax
            }
            index += 2
        }
        let number = (count - index - 1) / 2
        guard index < count - 1 else { throw Failure.syntax }
        guard (count - index - 1) % 2 == 0 else {
            throw Failure(
                "Unbalanced XREAD list of streams: for each stream key an ID or '$' must be specified.")
        }
        var found: [(Bytes, RESPValue)] = []
        for place in (index + 1)...(index + number) {
            let stream = try read(words[place], as: Stream.self) ?? Stream()
            let isNew = words[place + number] == [UInt8(ascii: "$")]
            let after = isNew ? stream.lastID : try id(place + number)
            guard let first = after.next else { continue }
            let entries = stream.entries(from: first, through: .greatest)
            if !entries.isEmpty { found.append((words[place], shown(limit > 0 ? entries.prefix(limit) : entries))) }
        }
        if found.isEmpty { return .null }
        if isRESP3 { return .map(found.map { RESPValue.Pair(.bulkString($0.0), $0.1) }) }
        return .array(found.map { .array([.bulkString($0.0), $0.1]) })
    }
}
