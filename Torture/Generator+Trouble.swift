// Statements of random programs that debuggers have trouble with: protected calls, coroutines, methods, callbacks from C, garbage.

extension Generator {
    mutating func protected() -> [Statement] {
        let handler = dice.pick([
            "function(e) return type(e) end", "function(e) print('handled', type(e)) return e end", "debug.traceback",
            "function(e) error(e) end", "function(e) return debug.traceback('t', 1) end",
            "function(e)\nlocal s = tostring(type(e))\nreturn s\nend",
        ])
        let show = "print(ok, type(e) == 'string' and e or type(e))"
        switch dice.roll(0...5) {
        case 0...2:
            return [
                Statement(
                    "do local ok, e = pcall(function(...)", body([], varargs: true),
                    end: "end, \(value(1))) \(show) end")
            ]
        case 3, 4:
            return [
                Statement(
                    "do local ok, e = xpcall(function(...)", body([], varargs: true),
                    end: "end, \(handler), \(value(1))) \(show) end")
            ]
        default: return [Statement("do local ok, e = pcall(\(function()), \(value(1)), \(value(1))) \(show) end")]
        }
    }

    mutating func coroutine() -> [Statement] {
        let new = name("co")
        let inner = body([], varargs: true, coroutine: true)
        let times = dice.roll(1...4)
        switch dice.roll(0...4) {
        case 0:
            return [
                Statement("local \(new) = coroutine.create(function(...)", inner, end: "end)"),
                Statement(
                    "for i = 1, \(times) do\nlocal ok, e = coroutine.resume(\(new), i)\nprint(ok, type(e) == 'string' and e or type(e), coroutine.status(\(new)))\nend"
                ),
            ]
        case 1:
            return [
                Statement("local \(new) = coroutine.wrap(function(...)", inner, end: "end)"),
                Statement("for i = 1, \(times) do print(pcall(type, (select(2, pcall(\(new), i))))) end"),
            ]
        case 2: // an iterator
            return [
                Statement(
                    "local \(new) = coroutine.wrap(function(...) do", inner, end: "end coroutine.yield(nil) end)"),
                Statement("print(pcall(function() for v in \(new) do\nG = v\nend end))"),
            ]
        case 3: // a yield across pcall and a metamethod
            return [
                Statement(
                    "local \(new) = coroutine.wrap(function(...)\nlocal m = setmetatable({}, {__add = function(a, b)\ncoroutine.yield('add') return 1 end, __index = function(t, k) coroutine.yield(k)\nreturn k end})"
                        + "\nprint(pcall(function() return m + 1, m.key, coroutine.yield('in') end))", inner,
                    end: "end)"),
                Statement(
                    "for i = 1, 6 do local ok, v = pcall(\(new), i) print(ok, type(v) == 'string' and v or type(v)) end"
                ),
            ]
        default: // resumed from elsewhere, and left behind
            return [
                Statement("T[#T + 1] = coroutine.create(function(...)", inner, end: "end)"),
                Statement(
                    "for i = 1, #T do if type(T[i]) == 'thread' then local ok, e = coroutine.resume(T[i], i) print(ok, coroutine.status(T[i])) end end"
                ),
            ]
        }
    }

    mutating func methods() -> [Statement] {
        let new = name("m")
        var fields: [Statement] = []
        let wanted = (0..<dice.roll(3...8)).map { _ in
            dice.pick([
                "__index", "__newindex", "__add", "__concat", "__call", "__eq", "__lt", "__le", "__len", "__tostring",
                "__unm", "__div", "__band", "__sub", "__mul", "__mod", "__pow", "__idiv", "__shl", "__shr", "__bor",
                "__bxor", "__bnot", "__pairs",
            ])
        }
        for event in Set(wanted).sorted() {
            let parameters = event == "__tostring" ? ["_"] : ["_", "k", "v"]
            let needed = ["__tostring": "'shown'", "__pairs": "next, {1, x = 'y', [{}] = 0.5}, nil"]
            // Whatever it returns for pairs now and then: no function, as a rule.
            let returns = event == "__pairs" && dice.once(in: 4) ? nil : needed[event]
            var inner = body([], varargs: false, returns: returns)
            if event == "__newindex" { inner.insert(Statement("rawset(_, k, v)"), at: 0) }
            fields.append(Statement("\(event) = function(\(parameters.joined(separator: ", ")))", inner, end: "end,"))
        }
        let made = Statement("local \(new) = setmetatable({x = 1}, {", fields, end: "})")
        tables.append(new)
        let uses = (0..<dice.roll(2...6)).map { _ in
            if dice.once(in: 8) {
                return Statement(
                    "print(pcall(function(...)\nlocal n = 0 for k, v in pairs(\(new)) do n = n + 1 end return n\nend))")
            }
            return Statement(
                "print(pcall(function(...)\nreturn "
                    + dice.pick([
                        "type(\(new).nothing)", "type(\(new) + 1)", "type(\(new) .. 's')", "type(\(new)(1))",
                        "\(new) == T",
                        "\(new) < 1", "1 <= \(new)", "#\(new)", "tostring(\(new)):sub(1, 5)", "type(-\(new))",
                        "type(\(new) / 2)", "type(1 & \(new))", "type(\(new) - 1)", "type(2 * \(new))",
                        "type(\(new) % 3)", "type(\(new) ^ 2)", "type(7 // \(new))", "type(\(new) << 1)",
                        "type(1 >> \(new))", "type(\(new) | 1)", "type(\(new) ~ \(new))", "type(~\(new))",
                    ]) + "\nend))")
        }
        return [made] + uses + [Statement("\(new).fresh = \(number())")]
    }

