// Commands, as a server reads them: arrays of bulk strings and nothing else, or inline.

extension RESPDecoder {
    /// A command whose words are arriving.
    struct Words: Sendable {
        let size: Int
        // For what has arrived there is room, for what is promised there is none, as with aggregates.
        var words: [[UInt8]] = []
    }

    /// Reads up to the end of a command; nil where it is incomplete.
    mutating func readCommand() throws(RESPError) -> [[UInt8]]? {
        while true {
            if body != nil {
                guard let word = try takeBody() else { return nil }
                command?.words.append(word.bytes)
            }
            if let words = readWords() {
                finish()
                return words
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

    /// Reads in one go what has arrived of a command: its words, once all of them are there.
    private mutating func readWords() -> [[UInt8]]? {
        // Taken out and put back, as with a string's bytes.
        if var begun = command.take() {
            if let reach { buffer.takeWords(into: &begun.words, upTo: begun.size, reach) }
            if begun.words.count == begun.size { return begun.words }
            command = begun
        } else if let reach, let (size, words) = buffer.takeCommand(upTo: limits.elements, reach) {
            if words.count == size { return words }
            command = Words(size: size, words: words)
        }
        return nil
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
