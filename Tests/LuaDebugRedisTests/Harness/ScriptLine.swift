// Scripts of the corpus, evaluated by ours and by a real server.

import Foundation
import LuaDebugRESP
import LuaDebugRedis

/// A script in one line, with how its replies are compared.
///
/// Marks as for commands; behind `--|` the keys, a comma, and the arguments.
struct ScriptLine {
    let source: String
    let keys: [[UInt8]]
    let arguments: [[UInt8]]
    let comparison: Line.Comparison

    init(_ line: some StringProtocol) throws {
        let marks: [Character: Line.Comparison] = ["~": .unordered, "?": .shape, "!": .different]
        let mark = line.first.flatMap { marks[$0] }
        comparison = mark ?? .exact
        var text = String(mark == nil ? line[...] : line.dropFirst()[...])
        var words: [[UInt8]] = []
        if let range = text.range(of: " --|") {
            words = try Line.words(String(text[range.upperBound...]))
            text = String(text[..<range.lowerBound])
        }
        source = text
        let comma = words.firstIndex(of: [UInt8(ascii: ",")]) ?? words.endIndex
        keys = Array(words[..<comma])
        arguments = Array(words[comma...].dropFirst())
    }

    static func all(_ text: String) throws -> [ScriptLine] {
        try text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { try ScriptLine($0) }
    }

    var command: [[UInt8]] {
        [[UInt8]("EVAL".utf8), [UInt8](source.utf8), [UInt8](String(keys.count).utf8)] + keys + arguments
    }
}

/// Our side: data that stays from script to script.
struct ScriptHost {
    let data = EmbeddedData()
    let version: RESPVersion

    func evaluate(_ script: ScriptLine, isReadOnly: Bool = false) async throws -> RESPValue {
        var settings = RedisEnvironment.Settings(clock: Embedded.realTime)
        settings.effects = .keep
        settings.version = version
        settings.isReadOnly = isReadOnly
        let reply = await RedisEnvironment(data, settings).evaluate(
            [UInt8](script.source.utf8), keys: script.keys, arguments: script.arguments)
        return try onTheWire(reply)
    }

    /// As a client of that version reads it.
    func onTheWire(_ reply: RESPValue) throws -> RESPValue {
        var wire: [UInt8] = []
        RESPEncoder(version: version).encode(reply, into: &wire)
        var decoder = RESPDecoder()
        decoder.feed(wire)
        return try decoder.next() ?? .null
    }
}
