// Numbers as Redis reads and writes them.

#if arch(x86_64) || arch(i386)
    /// What INCRBYFLOAT and HINCRBYFLOAT count with: C's `long double`.
    typealias LongDouble = Float80
#else
    // Where Swift has none, the last digits of INCRBYFLOAT can differ from those of a real Redis.
    typealias LongDouble = Double
#endif

enum Numbers {
    /// An integer in its one spelling: digits, perhaps a minus; no plus, no leading zero, no space.
    static func integer(_ text: some Collection<UInt8>) -> Int? {
        guard (1...20).contains(text.count), text.first != UInt8(ascii: "+") else { return nil }
        guard let value = Int(String(decoding: text, as: UTF8.self)) else { return nil }
        return text.elementsEqual(String(value).utf8) ? value : nil
    }

    /// A float as C's `strtod` reads the whole of a text, which Redis wants in range and not nan.
    static func float(_ text: some Collection<UInt8>) -> Double? { real(text) }

    /// The same with the precision of INCRBYFLOAT.
    static func longFloat(_ text: some Collection<UInt8>) -> LongDouble? { real(text) }

    private static func real<Float: BinaryFloatingPoint & LosslessStringConvertible>(
        _ text: some Collection<UInt8>
    ) -> Float? {
        guard !text.isEmpty, text.count < 5120, !text.contains(0) else { return nil }
        guard let value = Float(spelledForSwift(text)), !value.isNaN else { return nil }
        // Out of range is what is infinite or zero without a word for it or a zero digit.
        let word = text.drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
        if value.isInfinite { return word.first.map { $0 | 32 } == UInt8(ascii: "i") ? value : nil }
        if value.isZero, hasDigitsOtherThanZero(word) { return nil }
        return value
    }

    /// What Redis takes from plain `strtod`, an end of a range or a weight of SORT: no text is 0, a zero byte ends it.
    static func lenientFloat(_ text: some Collection<UInt8>, mayBeOutOfRange: Bool = true) -> Double? {
        let text = text.prefix { $0 != 0 }.drop { $0 == 32 || (9...13).contains($0) }
        if text.isEmpty { return 0 }
        if !mayBeOutOfRange { return float(text) }
        guard let value = Double(spelledForSwift(text)), !value.isNaN else { return nil }
        return value
    }

    // Swift wants a digit on both sides of no point, but `5.` and `.5` are read alike by both.
    private static func spelledForSwift(_ text: some Collection<UInt8>) -> String {
        String(decoding: text, as: UTF8.self)
    }

    private static func hasDigitsOtherThanZero(_ text: some Collection<UInt8>) -> Bool {
        let isHex = text.dropFirst().first.map { $0 | 32 } == UInt8(ascii: "x")
        let exponent = UInt8(ascii: isHex ? "p" : "e")
        return text.prefix { $0 | 32 != exponent }.contains { digit in
            (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(digit)
                || isHex && (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(digit | 32)
        }
    }

    // MARK: - Writing

    /// A score: C's `%.17g`.
    static func text(score: Double) -> Bytes {
        if score.isInfinite { return Bytes((score < 0 ? "-inf" : "inf").utf8) }
        if score.isNaN { return Bytes("nan".utf8) }
        let sign = score.sign == .minus ? "-" : ""
        if score.isZero { return Bytes((sign + "0").utf8) }
        let digits = Decimal(score.magnitude).rounded(significant: 17)
        let exponent = digits.pointPosition - 1
        // Trailing zeros are not written.
        var shown = digits.digits
        while shown.count > 1, shown.last == 0 { shown.removeLast() }
        let text = shown.map { String($0) }
        if exponent < -4 || exponent >= 17 {
            let fraction = text.count > 1 ? "." + text.dropFirst().joined() : ""
            let size = exponent.magnitude < 10 ? "0\(exponent.magnitude)" : "\(exponent.magnitude)"
            return Bytes("\(sign)\(text[0])\(fraction)e\(exponent < 0 ? "-" : "+")\(size)".utf8)
        }
        return Bytes((sign + placed(text, point: digits.pointPosition)).utf8)
    }

    /// A score as a small sorted set keeps it, and ZSCAN shows it: a large integer with all its digits.
    static func text(compactScore score: Double) -> Bytes {
        guard score.magnitude <= 0x1p62, let whole = Int(exactly: score) else { return text(score: score) }
        return Bytes(String(whole).utf8)
    }

    /// What INCRBYFLOAT answers: 17 digits behind the point, without the zeros at the end.
    static func text(long value: LongDouble) -> Bytes {
        var digits = Decimal(value.magnitude).rounded(decimals: 17)
        while digits.digits.count > max(0, digits.pointPosition), digits.digits.last == 0 { digits.digits.removeLast() }
        if digits.digits.allSatisfy({ $0 == 0 }) { return Bytes("0".utf8) }
        let text = placed(digits.digits.map { String($0) }, point: digits.pointPosition)
        return Bytes(((value.sign == .minus ? "-" : "") + text).utf8)
    }

    private static func placed(_ digits: [String], point: Int) -> String {
        if point <= 0 { return "0." + String(repeating: "0", count: -point) + digits.joined() }
        if point >= digits.count { return digits.joined() + String(repeating: "0", count: point - digits.count) }
        return digits[..<point].joined() + "." + digits[point...].joined()
    }
}
