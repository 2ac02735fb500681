// The codec against hiredis, which redis-cli and many client libraries are built on: the same values from the same bytes.
//
// Our decoder is the stricter of the two. What it reads, hiredis reads the same; where it refuses, hiredis refuses as well or goes
// on, and `differences` says where and why. (hiredis before 1.0 knows RESP2 only, which is what is compared.)

import Foundation
import LuaDebugRESP
import Testing

@Suite("hiredis", .enabled(if: Oracle.missing == nil, Oracle.reason))
struct HiredisTests {
    private let oracle: Oracle

    init() throws { oracle = try Oracle() }

    /// Lengths of pieces, by turns.
    private static let pieces = [[1_000_000_000], [1], [2, 3], [7], [1, 0, 64], [1021]]

    /// Reads each stream both ways, cut in each way, and hands over what came of it.
    private func compare(
        _ wires: [[UInt8]], _ cuts: [[Int]] = Self.pieces, _ check: (Int, [Int], Outcome, Outcome) throws -> Void
    ) throws {
        for sizes in cuts {
            let theirs = try oracle.replies(wires, sizes)
            try #require(theirs.count == wires.count)
            for (index, wire) in wires.enumerated() {
                let ours = decode(wire.cut(sizes), readValue)
                try check(index, sizes, Outcome(ours), theirs[index])
            }
        }
    }

    private func encoded(_ values: [RESPValue]) -> [UInt8] {
        var wire: [UInt8] = []
        for value in values { RESPEncoder().encode(value, into: &wire) }
        return wire
    }

    // MARK: - Values

    @Test("values of RESP2, as we write them")
    func values() throws {
        var seeded = Seeded(2024)
        // Eight arrays in each other are what hiredis has room for.
        let streams = (0..<30).map { _ in (0..<50).map { _ in seeded.resp2(depth: 8) } + [seeded.deep(8)] }
        let wires = streams.map(encoded)
        try compare(wires) { index, sizes, ours, theirs in
            #expect(ours == theirs, "stream \(index) by \(sizes): \(ours.difference(theirs))")
            let sent = Outcome(lines: streams[index].flatMap { $0.canonical() }, ending: "end")
            #expect(ours == sent, "stream \(index) by \(sizes): \(ours.difference(sent))")
        }
        // Without its last bytes, each ends in the middle of a value.
        for cut in [1, 2, 3] {
            try compare(wires.map { Array($0.dropLast(cut)) }, [[1_000_000_000], [7]]) { index, sizes, ours, theirs in
                #expect(ours == theirs, "stream \(index) by \(sizes): \(ours.difference(theirs))")
                #expect(ours.ending == "incomplete")
            }
        }
    }

    @Test("values of RESP3, as we write them for RESP2")
    func downgraded() throws {
        var seeded = Seeded(7)
        let wires = (0..<20).map { _ in encoded((0..<50).map { _ in seeded.value(depth: 4) }) }
        try compare(wires) { index, sizes, ours, theirs in
            #expect(ours == theirs, "stream \(index) by \(sizes): \(ours.difference(theirs))")
            #expect(ours.ending == "end")
        }
    }

    @Test("large bulk strings, wide arrays and long lines")
    func large() throws {
        var seeded = Seeded(5)
        let large = [65_535, 65_536, 300_001].map { RESPValue.bulkString(seeded.noise($0)) }
        let wide = RESPValue.array((0..<5000).map { .integer($0) })
        let long = RESPValue.simpleString([UInt8](repeating: 97, count: 65_535))
        let wires = [
            encoded(large), encoded([.array([.bulkString(seeded.noise(1 << 20)), .null]), .ok]), encoded([wide, long]),
        ]
        try compare(wires, [[1_000_000_000], [65_536], [4096, 1, 1023]]) { index, sizes, ours, theirs in
            #expect(ours == theirs, "stream \(index) by \(sizes): \(ours.difference(theirs))")
            #expect(ours.ending == "end")
        }
    }

