// Patterns for names of chunks and functions: `*` for any characters, `?` for one.

/// A pattern as people type it.
package struct NamePattern: Sendable, Hashable {
    private let pattern: [UInt8]
    private let hasFolders: Bool

    package init(_ pattern: String) {
        self.pattern = [UInt8](pattern.utf8)
        hasFolders = pattern.contains("/")
    }

    /// The whole name.
    package func matches(_ name: String) -> Bool { matches([UInt8](name.utf8)[...]) }

    /// A chunk's name, whose folders may be left out.
    func matches(chunk name: String) -> Bool {
        if matches(name) { return true }
        let bytes = [UInt8](name.utf8)
        guard !hasFolders, let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return false }
        return matches(bytes[(slash + 1)...])
    }

    /// Goes back to the last star only: linear in practice, never worse than the product of both lengths.
    private func matches(_ name: ArraySlice<UInt8>) -> Bool {
        var at = name.startIndex
        var p = 0
        var star: (p: Int, at: Int)?
        while at < name.endIndex {
            if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
                star = (p, at)
                p += 1
            } else if p < pattern.count, pattern[p] == name[at] || pattern[p] == UInt8(ascii: "?") {
                p += 1
                at += 1
            } else if let last = star {
                star = (last.p, last.at + 1)
                p = last.p + 1
                at = last.at + 1
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
