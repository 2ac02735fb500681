// The numbers of the protocol, read from and written as text.

/// Readers and writers of numbers: nil is what is no number in the protocol's own spelling.
enum RESPNumbers {
    /// An integer as Redis reads it: digits, perhaps a minus, and no other spelling of the same number.
    static func integer(_ text: ArraySlice<UInt8>) -> Int64? {
        var digits = text
        let negative = digits.first == UInt8(ascii: "-")
        if negative { digits.removeFirst() }
        guard let first = digits.first else { return nil }
        // 19 digits are the longest Int64; leading zeros are no spelling of Redis'.
        if first == UInt8(ascii: "0") { return !negative && digits.count == 1 ? 0 : nil }
        guard digits.count <= 19 else { return nil }
        var value: Int64 = 0
        for digit in digits {
            guard isDigit(digit) else { return nil }
            let (shifted, tooFar) = value.multipliedReportingOverflow(by: 10)
            let number = Int64(digit - UInt8(ascii: "0"))
            // Downwards, because the least number has no counterpart above.
            let (next, over) =
                negative ? shifted.subtractingReportingOverflow(number) : shifted.addingReportingOverflow(number)
            if tooFar || over { return nil }
            value = next
        }
        return value
    }

    /// Writes a line with a number behind a type; there is room for as many bytes behind it as are said to follow.
    static func write(_ number: Int64, as type: UInt8, roomFor more: Int = 0, into bytes: inout [UInt8]) {
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var first = 20
        var rest = number.magnitude
        repeat {
            first -= 1
            digits[first] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        } while rest > 0
        // The longest has a type, a sign, 19 digits and the line's end.
        bytes.append(addingCapacity: 23 + more) { output in
            output.append(type)
            if number < 0 { output.append(UInt8(ascii: "-")) }
            for place in first..<20 { output.append(digits[place]) }
            output.append(13)
            output.append(10)
        }
    }

    /// A double: digits with perhaps a sign, a fraction and an exponent, or `inf`, `-inf`, `nan` in any case.
    static func double(_ text: ArraySlice<UInt8>) -> Double? {
        // Swift's own reader knows more: hexadecimal, `infinity`, `nan(0x1)`.
        let word = text.count <= 4 ? String(decoding: text, as: UTF8.self).lowercased() : ""
        switch word {
        case "inf": return .infinity
        case "-inf": return -.infinity
        case "nan", "-nan": return .nan
        default: break
        }
        var rest = text
        skipSign(&rest)
        let whole = skipDigits(&rest)
        var fraction = 0
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            fraction = skipDigits(&rest)
        }
        guard whole + fraction > 0 else { return nil }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest.removeFirst()
            skipSign(&rest)
            guard skipDigits(&rest) > 0 else { return nil }
        }
        // Digits beyond the range would read as infinity, which the protocol has a word for.
        guard rest.isEmpty, let value = Double(String(decoding: text, as: UTF8.self)), value.isFinite else {
            return nil
        }
        return value
    }

    /// The shortest text that reads back as the same double.
    static func text(_ value: Double) -> String {
        // A nan may have a sign and a payload, which Swift shows and the protocol has no words for.
        guard !value.isNaN else { return "nan" }
        let text = value.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// Whether this is digits, perhaps with a sign.
    static func isBigNumber(_ text: ArraySlice<UInt8>) -> Bool {
        var rest = text
        skipSign(&rest)
        return skipDigits(&rest) > 0 && rest.isEmpty
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func skipSign(_ rest: inout ArraySlice<UInt8>) {
        if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
    }

    private static func skipDigits(_ rest: inout ArraySlice<UInt8>) -> Int {
        let before = rest.count
        while let digit = rest.first, isDigit(digit) { rest.removeFirst() }
        return before - rest.count
    }
}
