// A server with fifty Lua workers (or as many as its argument says), each with a Lua state and a thread of its own: people attach to any of them while all work.
//
// What the debugger needs of the host stands between two lines of dashes: one session for each state, in a registry, and doors to
// the registry for people (a console: `nc 127.0.0.1 port`) and for programs (RESP: `redis-cli -p port`). "end" on the standard
// input ends the server.

import CLuaShim
import Foundation
import LuaDebugConsole
import LuaDebugCore
import LuaDebugRESP
import LuaDebugServer
import Synchronization

let source = """
    function job(n)
        local sum = 0
        for i = 1, n do
            sum = sum + i
        end
        return sum
    end
    """

let count = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 50

/// What the workers share.
struct Work: Sendable {
    var isOver = false
    var isRight = true
    var jobs = 0
    var ended = 0
    /// Workers that have seen a hook in their state.
    var hooked: Set<Int> = []
    var there = 0
    var left = count
}
let work = Mutex(Work())
let everybodyIsThere = DispatchSemaphore(value: 0)
let everybodyLeft = DispatchSemaphore(value: 0)
let registry = SessionRegistry.shared

/// The host, as before: its own state, its own thread, its own calls.
func live(_ number: Int) {
    guard let state = unsafe luaL_newstate() else { fatalError("no memory for a Lua state") }
    unsafe luaL_openlibs(state)

    // ----------------------------------------------------------------------------------------------------------------
    guard let debugger = try? unsafe Debugger(attachingTo: state) else { fatalError("no memory for a debugger") }
    debugger.provideSource([UInt8](source.utf8), for: "worker.lua")
    var settings = HostSettings(whenNobodyIsAttached: .skip, stopLimit: .seconds(600))
    settings.callbacks.log = { FileHandle.standardError.write(Data("\($0)\n".utf8)) }
    let script = Script(source, name: "worker.lua")
    guard let session = try? DebugSession(hosting: debugger, script: script, settings: settings) else { return }
    let id = registry.register(session, name: "worker \(number)", allowsTakeOver: true, allowsKill: true)
    // ----------------------------------------------------------------------------------------------------------------

    guard unsafe luaL_loadbufferx(state, source, source.utf8.count, "@worker.lua", "t") == LUA_OK,
        unsafe lua_pcallk(state, 0, 0, 0, 0, nil) == LUA_OK
    else { fatalError("worker.lua does not load") }
    let isLastToCome = work.withLock { work in
        work.there += 1
        return work.there == count
    }
    if isLastToCome { everybodyIsThere.signal() }
    var n: Int64 = 0
    while !work.withLock(\.isOver) {
        n = n % 100 + 1
        unsafe lua_getglobal(state, "job")
        unsafe lua_pushinteger(state, n)
        let status = unsafe lua_pcallk(state, 1, 1, 0, 0, nil)
        let isRight = unsafe lua_tointegerx(state, -1, nil) == n * (n + 1) / 2
        unsafe lua_settop(state, 0)
        let isHooked = unsafe lua_gethook(state) != nil
        work.withLock { work in
            work.jobs += 1
            if isHooked { work.hooked.insert(number) }
            if status == LUA_OK { work.isRight = work.isRight && isRight } else { work.ended += 1 }
        }
        usleep(2000) // a worker that waits for work
    }

    registry.unregister(id)
    debugger.detach()
    unsafe lua_close(state)
    let isLast = work.withLock { work in
        work.left -= 1
        return work.left == 0
    }
    if isLast { everybodyLeft.signal() }
}

for number in 1...count {
    let thread = Thread { live(number) }
    thread.stackSize = 4 << 20
    thread.start()
}

everybodyIsThere.wait()

let server = LuaDebugServer(
    service: DebugService(registry: registry), console: ConsoleService(registry: registry))
func say(_ text: String) { FileHandle.standardOutput.write(Data("\(text)\n".utf8)) }
say("console on \(try server.listen(console: Endpoint("127.0.0.1:0")))")
say("RESP on \(try server.listen(on: Endpoint("127.0.0.1:0")))")

// One more console where the environment asks for it: of a server that opens no port by itself, this is all that it needs.
let asked = LuaDebugServer.start(as: "workers")

while let line = readLine(), line != "end" {}
await asked?.close()
await server.close()
work.withLock { $0.isOver = true }
everybodyLeft.wait()
let result = work.withLock { $0 }
let hooked = result.hooked.sorted().map { "worker \($0)" }.joined(separator: ", ")
say(
    "jobs done: \(result.jobs > count ? "many" : "\(result.jobs)"), \(result.isRight ? "all of them right" : "some WRONG")"
)
say("jobs ended by a debugger: \(result.ended)")
say("workers that had a hook: \(hooked.isEmpty ? "none" : hooked)")
