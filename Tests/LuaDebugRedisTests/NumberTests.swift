// How numbers are written and read, against C's own printf.

import Foundation
import Testing

@testable import LuaDebugRedis

@Suite("numbers")
struct NumberTests {
    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test("scores are written as by %.17g")
    func scores() {
        var random = KeyspaceRandom(seed: 3)
        for index in 0..<4000 {
            // All that there is, and the usual sizes.
            let any = Double(bitPattern: random.next())
            let usual = Double(Int64(truncatingIfNeeded: random.next() >> 20)) / 1000
            let score = index % 2 == 0 ? any : usual
            if !score.isFinite { continue }
            #expect(text(Numbers.text(score: score)) == String(format: "%.17g", score))
        }
        for score in [0, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 0.5, 1e16, 1e17, 1e-4, 1e-5] {
            #expect(text(Numbers.text(score: score)) == String(format: "%.17g", score))
        }
        #expect(text(Numbers.text(score: -.infinity)) == "-inf")
    }

    @Test("sums are written as by %.17Lf, without the zeros at the end")
    func sums() throws {
        var random = KeyspaceRandom(seed: 4)
        for _ in 0..<2000 {
            let number = Int64(truncatingIfNeeded: random.next()) >> Int64(random.next() % 60)
            let value = LongDouble(number) / LongDouble(1 + random.next() % 100_000)
            var expected = String(format: "%.17f", Double(value))
            #if arch(x86_64)
                expected = unsafe withVaList([value]) { unsafe NSString(format: "%.17Lf", arguments: $0) as String }
            #endif
            while expected.hasSuffix("0") { expected.removeLast() }
            if expected.hasSuffix(".") { expected.removeLast() }
            if expected == "-0" { expected = "0" }
            #expect(text(Numbers.text(long: value)) == expected)
        }
    }

    @Test("what is read as an integer has one spelling")
    func integers() {
        for (word, value) in [
            ("0", 0), ("-1", -1), ("9223372036854775807", Int.max), ("-9223372036854775808", Int.min),
        ] {
            #expect(Numbers.integer(Array(word.utf8)) == value)
        }
        for word in ["", "-", "+1", "01", "-0", " 1", "1 ", "1.0", "9223372036854775808", "1e1", "0x1", "\u{0661}"] {
            #expect(Numbers.integer(Array(word.utf8)) == nil)
        }
    }
}
