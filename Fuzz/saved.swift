// Any text as a file of breakpoints: it is read, and what is saved then is read as the same.

import Dispatch
import LuaDebugConsole
import LuaDebugCore

/// One input.
func fuzzSaved(_ bytes: [UInt8]) {
    let done = DispatchSemaphore(value: 0)
    Task.detached {
        await check(String(decoding: bytes, as: UTF8.self))
        done.signal()
    }
    done.wait()
}

private func check(_ text: String) async {
    let once = await saved(after: text)
    let twice = await saved(after: once)
    precondition(twice == once, "read again it is \(twice), not \(once)")
}

/// What `save` would write after this was read.
private func saved(after text: String) async -> String {
    var limits = RunLimits.none
    limits.time = .seconds(1)
    limits.memory = 64 << 20
    let source = "local n, t = 1, {a = 1}\nlocal function f(x)\n  return x + n\nend\nfor i = 1, 3 do n = f(i) end"
    let session = DebugSession(Script(source, name: "fuzz.lua"), limits: limits, output: { _ in })
    guard (try? await session.start()) != nil else { preconditionFailure("the session does not start") }
    let console = Console(session, allowsFiles: false) { _ in }
    try? await console.run(text, from: "fuzz")
    let saved = await console.saved()
    session.abort(by: "fuzz")
    await session.close()
    precondition(session.state == .closed, "it can be ended")
    return saved
}
