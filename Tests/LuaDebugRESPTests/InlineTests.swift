// Commands as a server reads them: arrays of bulk strings, and lines typed by hand.

import LuaDebugRESP
import Testing

@Suite("Commands on the wire")
struct InlineTests {
    @Test(
        "commands, whole and in pieces",
        arguments: [
            ("*1\r\n$4\r\nPING\r\n", [["PING"]]), ("*2\r\n$1\r\na\r\n$0\r\n\r\n", [["a", ""]]),
            ("*1\r\n$2\r\n\r\n\r\n", [["\r\n"]]), ("PING\r\n", [["PING"]]), ("PING\n", [["PING"]]),
            ("\r\n\n  \r\n*0\r\n*-1\r\nPING\r\n", [["PING"]]), ("a\n*1\r\n$1\r\nb\r\nc\r\n", [["a"], ["b"], ["c"]]),
            ("break  \"a b.lua\" 'it\\'s' \"\\x41\\n\\\"\"\r\n", [["break", "a b.lua", "it's", "A\n\""]]),
            ("  a\tb \r\n", [["a", "b"]]), ("\"\" ''\n", [["", ""]]), ("$3\n", [["$3"]]), ("\r\r\na\n", [["a"]]),
            ("p 1+\"2\"\n", [["p", "1+2"]]),
        ])
    func commands(wire: String, are expected: [[String]]) {
        for pieces in cuts(bytes(wire)) {
            let decoded = decode(pieces, readCommand)
            #expect(decoded.values == expected.map { $0.map(bytes) }, "\(pieces.map(\.count)) \(decoded)")
            #expect(decoded.error == nil && !decoded.isMidValue)
        }
    }

    @Test(
        "what is no command is refused, in the same words however it is cut",
        arguments: [
            ("a \"b\n", "malformed: The quotes of the line \"a \\\"b\" are not balanced."),
            ("'a'b\n", "malformed: The quotes of the line \"'a'b\" are not balanced."),
            ("*1\r\n:1\r\n", "malformed: In a command, \":\" stands where a bulk string has to."),
            ("*1\r\n*0\r\n", "malformed: In a command, \"*\" stands where a bulk string has to."),
            ("*1\r\n$-1\r\n", "malformed: \"-1\" is no length of a string."),
            ("*1\r\n$?\r\n", "malformed: \"?\" is no length of a string."),
            ("*?\r\n", "malformed: \"?\" is no length of an array."),
            ("*-2\r\n", "malformed: \"-2\" is no length of an array."),
            ("*1\n", "malformed: The line \"*1\" ends in LF without CR."),
            ("*9223372036854775808\r\n", "malformed: \"9223372036854775808\" is no length of an array."),
            ("*1048577\r\n", "tooLarge: The length 1048577 of an array is more than the 1048576 elements it may have."),
            ("*1\r\n$67108865\r\n", "tooLarge: A string of 67108865 bytes is more than the 67108864 it may have."),
        ])
    func refusals(wire: String, says: String) throws {
        for pieces in cuts(bytes(wire)) {
            let decoded = decode(pieces + [bytes("PING\r\n")[...]], readCommand)
            let error = try #require(decoded.error, "\(pieces.map(\.count)) \(decoded)")
            #expect("\(error.code): \(error)" == says, "\(pieces.map(\.count))")
            #expect(decoded.values.isEmpty && !decoded.isMidValue)
        }
    }

    @Test(
        "the limits hold to the byte",
        arguments: [
            ("123456\r\n", "accepted"), ("123456\n", "accepted"), ("1234567\n", "tooLarge"), ("1234567", "tooLarge"),
            ("123456\r", "incomplete"), ("123456", "incomplete"), ("123456\rx", "tooLarge"),
            ("1234567\r\n", "tooLarge"),
            // 4 + 14 + 14 is 32; 8 more may follow.
            ("*3\r\n$8\r\n12345678\r\n$8\r\n12345678\r\n$2\r\n12\r\n", "accepted"),
            ("*3\r\n$8\r\n12345678\r\n$8\r\n12345678\r\n$3\r\n", "tooLarge"),
            ("*5\r\n", "tooLarge"), ("*1\r\n$9\r\n", "tooLarge"),
        ])
    func limits(wire: String, is expected: String) {
        for pieces in cuts(bytes(wire)) {
            let decoded = decode(pieces, limits: DecoderTests.small, readCommand)
            let outcome = decoded.error?.code.description ?? (decoded.values.isEmpty ? "incomplete" : "accepted")
            #expect(outcome == expected, "\(pieces.map(\.count)) \(decoded)")
        }
    }

    @Test("any words a client writes arrive, at random splits")
    func roundTrip() {
        var seeded = Seeded(7)
        for _ in 0..<500 {
            let commands = (0..<4).map { _ in
                [seeded.bytes(upTo: 9)] + (0..<seeded.below(5)).map { _ in seeded.bytes(upTo: 30) }
            }
            var wire: [UInt8] = []
            for words in commands { RESPEncoder.command(words, into: &wire) }
            let decoded = decode(seeded.cut(wire), readCommand)
            #expect(decoded.values == commands && !decoded.isMidValue)
        }
    }
}
