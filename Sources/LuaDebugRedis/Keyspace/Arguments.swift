// A command's words as numbers and options, each refused with Redis' own words.

extension Execution {
    var count: Int { words.count }

    /// A word that is there by the command's arity.
    func word(_ index: Int) -> Bytes { words[index] }

    /// Whether the word is this one, in any case.
    func says(_ index: Int, _ text: String) -> Bool { words[index].says(text) }

    func integer(_ index: Int, or failure: Failure = .notInteger) throws -> Int {
        guard let value = Numbers.integer(words[index]) else { throw failure }
        return value
    }

    func integer(_ index: Int, in range: ClosedRange<Int>, or failure: Failure? = nil) throws -> Int {
        let value = try integer(index, or: failure ?? .notInteger)
        guard range.contains(value) else {
            throw failure
                ?? Failure("value is out of range, value must between \(range.lowerBound) and \(range.upperBound)")
        }
        return value
    }

    /// A count that may be 0; what is no integer is refused in the same words.
    func positive(_ index: Int, or failure: Failure = .notPositive) throws -> Int {
        try integer(index, in: 0...Int.max, or: failure)
    }

    func float(_ index: Int, or failure: Failure = .notFloat) throws -> Double {
        guard let value = Numbers.float(words[index]) else { throw failure }
        return value
    }

    /// The number of keys at an index, and the keys behind it.
    func countedKeys(_ index: Int, _ tooMany: Failure = .syntax) throws -> [Bytes] {
        let number = try integer(index, in: 1...Int.max, or: Failure("numkeys should be greater than 0"))
        guard number <= count - index - 1 else { throw tooMany }
        return Array(words[(index + 1)...(index + number)])
    }

    /// From a first to a last index, where -1 is the end: what of so many elements that is.
    static func range(_ first: Int, _ last: Int, of count: Int) -> Range<Int> {
        let first = max(0, first < 0 ? count &+ first : first)
        let last = min(count - 1, last < 0 ? count &+ last : last)
        return first > last ? 0..<0 : first..<(last + 1)
    }
}

extension [UInt8] {
    /// Whether this is the word, in any case.
    func says(_ text: String) -> Bool {
        count == text.utf8.count
            && zip(self, text.utf8).allSatisfy { mine, other in
                mine.asciiLowercased == other.asciiLowercased
            }
    }
}

extension UInt8 {
    var asciiLowercased: UInt8 { (65...90).contains(self) ? self + 32 : self }
}
