// Ranges of a list by the conventions of Redis.

/// A range that a person typed.
public struct ListRange: Sendable, Hashable {
    /// The first index, from 0; a negative one counts from the end.
    public var start: Int
    /// The last index, included; a negative one counts from the end.
    public var end: Int

    /// Everything unless told otherwise.
    public init(start: Int = 0, end: Int = -1) {
        self.start = start
        self.end = end
    }

    /// The part of a list of so many elements that it means: clipped, empty where the start lies behind the end.
    public func indices(count: Int) -> Range<Int> {
        let first = max(0, start < 0 ? start &+ count : start)
        let last = min(count - 1, end < 0 ? end &+ count : end)
        return first <= last ? first..<(last + 1) : 0..<0
    }
}
