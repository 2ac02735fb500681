// Inline commands: a line typed by hand, cut into words as redis-cli cuts it.

internal import LuaDebugCore

extension RESPDecoder {
    /// Reads a line of words, perhaps none; nil where its end is not there yet.
    mutating func readInline() throws(RESPError) -> [[UInt8]]? {
        guard let line = try buffer.line(.lenient, limit: lineLimit) else { return nil }
        guard let words = CommandWords.split(line) else {
            throw .malformed("The quotes of the line \(RESPError.shown(line)) are not balanced.")
        }
        return words
    }
}
