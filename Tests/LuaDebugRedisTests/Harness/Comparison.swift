// Lines of commands, done by the embedded keyspace and by a real server, and what is the same reply.

import Foundation
import LuaDebugRESP
import LuaDebugRedis

/// A command of the corpus, with how its replies are compared.
struct Line {
    enum Comparison {
        case exact
        /// The order of elements is left open, at every level.
        case unordered
        /// Numbers may differ by the time between two looks at the clock.
        case near
        /// Only what kind of reply it is: the choice is random.
        case shape
        /// Not at all, for a reason that `differences` gives.
        case different
    }

    let text: String
    let words: [[UInt8]]
    let comparison: Comparison

    /// Words as redis-cli takes them, quotes and `\x00` included; a mark in front says how to compare.
    init(_ line: some StringProtocol) throws {
        let marks: [Character: Comparison] = ["~": .unordered, "@": .near, "?": .shape, "!": .different]
        let mark = line.first.flatMap { marks[$0] }
        text = String(mark == nil ? line[...] : line.dropFirst()[...]).trimmingCharacters(in: .whitespaces)
        comparison = mark ?? .exact
        words = try Line.words(text)
    }

    static func words(_ text: String) throws -> [[UInt8]] {
        var decoder = RESPDecoder()
        decoder.feed([UInt8]((text + "\r\n").utf8))
        return try decoder.nextCommand() ?? []
    }

    /// The lines of a text that are no comments, and not empty.
    static func all(_ text: String) throws -> [Line] {
        try text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { try Line($0) }
    }
}

/// Our side: a keyspace and a client of it.
struct Embedded {
    var keyspace = Keyspace()
    var client: KeyspaceClient

    init(_ version: RESPVersion, now: @escaping @Sendable () -> Int64 = Embedded.realTime) {
        client = KeyspaceClient(version: version, seed: 1, clock: now)
    }

    static let realTime: @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970 * 1_000_000) }

    /// The reply as a client of that version reads it.
    mutating func perform(_ words: [[UInt8]]) throws -> RESPValue {
        let reply = keyspace.perform(words, for: &client)
        var wire: [UInt8] = []
        RESPEncoder(version: client.version).encode(reply, into: &wire)
        var decoder = RESPDecoder()
        decoder.feed(wire)
        return try decoder.next() ?? .null
    }

    mutating func perform(_ line: String) throws -> RESPValue { try perform(Line.words(line)) }
}

extension RESPValue {
    func matches(_ other: RESPValue, _ comparison: Line.Comparison) -> Bool {
        switch comparison {
        case .exact: return self == other
        case .unordered: return sorted == other.sorted
        case .near:
            guard case .integer(let mine) = self, case .integer(let theirs) = other else { return self == other }
            if mine < 0 || theirs < 0 { return mine == theirs } // no time to live, or no key
            // What a busy machine makes of the time between the two, and less than what tells one time to live from another.
            return (mine - theirs).magnitude <= max(30, max(mine.magnitude, theirs.magnitude) / 100)
        case .shape:
            switch (self, other) {
            case (.array(let mine), .array(let theirs)): return mine.count == theirs.count
            case (.set(let mine), .set(let theirs)): return mine.count == theirs.count
            case (.bulkString, .bulkString), (.integer, .integer): return true
            default: return self == other
            }
        case .different: return true
        }
    }

    private var sorted: RESPValue {
        func inOrder(_ values: [RESPValue]) -> [RESPValue] { values.map(\.sorted).sorted { $0.shown < $1.shown } }
        switch self {
        case .array(let values): return .array(inOrder(values))
        case .set(let values): return .set(inOrder(values))
        case .map(let pairs): return .map(pairs.sorted { $0.key.shown < $1.key.shown })
        default: return self
        }
    }

    /// For a person.
    var shown: String {
        func text(_ bytes: [UInt8]) -> String {
            String(decoding: bytes.flatMap { (32..<127).contains($0) ? [$0] : Array("\\\($0)".utf8) }, as: UTF8.self)
        }
        switch self {
        case .simpleString(let bytes): return "+\(text(bytes))"
        case .error(let bytes): return "-\(text(bytes))"
        case .integer(let number): return ":\(number)"
        case .bulkString(let bytes): return "\"\(text(bytes))\""
        case .null: return "null"
        case .array(let values): return "[\(values.map(\.shown).joined(separator: " "))]"
        case .set(let values): return "{\(values.map(\.shown).joined(separator: " "))}"
        case .map(let pairs): return "%{\(pairs.map { "\($0.key.shown)=\($0.value.shown)" }.joined(separator: " "))}"
        case .double(let number): return ",\(number)"
        default: return "\(self)"
        }
    }
}
