// The oracle: a bare line hook on liblua itself, none of our own code in between.

import Stories
import CLuaShim
import Testing

@testable import LuaDebugCore

/// Chunk and line of every line event of a corpus program, coroutines included (they inherit a C hook).
func bareLines(of program: String) async throws -> [String] {
    let source = try Corpus.source(program)
    let result: Result<[String], any Error> = await withCheckedContinuation { answer in
        do {
            try ScriptThread.start { answer.resume(returning: Result { try trace(source, program) }) }
        } catch {
            answer.resume(returning: .failure(error))
        }
    }
    return try result.get()
}

private final class Lines {
    var all: [String] = []
}

private struct NoState: Error {}

private func trace(_ source: [UInt8], _ program: String) throws -> [String] {
    guard let state = unsafe luaL_newstate() else { throw NoState() }
    defer { unsafe lua_close(state) }
    unsafe luaL_openlibs(state)
    // The same output work (tostring may call the script), without the output.
    let quiet = "local s = select print = function(...) for i = 1, s('#', ...) do tostring((s(i, ...))) end end"
    unsafe #expect(luaL_loadbufferx(state, quiet, quiet.utf8.count, "=driver", nil) == LUA_OK)
    unsafe #expect(lua_pcallk(state, 0, 0, 0, 0, nil) == LUA_OK)
    let loaded = unsafe source.withUnsafeBytes { bytes in
        unsafe luaL_loadbufferx(
            state, bytes.assumingMemoryBound(to: CChar.self).baseAddress, bytes.count, "@" + program, "t")
    }
    #expect(loaded == LUA_OK)
    let lines = Lines()
    // Coroutines are given the main thread's extra space when they are made.
    let extra = unsafe UnsafeMutableRawPointer(state).advanced(by: -MemoryLayout<UnsafeRawPointer>.size)
    unsafe extra.storeBytes(of: Unmanaged.passUnretained(lines).toOpaque(), as: UnsafeMutableRawPointer.self)
    unsafe lua_sethook(state, onLine, LUA_MASKLINE, 0)
    _ = unsafe lua_pcallk(state, 0, LUA_MULTRET, 0, 0, nil)
    unsafe lua_sethook(state, nil, 0, 0)
    return lines.all
}

private let LUA_MASKLINE: Int32 = 1 << LUA_HOOKLINE

private func onLine(_ state: OpaquePointer?, _ activation: UnsafeMutablePointer<lua_Debug>?) {
    guard let state = unsafe state, let activation = unsafe activation else { return }
    let extra = unsafe UnsafeMutableRawPointer(state).advanced(by: -MemoryLayout<UnsafeRawPointer>.size)
    let lines = unsafe Unmanaged<Lines>.fromOpaque(extra.load(as: UnsafeMutableRawPointer.self)).takeUnretainedValue()
    _ = unsafe lua_getinfo(state, "S", activation)
    let source = unsafe String(cString: activation.pointee.source)
    guard source != "=driver" else { return }
    let short = unsafe withUnsafeBytes(of: activation.pointee.short_src) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    let name = source.hasPrefix("@") || source.hasPrefix("=") ? String(source.dropFirst()) : short
    let line = unsafe activation.pointee.currentline
    lines.all.append(line > 0 ? "\(name):\(line)" : name)
}
