// A stream: entries in the order of their numbers, which only grow.

/// The entries of a stream; groups of consumers it has none.
struct Stream: Sendable, Hashable {
    /// Milliseconds, and a number among the entries of the same one.
    struct ID: Sendable, Hashable, Comparable {
        var time: UInt64
        var sequence: UInt64

        static let least = ID(time: 0, sequence: 0)
        static let greatest = ID(time: .max, sequence: .max)

        static func < (one: Self, other: Self) -> Bool {
            (one.time, one.sequence) < (other.time, other.sequence)
        }

        var text: Bytes { Bytes("\(time)-\(sequence)".utf8) }

        var next: ID? {
            if sequence < .max { return ID(time: time, sequence: sequence + 1) }
            return time < .max ? ID(time: time + 1, sequence: 0) : nil
        }

        var previous: ID? {
            if sequence > 0 { return ID(time: time, sequence: sequence - 1) }
            return time > 0 ? ID(time: time - 1, sequence: .max) : nil
        }
    }

    struct Entry: Sendable, Hashable {
        let id: ID
        /// Fields and values by turns.
        let fields: [Bytes]
    }

    /// What is kept when a stream is trimmed.
    enum Trimming { case newest(Int), from(ID) }

    private(set) var entries: [Entry] = []
    /// The greatest that an entry ever had.
    private(set) var lastID = ID.least

    init() {}

    mutating func append(_ entry: Entry) {
        entries.append(entry)
        lastID = entry.id
    }

    /// The entries between two numbers, both included.
    func entries(from first: ID, through last: ID) -> ArraySlice<Entry> {
        let start = entries.partition { $0.id >= first }
        let end = entries.partition { $0.id > last }
        return start < end ? entries[start..<end] : []
    }

    mutating func remove(_ id: ID) -> Bool {
        let place = entries.partition { $0.id >= id }
        guard place < entries.count, entries[place].id == id else { return false }
        entries.remove(at: place)
        return true
    }

    /// Removes the oldest entries; how many that were.
    ///
    /// Where it need not be exact, Redis removes whole blocks of a hundred.
    mutating func trim(_ trimming: Trimming, isExact: Bool) -> Int {
        var surplus =
            switch trimming {
            case .newest(let count): max(0, entries.count - count)
            case .from(let id): entries.partition { $0.id >= id }
            }
        if !isExact { surplus -= surplus % 100 }
        entries.removeFirst(surplus)
        return surplus
    }
}

extension Array {
    /// The first index where something holds that holds for all that follow; the count, if for none.
    fileprivate func partition(_ holds: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if holds(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
