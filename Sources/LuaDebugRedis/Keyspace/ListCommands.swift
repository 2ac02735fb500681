// Lists: what is pushed and popped at two ends, and looked at by index.

internal import LuaDebugRESP

extension KeyspaceCommand {
    static let listCommands: [KeyspaceCommand] = [
        KeyspaceCommand("lpush", -3, .fastGrowth) { try $0.push(.left) },
        KeyspaceCommand("rpush", -3, .fastGrowth) { try $0.push(.right) },
        KeyspaceCommand("lpushx", -3, .fastGrowth) { try $0.list() == nil ? .integer(0) : $0.push(.left) },
        KeyspaceCommand("rpushx", -3, .fastGrowth) { try $0.list() == nil ? .integer(0) : $0.push(.right) },
        KeyspaceCommand("lpop", -2, .fastWrite) { try $0.pop(.left) },
        KeyspaceCommand("rpop", -2, .fastWrite) { try $0.pop(.right) },
        KeyspaceCommand("llen", 2, .fastRead) { $0.number(try $0.list()?.count ?? 0) },
        KeyspaceCommand("lrange", 4, .readonly) { try $0.lrange() },
        KeyspaceCommand("lindex", 3, .readonly) { try $0.lindex() },
        KeyspaceCommand("lpos", -3, .readonly) { try $0.lpos() },
        KeyspaceCommand("lset", 4, .growth) { try $0.lset() },
        KeyspaceCommand("linsert", 5, .growth) { try $0.linsert() },
        KeyspaceCommand("lrem", 4, .write) { try $0.lrem() },
        KeyspaceCommand("ltrim", 4, .write) { try $0.ltrim() },
        KeyspaceCommand("lmove", 5, .growth, .two) { try $0.lmove($0.end(3), $0.end(4)) },
        KeyspaceCommand("rpoplpush", 3, .growth, .two) { try $0.lmove(.right, .left) },
        KeyspaceCommand("lmpop", -4, .write, .counted) { try $0.lmpop() },
    ]
}

extension Execution {
    /// The list that the first argument names.
    fileprivate mutating func list() throws -> ByteList? { try read(words[1], as: ByteList.self) }

    fileprivate func end(_ index: Int) throws -> ListEnd {
        if says(index, "left") { return .left }
        guard says(index, "right") else { throw Failure.syntax }
        return .right
    }

    // MARK: - Ends

    fileprivate mutating func push(_ end: ListEnd) throws -> RESPValue {
        let elements = words[2...]
        return number(
            try update(words[1], as: ByteList.self) { list in
                for element in elements { list.push(element, end) }
                return list.count
            })
    }

    fileprivate mutating func pop(_ end: ListEnd) throws -> RESPValue {
        guard count <= 3 else { throw Failure.wrongArity(command.name) }
        let wanted = count == 3 ? try positive(2) : nil
        guard let list = try list() else { return .null }
        guard let wanted else { return bulk(try pop(words[1], 1, end).first) }
        return array(try pop(words[1], min(wanted, list.count), end))
    }

    private mutating func pop(_ key: Bytes, _ count: Int, _ end: ListEnd) throws -> [Bytes] {
        try update(key, as: ByteList.self) { list in (0..<count).compactMap { _ in list.pop(end) } }
    }

    fileprivate mutating func lmove(_ from: ListEnd, _ to: ListEnd) throws -> RESPValue {
        guard try list() != nil else { return .null }
        _ = try read(words[2], as: ByteList.self)
        if words[1] == words[2] {
            // In one go: a list of one element keeps its time to live.
            return bulk(
                try update(words[1], as: ByteList.self) { list in
                    guard let element = list.pop(from) else { return nil }
                    list.push(element, to)
                    return element
                })
        }
        guard let element = try pop(words[1], 1, from).first else { return .null }
        try update(words[2], as: ByteList.self) { $0.push(element, to) }
        return .bulkString(element)
    }

    fileprivate mutating func lmpop() throws -> RESPValue {
        let keys = try countedKeys(1)
        let side = keys.count + 2
        guard side < count else { throw Failure.syntax }
        let end = try end(side)
        let wanted = try popCount(side + 1)
        for key in keys {
            guard let list = try read(key, as: ByteList.self) else { continue }
            return .array([.bulkString(key), array(try pop(key, min(wanted, list.count), end))])
        }
        return .null
    }

