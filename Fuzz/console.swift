// Any lines at the console of a script: whatever was typed, the console answers, and the script can be ended.

import Dispatch
import LuaDebugConsole
import LuaDebugCore
import Synchronization

/// What the console has said, the end of it.
private final class Said: Sendable {
    let text = Mutex("")
}

private let source = """
    local n, t = 1, {a = 1, 2}
    local function f(x)
      return x + n
    end
    for i = 1, 3 do
      n = f(i)
    end
    return n
    """

/// One input.
func fuzzConsole(_ bytes: [UInt8]) {
    let done = DispatchSemaphore(value: 0)
    Task.detached {
        await converse(bytes.split(separator: 10).prefix(20).map { String(decoding: $0, as: UTF8.self) })
        done.signal()
    }
    done.wait()
}

private func converse(_ lines: [String]) async {
    var limits = RunLimits.none
    limits.time = .seconds(1)
    limits.memory = 64 << 20
    let session = DebugSession(Script(source, name: "fuzz.lua"), limits: limits, output: { _ in })
    guard (try? await session.start()) != nil else { preconditionFailure("the session does not start") }
    let said = Said()
    let console = Console(session, allowsFiles: false) { text in said.text.withLock { $0 = text } }
    for line in lines {
        await console.interpret(line)
        if await console.isOver { break }
    }
    if !(await console.isOver) {
        if await console.isCollecting { await console.interpret("end") }
        // Of another frame or coroutine, or after the script's end, too.
        await console.interpret("p 6 * 7")
        precondition(said.text.withLock { $0 } == "42", "it answers \(said.text.withLock { $0 })")
    }
    session.abort(by: "fuzz")
    await session.close()
    precondition(session.state == .closed, "it can be ended")
}
