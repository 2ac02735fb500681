// Who may, over RESP: a challenge instead of the password, and what becomes of those who guess.

import LuaDebugCore
import Testing

@testable import LuaDebugRESP

@Suite("Logging in over RESP", .timeLimit(.minutes(5)))
struct LoginWireTests {
    private let service = Wire.service {
        $0.password = Array("sesame".utf8)
        $0.tries = 2
    }

    private static func answer(_ client: Wire) async -> String {
        // A bulk string, as the harness shows it.
        let challenge = await client.ask("DCHALLENGE").filter { $0 != "\"" }
        return HMAC.digits(of: challenge.utf8, secret: Array("sesame".utf8))
    }

    @Test("AUTH: nothing but the greeting before the password")
    func password() async {
        let service = Wire.service { $0.password = Array("secret".utf8) }
        await wire(service) { client in
            await client.converse(
                """
                PING -> -NOAUTH Authentication required.
                DEVAL "return 1" 0 -> -NOAUTH *
                NOTHING -> -NOAUTH *
                HELLO 3 -> -NOAUTH *
                AUTH wrong -> -WRONGPASS *
                AUTH "" -> -WRONGPASS *
                AUTH secretsecret -> -WRONGPASS *
                AUTH default secret -> +OK
                PING -> +PONG
                """)
        }
        await wire(service) { client in
            await client.converse(
                "HELLO 3 AUTH default secret SETNAME n -> {*}\nCLIENT GETNAME -> \"n\"\nHELLO 4 -> -NOPROTO *")
        }
        await wire { await $0.expect("AUTH x", "-ERR AUTH was called, but no password is set") }
    }

    @Test("the answer to a challenge logs in, in AUTH and in HELLO; each challenge is good for one answer")
    func challenge() async {
        await wire(service) { client in
            let answer = await Self.answer(client)
            await client.expect("PING", "-NOAUTH *")
            await client.expect("AUTH \(answer)", "+OK")
            await client.expect("PING", "+PONG")
        }
        await wire(service) { client in
            let overheard = await Self.answer(client)
            let answer = await Self.answer(client)
            await client.expect("AUTH \(overheard)", "-WRONGPASS *")
            // It is used up, though it was not what was answered.
            await client.expect("AUTH \(answer)", "-WRONGPASS *")
        }
    }

    @Test("who does not say who it is is let go of, and before that has no large commands read")
    func patience() async {
        let impatient = Wire.service {
            $0.password = Array("sesame".utf8)
            $0.loginSeconds = 0
        }
        await wire(impatient) { client in
            #expect(await client.reply().map(Wire.show) == "-ERR no password has come in 0 s")
            #expect(await client.reply() == nil)
        }
        await wire(service) { client in
            client.send(["PING", String(repeating: "x", count: 2 << 20)].map { [UInt8]($0.utf8) })
            #expect(await client.reply().map(Wire.show)?.hasPrefix("-ERR Protocol error") == true)
        }
        await wire(service) { client in
            await client.expect("AUTH sesame", "+OK")
            let large = [UInt8](repeating: 120, count: 2 << 20)
            client.send([[UInt8]("PING".utf8), large])
            #expect(await client.reply() == .bulkString(large))
        }
    }

    @Test("of somebody unknown little is kept: who reads nothing is sent no more, who sends very much is let go of")
    func flood() async {
        await wire(service, unread: { 1 << 17 }) { client in
            client.connection.receive([UInt8]("PING\r\nPING\r\n".utf8))
            #expect(await client.reply() == nil)
        }
        await wire(service) { client in
            let flood = [UInt8]((0..<20_000).flatMap { _ in Array("PING\r\n".utf8) })
            client.connection.receive(flood)
            var last = ""
            while let reply = await client.reply() { last = Wire.show(reply) }
            #expect(last == "-ERR more than 1 MiB of commands are waiting")
        }
    }

    @Test("HELLO takes the answer, too, in upper case as well")
    func hello() async {
        await wire(service) { client in
            let answer = await Self.answer(client).uppercased()
            await client.expect("HELLO 3 AUTH default \(answer)", "{*}")
            await client.expect("PING", "+PONG")
        }
    }

    @Test("each further wrong password takes twice as long, and then the address waits, also with the right one")
    func guessing() async {
        await wire(service) { client in
            let start = ContinuousClock.now
            await client.expect("AUTH a", "-WRONGPASS invalid *")
            await client.expect("HELLO 2 AUTH default b", "-WRONGPASS invalid *")
            #expect(ContinuousClock.now - start >= .milliseconds(600))
            await client.expect(
                "AUTH sesame", "-WRONGPASS too many wrong passwords have come from test *; try again in * s")
        }
    }

    @Test("a host that insists on challenges takes no password as it is")
    func challengeOnly() async {
        let service = Wire.service {
            $0.password = Array("sesame".utf8)
            $0.allowsPlainPassword = false
        }
        await wire(service) { client in
            await client.expect("AUTH sesame", "-WRONGPASS *")
            await client.expect("AUTH \(await Self.answer(client))", "+OK")
        }
    }

    @Test("without a password there is nothing to ask for")
    func noPassword() async {
        await wire { client in
            await client.converse(
                "DCHALLENGE -> -ERR DCHALLENGE was called, but no password is set\nDCHALLENGE x -> -ERR wrong number*")
        }
    }
}