    mutating func callbacks() -> [Statement] {
        switch dice.roll(0...4) {
        case 0:
            return [
                Statement(
                    "print(pcall(string.gsub, \(string()), '\(dice.pick([".", "%w", "(.)(.)", "%s*"]))', function(...)",
                    body([], varargs: true), end: "end))")
            ]
        case 1:
            return [
                Statement(
                    "do local t = {3, 1, 2, \(number(0)), 5, 4} print(pcall(table.sort, t, function(a, b)",
                    [Statement("if a ~= b then return a < b end")] + body(["a", "b"], varargs: false),
                    end: "end)) print(t[1], t[2], #t) end")
            ]
        case 2:
            return [Statement("print((\(string())):gsub('%w', {a = 'b', x = \(dice.pick(["1", "false", "'y'"]))}))")]
        case 3:
            return [
                Statement(
                    "do local n = 0 for k, v in pairs(\(dice.pick(tables))) do", [Statement("n = n + 1")],
                    end: "end print(n) end")
            ]
        default:
            return [Statement("print(pcall(table.concat, {1, 2.5, 'x', \(value(0))}, \(string(0))))")]
        }
    }

    mutating func garbage() -> [Statement] {
        let count = name("n")
        switch dice.roll(0...3) {
        case 0: return [Statement("for i = 1, \(dice.roll(10...200)) do local x = {i, {}, tostring(i)} end")]
        case 1: return [Statement("collectgarbage()")]
        case 2: // counted, and shown when nothing can be left
            return [
                Statement(
                    "\(count.uppercased()) = 0\ndo for i = 1, \(dice.roll(1...20)) do setmetatable({}, {__gc = function()\n\(count.uppercased()) = \(count.uppercased()) + 1\nend}) end end"
                ), Statement("collectgarbage() collectgarbage()"), Statement("print(\(count.uppercased()))"),
            ]
        default:
            return [
                Statement(
                    "do local w = setmetatable({}, {__mode = 'v'}) for i = 1, 9 do w[i] = {} end local k = w[3] collectgarbage() print(w[1], k == w[3]) end"
                )
            ]
        }
    }

    mutating func chunk() -> [Statement] {
        let text = dice.pick([
            "return ...", "local a, b = ... return b, a", "X = 1\\nX = 2\\nreturn X", "for i = 1, 2 do\\nX = i\\nend",
            "error(1)", "return 1 +",
            "local function f(n)\\nif n > 0 then\\nreturn f(n - 1) end return n end\\nreturn f(3)",
        ])
        let name = dice.pick(["'=made'", "'@made.lua'", "'return 1'", "nil"])
        return [
            Statement(
                "do local f, e = load('\(text)', \(name)) print(f ~= nil, e)\nif f then print(pcall(f, \(number(0)), \(string(0)))) end end"
            )
        ]
    }

    mutating func curiosity() -> [Statement] {
        let new = name("d")
        switch dice.roll(0...9) {
        case 0: return [Statement("print(debug.getinfo(1, 'l').currentline)")]
        case 1: return [Statement("print((debug.traceback('here', 1)))")]
        case 2:
            return [
                Statement(
                    "for l = 1, 4 do local i = debug.getinfo(l, 'Sln') if i and i.what ~= 'C' then print(i.short_src, i.currentline, i.name, i.namewhat) end end"
                )
            ]
        case 3:
            return [
                Statement(
                    "do local l = 1 while l < 9 and debug.getlocal(1, l) do print((debug.getlocal(1, l))) l = l + 1 end end"
                )
            ]
        case 4: return [Statement("print(debug.gethook())")]
        case 5: // as deep as C goes, and a little more
            return [
                Statement(
                    "local function \(new)(n) if n == 0 then return 'bottom' end local ok, v = pcall(\(new), n - 1) return v end print(\(new)(\(dice.roll(150...260))))"
                )
            ]
        case 6:
            return [Statement("print(coroutine.isyieldable(), (select(2, coroutine.running())))")]
        case 7: return [Statement("print(next({}), rawequal(T, T), #table.pack(table.unpack({1, 2, nil, 4}, 1, 4)))")]
        case 8:
            return [
                Statement(
                    "local function \(new)(n)",
                    [Statement("if n > 0 then return \(new)(n - 1) end"), Statement("return 'done'")]),
                Statement("print(\(new)(\(dice.roll(1...300))))"),
            ]
        default:
            return [Statement("print(pcall(string.rep), pcall(setmetatable, 1, {}), pcall(\(function())))")]
        }
    }
}
