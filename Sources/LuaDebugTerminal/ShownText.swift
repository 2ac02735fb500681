// Text as it is shown on a terminal: how many columns it takes, and nothing in it that steers.

enum ShownText {
    /// A character as it is shown, and its columns: at least one.
    static func cell(_ character: Character) -> (text: String, width: Int) {
        if let ascii = character.asciiValue, (32..<127).contains(ascii) { return (String(character), 1) }
        var isSteering = false
        var width = 0
        var isJoined = false
        for scalar in character.unicodeScalars {
            isSteering = isSteering || steers(scalar)
            // What a joiner glues on is drawn in the place of what came before.
            if !isJoined { width += Self.width(scalar) }
            isJoined = scalar == joiner
        }
        if !isSteering, width > 0 { return (String(character), width) }
        let text = character.unicodeScalars.map(escaped).joined()
        return (text, text.count)
    }

    /// On one row.
    static func line(_ text: String) -> String { text.map { cell($0).text }.joined() }

    static func width(_ text: some Sequence<Character>) -> Int { text.reduce(0) { $0 + cell($1).width } }

    private static let joiner: Unicode.Scalar = "\u{200D}"

    /// `^A` as terminals show it, and the number for what has no such name.
    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar.value {
        case 0..<32: "^" + String(Character(Unicode.Scalar(UInt8(scalar.value) + 64)))
        case 127: "^?"
        case 32..<127: String(Character(scalar))
        default: "\\u{" + String(scalar.value, radix: 16) + "}"
        }
    }

    /// Control characters, and those that change the direction of text or cannot be seen.
    private static func steers(_ scalar: Unicode.Scalar) -> Bool {
        if scalar == joiner { return false }
        return switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: true
        default: false
        }
    }

    private static func width(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        let value = scalar.value
        // The vowels and endings of Korean syllables, and skin tones: drawn into what they follow.
        if (0x1160..<0x1200).contains(value) || (0x1F3FB..<0x1F400).contains(value) { return 0 }
        // A flag is two of these.
        if (0x1F1E6..<0x1F200).contains(value) { return 1 }
        if value < 0x1100 { return 1 }
        return scalar.properties.isEmojiPresentation || wide.contains { $0.contains(value) } ? 2 : 1
    }

    /// What East Asian scripts draw in two columns.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
        0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18DFF,
        0x1AFF0...0x1B2FF, 0x1F200...0x1F2FF, 0x20000...0x3FFFD,
    ]
}
