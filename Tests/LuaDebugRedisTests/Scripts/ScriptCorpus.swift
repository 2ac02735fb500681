// The scripts that both sides are given, and the list of what differs.

import Foundation

enum ScriptCorpus {
    static let plain = [conversions, errors, redis, globals, lua51, bits, structs, calls, programs]
    static let withModules = [cjson, cmsgpack]
    static let all = plain + withModules

    /// Debian's modules are there.
    static let hasModules =
        FileManager.default.fileExists(atPath: "/usr/share/lua/5.3/MessagePack.lua")
        && FileManager.default.fileExists(atPath: "/usr/share/lua/5.3/cjson/util.lua")

    /// What is not as in Redis, script by script in the order of the corpus, and why; docs/redis-scripts.md says more.
    static let differences: [(script: String, why: String)] = [
        ("error(12)", "5.3's error puts no place in front of a number."),
        ("if true then", "The compiler's messages write <eof> without quotes."),
        ("return 'unfinished", "The same."),
        ("goto x", "A word of 5.3."),
        ("('x'):bad()", "The messages of 5.3 name a value behind its type."),
        ("return {pcall(string.rep)}", "5.3 finds the names of functions that C calls."),
        ("coroutine.yield(1)", "Another message of Lua's own."),
        ("table.remove(redis, 1)", "There nothing is written to an empty table."),
        ("return _ENV", "Every function of 5.3 has it."),
        ("return string.format('%s %s', 'a', true)", "5.3 makes a string of anything."),
        ("return 10 / 2 .. ''", "A float is written with a point in 5.3, also where it is whole."),
        ("return tostring(2^53)", "The same."),
        ("return 9007199254740993", "An integer of 5.3 has 64 bits."),
        ("return tostring(1234567890123456)", "The same."),
        ("return 1e15 .. ''", "A float as 5.3 writes it."),
        ("return os.clock() >= 0", "Debian's Redis 7.0 has no `os`; others have this one function of it."),
        ("return server == redis", "The name that Valkey has for it."),
        ("return _VERSION", "Lua 5.3 says so."),
        ("return ...", "A chunk of 5.3 has arguments, here none."),
        ("local t = nil; t.x = 1", "The messages of 5.3 name a value behind its type."),
        ("local f, e = loadstring('x =') return e", "The compiler's messages write <eof> without quotes."),
        ("return string.rep('x', -1) .. tostring(-0.0)", "A float is written with a point in 5.3."),
        ("local function f() return f() + 1 end return f()", "Another message of Lua's own."),
        ("return tostring(cjson.null)", "A null pointer as C writes it."),
        ("return 1 // 2", "An operator of 5.3."),
        ("return {cmsgpack.unpack('\\196\\3abc')}", "Debian's module knows the binary type."),
    ]
}
