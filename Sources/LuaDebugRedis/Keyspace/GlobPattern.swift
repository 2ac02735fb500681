// Patterns as KEYS and the scans have them: `*`, `?`, `[a-z]`, `[^a]`, and a backslash before what stands for itself.

/// A pattern over bytes.
struct GlobPattern {
    private let pattern: Bytes

    init(_ pattern: Bytes) { self.pattern = pattern }

    /// Whether a whole name is what the pattern describes.
    func matches(_ name: Bytes) -> Bool {
        // To Redis' matcher nothing is like nothing only; that `*` is everything is known before.
        if name.isEmpty { return pattern.isEmpty || pattern == [UInt8(ascii: "*")] }
        // Where to go on when what follows the last star does not fit: one byte further in the name.
        var retry: (place: Int, position: Int)?
        var (place, position) = (0, 0)
        while true {
            if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
                place += 1
                retry = (place, position)
            } else if position < name.count, place < pattern.count, let next = step(place, name[position]) {
                place = next
                position += 1
            } else if position == name.count, place == pattern.count {
                return true
            } else {
                guard let last = retry, last.position < name.count else { return false }
                retry?.position += 1
                (place, position) = (last.place, last.position + 1)
            }
        }
    }

    /// Where the pattern goes on behind the element at a place, if that fits the byte.
    private func step(_ place: Int, _ byte: UInt8) -> Int? {
        switch pattern[place] {
        case UInt8(ascii: "?"): return place + 1
        case UInt8(ascii: "["): return choice(place + 1, byte)
        case UInt8(ascii: "\\") where place + 1 < pattern.count: return pattern[place + 1] == byte ? place + 2 : nil
        default: return pattern[place] == byte ? place + 1 : nil
        }
    }

    /// The same for what stands in brackets; they may lack the closing one.
    private func choice(_ start: Int, _ byte: UInt8) -> Int? {
        var place = start
        let isInverted = place < pattern.count && pattern[place] == UInt8(ascii: "^")
        if isInverted { place += 1 }
        var fits = false
        while place < pattern.count, pattern[place] != UInt8(ascii: "]") {
            if pattern[place] == UInt8(ascii: "\\"), place + 1 < pattern.count {
                fits = fits || pattern[place + 1] == byte
                place += 2
            } else if place + 2 < pattern.count, pattern[place + 1] == UInt8(ascii: "-") {
                // The ends may stand in either order.
                let (low, high) = (min(pattern[place], pattern[place + 2]), max(pattern[place], pattern[place + 2]))
                fits = fits || (low...high).contains(byte)
                place += 3
            } else {
                fits = fits || pattern[place] == byte
                place += 1
            }
        }
        return fits != isInverted ? min(place + 1, pattern.count) : nil
    }
}
