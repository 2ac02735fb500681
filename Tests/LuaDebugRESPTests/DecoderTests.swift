// Values read from bytes: every type, in whatever pieces they come, and what is refused.

import LuaDebugRESP
import Testing

@Suite("Decoder")
struct DecoderTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let wire: String
        let value: RESPValue
        var testDescription: String { wire.debugDescription }
        init(_ wire: String, _ value: RESPValue) {
            self.wire = wire
            self.value = value
        }
    }

    /// Made anew each time: the leak checker does not see through what an enumeration keeps in its pointers.
    static var rows: [Row] {
        [
            Row("+OK\r\n", .ok), Row("+\r\n", .simpleString([])), Row("-ERR no\r\n", .error(bytes("ERR no"))),
            Row(":0\r\n", .integer(0)), Row(":-7\r\n", .integer(-7)), Row(":9223372036854775807\r\n", .integer(.max)),
            Row(":-9223372036854775808\r\n", .integer(.min)),
            Row("$2\r\n\r\n\r\n", .text("\r\n")), Row("$0\r\n\r\n", .text("")), Row("$-1\r\n", .null),
            Row("$3\r\na\0b\r\n", .text("a\0b")), Row("*-1\r\n", .null), Row("_\r\n", .null),
            Row("*0\r\n", .array([])),
            Row("*2\r\n:1\r\n*1\r\n$1\r\nx\r\n", .array([.integer(1), .array([.text("x")])])),
            Row("*3\r\n$-1\r\n*-1\r\n_\r\n", .array([.null, .null, .null])),
            Row("~2\r\n#t\r\n#f\r\n", .set([.boolean(true), .boolean(false)])), Row("~0\r\n", .set([])),
            Row(">2\r\n+a\r\n:1\r\n", .push([.simpleString(bytes("a")), .integer(1)])),
            Row("%0\r\n", .map([])),
            Row(
                "%1\r\n+k\r\n%1\r\n:1\r\n:2\r\n",
                .map([.init(.simpleString([107]), .map([.init(.integer(1), .integer(2))]))])),
            Row("|1\r\n+a\r\n:1\r\n:2\r\n", .attribute([.init(.simpleString([97]), .integer(1))], .integer(2))),
            Row("|0\r\n*1\r\n|0\r\n_\r\n", .attribute([], .array([.attribute([], .null)]))),
            Row(
                "%1\r\n|0\r\n:1\r\n|0\r\n:2\r\n",
                .map([.init(.attribute([], .integer(1)), .attribute([], .integer(2)))])),
            Row(",1.5\r\n", .double(1.5)), Row(",10\r\n", .double(10)), Row(",-0\r\n", .double(-0.0)),
            Row(",1e-7\r\n", .double(1e-7)), Row(",+2.50E+3\r\n", .double(2500)), Row(",.5\r\n", .double(0.5)),
            Row(",inf\r\n", .double(.infinity)), Row(",-inf\r\n", .double(-.infinity)), Row(",nan\r\n", .double(.nan)),
            Row(",-nan\r\n", .double(.nan)), Row(",5e-324\r\n", .double(.leastNonzeroMagnitude)),
            Row(
                "(3492890328409238509324850943850943825024385\r\n",
                .bigNumber(bytes("3492890328409238509324850943850943825024385"))),
            Row("(-1\r\n", .bigNumber(bytes("-1"))), Row("!5\r\nE\r\n a\r\n", .error(bytes("E\r\n a"))),
            Row("=8\r\ntxt:a\r\nb\r\n", .verbatim(format: "txt", bytes("a\r\nb"))),
            Row("=4\r\nmkd:\r\n", .verbatim(format: "mkd", [])),
            Row("$?\r\n;4\r\nHell\r\n;1\r\no\r\n;0\r\n", .text("Hello")), Row("$?\r\n;0\r\n", .text("")),
            Row("*?\r\n:1\r\n*?\r\n.\r\n$?\r\n;1\r\nx\r\n;0\r\n.\r\n", .array([.integer(1), .array([]), .text("x")])),
            Row("~?\r\n:1\r\n.\r\n", .set([.integer(1)])),
            Row("%?\r\n+a\r\n:1\r\n.\r\n", .map([.init(.simpleString([97]), .integer(1))])),
            Row("*?\r\n*1\r\n%?\r\n.\r\n.\r\n", .array([.array([.map([])])])),
        ]
    }

    @Test("every type, whole and in pieces", arguments: rows)
    func types(row: Row) {
        for pieces in cuts(bytes(row.wire)) {
            let decoded = decode(pieces, readValue)
            #expect(decoded.values.map(\.shown) == [row.value.shown], "\(pieces.map(\.count)) \(decoded)")
            #expect(decoded.error == nil && !decoded.isMidValue)
        }
    }

    @Test("a value that is not there yet is no value, and no error", arguments: rows)
    func incomplete(row: Row) {
        let wire = bytes(row.wire)
        for end in wire.indices.dropFirst() {
            let decoded = decode([wire[..<end]], readValue)
            #expect(decoded.values.isEmpty && decoded.error == nil && decoded.isMidValue, "\(end): \(decoded)")
        }
    }

    @Test(
        "an element, which is read in one go where it can be, is read as it is on its own",
        arguments: [
            ":0", ":-1", ":999999999999999999", ":1000000000000000000", ":9223372036854775807",
            ":-9223372036854775808", ":9223372036854775808", ":00", ":-0", ":01", ":", ":-", ":1x", ":+1", "$-1",
            "$0\r\n", "$2\r\nab", "$02\r\nab", "$2\r\nabc", "$-2", "$1\r\n\r",
        ])
    func element(wire: String) {
        let alone = decode([bytes(wire + "\r\n")], readValue)
        for pieces in cuts(bytes("*3\r\n:7\r\n" + wire + "\r\n:8\r\n")) {
            let inside = decode(pieces, readValue)
            if alone.error == nil, let value = alone.values.first {
                #expect(inside.values == [.array([.integer(7), value, .integer(8)])], "\(pieces.map(\.count))")
            } else {
                #expect(inside.error?.code == alone.error?.code && inside.values.isEmpty, "\(pieces.map(\.count))")
            }
        }
    }

    @Test("one after the other, at every split")
    func pipelined() {
        let wire = Self.rows.flatMap { bytes($0.wire) }
        let expected = Self.rows.map(\.value.shown)
        for pieces in cuts(wire) {
            #expect(decode(pieces, readValue).values.map(\.shown) == expected, "\(pieces.map(\.count))")
        }
    }

    static let refused: [(wire: String, says: String)] = [
        ("$9223372036854775808\r\n", "malformed: \"9223372036854775808\" is no length of a string."),
        ("$-2\r\n", "malformed: \"-2\" is no length of a string."),
        (
            "$9223372036854775807\r\n",
            "tooLarge: A string of 9223372036854775807 bytes is more than the 67108864 it may have."
        ),
        ("$67108865\r\n", "tooLarge: A string of 67108865 bytes is more than the 67108864 it may have."),
        ("$\r\n", "malformed: \"\" is no length of a string."),
        ("$+1\r\n", "malformed: \"+1\" is no length of a string."),
        ("$01\r\n", "malformed: \"01\" is no length of a string."),
        ("$1x\r\n", "malformed: \"1x\" is no length of a string."),
        ("$1\n", "malformed: The line \"$1\" ends in LF without CR."),
        ("$1\r:", "malformed: In the line \"$1\", CR is followed by another byte than LF."),
        ("$1\r\nxy", "malformed: A string is followed by \"y\" instead of CR LF."),
        // Found by fuzzing: said more when more was there.
        ("$1\r\nx\n\u{1}", "malformed: A string is followed by \"\\x0a\" instead of CR LF."),
        ("$1\r\nx\ry", "malformed: A string is followed by \"\\x0dy\" instead of CR LF."),
        ("*-2\r\n", "malformed: \"-2\" is no length of an array."),
        ("*9223372036854775808\r\n", "malformed: \"9223372036854775808\" is no length of an array."),
        ("*1048577\r\n", "tooLarge: The length 1048577 of an array is more than the 1048576 elements it may have."),
        ("%524289\r\n", "tooLarge: The length 524289 of a map is more than the 1048576 elements it may have."),
        ("%9223372036854775807\r\n", "tooLarge: The length 9223372036854775807 of a map is more than the 1048576"),
        (
            "|9223372036854775807\r\n",
            "tooLarge: The length 9223372036854775807 of an attribute is more than the 1048576"
        ),
        ("~-1\r\n", "malformed: \"-1\" is no length of a set."),
        (">-1\r\n", "malformed: \"-1\" is no length of a push."),
        ("%-1\r\n", "malformed: \"-1\" is no length of a map."),
        ("=-1\r\n", "malformed: \"-1\" is no length of a string."),
        ("!-1\r\n", "malformed: \"-1\" is no length of a string."),
        (">?\r\n", "malformed: \"?\" is no length of a push."),
        ("|?\r\n", "malformed: \"?\" is no length of an attribute."),
        ("=?\r\n", "malformed: \"?\" is no length of a string."),
        (":+1\r\n", "malformed: \"+1\" is no integer of 64 bits."),
        (":\r\n", "malformed: \"\" is no integer of 64 bits."),
        (":-\r\n", "malformed: \"-\" is no integer of 64 bits."),
        (":-0\r\n", "malformed: \"-0\" is no integer of 64 bits."),
        (":1 \r\n", "malformed: \"1 \" is no integer of 64 bits."),
        (":9223372036854775808\r\n", "malformed: \"9223372036854775808\" is no integer of 64 bits."),
        (":-9223372036854775809\r\n", "malformed: \"-9223372036854775809\" is no integer of 64 bits."),
        (":99999999999999999999\r\n", "malformed: \"99999999999999999999\" is no integer of 64 bits."),
        ("#x\r\n", "malformed: \"x\" is no boolean, t or f."), ("#tt\r\n", "malformed: \"tt\" is no boolean, t or f."),
        ("_x\r\n", "malformed: \"x\" stands where a line has to end."),
        (",\r\n", "malformed: \"\" is no double."), (",1e\r\n", "malformed: \"1e\" is no double."),
        (",0x1p3\r\n", "malformed: \"0x1p3\" is no double."),
        (",infinity\r\n", "malformed: \"infinity\" is no double."),
        (",1e999\r\n", "malformed: \"1e999\" is no double."), (",.\r\n", "malformed: \".\" is no double."),
        (", 1\r\n", "malformed: \" 1\" is no double."), (",--1\r\n", "malformed: \"--1\" is no double."),
        ("(\r\n", "malformed: \"\" is no big number."), ("(1.5\r\n", "malformed: \"1.5\" is no big number."),
        ("(-\r\n", "malformed: \"-\" is no big number."),
        ("=3\r\n", "malformed: A verbatim string of length 3 has no room for its format."),
        ("=4\r\ntxt;\r\n", "malformed: \"txt;\" is no format of a verbatim string."),
        ("=4\r\nt\nt:\r\n", "malformed: \"t\\x0at:\" is no format of a verbatim string."),
        ("+a\nb\r\n", "malformed: The line \"+a\" ends in LF without CR."),
        ("+a\rb\r\n", "malformed: In the line \"+a\", CR is followed by another byte than LF."),
        ("GET / HTTP/1.1\r\n", "malformed: \"G\" is no type of the protocol."),
        ("\r\n", "malformed: \"\\x0d\" is no type of the protocol."),
        ("\0", "malformed: \"\\x00\" is no type of the protocol."),
        (";1\r\nx\r\n", "malformed: The chunk \";\" belongs to no streamed string."),
        ("$?\r\n:1\r\n", "malformed: In a streamed string, \":\" stands where a chunk has to."),
        ("$?\r\n;-1\r\n", "malformed: \"-1\" is no length of a string."),
        (".\r\n", "malformed: The end \".\" belongs to no streamed aggregate."),
        ("*1\r\n.\r\n", "malformed: The end \".\" belongs to no streamed aggregate."),
        ("*?\r\n*1\r\n.\r\n", "malformed: The end \".\" belongs to no streamed aggregate."),
        ("*?\r\n|0\r\n.\r\n", "malformed: The end \".\" belongs to no streamed aggregate."),
        ("%?\r\n:1\r\n.\r\n", "malformed: A streamed map ends after a field without a value."),
        ("*?\r\n.x\r\n", "malformed: \"x\" stands where a line has to end."),
        (String(repeating: "*1\r\n", count: 33), "tooDeep: Aggregates nest deeper than 32."),
        (String(repeating: "|0\r\n", count: 33), "tooDeep: Aggregates nest deeper than 32."),
        (String(repeating: "*?\r\n", count: 33), "tooDeep: Aggregates nest deeper than 32."),
    ]

    @Test("what is no value is refused, in the same words however it is cut, and for ever", arguments: refused)
    func refusals(wire: String, says: String) throws {
        for pieces in cuts(bytes(wire)) {
            let decoded = decode(pieces + [bytes("+OK\r\n")[...]], readValue)
            let error = try #require(decoded.error, "\(pieces.map(\.count)) \(decoded)")
            #expect("\(error.code): \(error)".hasPrefix(says), "\(pieces.map(\.count)) \(decoded)")
            #expect(decoded.values.isEmpty && !decoded.isMidValue)
        }
    }

    @Test("a million nested arrays are refused at the first that is too deep")
    func nesting() {
        let decoded = decode([bytes(String(repeating: "*1\r\n", count: 1_000_000))], readValue)
        #expect(decoded.error?.code == .tooDeep && decoded.values.isEmpty)
        let deepest = bytes(String(repeating: "*1\r\n", count: 32) + ":1\r\n")
        #expect(decode([deepest], readValue).values.count == 1)
    }

    @Test("what came before an error is given, what follows it is not")
    func aroundAnError() {
        let decoded = decode([bytes(":1\r\n:2\r\n:x\r\n:3\r\n")], readValue)
        #expect(decoded.values == [.integer(1), .integer(2)] && decoded.error?.code == .malformed)
    }

    static let small = RESPLimits(bulkBytes: 8, elements: 4, depth: 2, inlineBytes: 6, totalBytes: 40)

    @Test(
        "the limits hold to the byte",
        arguments: [
            ("+12345\r\n", "accepted"), ("+123456\r\n", "tooLarge"), ("+123456", "tooLarge"), ("+12345", "incomplete"),
            ("$8\r\n12345678\r\n", "accepted"), ("$9\r\n", "tooLarge"), ("$8\r\n123456789", "malformed"),
            ("*4\r\n:1\r\n:2\r\n:3\r\n:4\r\n", "accepted"), ("*5\r\n", "tooLarge"),
            ("%2\r\n:1\r\n:2\r\n:3\r\n:4\r\n", "accepted"), ("%3\r\n", "tooLarge"),
            ("|2\r\n:1\r\n:2\r\n:3\r\n:4\r\n:5\r\n", "accepted"), ("|3\r\n", "tooLarge"),
            ("*?\r\n:1\r\n:2\r\n:3\r\n:4\r\n.\r\n", "accepted"), ("*?\r\n:1\r\n:2\r\n:3\r\n:4\r\n:5\r\n", "tooLarge"),
            ("*1\r\n*1\r\n:1\r\n", "accepted"), ("*1\r\n*1\r\n*1\r\n", "tooDeep"), ("*1\r\n*1\r\n*0\r\n", "tooDeep"),
            ("$?\r\n;4\r\n1234\r\n;4\r\n5678\r\n;0\r\n", "accepted"), ("$?\r\n;4\r\n1234\r\n;5\r\n", "tooLarge"),
            // 4 + 14 + 14 is 32; 8 more may follow.
            ("*3\r\n$8\r\n12345678\r\n$8\r\n12345678\r\n$2\r\n12\r\n", "accepted"),
            ("*3\r\n$8\r\n12345678\r\n$8\r\n12345678\r\n$3\r\n", "tooLarge"),
            ("*3\r\n$8\r\n12345678\r\n$8\r\n12345678\r\n+12345\r\n", "accepted"),
            ("*4\r\n$8\r\n12345678\r\n$8\r\n12345678\r\n+12345\r\n_", "tooLarge"),
        ])
    func limits(wire: String, is expected: String) {
        for pieces in cuts(bytes(wire)) {
            let decoded = decode(pieces, limits: Self.small, readValue)
            let outcome = decoded.error?.code.description ?? (decoded.values.isEmpty ? "incomplete" : "accepted")
            #expect(outcome == expected, "\(pieces.map(\.count)) \(decoded)")
        }
    }

    @Test("the limit of the whole is one value's: a long connection has none")
    func totalIsPerValue() {
        let wire = bytes(String(repeating: "$8\r\n12345678\r\n", count: 100))
        #expect(decode([wire], limits: Self.small, readValue).values.count == 100)
    }

    @Test("limits that are no sense refuse, and do not trap")
    func absurdLimits() {
        for number in [Int.min, -1, 0] {
            let limits = RESPLimits(
                bulkBytes: number, elements: number, depth: number, inlineBytes: number, totalBytes: number)
            for row in Self.rows { #expect(decode([bytes(row.wire)], limits: limits, readValue).error != nil) }
            #expect(decode([bytes("ping\n")], limits: limits, readCommand).error?.code == .tooLarge)
        }
        let limits = RESPLimits(
            bulkBytes: .max, elements: .max, depth: .max, inlineBytes: .max, totalBytes: .max)
        for row in Self.rows {
            #expect(decode([bytes(row.wire)], limits: limits, readValue).values.map(\.shown) == [row.value.shown])
        }
        #expect(decode([bytes("$9223372036854775807\r\n")], limits: limits, readValue).error?.code == .tooLarge)
        #expect(decode([bytes("%9223372036854775807\r\n")], limits: limits, readValue).error?.code == .tooLarge)
        #expect(decode([bytes("ping\r\n")], limits: limits, readCommand).values == [[bytes("ping")]])
    }
}
