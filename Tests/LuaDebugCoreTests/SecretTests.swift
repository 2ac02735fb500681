// SHA-256 and HMAC against the published vectors and the system's own tools; who may try how often.

import Foundation
import Stories
import Testing

@testable import LuaDebugCore

@Suite("Secrets", .timeLimit(.minutes(5)))
struct SecretTests {
    private static func hash(_ text: String) -> String { HMAC.hexadecimal(SHA256.hash(text.utf8)) }

    @Test("SHA-256 gives the values published with FIPS 180-4")
    func published() {
        #expect(Self.hash("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(Self.hash("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(
            Self.hash("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
                == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
        #expect(
            HMAC.hexadecimal(SHA256.hash([UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)))
                == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    /// Test cases 1 to 4, 6 and 7: key, message, code.
    private static let cases: [(key: [UInt8], message: [UInt8], code: String)] = [
        (
            [UInt8](repeating: 0x0b, count: 20), [UInt8]("Hi There".utf8),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            [UInt8]("Jefe".utf8), [UInt8]("what do ya want for nothing?".utf8),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            [UInt8](repeating: 0xaa, count: 20), [UInt8](repeating: 0xdd, count: 50),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        ),
        (
            (1...25).map { UInt8($0) }, [UInt8](repeating: 0xcd, count: 50),
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
        ),
        (
            [UInt8](repeating: 0xaa, count: 131),
            [UInt8]("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
    ]

    @Test("HMAC-SHA-256 gives the values of RFC 4231", arguments: 0..<5)
    func hmac(index: Int) {
        let (key, message, code) = Self.cases[index]
        #expect(HMAC.digits(of: message, secret: key) == code)
    }

    @Test("both agree with sha256sum and Python, at every length around a block's end")
    func tools() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("secrets-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let lengths = Array(0...130) + [1000]
        let messages = lengths.map { length in (0..<length).map { UInt8(truncatingIfNeeded: $0 * 7 + length) } }
        for (length, message) in zip(lengths, messages) {
            try Data(message).write(to: folder.appendingPathComponent("\(length)"))
        }
        let sums = try text(ofShell: "cd '\(folder.path)'; for n in $(ls | sort -n); do sha256sum < $n; done")
        #expect(
            sums.split(separator: "\n").map { String($0.prefix(64)) }
                == messages.map { HMAC.hexadecimal(SHA256.hash($0)) })
        let program = """
            import hmac
            for n in \(lengths):
                message = open('\(folder.path)/%d' % n, 'rb').read()
                print(hmac.new(message[::-1] + b'k', message, 'sha256').hexdigest())
            """
        try program.write(to: folder.appendingPathComponent("z.py"), atomically: true, encoding: .utf8)
        let codes = try text(ofShell: "python3 '\(folder.path)/z.py'")
        #expect(
            codes.split(separator: "\n").map(String.init)
                == messages.map { HMAC.digits(of: $0, secret: $0.reversed() + [UInt8(ascii: "k")]) })
    }

    @Test("a comparison tells equal from unequal, whatever the lengths")
    func comparison() {
        #expect(HMAC.isEqual([], []))
        #expect(HMAC.isEqual([1, 2], [1, 2]))
        #expect(!HMAC.isEqual([1, 2], [1, 3]))
        #expect(!HMAC.isEqual([1, 2], [1, 2, 0]))
        #expect(HMAC.isSecret([UInt8]("word".utf8), [UInt8]("word".utf8)))
        #expect(!HMAC.isSecret([UInt8]("wordword".utf8), [UInt8]("word".utf8)))
        #expect(!HMAC.isSecret([], [UInt8]("word".utf8)))
    }

    @Test("the delay doubles, after the last try an address waits, and others do not")
    func tries() {
        var limits = LoginGuard.Limits()
        limits.tries = 3
        limits.addresses = 2
        let gate = LoginGuard(limits)
        let start = ContinuousClock.now
        #expect(gate.pause(for: "a", at: start) == nil)
        #expect(gate.fail("a", at: start) == (.milliseconds(200), 2))
        #expect(gate.fail("a", at: start) == (.milliseconds(400), 1))
        #expect(gate.fail("a", at: start) == (.milliseconds(800), 0))
        #expect(gate.pause(for: "a", at: start + .seconds(20)) == .seconds(40))
        #expect(gate.pause(for: "b", at: start) == nil)
        #expect(gate.pause(for: "a", at: start + .seconds(60)) == nil)
        #expect(gate.fail("a", at: start + .seconds(60)) == (.milliseconds(200), 2))
        gate.succeed("a")
        #expect(gate.fail("a", at: start + .seconds(61)) == (.milliseconds(200), 2))
        // One more than are remembered: the oldest is forgotten.
        _ = gate.fail("b", at: start + .seconds(62))
        _ = gate.fail("c", at: start + .seconds(63))
        #expect(gate.fail("a", at: start + .seconds(64)).left == 2)
    }
}