    @Test("values that we read and never write, and beginnings of values")
    func agreed() throws {
        let wires = [
            "", "*-1\r\n", "*2\r\n*-1\r\n$-1\r\n", "+\r\n-\r\n$0\r\n\r\n*0\r\n",
            ":0\r\n:9223372036854775807\r\n:-9223372036854775808\r\n", "*2\r\n*0\r\n*0\r\n", nested(8, ":1\r\n"),
            "+", "+OK", "+OK\r", ":1\r\n:", "$", "$1", "$1\r\n", "$1\r\na", "$1\r\na\r", "$0\r\n\r", "*1", "*1\r\n",
            "*2\r\n:1\r\n", "*1048576\r\n", "$67108864\r\n",
        ]
        try compare(wires.map(bytes)) { index, sizes, ours, theirs in
            #expect(ours == theirs, "\(wires[index].debugDescription) by \(sizes): \(ours.difference(theirs))")
            #expect(ours.ending != "refused")
        }
    }

    private func nested(_ depth: Int, _ inner: String) -> String { String(repeating: "*1\r\n", count: depth) + inner }

    // MARK: - What is none

    @Test("bytes that both refuse, after the same values")
    func refused() throws {
        let bad = [
            // No type, or nothing where a type has to be.
            "x\r\n", "\r\n", "\n", " +OK\r\n", "\0", "+OK\r\n\r\n", "*2\r\n:1\r\nx", "*1\r\n\r\n", "$1\r\na\r\n\r\n",
            // Integers.
            ":\r\n", ":-\r\n", ":+1\r\n", ":01\r\n", ":00\r\n", ":-0\r\n", ":-01\r\n", ":1 \r\n", ": 1\r\n", ":1a\r\n",
            ":0x1\r\n", ":1.0\r\n", ":1e3\r\n", ":--1\r\n", ":9223372036854775808\r\n", ":-9223372036854775809\r\n",
            ":18446744073709551617\r\n", ":99999999999999999999999\r\n",
            // Lengths of strings.
            "$\r\n", "$a\r\n", "$-\r\n", "$-2\r\n", "$+1\r\n", "$01\r\n", "$-0\r\n", "$-01\r\n", "$1a\r\n", "$ 1\r\n",
            "$1 \r\n", "$9223372036854775808\r\n", "$18446744073709551617\r\n",
            // Lengths of arrays.
            "*\r\n", "*a\r\n", "*-\r\n", "*-2\r\n", "*+1\r\n", "*01\r\n", "*-0\r\n", "*1a\r\n", "* 1\r\n",
            "*4294967297\r\n", "*9223372036854775807\r\n", "*18446744073709551617\r\n", "*1\r\n*1\r\n$z\r\n",
            "+OK\r\n*3\r\n:1\r\n*-1\r\n:x\r\n",
        ]
        try compare(bad.map(bytes)) { index, sizes, ours, theirs in
            #expect(ours == theirs, "\(bad[index].debugDescription) by \(sizes): \(ours.difference(theirs))")
            #expect(ours.ending == "refused", "\(bad[index].debugDescription) by \(sizes)")
        }
    }

    /// Each with what comes of it here and there, and why.
    private struct Difference {
        let wire, ours, theirs, why: String

        init(_ wire: String, ours: String = "refused", _ theirs: String, _ why: String) {
            (self.wire, self.ours, self.theirs, self.why) = (wire, ours, theirs, why)
        }
    }

