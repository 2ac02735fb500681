// The commands that both sides are given, by type; and the list of what differs.
//
// Marks in front of a command: `~` the order of elements is open, `@` times may differ a little, `?` the choice is
// random, `!` it differs, see the list.

import Testing

enum Corpus {
    struct Part: Sendable, CustomTestStringConvertible {
        let name: String
        let text: String
        var testDescription: String { name }
    }

    static let all = [
        strings, bits, keys, expiry, hashes, lists, sets, sortedSets, ranges, algebra, scans, sorting, streams, server,
    ]

    /// What is not as in Redis, command by command in the order of the corpus, and why.
    ///
    /// Left out everywhere, because Redis promises nothing: which element is picked at random, the order in hash
    /// tables, ranges BYLEX of members whose scores differ. Not compared: SORT ALPHA of elements with a zero byte (where
    /// its comparison ends), and MAXLEN with a tilde where entries in the middle were deleted.
    static let differences: [(command: String, why: String)] = [
        ("OBJECT ENCODING s", "A string that was changed in part is raw there for good; here only the content counts."),
        ("OBJECT ENCODING small", "A hash that was large stays a hashtable there."),
        ("SCAN 0 COUNT 1", "Cursors are numbers of keys here and positions in a hash table there."),
        (
            "XADD o 5-* a 1",
            "Where the numbers of a millisecond are used up, Redis answers an error left over from before."
        ),
        ("GET p", "The registers of HyperLogLog are not kept: there they are a string's bytes."),
        ("STRLEN p", "The same."),
    ]
}
