// A chunk's name: as Lua keeps it, as people see it, as people type it.

/// Lua marks names with `@` (a file) or `=` (as it stands); anything else is the chunk's own text.
struct ChunkName: Sendable, Hashable {
    let source: String
    let short: String

    /// What people see: the name without its mark, or Lua's short form of a text.
    var shown: String { isText ? short : String(source.dropFirst()) }

    /// The chunk is named by its own text, which therefore is known.
    var isText: Bool { source.first != "@" && source.first != "=" }

    /// A person may leave out the folders.
    func matches(_ typed: String) -> Bool { Self.matches(shown: shown, typed: typed) }

    static func matches(shown: String, typed: String) -> Bool {
        if shown == typed { return true }
        return !typed.contains("/") && shown.hasSuffix("/" + typed)
    }
}
