// What each type byte means: lines, the strings and aggregates they open, and the ends of streamed ones.

extension RESPDecoder {
    /// Reads one line of a value.
    mutating func readLine() throws(RESPError) -> Step {
        guard let type = buffer.first else { return .incomplete }
        // Before the line's end is there: a peer that speaks something else is told at its first byte.
        try check(type)
        guard let line = try buffer.line(.strict, limit: lineLimit) else { return .incomplete }
        let text = line.dropFirst()
        switch type {
        case UInt8(ascii: "+"): return .value(.simpleString(Array(text)))
        case UInt8(ascii: "-"): return .value(.error(Array(text)))
        case UInt8(ascii: ":"): return .value(.integer(try integer(text)))
        case UInt8(ascii: "_"): return .value(try empty(text, .null))
        case UInt8(ascii: "#"): return .value(.boolean(try boolean(text)))
        case UInt8(ascii: ","): return .value(.double(try double(text)))
        case UInt8(ascii: "("): return .value(.bigNumber(try bigNumber(text)))
        case UInt8(ascii: "$"): return try openString(.bulk, text)
        case UInt8(ascii: "!"): return try openString(.error, text)
        case UInt8(ascii: "="): return try openString(.verbatim, text)
        case UInt8(ascii: ";"): return try openString(.chunk, text)
        case UInt8(ascii: "*"): return try openAggregate(.array, text)
        case UInt8(ascii: "~"): return try openAggregate(.set, text)
        case UInt8(ascii: ">"): return try openAggregate(.push, text)
        case UInt8(ascii: "%"): return try openAggregate(.map, text)
        case UInt8(ascii: "|"): return try openAggregate(.attribute, text)
        default: return try closeStreamed(text)
        }
    }

    /// The longest line that may follow: by its own limit, and by that of the whole with the line's end.
    var lineLimit: Int { min(limits.inlineBytes, bytesLeft - 2) }

    private func check(_ type: UInt8) throws(RESPError) {
        if streamed != nil, type != UInt8(ascii: ";") {
            throw .malformed("In a streamed string, \(RESPError.shown([type])) stands where a chunk has to.")
        }
        switch type {
        case UInt8(ascii: ";") where streamed == nil:
            throw .malformed("The chunk \";\" belongs to no streamed string.")
        case UInt8(ascii: ".") where stack.last.map({ $0.size != nil }) ?? true:
            throw .malformed("The end \".\" belongs to no streamed aggregate.")
        default:
            guard "+-:_#,($!=;*~>%|.".utf8.contains(type) else {
                throw .malformed("\(RESPError.shown([type])) is no type of the protocol.")
            }
        }
    }

    /// Reads what has arrived of a string, and makes a value of a whole one.
    mutating func readBody() throws(RESPError) -> Step {
        guard let body = try takeBody() else { return .incomplete }
        switch body.kind {
        case .bulk, .word: return .value(.bulkString(body.bytes))
        case .error: return .value(.error(body.bytes))
        case .verbatim: return .value(try verbatim(body.bytes))
        case .chunk:
            streamed = body.bytes
            return .opened
        }
    }

    private mutating func openString(_ kind: Body.Kind, _ text: ArraySlice<UInt8>) throws(RESPError) -> Step {
        if kind == .bulk, text.elementsEqual("-1".utf8) { return .value(.null) }
        if kind == .bulk, text.elementsEqual("?".utf8) {
            streamed = []
            return .opened
        }
        let length = try stringLength(text, after: streamed?.count ?? 0)
        if kind == .chunk, length == 0 { return .value(.bulkString(streamed.take() ?? [])) }
        if kind == .verbatim, length < 4 {
            throw .malformed("A verbatim string of length \(length) has no room for its format.")
        }
        body = Body(kind: kind, missing: length, bytes: kind == .chunk ? streamed.take() ?? [] : [])
        if kind == .chunk { streamed = [] }
        return .opened
    }

