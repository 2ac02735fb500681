// Text for people, as front ends trim, pad and clean it.

extension StringProtocol {
    /// Without white space at either end.
    package var trimmed: String {
        var part = self.drop(while: \.isWhitespace)
        while part.last?.isWhitespace == true { part = part.dropLast() }
        return String(part)
    }

    /// Line breaks become spaces.
    package var onOneLine: String { split(whereSeparator: \.isNewline).joined(separator: " ") }

    /// Followed by spaces up to a width.
    package func padded(to width: Int) -> String {
        self + String(repeating: " ", count: Swift.max(0, width - count))
    }

    /// What a script or a server says must not steer a terminal, nor show a line in another order than it is run in: of the control
    /// characters only tabs and line feeds stay, and none that turns the direction of text around.
    package var withoutControls: String {
        var text = ""
        for scalar in unicodeScalars {
            switch scalar.value {
            case 9, 10: text.unicodeScalars.append(scalar)
            case 0..<32, 127..<160: text += "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            case 0x61C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069:
                text += "\\u{\(String(scalar.value, radix: 16))}"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
