// SORT: the elements of a list or a set in the order of numbers or bytes, their own or those of other keys.

internal import LuaDebugRESP

/// What follows the key of SORT.
private struct SortOptions {
    var isDescending = false
    var isAlphabetic = false
    var limit: (offset: Int, count: Int)?
    var by: Bytes?
    var gets: [Bytes] = []
    var store: Bytes?
    /// BY a pattern without a star: as they come.
    var sorts: Bool { by?.contains(UInt8(ascii: "*")) ?? true }

    init(_ execution: Execution) throws {
        var index = 2
        while index < execution.count {
            let left = execution.count - index - 1
            if execution.says(index, "asc") {
                isDescending = false
            } else if execution.says(index, "desc") {
                isDescending = true
            } else if execution.says(index, "alpha") {
                isAlphabetic = true
            } else if execution.says(index, "limit"), left >= 2 {
                limit = (try execution.integer(index + 1), try execution.integer(index + 2))
                index += 2
            } else if execution.command.name == "sort", execution.says(index, "store"), left >= 1 {
                index += 1
                store = execution.word(index)
            } else if execution.says(index, "by"), left >= 1 {
                index += 1
                by = execution.word(index)
            } else if execution.says(index, "get"), left >= 1 {
                index += 1
                gets.append(execution.word(index))
            } else {
                throw Failure.syntax
            }
            index += 1
        }
    }
}

extension Execution {
    mutating func sort() throws -> RESPValue {
        let options = try SortOptions(self)
        var elements = try sortable(options)
        if options.sorts { elements = try sorted(elements, options) }
        if let limit = options.limit {
            let first = max(0, limit.offset)
            elements = Array(elements.dropFirst(first))
            if limit.count >= 0 { elements = Array(elements.prefix(limit.count)) }
        }
        var shown: [Bytes?] = elements
        if !options.gets.isEmpty {
            shown = []
            for element in elements {
                for pattern in options.gets { shown.append(value(of: pattern, for: element)) }
            }
        }
        guard let store = options.store else { return .array(shown.map { bulk($0) }) }
        put(store, ByteList(shown.map { $0 ?? [] }))
        return number(shown.count)
    }

    /// The elements as they come.
    private mutating func sortable(_ options: SortOptions) throws -> [Bytes] {
        guard let entry = entry(words[1]) else { return [] }
        switch entry.value {
        case .list(let list): return Array(list.elements)
        case .set(let members): return members.shown
        case .sortedSet(let members):
            let entries = members.entries.map(\.member)
            return !options.sorts && options.isDescending ? entries.reversed() : entries
        default: throw Failure.wrongType
        }
    }

    private mutating func sorted(_ elements: [Bytes], _ options: SortOptions) throws -> [Bytes] {
        var weights: [(element: Bytes, number: Double, text: Bytes?)] = []
        for element in elements {
            let weight = options.by.map { value(of: $0, for: element) } ?? element
            var number = 0.0
            if !options.isAlphabetic, let weight {
                guard let parsed = Numbers.lenientFloat(weight, mayBeOutOfRange: false) else {
                    throw Failure("One or more scores can't be converted into double")
                }
                number = parsed
            }
            weights.append((element, number, weight))
        }
        weights.sort { one, other in
            if options.isAlphabetic {
                // What has no weight comes first; what has the same stays as it was.
                if one.text == other.text { return false }
                guard let mine = one.text else { return !options.isDescending }
                guard let theirs = other.text else { return options.isDescending }
                return options.isDescending ? theirs.precedes(mine) : mine.precedes(theirs)
            }
            if one.number != other.number {
                return options.isDescending ? one.number > other.number : one.number < other.number
            }
            // By their own bytes where they are equal, so that the order is given.
            return options.isDescending ? other.element.precedes(one.element) : one.element.precedes(other.element)
        }
        return weights.map(\.element)
    }

    /// What a pattern leads to: the element itself, a string's value, a field's behind `->`; the star is the element.
    private mutating func value(of pattern: Bytes, for element: Bytes) -> Bytes? {
        if pattern == [UInt8(ascii: "#")] { return element }
        guard let star = pattern.firstIndex(of: UInt8(ascii: "*")) else { return nil }
        var rest = pattern[(star + 1)...]
        var field: Bytes?
        let arrow = rest.indices.dropLast().first { place in
            rest[place] == UInt8(ascii: "-") && rest[place + 1] == UInt8(ascii: ">")
        }
        if let arrow, arrow + 2 < rest.endIndex {
            field = Bytes(rest[(arrow + 2)...])
            rest = rest[..<arrow]
        }
        let key = pattern[..<star] + element + rest
        guard let value = entry(Bytes(key))?.value else { return nil }
        if let field { return OrderedTable<Bytes>(value)?[field] }
        return Bytes(value)
    }
}
