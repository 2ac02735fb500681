// Random numbers that a seed repeats exactly, on every machine.

/// SplitMix64.
struct Dice: RandomNumberGenerator {
    private var state: UInt64

    /// The seed is mixed: its own steps are those of the state, and neighbours would throw one stream, shifted by one.
    init(_ seed: UInt64) { state = Self.mixed(seed &+ 0xD1B5_4A32_D192_ED03) }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mixed(state)
    }

    private static func mixed(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func roll(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

    /// True once in `n` times.
    mutating func once(in n: Int) -> Bool { roll(1...n) == 1 }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[roll(0...elements.count - 1)] }
}
