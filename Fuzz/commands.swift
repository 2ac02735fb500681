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

private let service: DebugService = {
    var configuration = DebugService.Configuration()
    configuration.budget.milliseconds = 50
    configuration.limits.time = .seconds(1)
    configuration.limits.memory = 64 << 20
    configuration.output = { _ in }
    return DebugService(configuration: configuration)
}()

/// What libFuzzer calls.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe Pieces(start, count)
    let done = DispatchSemaphore(value: 0)
    Task.detached {
        await converse(input.pieces)
        done.signal()
    }
    done.wait()
    return 0
}

private func converse(_ pieces: [ArraySlice<UInt8>]) async {
    let client = Client()
    let connection = DebugConnection(
        service: service, peer: "fuzz", send: { bytes in client.bytes.withLock { $0 += bytes } },
        close: { client.isClosed.withLock { $0 = true } })
    // A session to be in, as a rule.
    connection.receive(
        Array("DEVAL \"local n, t = 1, {a = 1}\\nfor i = 1, 3 do\\n  n = n + i\\nend\\nreturn n\" 1 k a\r\n".utf8))
    for piece in pieces { connection.receive(Array(piece)) }
    // All that has come is answered, then it closes; a script that was left to run has a second.
    connection.ended()
    let patience = ContinuousClock.now + .seconds(15)
    while !client.isClosed.withLock({ $0 }) {
        precondition(ContinuousClock.now < patience, "it neither answers nor closes")
        try? await Task.sleep(for: .microseconds(50))
    }
    connection.closed()
    while !service.sessions.isEmpty {
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
