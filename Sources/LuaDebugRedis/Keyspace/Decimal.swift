// A binary float in decimal, exactly, to be rounded to so many digits as C's printf does.

/// Decimal digits of a positive number, and where the point stands.
struct Decimal {
    /// From the most significant one, which is not 0 (none at all for zero).
    var digits: [UInt8]
    /// How many digits stand before the point; negative when zeros follow it first.
    var pointPosition: Int

    /// All digits of a finite float that is not negative.
    init(_ value: some BinaryFloatingPoint) {
        guard value > 0 else {
            digits = []
            pointPosition = 0
            return
        }
        // The value is an integer times a power of two; below the point a half is a five and a shift of the point.
        let bits = Int(value.significandWidth)
        var number = Self.limbs(of: value.significand, bits: bits)
        let exponent = Int(value.exponent) - bits
        for _ in 0..<exponent.magnitude { Self.multiply(&number, by: exponent > 0 ? 2 : 5) }
        var text = String(number[number.count - 1])
        for limb in number.dropLast().reversed() {
            let part = String(limb)
            text += String(repeating: "0", count: 9 - part.count) + part
        }
        digits = text.utf8.map { $0 - 48 }
        pointPosition = digits.count - (exponent < 0 ? -exponent : 0)
    }

    /// A significand between 1 and 2 without its point, in limbs of nine digits, the least first.
    private static func limbs(of significand: some BinaryFloatingPoint, bits: Int) -> [UInt32] {
        var rest = significand
        var number: [UInt32] = [0]
        for _ in 0...bits {
            multiply(&number, by: 2)
            if rest >= 1 {
                number[0] += 1
                rest -= 1
            }
            rest *= 2
        }
        return number
    }

    private static func multiply(_ number: inout [UInt32], by factor: UInt64) {
        var carry: UInt64 = 0
        for index in number.indices {
            let product = UInt64(number[index]) * factor + carry
            number[index] = UInt32(product % 1_000_000_000)
            carry = product / 1_000_000_000
        }
        if carry > 0 { number.append(UInt32(carry)) }
    }

    /// With so many digits that count, zeros at the end included.
    func rounded(significant count: Int) -> Decimal { rounded(keeping: count) }

    /// With so many digits behind the point.
    func rounded(decimals count: Int) -> Decimal { rounded(keeping: pointPosition + count) }

    /// To the nearest, and where two are as near, to the even one.
    private func rounded(keeping count: Int) -> Decimal {
        guard count < digits.count else { return self }
        var result = self
        result.digits = count > 0 ? Array(digits[..<count]) : []
        guard count >= 0 else { return result }
        let rest = digits[count...]
        let isHalf = rest.first == 5 && rest.dropFirst().allSatisfy { $0 == 0 }
        let goesUp = isHalf ? (result.digits.last ?? 0) % 2 == 1 : rest.first.map { $0 >= 5 } ?? false
        guard goesUp else { return result }
        for index in result.digits.indices.reversed() {
            if result.digits[index] < 9 {
                result.digits[index] += 1
                return result
            }
            result.digits[index] = 0
        }
        result.digits.insert(1, at: 0)
        result.pointPosition += 1
        return result
    }
}
