// Values written in both versions, and read back.

import LuaDebugRESP
import Testing

@Suite("Encoder")
struct EncoderTests {
    private func encode(_ value: RESPValue, _ version: RESPVersion) -> [UInt8] {
        var wire: [UInt8] = []
        RESPEncoder(version: version).encode(value, into: &wire)
        return wire
    }

    private func text(_ value: RESPValue, _ version: RESPVersion) -> String {
        String(decoding: encode(value, version), as: UTF8.self)
    }

    static var pair: RESPValue.Pair { RESPValue.Pair(.text("k"), .boolean(true)) }

    @Test(
        "every type in both versions",
        arguments: [
            (.ok, "+OK\r\n", "+OK\r\n"), (.error(bytes("ERR x")), "-ERR x\r\n", "-ERR x\r\n"),
            (.simpleString(bytes("a\r\nb\n")), "+a  b \r\n", "+a  b \r\n"),
            (.error(bytes("E a\n\rb")), "-E a  b\r\n", "-E a  b\r\n"),
            (.integer(.min), ":-9223372036854775808\r\n", ":-9223372036854775808\r\n"),
            (.text("a\r\n"), "$3\r\na\r\n\r\n", "$3\r\na\r\n\r\n"), (.null, "$-1\r\n", "_\r\n"),
            (.array([.null, .array([])]), "*2\r\n$-1\r\n*0\r\n", "*2\r\n_\r\n*0\r\n"),
            (.double(1), "$1\r\n1\r\n", ",1\r\n"), (.double(0.1), "$3\r\n0.1\r\n", ",0.1\r\n"),
            (.double(-0.0), "$2\r\n-0\r\n", ",-0\r\n"), (.double(1e300), "$6\r\n1e+300\r\n", ",1e+300\r\n"),
            (.double(.infinity), "$3\r\ninf\r\n", ",inf\r\n"), (.double(-.infinity), "$4\r\n-inf\r\n", ",-inf\r\n"),
            (.double(-.nan), "$3\r\nnan\r\n", ",nan\r\n"), (.double(.signalingNaN), "$3\r\nnan\r\n", ",nan\r\n"),
            (.boolean(true), ":1\r\n", "#t\r\n"), (.boolean(false), ":0\r\n", "#f\r\n"),
            (.bigNumber(bytes("-12")), "$3\r\n-12\r\n", "(-12\r\n"),
            (.bigNumber(bytes("1\r\n")), "$3\r\n1\r\n\r\n", "$3\r\n1\r\n\r\n"),
            (.verbatim(format: "mkd", bytes("a")), "$1\r\na\r\n", "=5\r\nmkd:a\r\n"),
            (.verbatim(format: "markdown", bytes("a")), "$1\r\na\r\n", "=5\r\ntxt:a\r\n"),
            (.verbatim(format: "", bytes("")), "$0\r\n\r\n", "=4\r\ntxt:\r\n"),
            (.verbatim(format: "\r\n:", bytes("")), "$0\r\n\r\n", "=4\r\ntxt:\r\n"),
            (.verbatim(format: "é1", bytes("")), "$0\r\n\r\n", "=4\r\ntxt:\r\n"),
            (.map([pair]), "*2\r\n$1\r\nk\r\n:1\r\n", "%1\r\n$1\r\nk\r\n#t\r\n"),
            (.set([.boolean(true)]), "*1\r\n:1\r\n", "~1\r\n#t\r\n"), (.push([.null]), "*1\r\n$-1\r\n", ">1\r\n_\r\n"),
            (
                .attribute([pair], .array([.attribute([], .null)])), "*1\r\n$-1\r\n",
                "|1\r\n$1\r\nk\r\n#t\r\n*1\r\n|0\r\n_\r\n"
            ),
            (
                .map([.init(.map([pair]), .set([.double(2)]))]), "*2\r\n*2\r\n$1\r\nk\r\n:1\r\n*1\r\n$1\r\n2\r\n",
                "%1\r\n%1\r\n$1\r\nk\r\n#t\r\n~1\r\n,2\r\n"
            ),
        ] as [(RESPValue, String, String)])
    func types(value: RESPValue, resp2: String, resp3: String) {
        #expect(text(value, .resp2) == resp2)
        #expect(text(value, .resp3) == resp3)
    }

    @Test("what is written goes behind what is there, and commands are arrays of bulk strings")
    func appends() {
        var wire = bytes("+OK\r\n")
        RESPEncoder.command([bytes("get"), []], into: &wire)
        RESPEncoder().encode(.null, into: &wire)
        #expect(wire == bytes("+OK\r\n*2\r\n$3\r\nget\r\n$0\r\n\r\n$-1\r\n"))
        #expect(RESPEncoder().version == .resp2)
    }

    /// What RESP2 leaves of a value, by the words of ``RESPValue``.
    private func downgraded(_ value: RESPValue) -> RESPValue {
        func flat(_ pairs: [RESPValue.Pair]) -> [RESPValue] {
            pairs.flatMap { [downgraded($0.key), downgraded($0.value)] }
        }
        switch value {
        case .simpleString, .error, .integer, .bulkString, .null: return value
        case .array(let values), .set(let values), .push(let values): return .array(values.map(downgraded))
        case .map(let pairs): return .array(flat(pairs))
        case .attribute(_, let about): return downgraded(about)
        case .boolean(let truth): return .integer(truth ? 1 : 0)
        case .bigNumber(let text), .verbatim(_, let text): return .bulkString(text)
        case .double(let number):
            let text = "\(number)"
            return .text(text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
        }
    }

    @Test("what is written is read back, at random splits", arguments: 1...20)
    func roundTrip(seed: UInt64) {
        var seeded = Seeded(seed)
        for version in [RESPVersion.resp2, .resp3] {
            let values = (0..<100).map { _ in seeded.value(depth: 4) }
            let wire = values.flatMap { encode($0, version) }
            let decoded = decode(seeded.cut(wire), readValue)
            let expected = version == .resp2 ? values.map(downgraded) : values
            #expect(decoded.values.map(\.shown) == expected.map(\.shown), "\(decoded.error?.message ?? "")")
            #expect(!decoded.isMidValue)
        }
    }

    @Test("a double is the same after both ways")
    func doubles() {
        var seeded = Seeded(3)
        for _ in 0..<20_000 {
            let number = Double(bitPattern: seeded.next())
            let decoded = decode([encode(.double(number), .resp3)], readValue)
            guard case .double(let back) = decoded.values.first else {
                Issue.record("\(number): \(decoded)")
                return
            }
            #expect(back.bitPattern == number.bitPattern || back.isNaN && number.isNaN)
        }
    }

    @Test("bytes that are noise give values or an error, and never more than one error")
    func noise() {
        var seeded = Seeded(11)
        let alphabet = bytes("+-:$*%~>|#,(!=_;.?0123456789\r\n\r\n\r\ntfx")
        for _ in 0..<3000 {
            let wire = (0..<seeded.below(60)).map { _ in alphabet[seeded.below(alphabet.count)] }
            let whole = decode([wire], readValue)
            #expect(decode(seeded.cut(wire), readValue).description == whole.description, "\(wire)")
            let commands = decode([wire], readCommand)
            #expect(decode(seeded.cut(wire), readCommand).description == commands.description, "\(wire)")
        }
    }
}
