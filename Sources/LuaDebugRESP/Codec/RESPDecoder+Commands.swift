// Commands, as a server reads them: arrays of bulk strings and nothing else, or inline.

extension RESPDecoder {
    /// A command whose words are arriving.
    struct Words: Sendable {
        let size: Int
        // Nothing is reserved, as with aggregates.
        var words: [[UInt8]] = []
    }

    /// Reads up to the end of a command; nil where it is incomplete.
    mutating func readCommand() throws(RESPError) -> [[UInt8]]? {
        while true {
            if body != nil {
                guard let word = try takeBody() else { return nil }
                command?.words.append(word.bytes)
                guard let whole = command, whole.words.count == whole.size else { continue }
                command = nil
                finish()
                return whole.words
            }
            guard let type = buffer.first else { return nil }
            if command != nil {
                guard try openWord(type) else { return nil }
            } else if type == UInt8(ascii: "*") {
                guard try openCommand() else { return nil }
            } else {
                guard let words = try readInline() else { return nil }
                finish()
                if !words.isEmpty { return words }
            }
        }
    }

    private mutating func openCommand() throws(RESPError) -> Bool {
        guard let line = try buffer.line(.strict, limit: lineLimit) else { return false }
        let text = line.dropFirst()
        let size = text.elementsEqual("-1".utf8) ? 0 : try elementCount(.array, text)
        if size == 0 { finish() } else { command = Words(size: size) }
        return true
    }

    private mutating func openWord(_ type: UInt8) throws(RESPError) -> Bool {
        guard type == UInt8(ascii: "$") else {
            throw .malformed("In a command, \(RESPError.shown([type])) stands where a bulk string has to.")
        }
        guard let line = try buffer.line(.strict, limit: lineLimit) else { return false }
        body = Body(kind: .word, missing: try stringLength(line.dropFirst()))
        return true
    }
}
