// What reading costs, counted and not timed: bytes looked at, and room that is held.

import Testing

@testable import LuaDebugRESP

@Suite("Decoder work")
struct DecoderWorkTests {
    static let wires: [(String, String)] = [
        ("one long line", "+" + String(repeating: "x", count: 60_000) + "\r\n"),
        ("one long string", "$200000\r\n" + String(repeating: "x", count: 200_000) + "\r\n"),
        ("a flat array", "*20000\r\n" + String(repeating: ":1\r\n", count: 20_000)),
        ("a map", "%10000\r\n" + String(repeating: ":1\r\n+a\r\n", count: 10_000)),
        ("a streamed array", "*?\r\n" + String(repeating: "$1\r\nx\r\n", count: 10_000) + ".\r\n"),
        ("a streamed string", "$?\r\n" + String(repeating: ";2\r\nab\r\n", count: 10_000) + ";0\r\n"),
        ("one value after another", String(repeating: ":1\r\n", count: 20_000)),
    ]

    @Test("byte by byte or in pieces costs a few looks a byte", arguments: wires)
    func linear(name: String, wire: String) throws {
        let wire = bytes(wire)
        for size in [1, 7, 4096, wire.count] {
            var decoder = RESPDecoder()
            var values = 0
            for start in stride(from: 0, to: wire.count, by: size) {
                decoder.feed(wire[start..<min(wire.count, start + size)])
                while try decoder.next() != nil { values += 1 }
            }
            #expect(values > 0 && !decoder.isMidValue)
            #expect(decoder.buffer.work <= 3 * wire.count, "\(size): \(decoder.buffer.work) for \(wire.count)")
        }
    }

    @Test("commands and lines of words too")
    func linearCommands() throws {
        let line = "set " + String(repeating: "x", count: 60_000) + "\r\n"
        let command = "*2000\r\n" + String(repeating: "$4\r\nword\r\n", count: 2000)
        for wire in [line, command, String(repeating: "\r\n", count: 20_000), String(repeating: "ping\n", count: 9000)]
        {
            let wire = bytes(wire)
            var decoder = RESPDecoder()
            for byte in wire {
                decoder.feed(CollectionOfOne(byte))
                while try decoder.nextCommand() != nil {}
            }
            #expect(!decoder.isMidValue)
            #expect(decoder.buffer.work <= 3 * wire.count, "\(decoder.buffer.work) for \(wire.count)")
        }
    }

    @Test("a partial aggregate stays where it is, but for its growing")
    func notRebuilt() throws {
        var decoder = RESPDecoder()
        decoder.feed(bytes("*100000\r\n"))
        var places: Set<UInt> = []
        for _ in 0..<50_000 {
            decoder.feed(bytes(":1\r\n"))
            #expect(try decoder.next() == nil)
            places.insert(place(decoder.stack[0].elements))
        }
        // Doubling leads from nothing to 50,000 in some 16 steps.
        #expect(places.count < 32, "\(places.count)")

        decoder = RESPDecoder()
        decoder.feed(bytes("*100000\r\n"))
        places = []
        for _ in 0..<50_000 {
            decoder.feed(bytes("$1\r\nx\r\n"))
            #expect(try decoder.nextCommand() == nil)
            places.insert(place(try #require(decoder.command).words))
        }
        #expect(places.count < 32, "\(places.count)")
    }

    @Test("a partial string stays where it is, but for its growing")
    func stringNotRebuilt() throws {
        for wire in ["$1000000\r\n", "$?\r\n;1000000\r\n"] {
            var decoder = RESPDecoder()
            decoder.feed(bytes(wire))
            var places: Set<UInt> = []
            for _ in 0..<50_000 {
                decoder.feed(bytes("xy"))
                #expect(try decoder.next() == nil)
                places.insert(place(try #require(decoder.body).bytes))
            }
            #expect(places.count < 32, "\(places.count)")
        }
    }

    private func place<Element>(_ array: [Element]) -> UInt {
        unsafe array.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
    }

    @Test(
        "a promise reserves nothing",
        arguments: ["$62914560\r\n", "!62914560\r\n", "=62914560\r\n", "$?\r\n;62914560\r\n"])
    func promisedString(header: String) throws {
        var decoder = RESPDecoder()
        decoder.feed(bytes(header + "0123456789"))
        #expect(try decoder.next() == nil)
        #expect(decoder.buffer.capacity < 1000)
        #expect(try #require(decoder.body).bytes.count == 10)
        #expect(try #require(decoder.body).bytes.capacity < 1000)
    }

    @Test("nor does a promised aggregate, or a command")
    func promisedAggregate() throws {
        for header in ["*1000000\r\n", "~1000000\r\n", "%500000\r\n", "|500000\r\n", "*?\r\n"] {
            var decoder = RESPDecoder()
            decoder.feed(bytes(header + ":1\r\n"))
            #expect(try decoder.next() == nil)
            #expect(decoder.stack[0].elements.capacity < 100)
        }
        var decoder = RESPDecoder()
        decoder.feed(bytes("*1000000\r\n$1\r\nx\r\n"))
        #expect(try decoder.nextCommand() == nil)
        #expect(try #require(decoder.command).words.capacity < 100)
    }

    @Test("a long connection holds no more than what waits")
    func bounded() throws {
        var decoder = RESPDecoder()
        // Never empty between two pieces: each ends in the middle of a value.
        decoder.feed(bytes("$100\r\n"))
        let rest = bytes(String(repeating: "x", count: 100) + "\r\n$100\r\n")
        var highest = 0
        for _ in 0..<10_000 {
            decoder.feed(rest)
            while try decoder.next() != nil {}
            highest = max(highest, decoder.buffer.capacity)
        }
        #expect(highest < 2 * RESPBuffer.kept, "\(highest)")

        // A large piece is given back once it was read.
        let large = bytes(String(repeating: ":1\r\n", count: 500_000))
        decoder = RESPDecoder()
        decoder.feed(large + bytes("$1"))
        #expect(decoder.buffer.capacity >= large.count)
        while try decoder.next() != nil {}
        #expect(decoder.isMidValue)
        #expect(decoder.buffer.capacity <= RESPBuffer.kept, "\(decoder.buffer.capacity)")
    }

    @Test("a failed decoder holds nothing and keeps nothing")
    func failedHoldsNothing() throws {
        var decoder = RESPDecoder()
        decoder.feed(bytes("*2\r\n" + String(repeating: "G", count: 1_000_000)))
        #expect(throws: RESPError.self) { try decoder.next() }
        decoder.feed([UInt8](repeating: 0, count: 1_000_000))
        #expect(decoder.buffer.capacity == 0 && decoder.stack.isEmpty && !decoder.isMidValue)
        #expect(throws: RESPError.self) { try decoder.nextCommand() }
    }
}
