// From the bytes that a terminal sends to the keys that were pressed.

/// A key, or text that came at once.
enum Key: Equatable {
    case text(String)
    /// Pasted between the marks of a terminal that tells; lines are parted by "\n".
    case paste(String)
    case enter, tab, backspace, delete
    case left, right, up, down, home, end, wordLeft, wordRight
    /// With Ctrl: the letter in lower case.
    case control(Character)
    /// With Alt: the letter in lower case.
    case alt(Character)
    /// One that means nothing here.
    case other
}

/// Bytes in, keys out; what is not complete waits for the bytes that follow.
struct KeyDecoder {
    /// A paste without an end is cut into pieces of so many bytes.
    static let pasteLimit = 1 << 20
    private static let pasteEnd = [UInt8]("\u{1B}[201~".utf8)

    private var bytes: [UInt8] = []
    private var at = 0
    private var isInPaste = false
    /// Up to where the end of a paste was looked for.
    private var searched = 0

    mutating func feed(_ more: [UInt8]) {
        bytes.removeFirst(at)
        searched = max(0, searched - at)
        at = 0
        bytes += more
    }

    /// The next key; nil when more bytes are needed.
    mutating func next() -> Key? {
        if isInPaste { return paste() }
        guard at < bytes.count else { return nil }
        switch bytes[at] {
        case 0x1B: return escape()
        case 0x0D, 0x0A: return take(1, .enter)
        case 0x09: return take(1, .tab)
        case 0x08, 0x7F: return take(1, .backspace)
        case 0: return take(1, .other)
        case 1..<27: return take(1, .control(Self.letter(bytes[at] + 96)))
        case 27..<32: return take(1, .other)
        default: return text()
        }
    }

    private mutating func take(_ count: Int, _ key: Key) -> Key {
        at += count
        return key
    }

    private static func letter(_ byte: UInt8) -> Character { Character(Unicode.Scalar(byte)) }

    // MARK: - Text

    /// All that is there up to the next key of another kind: long text is inserted at once.
    private mutating func text() -> Key? {
        var end = at
        while end < bytes.count, bytes[end] >= 32, bytes[end] != 0x7F {
            let length = Self.length(bytes[end])
            let isWhole = bytes.count - end >= length
            let rest = bytes[(end + 1)..<min(end + length, bytes.count)]
            let isValid = rest.allSatisfy { $0 & 0xC0 == 0x80 }
            if isValid, !isWhole { break }
            end += isValid ? length : 1
        }
        guard end > at else { return nil }
        defer { at = end }
        return .text(String(decoding: bytes[at..<end], as: UTF8.self))
    }

    /// Of a character in UTF-8, by its first byte.
    private static func length(_ byte: UInt8) -> Int {
        switch byte {
        case 0xC2..<0xE0: 2
        case 0xE0..<0xF0: 3
        case 0xF0..<0xF5: 4
        default: 1
        }
    }

    // MARK: - Keys that send several bytes

    private mutating func escape() -> Key? {
        guard at + 1 < bytes.count else { return nil }
        switch bytes[at + 1] {
        case UInt8(ascii: "["): return sequence()
        case UInt8(ascii: "O"):
            guard at + 2 < bytes.count else { return nil }
            return take(3, Self.key(final: bytes[at + 2], parameters: []))
        case 0x08, 0x7F: return take(2, .alt("\u{7F}"))
        case let byte where 32..<128 ~= byte:
            let lower = (65..<91).contains(byte) ? byte + 32 : byte
            return take(2, .alt(Self.letter(lower)))
        // The key Escape itself; what follows counts.
        default: return take(1, .other)
        }
    }

    /// `ESC [`, numbers, a final byte.
    private mutating func sequence() -> Key? {
        var end = at + 2
        while end < bytes.count, (0x20..<0x40).contains(bytes[end]) { end += 1 }
        guard end < bytes.count else {
            // None is that long: not kept for ever.
            return end - at > 64 ? take(end - at, .other) : nil
        }
        // A byte that ends no sequence begins something else.
        guard (0x40..<0x7F).contains(bytes[end]) else { return take(end - at, .other) }
        let parameters = bytes[(at + 2)..<end].split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
            .map { Int(String(decoding: $0, as: UTF8.self)) ?? 0 }
        let final = bytes[end]
        at = end + 1
        if final == UInt8(ascii: "~"), parameters.first == 200 {
            isInPaste = true
            searched = at
            return paste()
        }
        return Self.key(final: final, parameters: parameters)
    }

    private static func key(final: UInt8, parameters: [Int]) -> Key {
        // The second number tells what was held down: 3 and 5 are Alt and Ctrl, which both mean words here.
        let isByWord = parameters.count > 1 && [3, 5].contains(parameters[1])
        switch final {
        case UInt8(ascii: "A"): return .up
        case UInt8(ascii: "B"): return .down
        case UInt8(ascii: "C"): return isByWord ? .wordRight : .right
        case UInt8(ascii: "D"): return isByWord ? .wordLeft : .left
        case UInt8(ascii: "H"): return .home
        case UInt8(ascii: "F"): return .end
        case UInt8(ascii: "M") where parameters.isEmpty: return .enter
        case UInt8(ascii: "~"):
            switch parameters.first {
            case 1, 7: return .home
            case 4, 8: return .end
            case 3: return .delete
            default: return .other
            }
        default: return .other
        }
    }

    // MARK: - Pastes

    private mutating func paste() -> Key? {
        let mark = Self.pasteEnd
        var end = max(at, searched)
        while end + mark.count <= bytes.count, !bytes[end...].starts(with: mark) { end += 1 }
        searched = end
        if end + mark.count <= bytes.count {
            isInPaste = false
            let text = Self.lines(bytes[at..<end])
            at = end + mark.count
            return .paste(text)
        }
        guard end - at > Self.pasteLimit else { return nil }
        defer { at = end }
        return .paste(Self.lines(bytes[at..<end]))
    }

    /// Terminals send the key Enter for the end of a line.
    private static func lines(_ bytes: ArraySlice<UInt8>) -> String {
        var text = String.UnicodeScalarView()
        var last: Unicode.Scalar = "\0"
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            if scalar == "\r" || scalar == "\n" && last != "\r" { text.append("\n") }
            if scalar != "\r" && scalar != "\n" { text.append(scalar) }
            last = scalar
        }
        return String(text)
    }
}
