// An aggregate that is being read: what it is, what it has, how much it still needs.

/// One level of the decoder's stack.
struct RESPAggregate: Sendable {
    enum Kind: Sendable {
        case array, set, push, map
        /// Fields and values, and then the value they are about.
        case attribute

        /// What a unit of the length on the wire stands for.
        var elementsPerUnit: Int { self == .map || self == .attribute ? 2 : 1 }

        var name: String {
            switch self {
            case .array: "an array"
            case .set: "a set"
            case .push: "a push"
            case .map: "a map"
            case .attribute: "an attribute"
            }
        }
    }

    let kind: Kind
    /// How many elements it has when it is whole; nil for a streamed one, which says so itself.
    let size: Int?
    // Nothing is reserved: a length is a promise, and the elements that came are what it is worth.
    private(set) var elements: [RESPValue] = []

    init(_ kind: Kind, size: Int?) {
        self.kind = kind
        self.size = size
    }

    var count: Int { elements.count }
    var isWhole: Bool { elements.count == size }

    mutating func append(_ value: RESPValue) { elements.append(value) }

    /// Takes what has arrived of its elements as a whole, and is simple; no more than `most`.
    mutating func fill(from buffer: inout RESPBuffer, upTo most: Int, _ reach: RESPBuffer.Reach) {
        buffer.takeElements(into: &elements, upTo: size ?? most, reach)
    }

    /// The value, of a whole aggregate; nil for a map that ends between a field and its value.
    consuming func value() -> RESPValue? {
        switch kind {
        case .array: return .array(elements)
        case .set: return .set(elements)
        case .push: return .push(elements)
        case .map: return elements.count % 2 == 0 ? .map(Self.pairs(elements)) : nil
        case .attribute:
            guard let about = elements.popLast() else { return nil }
            return .attribute(Self.pairs(elements), about)
        }
    }

    private static func pairs(_ flat: [RESPValue]) -> [RESPValue.Pair] {
        stride(from: 0, to: flat.count, by: 2).map { RESPValue.Pair(flat[$0], flat[$0 + 1]) }
    }
}
