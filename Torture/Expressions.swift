// What is evaluated in a stopped program: none of it changes what the program does.

import LuaDebugCore

/// Expressions that call no function or metamethod of the script's.
enum Expressions {
    static func any(_ dice: inout Dice) -> LuaText {
        let names =
            ["n", "s", "t", "f", "i", "m", "co"].map { "\($0)\(dice.roll(1...30))" } + ["a", "b", "c", "k", "v"]
        let name = dice.pick(names)
        return LuaText(
            dice.pick([
                "true", "false", "nil", "1", "fuel", "fuel % 7 == 0", "fuel > 40", "G", "T", "not G", "#T", "T.x",
                "T[1]", name,
                "type(\(name))", "\(name) == 1", "rawequal(\(name), G)", "\(name) ~= nil", "select('#', ...)", "...",
                "nosuch.field", "error('evaluated')", "error({})", "string.rep('x', 100)", "coroutine.running()",
                "(function() return fuel end)()", "pcall(error, 'x')", "coroutine.yield(1)",
                "coroutine.wrap(function() coroutine.yield(\(name)) end)()", "{\(name), {1, 2, {3}}}",
                "(function() local t = {} for i = 1, 50 do t[i] = {i} end return #t end)()", "debug.traceback('here')",
                "setmetatable({}, {__index = function(t, k) return k end}).key", "math.maxinteger + 1", "1 // 0",
                "load('return 1')()", "debug.getinfo(1, 'l').currentline", "xpcall(error, debug.traceback)",
                "table.concat({1, 2, 3}, ',')", "select(2, pcall(string.rep))",
                "(('x'):gsub('.', function(c) return c .. c end))",
            ]))
    }

    /// For a condition: rarely one that fails, and so stops.
    static func condition(_ dice: inout Dice) -> LuaText? {
        dice.once(in: 3) ? nil : any(&dice)
    }

    static func statement(_ dice: inout Dice) -> LuaText {
        LuaText(
            dice.pick([
                "local x = 1 return x, x + 1", "for i = 1, 10 do local t = {} end", "error('executed')", "return",
                "local c = coroutine.create(function() coroutine.yield() end) coroutine.resume(c)",
                "goto out ::out:: return ...", "pcall(function() error('x') end)",
            ]))
    }
}
