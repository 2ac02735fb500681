// The first line of a library, which says what it is called: #!lua name=mylib

internal import LuaDebugCore

/// What the first line of a library says.
struct LibraryHeader {
    let name: [UInt8]

    /// A message in Redis' own words, without its code.
    struct Problem: Error { let message: String }

    init(_ source: [UInt8]) throws(Problem) {
        let mark = Array("#!".utf8)
        guard source.starts(with: mark) else { throw Problem(message: "Missing library metadata") }
        guard let end = source.firstIndex(of: UInt8(ascii: "\n")), let words = CommandWords.split(source[..<end]),
            let first = words.first
        else { throw Problem(message: "Invalid library metadata") }
        var name: [UInt8]?
        for word in words.dropFirst() {
            guard word.prefix(5).map(\.asciiLowercased) == Array("name=".utf8) else {
                throw Problem(message: "Invalid metadata value given: \(Self.shown(word))")
            }
            if name != nil {
                throw Problem(message: "Invalid metadata value, name argument was given multiple times")
            }
            name = Array(word.dropFirst(5))
        }
        guard let name else { throw Problem(message: "Library name was not given") }
        guard FunctionRegistry.isName(name) else { throw Problem(message: FunctionRegistry.badName) }
        let engine = Array(first.dropFirst(mark.count))
        guard engine.says("lua") else { throw Problem(message: "Engine '\(Self.shown(engine))' not found") }
        self.name = name
    }

    private static func shown(_ word: [UInt8]) -> String { String(decoding: word.prefix(128), as: UTF8.self) }
}
