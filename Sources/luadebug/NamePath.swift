// The name at the end of a piece of Lua, as far as it was typed, and what it is looked for in.

import LuaDebugTerminal

/// `a.b:pre`: the names before dots and colons, and the beginning of the last one.
struct NamePath: Sendable {
    let bases: [String]
    let prefix: String
    /// It calls a method: only functions are meant.
    let isMethod: Bool
    /// Where the last name begins, in characters.
    let start: Int

    /// nil where no name can stand, or where what comes before it would have to be run.
    init?(endOf text: String) {
        let characters = Array(text)
        var place = characters.count
        func name(before end: Int) -> String {
            var start = end
            while start > 0, Self.isPart(characters[start - 1]) { start -= 1 }
            return String(characters[start..<end])
        }
        let last = name(before: place)
        place -= last.count
        if last.first?.isNumber == true { return nil }
        start = place
        prefix = last
        isMethod = place > 0 && characters[place - 1] == ":"
        var bases: [String] = []
        while place > 0, characters[place - 1] == "." || characters[place - 1] == ":" {
            // Two dots join strings, two colons make a label.
            if place > 1, characters[place - 1] == characters[place - 2] { break }
            let base = name(before: place - 1)
            guard let first = base.first, !first.isNumber else { return nil }
            bases.insert(base, at: 0)
            place -= base.count + 1
        }
        self.bases = bases
    }

    /// Those of the names that can be meant.
    func completion(_ names: some Sequence<String>) -> Completion {
        Completion(start: start, candidates: names.filter { $0.hasPrefix(prefix) && Self.isName($0) })
    }

    private static func isPart(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber) || character == "_"
    }

    /// Others would need brackets.
    private static func isName(_ text: String) -> Bool {
        text.first?.isNumber == false && text.allSatisfy(isPart)
    }
}
