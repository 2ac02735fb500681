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

    /// What a script or a server says must not steer a terminal: of the control characters only tabs and line feeds stay.
    package var withoutControls: String {
        var text = ""
        for scalar in unicodeScalars {
            switch scalar.value {
            case 9, 10: text.unicodeScalars.append(scalar)
            case 0..<32, 127..<160: text += "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
