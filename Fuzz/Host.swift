// A host for the service that is fuzzed: data and a function for the scripts of its clients, and a script of its own, which they attach to.

import CLuaShim
import Dispatch
import LuaDebugCore
import LuaDebugRESP
import Synchronization

/// What the service is to one client.
enum HostAnswers {
    static var client: HostClient {
        HostClient(
            perform: { words, _ in
                switch String(decoding: words[0], as: UTF8.self).lowercased() {
                case "get", "script", "evalsha": .text("answered")
                default: nil
                }
            },
            script: { (request) throws(ScriptRefusal) in try script(request) })
    }

    private static func script(_ request: ScriptRequest) throws(ScriptRefusal) -> HostScript {
        var environment = HostEnvironment()
        environment.addFunction("redis.call") { call throws(HostError) in
            let words: [[UInt8]] = call.arguments.map {
                if case .string(let text) = $0 { text.bytes } else { [UInt8](String(describing: $0).utf8) }
            }
            guard !words.isEmpty else { throw HostError("a command is missing") }
            request.onCall?(words, .integer(1), call.line)
            call.stops = request.stopsAt?(words) ?? false
            return [.integer(1)]
        }
        environment.addFunction("redis.debug") { call throws(HostError) in
            request.onDebug?(call.arguments, call.line)
            return []
        }
        var source = request.source
        if let function = request.function {
            guard function == [UInt8]("f".utf8) else { throw ScriptRefusal(.error([UInt8]("ERR there is none".utf8))) }
            source = Array(
                "give(function(keys, args)\n  local n = #keys + redis.call('GET', 'k')\n  return n\nend)".utf8)
            environment.preludes = [
                .init("local f\nfunction give(g) f = g end\nreturn function() return f, KEYS, ARGV end")
            ]
        }
        var script = Script(source, name: "user_script")
        script.lists = ["KEYS": request.keys, "ARGV": request.arguments]
        var hosted = HostScript(
            script, reply: { outcome, _ in .text("\(outcome)") }, refusal: { .error([UInt8]("ERR \($0.message)".utf8)) }
        )
        hosted.environment = environment
        hosted.scriptFunctions = "redis"
        hosted.perform = { _ in .text("performed") }
        return hosted
    }
}

/// A thread that calls a Lua function again and again, as if there were no debugger, until it is told to end.
final class FuzzedHost: Sendable {
    private static let source = """
        function job(n)
          local sum = 0
          for i = 1, n do
            sum = sum + i
          end
          return sum
        end
        """

    private static let settings: HostSettings = {
        var settings = HostSettings(whenNobodyIsAttached: .skip)
        settings.callbacks.log = { _ in }
        return settings
    }()

    let registry = SessionRegistry()
    private let isOver = Atomic(false)
    private let gone = DispatchSemaphore(value: 0)
    /// Nobody signals it.
    private let idle = DispatchSemaphore(value: 0)

    init() {
        let ready = DispatchSemaphore(value: 0)
        DispatchQueue(label: "host").async { [self] in live(ready) }
        ready.wait()
    }

    private func live(_ ready: DispatchSemaphore) {
        guard let state = unsafe luaL_newstate(), let debugger = try? unsafe Debugger(attachingTo: state),
            let session = try? DebugSession(
                hosting: debugger, script: Script(Self.source, name: "host.lua"), settings: Self.settings)
        else { preconditionFailure("there is no host") }
        let id = registry.register(session, name: "host", allowsTakeOver: true, allowsKill: true)
        let source = Self.source
        unsafe luaL_openlibs(state)
        guard unsafe luaL_loadbufferx(state, source, source.utf8.count, "@host.lua", "t") == LUA_OK,
            unsafe lua_pcallk(state, 0, 0, 0, 0, nil) == LUA_OK
        else { preconditionFailure("host.lua does not load") }
        ready.signal()
        while !isOver.load(ordering: .acquiring) {
            unsafe lua_getglobal(state, "job")
            unsafe lua_pushinteger(state, 3)
            // Who evaluates may have changed what it answers, and may have ended it.
            unsafe lua_pcallk(state, 1, 1, 0, 0, nil)
            unsafe lua_settop(state, 0)
            _ = idle.wait(timeout: .now() + .microseconds(50))
        }
        registry.unregister(id)
        debugger.detach()
        precondition(unsafe lua_gethook(state) == nil, "a hook is left")
        unsafe lua_close(state)
        gone.signal()
    }

    /// False if clients that are gone hold it.
    func end() -> Bool {
        isOver.store(true, ordering: .releasing)
        return gone.wait(timeout: .now() + 10) == .success
    }
}
