// The host has no memory left for us: each allocation that the debugger makes of it, through Swift, is refused in turn. What asked gets
// an error, the script gives what it always gives, and nothing stays.

import CLuaShim
import Foundation
import Stories
import Testing

@testable import LuaDebugCore

/// A host's heap, which counts what we ask of it, and refuses.
@safe private final class RefusingHeap {
    /// What is asked for now is the debugger's: at a stop, or in a call of it that the host makes.
    private var isOurs = false
    private(set) var asked = 0
    private(set) var bytes = 0
    private let refuseAt: Int
    /// Lua collects and asks again, at once: only when that is refused too has it no memory.
    private let forEver: Bool
    private var isRefused = false

    init(refuseAt: Int, forEver: Bool) {
        self.refuseAt = refuseAt
        self.forEver = forEver
    }

    func newState() -> OpaquePointer? {
        unsafe lua_newstate(
            { heap, block, old, new in
                guard let heap = unsafe heap else { return nil }
                return unsafe Unmanaged<RefusingHeap>.fromOpaque(heap).takeUnretainedValue().allocate(block, old, new)
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    /// What the debugger is asked for.
    func ours<Result>(_ body: () throws -> Result) rethrows -> Result {
        isOurs = true
        defer { isOurs = false }
        return try body()
    }

    private func allocate(_ block: UnsafeMutableRawPointer?, _ old: Int, _ new: Int) -> UnsafeMutableRawPointer? {
        let was = unsafe block == nil ? 0 : old
        if isOurs, new > was {
            if isRefused, !forEver {
                isRefused = false // the second time of asking
                return nil
            }
            asked += 1
            if refuseAt > 0, forEver ? asked >= refuseAt : asked == refuseAt {
                isRefused = true
                return nil
            }
        }
        bytes += new - was
        if new == 0 {
            unsafe free(block)
            return nil
        }
        return unsafe realloc(block, new)
    }
}

@Suite("No memory at a stop")
struct RefusedMemoryTests {
    private static let script = """
        local made, sum = {}, 0
        local function body(a) local b = coroutine.yield(a)
        return a + b
        end
        local shape = setmetatable({1, 2, {3, name = 'inner'}}, {__index = made, __tostring = function() return 'shape' end})
        for i = 1, 3 do made[i] = coroutine.create(body) coroutine.resume(made[i], i) end
        for i = 1, 3 do
          local ok, v = coroutine.resume(made[i], 10)
          sum = sum + v
        end
        pcall(error, 'caught')
        result = sum .. tostring(shape)
        """

    /// What is done at each stop: one look after the other, each for itself.
    private static let looks: [@Sendable (StoppedScript) throws -> Void] = [
        { at in _ = try at.frames() },
        { at in
            for variable in try at.variables(frame: 0, limits: ValueLimits(depth: 3)) { try expand(variable.value, at) }
        },
        { at in _ = try at.evaluate("{1, tostring(1.5), string.rep('x', 100), {}}") },
        { at in _ = try at.execute("local t = {} for i = 1, 20 do t[i] = {i} end return t") },
        { at in _ = try at.evaluate("coroutine.wrap(function() return 1 end)()") },
        { at in
            for coroutine in try at.coroutines() where coroutine.depth > 0 {
                _ = try at.frames(of: coroutine.id)
                _ = try at.variables(frame: 0, of: coroutine.id)
            }
        },
        { at in _ = try at.globals(frame: 0) },
        { at in _ = try at.lastReturn() },
        { at in
            _ = try at.evaluateWatches(frame: 0)
            _ = try at.recording()
            _ = try at.profile()
            _ = try at.source(frame: 0)
        },
    ]

    private static func expand(_ value: Value, _ at: StoppedScript, depth: Int = 3) throws {
        guard depth > 0 else { return } // _G is in itself
        switch value {
        case .table(let table):
            guard let reference = table.reference else { return }
            for entry in try at.entries(of: reference, count: 5).entries {
                try expand(entry.value, at, depth: depth - 1)
            }
            _ = try at.metatable(of: reference)
        case .function(let function):
            guard let reference = function.reference else { return }
            _ = try at.upvalues(of: reference)
        default: break
        }
    }

    /// How the run ends.
    enum End: CaseIterable { case plain, aborted, detached }

    /// How often memory was asked for, and how many looks failed.
    private func scenario(refuseAt: Int, forEver: Bool, end: End) -> (asked: Int, failed: Int, stops: Int) {
        let heap = RefusingHeap(refuseAt: refuseAt, forEver: forEver)
        guard let state = unsafe heap.newState() else { return (0, 0, 0) }
        unsafe luaL_openlibs(state)
        var failed = 0
        /// No memory, and nothing else, may be the reason.
        func may(fail body: () throws -> Void) {
            do { try body() } catch {
                failed += 1
                let error = error as? DebugError
                let isMemory = error?.code == .outOfMemory || error?.message.contains("not enough memory") == true
                if !isMemory || refuseAt == 0 { Issue.record("refused \(refuseAt): \(String(describing: error))") }
            }
        }
        var debugger: Debugger?
        may { debugger = try heap.ours { try unsafe Debugger(attachingTo: state) } }
        var stops = 0
        if let debugger {
            debugger.onStop = { script in
                heap.ours {
                    stops += 1
                    // In the coroutine, and in the script's main function.
                    if stops <= 2 { for look in Self.looks { may { try look(script) } } }
                    switch end {
                    case .aborted where stops == 3: return .abort
                    case .detached where stops == 3: return .detach
                    default: return stops % 2 == 0 ? .stepOver : .continue
                    }
                }
            }
            may {
                try heap.ours {
                    debugger.provideSource([UInt8](Self.script.utf8), for: "memory.lua")
                    try debugger.breakpoints.add(.line(3, in: "memory.lua"), where: "a ~= 2 and b == 10")
                    try debugger.breakpoints.add(.line(9, in: "memory.lua"))
                    try debugger.breakpoints.add(.line(8, in: "memory.lua"), log: "sum is {sum}")
                    try debugger.watches.add("sum * 2")
                    try debugger.tracing.record(lastLines: 20)
                    try debugger.tracing.profile(.exact)
                    debugger.tracing.start(.variables)
                }
            }
        }
        let text = Self.script
        unsafe #expect(luaL_loadbufferx(state, text, text.utf8.count, "@memory.lua", "t") == LUA_OK)
        let status = unsafe lua_pcallk(state, 0, 0, 0, 0, nil)
        if end == .aborted, stops >= 3 {
            #expect(status != LUA_OK)
        } else {
            #expect(status == LUA_OK, "refused \(refuseAt)")
            unsafe lua_getglobal(state, "result")
            let result = unsafe lua_tolstring(state, -1, nil).map { unsafe String(cString: $0) }
            #expect(result == "36shape", "refused \(refuseAt)")
        }
        heap.ours { debugger?.detach() }
        debugger = nil
        unsafe #expect(lua_gethook(state) == nil)
        unsafe lua_close(state)
        #expect(heap.bytes == 0, "refused \(refuseAt): \(heap.bytes) bytes were left")
        return (heap.asked, failed, stops)
    }

    @Test("each is refused in turn, and the script is none the wiser", arguments: End.allCases, [false, true])
    func refused(end: End, forEver: Bool) {
        let (asked, failed, stops) = scenario(refuseAt: 0, forEver: false, end: end)
        #expect(failed == 0)
        #expect(asked > 300)
        #expect(stops >= 3)
        var failures = 0
        // Under a sanitizer it takes very long, and the same code runs each time.
        for n in stride(from: 1, through: asked, by: isSanitized ? 23 : 1) {
            if scenario(refuseAt: n, forEver: forEver, end: end).failed > 0 { failures += 1 }
        }
        // Most of what is asked for is asked by a look, and that has to say so.
        #expect(failures > asked / (isSanitized ? 46 : 2))
    }
}
