// A command line and its words, as redis-cli and Redis' inline commands cut it: shared by all front ends.

/// Words of a command line; a word may be any bytes.
public enum CommandWords {
    /// The words of a line, or nil where a quote is not closed or a closing one is not followed by space.
    ///
    /// Double quotes know `\n`, `\r`, `\t`, `\b`, `\a`, `\xHH`, and a backslash before any other character is that character;
    /// single quotes know only `\'`.
    public static func split(_ line: some Sequence<UInt8>) -> [[UInt8]]? {
        let bytes = Array(line)
        var words: [[UInt8]] = []
        var at = 0
        while true {
            while at < bytes.count, isSpace(bytes[at]) { at += 1 }
            guard at < bytes.count else { return words }
            guard let word = word(bytes, &at) else { return nil }
            words.append(word)
        }
    }

    /// A word as it can be typed: in double quotes, every byte that is no printable ASCII escaped.
    public static func quoted(_ word: some Sequence<UInt8>) -> String {
        var text = "\""
        for byte in word {
            switch byte {
            case UInt8(ascii: "\""): text += "\\\""
            case UInt8(ascii: "\\"): text += "\\\\"
            case UInt8(ascii: "\n"): text += "\\n"
            case UInt8(ascii: "\r"): text += "\\r"
            case UInt8(ascii: "\t"): text += "\\t"
            case 32..<127: text.unicodeScalars.append(Unicode.Scalar(byte))
            default: text += "\\x" + hexDigit(byte >> 4) + hexDigit(byte & 15)
            }
        }
        return text + "\""
    }

    /// Words that ``split(_:)`` gives back as they were.
    public static func joined(_ words: some Sequence<[UInt8]>) -> String {
        words.map { quoted($0) }.joined(separator: " ")
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) || byte == 0 }
    private static func hexDigit(_ digit: UInt8) -> String { String(digit, radix: 16) }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private static func word(_ bytes: [UInt8], _ at: inout Int) -> [UInt8]? {
        var word: [UInt8] = []
        while at < bytes.count, !isSpace(bytes[at]) {
            switch bytes[at] {
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                let quote = bytes[at]
                at += 1
                guard readQuoted(bytes, &at, quote, into: &word) else { return nil }
                if at < bytes.count, !isSpace(bytes[at]) { return nil }
            case let byte:
                word.append(byte)
                at += 1
            }
        }
        return word
    }

    private static func readQuoted(_ bytes: [UInt8], _ at: inout Int, _ quote: UInt8, into word: inout [UInt8]) -> Bool
    {
        while at < bytes.count {
            let byte = bytes[at]
            if byte == quote {
                at += 1
                return true
            }
            if byte == UInt8(ascii: "\\"), at + 1 < bytes.count, quote == UInt8(ascii: "\"") {
                let next = bytes[at + 1]
                if next == UInt8(ascii: "x"), at + 3 < bytes.count, let high = hexValue(bytes[at + 2]),
                    let low = hexValue(bytes[at + 3])
                {
                    word.append(high << 4 | low)
                    at += 4
                    continue
                }
                word.append(escaped(next))
                at += 2
            } else if byte == UInt8(ascii: "\\"), at + 1 < bytes.count, bytes[at + 1] == quote {
                word.append(quote)
                at += 2
            } else {
                word.append(byte)
                at += 1
            }
        }
        return false
    }

    private static func escaped(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "n"): 10
        case UInt8(ascii: "r"): 13
        case UInt8(ascii: "t"): 9
        case UInt8(ascii: "b"): 8
        case UInt8(ascii: "a"): 7
        default: byte
        }
    }
}