    /// The option COUNT, the last of LMPOP and ZMPOP.
    func popCount(_ index: Int) throws -> Int {
        if index == count { return 1 }
        guard says(index, "count"), index + 1 < count else { throw Failure.syntax }
        let wanted = try integer(index + 1, in: 1...Int.max, or: Failure("count should be greater than 0"))
        guard index + 2 == count else { throw Failure.syntax }
        return wanted
    }

    // MARK: - By index

    fileprivate mutating func lrange() throws -> RESPValue {
        let (first, last) = (try integer(2), try integer(3))
        guard let elements = try list()?.elements else { return .array([]) }
        let range = Self.range(first, last, of: elements.count)
        return array(elements.dropFirst(range.lowerBound).prefix(range.count))
    }

    /// The index a number stands for, if there is such an element.
    private static func index(_ number: Int, of count: Int) -> Int? {
        let index = number < 0 ? count &+ number : number
        return (0..<count).contains(index) ? index : nil
    }

    fileprivate mutating func lindex() throws -> RESPValue {
        guard let list = try list() else { return .null }
        return bulk(Self.index(try integer(2), of: list.count).map { list[$0] })
    }

    fileprivate mutating func lset() throws -> RESPValue {
        guard let size = try list()?.count else { throw Failure.noSuchKey }
        guard let index = Self.index(try integer(2), of: size) else { throw Failure("index out of range") }
        let element = words[3]
        try update(words[1], as: ByteList.self) { $0[index] = element }
        return .ok
    }

    fileprivate mutating func linsert() throws -> RESPValue {
        let isBefore = says(2, "before")
        guard isBefore || says(2, "after") else { throw Failure.syntax }
        guard let list = try list() else { return .integer(0) }
        let pivot = words[3]
        guard let place = (0..<list.count).first(where: { list[$0] == pivot }) else { return .integer(-1) }
        let element = words[4]
        return number(
            try update(words[1], as: ByteList.self) { list in
                list.insert(element, at: isBefore ? place : place + 1)
                return list.count
            })
    }

    fileprivate mutating func ltrim() throws -> RESPValue {
        let (first, last) = (try integer(2), try integer(3))
        try update(words[1], as: ByteList.self) { list in
            let range = Self.range(first, last, of: list.count)
            list.replaceAll(Array(list.elements.dropFirst(range.lowerBound).prefix(range.count)))
        }
        return .ok
    }

    fileprivate mutating func lrem() throws -> RESPValue {
        let wanted = try integer(2)
        let element = words[3]
        return number(
            try update(words[1], as: ByteList.self) { list in
                var places = (0..<list.count).filter { list[$0] == element }
                if wanted < 0 { places.reverse() }
                if wanted != 0 { places = Array(places.prefix(Int(clamping: wanted.magnitude))) }
                let gone = Set(places)
                if !gone.isEmpty {
                    list.replaceAll(list.elements.enumerated().filter { !gone.contains($0.offset) }.map(\.element))
                }
                return gone.count
            })
    }

    fileprivate mutating func lpos() throws -> RESPValue {
        var rank = 1
        var wanted: Int?
        var reach = 0
        for index in stride(from: 3, to: count, by: 2) {
            guard index + 1 < count else { throw Failure.syntax }
            if says(index, "rank") {
                rank = try integer(index + 1)
                if rank == 0 {
                    throw Failure(
                        "RANK can't be zero: use 1 to start from the first match, 2 from the second ... "
                            + "or use negative to start from the end of the list")
                }
            } else if says(index, "count") {
                wanted = try positive(index + 1, or: Failure("COUNT can't be negative"))
            } else if says(index, "maxlen") {
                reach = try positive(index + 1, or: Failure("MAXLEN can't be negative"))
            } else {
                throw Failure.syntax
            }
        }
        guard let list = try list() else { return wanted == nil ? .null : .array([]) }
        var places = Array(0..<list.count)
        if rank < 0 { places.reverse() }
        if reach > 0 { places = Array(places.prefix(reach)) }
        // The least number has no counterpart above, and is taken for -1 there.
        let skipped = rank == Int.min ? 0 : abs(rank) - 1
        let matches = places.filter { list[$0] == words[2] }.dropFirst(skipped)
        guard let wanted else { return matches.first.map { number($0) } ?? .null }
        return .array(matches.prefix(wanted == 0 ? Int.max : wanted).map { number($0) })
    }
}
