// The bytes that were fed and not yet read: found line by line or by count, each byte looked at once.

/// A queue of bytes that remembers how far it was searched for a line's end.
///
/// What is taken only moves a mark; `tidy()` gives the room back. A slice that `line` returned must be gone by then, or
/// the storage is copied.
struct RESPBuffer: Sendable {
    /// How a line has to end.
    enum LineEnd {
        /// CR LF, and neither of them alone.
        case strict
        /// LF, and a CR before it is not part of the line.
        case lenient
    }

    /// Room that is kept although nothing is in it.
    static let kept = 65_536

    private(set) var bytes: [UInt8] = []
    /// Where what was not taken begins.
    private(set) var head = 0
    /// Up to where a line's end was looked for in vain.
    private(set) var searched = 0
    /// Bytes taken since the beginning.
    private(set) var taken = 0
    /// Bytes looked at or moved inside the buffer since the beginning: how tests see that the work is linear.
    private(set) var work = 0

    var count: Int { bytes.count - head }
    var capacity: Int { bytes.capacity }
    var first: UInt8? { head < bytes.count ? bytes[head] : nil }

    mutating func append(_ more: some Collection<UInt8>) {
        tidy()
        bytes.append(contentsOf: more)
    }

    /// The next line without its end, or nil where the end is not there yet.
    ///
    /// Throws as soon as the line is longer than the limit, however much of it is there.
    mutating func line(_ end: LineEnd, limit: Int) throws(RESPError) -> ArraySlice<UInt8>? {
        switch end {
        case .strict: try strictLine(limit)
        case .lenient: try lenientLine(limit)
        }
    }

    private mutating func strictLine(_ limit: Int) throws(RESPError) -> ArraySlice<UInt8>? {
        guard let end = search(upTo: limit, { $0 == 13 || $0 == 10 }) else {
            if count > limit { throw tooLong(limit) }
            return nil
        }
        guard bytes[end] == 13 else {
            throw .malformed("The line \(RESPError.shown(bytes[head..<end])) ends in LF without CR.")
        }
        guard end + 1 < bytes.count else { return nil }
        guard bytes[end + 1] == 10 else {
            throw .malformed(
                "In the line \(RESPError.shown(bytes[head..<end])), CR is followed by another byte than LF.")
        }
        return take(to: end, and: 2)
    }

    private mutating func lenientLine(_ limit: Int) throws(RESPError) -> ArraySlice<UInt8>? {
        // One byte more may be there: the CR.
        guard let end = search(upTo: limit == .max ? limit : limit + 1, { $0 == 10 }) else {
            if count > limit, count - 1 > limit || bytes[bytes.count - 1] != 13 { throw tooLong(limit) }
            return nil
        }
        let last = end > head && bytes[end - 1] == 13 ? end - 1 : end
        guard last - head <= limit else { throw tooLong(limit) }
        return take(to: last, and: end + 1 - last)
    }

    /// The first match among the next bytes, no more than `limit` of which come before it.
    private mutating func search(upTo limit: Int, _ matches: (UInt8) -> Bool) -> Int? {
        let stop = count > limit ? head + limit + 1 : bytes.count
        var at = max(head, searched)
        defer {
            work += max(0, at - max(head, searched))
            searched = at
        }
        while at < stop {
            if matches(bytes[at]) { return at }
            at += 1
        }
        return nil
    }

    private mutating func take(to end: Int, and extra: Int) -> ArraySlice<UInt8> {
        let line = bytes[head..<end]
        skip(end - head + extra)
        return line
    }

    private mutating func skip(_ count: Int) {
        head += count
        taken += count
    }

    /// Says that everything before this place was read where it lies.
    mutating func took(upTo place: Int) {
        work += place - head
        skip(place - head)
    }

    /// Shows no more than makes it too long, so that it says the same however the bytes were cut.
    private func tooLong(_ limit: Int) -> RESPError {
        let shown = RESPError.shown(bytes[head...].prefix(max(0, limit + 1)))
        return RESPError(.tooLarge, "The line \(shown) is longer than the \(max(0, limit)) bytes it may have.")
    }

    /// Moves bytes to the end of others, no more than `wanted` and as many as there are, and takes them off `wanted`.
    mutating func move(_ wanted: inout Int, to others: inout [UInt8]) {
        let moved = min(wanted, count)
        others.append(contentsOf: bytes[head..<(head + moved)])
        skip(moved)
        work += moved
        wanted -= moved
    }

    /// Takes CR LF: false where not all of it is there yet.
    mutating func takeLineEnd() throws(RESPError) -> Bool {
        for (offset, expected) in [(0, UInt8(13)), (1, 10)] {
            guard offset < count else { return false }
            work += 1
            guard bytes[head + offset] == expected else {
                throw .malformed(
                    "A string is followed by \(RESPError.shown(bytes[head...(head + offset)])) instead of CR LF.")
            }
        }
        skip(2)
        return true
    }

    /// Gives back the room of what was taken, when that is worth it.
    ///
    /// No more is moved than was taken since the last time, so all moving together stays linear.
    mutating func tidy() {
        guard head >= count else { return }
        work += count
        searched = max(0, searched - head)
        if bytes.capacity > max(Self.kept, 4 * count) {
            bytes = Array(bytes[head...])
        } else {
            bytes.removeFirst(head)
        }
        head = 0
    }
}
