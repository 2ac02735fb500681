// Any bytes from a client of the debug service: it answers or closes, and when the client has gone nothing is left.

import Dispatch
import LuaDebugCore
import LuaDebugRESP
import Synchronization

/// What the service has sent.
private final class Client: Sendable {
    let bytes = Mutex<[UInt8]>([])
    let isClosed = Mutex(false)
}

/// A service that asks for a password, or does not.
private func service(_ host: FuzzedHost, isGuarded: Bool) -> DebugService {
    var configuration = DebugService.Configuration()
    configuration.budget.milliseconds = 50
    configuration.limits.time = .seconds(1)
    configuration.limits.memory = 64 << 20
    configuration.output = { _ in }
    configuration.client = { HostAnswers.client }
    if isGuarded {
        configuration.password = Array("secret".utf8)
        // A wrong one takes its time.
        configuration.tries = 2
    }
    return DebugService(configuration: configuration, registry: host.registry)
}

/// One input.
func fuzzCommands(_ bytes: [UInt8]) {
    let input = Pieces(bytes)
    let host = FuzzedHost()
    let done = DispatchSemaphore(value: 0)
    Task.detached {
        await converse(input, host)
        done.signal()
    }
    done.wait()
    precondition(host.end(), "the host is held by who is gone")
}

private func converse(_ input: Pieces, _ host: FuzzedHost) async {
    let client = Client()
    let isGuarded = input.seed >= 128
    let service = service(host, isGuarded: isGuarded)
    let connection = DebugConnection(
        service: service, peer: "fuzz", send: { bytes in client.bytes.withLock { $0 += bytes } },
        close: { client.isClosed.withLock { $0 = true } })
    // A session to be in, as a rule; of a script of its own, or, after the password or outside of it, what the input asks for.
    if !isGuarded, input.seed & 64 == 0 {
        connection.receive(
            Array("DEVAL \"local n, t = 1, {a = 1}\\nfor i = 1, 3 do\\n  n = n + i\\nend\\nreturn n\" 1 k a\r\n".utf8))
    }
    for piece in input.pieces { connection.receive(Array(piece)) }
    // All that has come is answered, then it closes; a script that was left to run has a second.
    connection.ended()
    let patience = ContinuousClock.now + .seconds(15)
    var held: ContinuousClock.Instant?
    while !client.isClosed.withLock({ $0 }) {
        // A RUN of the host's script waits for a stop that may never come: a server gives a peer that sends no more some seconds, this
        // client leaves at once.
        if service.sessions.contains(where: { $0.name == "host" && $0.holder != nil }) {
            if held == nil { held = .now }
        } else {
            held = nil
        }
        if let held, ContinuousClock.now > held + .milliseconds(20) { break }
        precondition(ContinuousClock.now < patience, "it neither answers nor closes")
        try? await Task.sleep(for: .microseconds(50))
    }
    connection.closed()
    while service.sessions.contains(where: { $0.name != "host" || $0.holder != nil || $0.observers > 0 }) {
        precondition(ContinuousClock.now < patience, "a session was left")
        try? await Task.sleep(for: .microseconds(50))
    }
    check(client.bytes.withLock { $0 })
}

/// Whatever was sent is RESP, in one version or the other.
private func check(_ bytes: [UInt8]) {
    var decoder = RESPDecoder()
    decoder.feed(bytes)
    do throws(RESPError) {
        while try decoder.next() != nil {}
    } catch {
        preconditionFailure("a reply is malformed: \(error)")
    }
    precondition(!decoder.isMidValue, "a reply is cut")
}
