// A list of byte strings that grows and shrinks cheaply at both ends.

/// A list: an array with room before its first element.
struct ByteList: Sendable {
    // What lies before `start` is empty.
    private var room: [Bytes] = []
    private var start = 0

    init() {}
    init(_ elements: [Bytes]) { room = elements }

    var count: Int { room.count - start }
    var isEmpty: Bool { count == 0 }
    var elements: ArraySlice<Bytes> { room[start...] }

    subscript(index: Int) -> Bytes {
        get { room[start + index] }
        set { room[start + index] = newValue }
    }

    mutating func append(_ element: Bytes) { room.append(element) }

    mutating func prepend(_ element: Bytes) {
        if start == 0 {
            let more = max(4, count)
            room.insert(contentsOf: repeatElement([], count: more), at: 0)
            start = more
        }
        start -= 1
        room[start] = element
    }

    mutating func push(_ element: Bytes, _ end: ListEnd) {
        switch end {
        case .left: prepend(element)
        case .right: append(element)
        }
    }

    mutating func pop(_ end: ListEnd) -> Bytes? {
        guard !isEmpty else { return nil }
        guard end == .left else { return room.removeLast() }
        let element = room[start]
        room[start] = []
        start += 1
        if start > 16, start > 2 * count { replaceAll(Array(elements)) }
        return element
    }

    mutating func insert(_ element: Bytes, at index: Int) { room.insert(element, at: start + index) }
    mutating func remove(at index: Int) { room.remove(at: start + index) }

    mutating func replaceAll(_ elements: [Bytes]) {
        room = elements
        start = 0
    }
}

/// One of a list's ends.
enum ListEnd: Sendable { case left, right }

extension ByteList: Hashable {
    static func == (one: Self, other: Self) -> Bool { one.elements == other.elements }
    func hash(into hasher: inout Hasher) { hasher.combine(elements) }
}
