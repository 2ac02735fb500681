// What has arrived as a whole, read in one go: most of what comes, and without a state between its bytes.

extension RESPBuffer {
    /// How far reading in one go may reach, and how long a string it may take.
    ///
    /// What these would cut, and whatever is malformed, is left where it is for those who read line by line and know what to say.
    struct Reach {
        /// Bytes from here on.
        let bytes: Int
        let stringBytes: Int
    }

    /// Longer than any line that is read here, with its end.
    static let shortLine = 24

    /// Takes integers and bulk strings, up to `size` elements in all; stops before what is anything else, or not all there.
    mutating func takeElements(into elements: inout [RESPValue], upTo size: Int, _ reach: Reach) {
        if searched <= head { took(upTo: Self.read(&elements, size, bytes, from: head, reach)) }
    }

    private static func read(
        _ elements: inout [RESPValue], _ size: Int, _ bytes: [UInt8], from start: Int, _ reach: Reach
    ) -> Int {
        let span = bytes.span
        let stop = start + min(reach.bytes, bytes.count - start)
        var at = start
        reading: while elements.count < size, at < stop {
            switch span[at] {
            case UInt8(ascii: ":"):
                guard let line = number(in: span, from: at + 1, to: stop) else { break reading }
                elements.append(.integer(line.number))
                at = line.end
            case UInt8(ascii: "$"):
                guard let text = string(in: span, at: at, to: stop, reach) else { break reading }
                elements.append(.bulkString(Array(bytes[text])))
                at = text.upperBound + 2
            default: break reading
            }
        }
        return at
    }

    /// Takes more words of a command, up to `size` in all.
    mutating func takeWords(into words: inout [[UInt8]], upTo size: Int, _ reach: Reach) {
        guard searched <= head else { return }
        let stop = head + min(reach.bytes, count)
        while words.count < size, let text = Self.string(in: bytes.span, at: head, to: stop, reach) {
            words.append(Array(bytes[text]))
            took(upTo: text.upperBound + 2)
        }
    }

    /// Takes the beginning of a command: how many words it has, and those that are there.
    mutating func takeCommand(upTo most: Int, _ reach: Reach) -> (size: Int, words: [[UInt8]])? {
        guard searched <= head, let (size, words, end) = Self.command(in: bytes, at: head, upTo: most, reach) else {
            return nil
        }
        took(upTo: end)
        return (size, words)
    }

    private static func command(
        in bytes: [UInt8], at start: Int, upTo most: Int, _ reach: Reach
    ) -> (size: Int, words: [[UInt8]], end: Int)? {
        let span = bytes.span
        let stop = start + min(reach.bytes, bytes.count - start)
        guard start < stop, span[start] == UInt8(ascii: "*"),
            let line = number(in: span, from: start + 1, to: stop), line.number > 0, line.number <= Int64(most)
        else { return nil }
        let size = Int(line.number)
        var at = line.end
        func word() -> [UInt8]? {
            guard let text = string(in: bytes.span, at: at, to: stop, reach) else { return nil }
            at = text.upperBound + 2
            return Array(bytes[text])
        }
        // Most commands have one word or two, and a literal is made faster than room.
        if size <= 2 {
            guard let first = word() else { return (size, [], at) }
            guard size == 2, let second = word() else { return (size, [first], at) }
            return (size, [first, second], at)
        }
        var words: [[UInt8]] = []
        // No more than can have arrived: `$0` and two ends of lines are the shortest word.
        words.reserveCapacity(min(size, (stop - at) / 6))
        while words.count < size, let word = word() { words.append(word) }
        return (size, words, at)
    }

    /// A number as the protocol spells it, and where the line behind it begins; nil for what is not that, or not all there.
    @inline(__always)
    private static func number(
        in bytes: Span<UInt8>, from start: Int, to stop: Int
    ) -> (number: Int64, end: Int)? {
        guard start < stop else { return nil }
        let isNegative = bytes[start] == UInt8(ascii: "-")
        let first = isNegative ? start + 1 : start
        // 18 digits fit whatever they are; of one more the other reader finds out.
        let last = min(stop, first + 19)
        var at = first
        var number: Int64 = 0
        while at < last {
            let digit = bytes[at] &- UInt8(ascii: "0")
            guard digit <= 9 else { break }
            number = number &* 10 &+ Int64(digit)
            at += 1
        }
        let digits = at - first
        guard digits > 0, digits <= 18, at + 1 < stop, bytes[at] == 13, bytes[at + 1] == 10,
            bytes[first] != UInt8(ascii: "0") || (digits == 1 && !isNegative)
        else { return nil }
        return (isNegative ? 0 - number : number, at + 2)
    }

    /// Where the bytes of the bulk string are that begins here.
    @inline(__always)
    private static func string(
        in bytes: Span<UInt8>, at start: Int, to stop: Int, _ reach: Reach
    ) -> Range<Int>? {
        guard start < stop, bytes[start] == UInt8(ascii: "$"), let line = number(in: bytes, from: start + 1, to: stop),
            line.number >= 0,
            line.number <= Int64(reach.stringBytes), line.number <= Int64(stop - line.end - 2)
        else { return nil }
        let end = line.end + Int(line.number)
        guard bytes[end] == 13, bytes[end + 1] == 10 else { return nil }
        return line.end..<end
    }
}