    private var differences: [Difference] {
        let alone =
            "hiredis looks for CR LF only, so that one of them alone is text; we refuse it, because nobody may write it"
        let behind =
            "hiredis skips two bytes behind a string, whatever they are; we want CR LF, to notice a wrong length at once"
        let resp3 = "of RESP3, which this hiredis does not know"
        let limit = "over a limit of ours; hiredis has none, and waits or reads"
        let deep = String(repeating: "*1\r\n", count: 8)
        return [
            Difference("+a\rb\r\n", "0 status 3 610d62; end", alone),
            Difference("+a\nb\r\n", "0 status 3 610a62; end", alone),
            Difference("-a\r\r\n", "0 error 2 610d; end", alone),
            Difference("-a\n+b\r\n", "0 error 4 610a2b62; end", alone),
            Difference("+a\n", "incomplete", alone), Difference("+a\rb", "incomplete", alone),
            Difference(":1\n", "incomplete", alone), Difference("$1\n", "incomplete", alone),
            Difference("$1\na\n", "incomplete", alone), Difference("*1\n", "incomplete", alone),
            Difference("$1\r\naXX", "0 string 1 61; end", behind),
            Difference("$1\r\na\n", "incomplete", behind), Difference("$1\r\na\n:", "0 string 1 61; end", behind),
            Difference("$0\r\n:1:2\r\n", "0 string 0 ; 0 integer 2; end", behind),
            Difference("$1\r\nab\r\n", "0 string 1 61; refused", behind),
            Difference("$1\r\na\n+b\r\n", "0 string 1 61; refused", behind),
            Difference("*2\r\n$1\r\na+++b\r\n", "0 array 2; 1 string 1 61; 1 status 1 62; end", behind),
            Difference("_\r\n", ours: "0 nil; end", "refused", resp3),
            Difference("*1\r\n_\r\n", ours: "0 array 1; 1 nil; end", "refused", resp3),
            Difference("#", ours: "incomplete", "refused", resp3),
            Difference(",", ours: "incomplete", "refused", resp3),
            Difference("(", ours: "incomplete", "refused", resp3),
            Difference("!", ours: "incomplete", "refused", resp3),
            Difference("=", ours: "incomplete", "refused", resp3),
            Difference("%", ours: "incomplete", "refused", resp3),
            Difference("~", ours: "incomplete", "refused", resp3),
            Difference(">", ours: "incomplete", "refused", resp3),
            Difference("|", ours: "incomplete", "refused", resp3),
            Difference("$?\r\n;1\r\na\r\n;0\r\n", ours: "0 string 1 61; end", "refused", resp3),
            Difference("*?\r\n:1\r\n.\r\n", ours: "0 array 1; 1 integer 1; end", "refused", resp3),
            Difference(
                deep + "*0\r\n",
                ours: (0..<8).map { "\($0) array 1; " }.joined() + "8 array 0; end", "refused",
                "hiredis has room for eight arrays in each other, we have it for 32"),
            Difference("$67108865\r\n", "incomplete", limit),
            // It would wait for 8 EiB.
            Difference("$9223372036854775807\r\n", "incomplete", limit),
            Difference("*1048577\r\n", "incomplete", limit),
            Difference(
                "+" + String(repeating: "a", count: 65_536) + "\r\n",
                "0 status 65536 " + String(repeating: "61", count: 65_536) + "; end", limit),
        ]
    }

    @Test("where the two differ", .enabled(if: Oracle.version.hasPrefix("0.14."), "the table is of hiredis 0.14"))
    func differ() throws {
        let differences = differences
        try compare(differences.map { bytes($0.wire) }, [[1_000_000_000], [1], [2]]) { index, sizes, ours, theirs in
            let row = differences[index]
            let what = "\(row.wire.prefix(40).debugDescription) by \(sizes) (\(row.why))"
            #expect(ours.description == row.ours, "ours: \(what)")
            #expect(theirs.description == row.theirs, "hiredis: \(what)")
        }
    }

    @Test("of bytes that were damaged, whatever we read hiredis reads the same; we never read on where it refuses")
    func damaged() throws {
        var seeded = Seeded(99)
        let alphabet = bytes("+-:$*$*\r\n\r\n0123456789a ")
        let wires = (0..<900).map { _ -> [UInt8] in
            // Noise, and values with a few bytes changed, left out, put in.
            if seeded.below(3) == 0 {
                return (0..<seeded.below(40)).map { _ in alphabet[seeded.below(alphabet.count)] }
            }
            var wire = encoded((0..<3).map { _ in seeded.resp2(depth: 2, small: true) })
            for _ in 0...seeded.below(2) {
                let at = seeded.below(wire.count)
                let byte = alphabet[seeded.below(alphabet.count)]
                switch seeded.below(3) {
                case 0: wire[at] = byte
                case 1: wire.remove(at: at)
                default: wire.insert(byte, at: at)
                }
            }
            return wire
        }
        var refusals = (ours: 0, both: 0)
        try compare(wires, [[1_000_000_000], [1], [5]]) { index, sizes, ours, theirs in
            let what = "\(String(decoding: wires[index], as: UTF8.self).debugDescription) by \(sizes)"
            if ours.ending == "refused" {
                #expect(theirs.lines.starts(with: ours.lines), "\(what): \(ours.difference(theirs))")
                refusals.ours += 1
                refusals.both += theirs.ending == "refused" ? 1 : 0
            } else {
                #expect(ours == theirs, "\(what): \(ours.difference(theirs))")
            }
        }
        #expect(refusals.both > 900 && refusals.ours > refusals.both, "\(refusals)")
    }