    /// The length of a string, held against the limits.
    func stringLength(_ text: ArraySlice<UInt8>, after before: Int = 0) throws(RESPError) -> Int {
        guard let number = RESPNumbers.integer(text), number >= 0, let length = Int(exactly: number) else {
            throw .malformed("\(RESPError.shown(text)) is no length of a string.")
        }
        guard length <= limits.bulkBytes - before else {
            throw RESPError(
                .tooLarge, "A string of \(length) bytes is more than the \(limits.bulkBytes - before) it may have.")
        }
        guard length <= bytesLeft - 2 else {
            throw RESPError(
                .tooLarge,
                "A string of \(length) bytes makes the whole longer than the \(limits.totalBytes) it may have.")
        }
        return length
    }

    private mutating func openAggregate(
        _ kind: RESPAggregate.Kind, _ text: ArraySlice<UInt8>
    ) throws(RESPError) -> Step {
        if kind == .array, text.elementsEqual("-1".utf8) { return .value(.null) }
        guard stack.count < limits.depth else {
            throw RESPError(.tooDeep, "Aggregates nest deeper than \(limits.depth).")
        }
        let canStream = kind == .array || kind == .set || kind == .map
        if canStream, text.elementsEqual("?".utf8) {
            stack.append(RESPAggregate(kind, size: nil))
            return .opened
        }
        let size = try elementCount(kind, text)
        let aggregate = RESPAggregate(kind, size: kind == .attribute ? size + 1 : size)
        if aggregate.isWhole, let value = aggregate.value() { return .value(value) }
        stack.append(aggregate)
        return .opened
    }

    /// How many elements an aggregate's length stands for, held against the limits.
    func elementCount(_ kind: RESPAggregate.Kind, _ text: ArraySlice<UInt8>) throws(RESPError) -> Int {
        guard let number = RESPNumbers.integer(text), number >= 0, let units = Int(exactly: number) else {
            throw .malformed("\(RESPError.shown(text)) is no length of \(kind.name).")
        }
        // Divided, because the product of a number from the wire may overflow.
        guard units <= limits.elements / kind.elementsPerUnit else {
            throw RESPError(
                .tooLarge,
                "The length \(units) of \(kind.name) is more than the \(limits.elements) elements it may have.")
        }
        return units * kind.elementsPerUnit
    }

    private mutating func closeStreamed(_ text: ArraySlice<UInt8>) throws(RESPError) -> Step {
        _ = try empty(text, .null)
        guard let aggregate = stack.popLast(), let value = aggregate.value() else {
            throw .malformed("A streamed map ends after a field without a value.")
        }
        return .value(value)
    }

    private func empty(_ text: ArraySlice<UInt8>, _ value: RESPValue) throws(RESPError) -> RESPValue {
        guard text.isEmpty else { throw .malformed("\(RESPError.shown(text)) stands where a line has to end.") }
        return value
    }

    private func integer(_ text: ArraySlice<UInt8>) throws(RESPError) -> Int64 {
        guard let value = RESPNumbers.integer(text) else {
            throw .malformed("\(RESPError.shown(text)) is no integer of 64 bits.")
        }
        return value
    }

    private func boolean(_ text: ArraySlice<UInt8>) throws(RESPError) -> Bool {
        if text.elementsEqual("t".utf8) { return true }
        if text.elementsEqual("f".utf8) { return false }
        throw .malformed("\(RESPError.shown(text)) is no boolean, t or f.")
    }

    private func double(_ text: ArraySlice<UInt8>) throws(RESPError) -> Double {
        guard let value = RESPNumbers.double(text) else { throw .malformed("\(RESPError.shown(text)) is no double.") }
        return value
    }

    private func bigNumber(_ text: ArraySlice<UInt8>) throws(RESPError) -> [UInt8] {
        guard RESPNumbers.isBigNumber(text) else { throw .malformed("\(RESPError.shown(text)) is no big number.") }
        return Array(text)
    }

    private func verbatim(_ bytes: [UInt8]) throws(RESPError) -> RESPValue {
        guard bytes[3] == UInt8(ascii: ":"), bytes[..<3].allSatisfy({ (32..<127).contains($0) }) else {
            throw .malformed("\(RESPError.shown(bytes.prefix(4))) is no format of a verbatim string.")
        }
        return .verbatim(format: String(decoding: bytes[..<3], as: UTF8.self), Array(bytes[4...]))
    }
}