    // MARK: - Commands

    @Test("commands as hiredis writes them: the bytes that we write, and the words that we read")
    func commands() throws {
        var seeded = Seeded(31)
        var commands: [[[UInt8]]] = [
            [bytes("PING")], [bytes("DEVAL"), bytes("return 'a\r\nb'"), bytes("0")], [[]], [[], [], [0]], [[13, 10]],
            [bytes("*1\r\n$4\r\nPING\r\n")], (0..<1000).map { bytes("\($0)") }, [bytes("x"), seeded.noise(200_000)],
            // No words: an empty array, which a server skips.
            [],
        ]
        for _ in 0..<300 { commands.append((0...seeded.below(8)).map { _ in seeded.bytes(upTo: 40) }) }
        let theirs = try oracle.written(commands)
        var ours: [UInt8] = []
        for command in commands { RESPEncoder.command(command, into: &ours) }
        #expect(ours.elementsEqual(theirs))
        for sizes in Self.pieces {
            let read = decode(theirs.cut(sizes), readCommand)
            #expect(read.values == commands.filter { !$0.isEmpty }, "by \(sizes)")
            #expect(read.error == nil && !read.isMidValue, "by \(sizes)")
        }
    }
}

// MARK: - What came of bytes

/// The values that were read, in the oracle's words, and how it ended: `end`, `incomplete` or `refused`.
private struct Outcome: Equatable, CustomStringConvertible {
    var lines: [String] = []
    var ending = ""

    init(lines: [String], ending: String) { (self.lines, self.ending) = (lines, ending) }

    init(_ decoded: Decoded<RESPValue>) {
        lines = decoded.values.flatMap { $0.canonical() }
        ending = decoded.error != nil ? "refused" : decoded.isMidValue ? "incomplete" : "end"
    }

    var description: String { (lines + [ending]).joined(separator: "; ") }

    /// The first place where two differ: all of it may be megabytes.
    func difference(_ other: Outcome) -> String {
        let (left, right) = (lines + [ending], other.lines + [other.ending])
        let at = zip(left, right).enumerated().first { $1.0 != $1.1 }?.offset ?? min(left.count, right.count)
        func shown(_ lines: [String]) -> String { at < lines.count ? String(lines[at].prefix(80)) : "nothing" }
        return "line \(at + 1): \(shown(left)) against \(shown(right))"
    }
}

extension RESPValue {
    /// A value of RESP2 as the oracle prints it.
    fileprivate func canonical(_ depth: Int = 0) -> [String] {
        switch self {
        case .simpleString(let text): ["\(depth) status \(text.count) \(text.hex)"]
        case .error(let text): ["\(depth) error \(text.count) \(text.hex)"]
        case .bulkString(let text): ["\(depth) string \(text.count) \(text.hex)"]
        case .integer(let number): ["\(depth) integer \(number)"]
        case .null: ["\(depth) nil"]
        case .array(let values):
            ["\(depth) array \(values.count)"] + values.flatMap { $0.canonical(depth + 1) }
        default: ["\(depth) \(self)"]
        }
    }
}

extension [UInt8] {
    fileprivate var hex: String {
        let digits = bytes("0123456789abcdef")
        var text: [UInt8] = []
        text.reserveCapacity(2 * count)
        for byte in self {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Pieces of these sizes, by turns.
    fileprivate func cut(_ sizes: [Int]) -> [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var rest = self[...]
        while !rest.isEmpty {
            let piece = rest.prefix(sizes[pieces.count % sizes.count])
            pieces.append(piece)
            rest = rest.dropFirst(piece.count)
        }
        return pieces
    }
}

extension Seeded {
    /// So many bytes of any kind.
    fileprivate mutating func noise(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }

    /// A value of RESP2; arrays nest no deeper than `depth`.
    ///
    /// Small ones have no numbers that could be taken for the length of a large array, when their type is changed.
    fileprivate mutating func resp2(depth: Int, small: Bool = false) -> RESPValue {
        switch below(9) {
        case 0: return .simpleString(bytes(upTo: 20).filter { $0 != 13 && $0 != 10 })
        case 1: return .error(bytes(upTo: 20).filter { $0 != 13 && $0 != 10 })
        case 2 where !small:
            return .integer([.min, .min + 1, -1, 0, 1, .max - 1, .max][below(7)])
        case 2, 3: return .integer(small ? Int64(below(1000)) : Int64(bitPattern: next()) >> Int64(below(64)))
        case 4: return .bulkString(bytes(upTo: small ? 12 : 200))
        case 5: return [.bulkString([]), .text("\r\n"), .text("$-1\r\n"), .bulkString([0])][below(4)]
        case 6: return .null
        case _ where depth == 0: return .null
        default: return .array((0..<below(5)).map { _ in resp2(depth: depth - 1, small: small) })
        }
    }

    /// Arrays in each other, exactly so many, with other values beside them.
    fileprivate mutating func deep(_ depth: Int) -> RESPValue {
        depth == 0 ? resp2(depth: 0) : .array([resp2(depth: depth - 1), deep(depth - 1), resp2(depth: depth - 1)])
    }
}

// MARK: - The oracle

/// A program that is compiled for a test and removed after it: hiredis, at the command line.
private final class Oracle {
    /// Why there is none.
    static let missing: String? = {
        guard (try? run("command -v cc")) == 0 else { return "there is no C compiler, cc" }
        guard (try? run("echo '#include <hiredis/hiredis.h>' | cc -E -x c -")) == 0 else {
            return "hiredis is not installed (Debian's package libhiredis-dev)"
        }
        return nil
    }()

    static var reason: Comment { Comment(rawValue: missing ?? "hiredis is there") }

    static let version: String = {
        guard missing == nil, let oracle = try? Oracle(), let text = try? oracle.output(of: "version") else {
            return ""
        }
        return String(decoding: text, as: UTF8.self)
    }()

    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("luadebug-hiredis-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Oracle/hiredis_oracle.c").path
        let options = "-std=c11 -O1 -Wall -Wextra -Werror"
        let log = folder.appendingPathComponent("compiler")
        let status = try Self.run("cc \(options) -o '\(folder.path)/oracle' '\(source)' -lhiredis", log.path)
        try #require(status == 0, "\((try? String(contentsOf: log, encoding: .utf8)) ?? "no compiler")")
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// What hiredis reads of each stream, fed in pieces of these sizes by turns.
    func replies(_ wires: [[UInt8]], _ sizes: [Int]) throws -> [Outcome] {
        let streams = folder.appendingPathComponent("streams")
        try? FileManager.default.removeItem(at: streams)
        try FileManager.default.createDirectory(at: streams, withIntermediateDirectories: true)
        for (index, wire) in wires.enumerated() {
            try Data(wire).write(to: streams.appendingPathComponent("\(1_000_000 + index)"))
        }
        let text = String(
            decoding: try output(of: "replies \(sizes.map(String.init).joined(separator: ",")) streams/*"),
            as: UTF8.self)
        var outcomes: [Outcome] = []
        var lines: [String] = []
        for line in text.split(separator: "\n") {
            if line.first?.isNumber == true {
                lines.append(String(line))
            } else {
                outcomes.append(Outcome(lines: lines, ending: line.hasPrefix("refused: ") ? "refused" : String(line)))
                lines = []
            }
        }
        return outcomes
    }

    /// What hiredis writes for commands.
    func written(_ commands: [[[UInt8]]]) throws -> [UInt8] {
        let text = commands.map { $0.map { $0.hex + " " }.joined() + "\n" }.joined()
        try Data(text.utf8).write(to: folder.appendingPathComponent("words"))
        return try output(of: "commands words")
    }

    private func output(of arguments: String) throws -> [UInt8] {
        let file = folder.appendingPathComponent("output")
        let status = try Self.run("cd '\(folder.path)' && LC_ALL=C ./oracle \(arguments)", file.path)
        let output = [UInt8](try Data(contentsOf: file))
        try #require(status == 0, "\(String(decoding: output.suffix(200), as: UTF8.self))")
        return output
    }

    /// Runs a shell's command and gives its status; what it prints goes to a file.
    ///
    /// By `popen`: Foundation's Process leaks a little, which the address sanitizer minds.
    private static func run(_ command: String, _ file: String = "/dev/null") throws -> Int32 {
        let pipe = unsafe try #require(unsafe popen("{ \(command); } > '\(file)' 2>&1", "r"))
        return unsafe pclose(pipe)
    }
}
