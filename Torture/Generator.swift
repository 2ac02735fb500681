// Random Lua programs that end by construction and tell the same each time: loops have constant bounds, functions burn fuel, and
// nothing that depends on an address or on the clock is shown.

/// Writes one program.
struct Generator {
    private var dice: Dice
    /// Names in scope, by what they hold, most of the time.
    private var numbers: [String] = []
    private var strings: [String] = []
    private var tables: [String] = ["T"]
    private var functions: [String] = []
    private var names = 0
    private var depth = 0
    private var hasVarargs = true
    private var isInCoroutine = false

    init(seed: UInt64) { dice = Dice(seed) }

    /// A program: `fuel` is what every function burns some of, and past its end each call fails.
    static func program(seed: UInt64) -> [Statement] {
        var generator = Generator(seed: seed)
        var statements = [
            Statement("local fuel = \(generator.dice.pick([50, 200, 400]))"), Statement("T = {}"),
        ]
        // Tables and functions are shown by their type: where they lie is another place each time.
        statements.append(Statement(Self.toString))
        for _ in 0..<generator.dice.roll(4...14) {
            // An error would end all of it, so most statements are where one is caught.
            statements += generator.dice.once(in: 4) ? generator.statement() : generator.protected()
        }
        if generator.dice.once(in: 4) { statements.append(Statement("return " + generator.value())) }
        return statements
    }

    private static let toString = """
        do local old, getmetatable, type = tostring, getmetatable, type
        function tostring(v)
        local t = type(v)
        if t == 'table' or t == 'function' or t == 'thread' or t == 'userdata' then
        local m = getmetatable(v) if not (m and m.__tostring) then return t end end
        return old(v) end end
        """

    private mutating func name(_ kind: String) -> String {
        names += 1
        return "\(kind)\(names)"
    }

    // MARK: - Expressions

    private mutating func number(_ size: Int = 2) -> String {
        if size == 0 || dice.once(in: 3) {
            if !numbers.isEmpty, !dice.once(in: 3) { return dice.pick(numbers) }
            return dice.pick([
                "0", "1", "2", "3", "7", "-1", "0.5", "1e3", "2^53", "1/0", "math.maxinteger", "math.mininteger", "0x10",
                "3.0", "\(dice.roll(-50...50))",
            ])
        }
        switch dice.roll(0...13) {
        case 0...5:
            return "(\(number(size - 1)) \(dice.pick(["+", "-", "*", "+", "-"])) \(number(size - 1)))"
        case 6: return "(\(number(size - 1)) \(dice.pick(["/", "//", "%", "^"])) \(number(size - 1)))"
        case 7: return "(\(number(0)) \(dice.pick(["&", "|", "~", "<<", ">>"])) \(number(0)))"
        case 8: return "#\(string(0))"
        case 9: return "#\(dice.pick(tables))"
        case 10: return hasVarargs ? "select('#', ...)" : "-\(number(0))"
        case 11: return "(tonumber(\(string(size - 1))) or \(number(0)))"
        case 12: return functions.isEmpty ? number(0) : call(size)
        default: return "math.\(dice.pick(["abs", "floor", "type", "tointeger"]))(\(number(size - 1)))"
        }
    }

    private mutating func string(_ size: Int = 2) -> String {
        if size == 0 || dice.once(in: 3) {
            if !strings.isEmpty, !dice.once(in: 3) { return dice.pick(strings) }
            return dice.pick(["'a'", "'bc'", "''", "'10'", "'x y z'", "'\\0\\255'", "[[\n]]", "'k\(dice.roll(1...5))'"])
        }
        switch dice.roll(0...7) {
        case 0, 1: return "(\(string(size - 1)) .. \(dice.once(in: 3) ? number(size - 1) : string(size - 1)))"
        case 2: return "(\(string(size - 1))):sub(\(dice.roll(-3...3)), \(dice.roll(-2...9)))"
        case 3: return "(\(string(0))):rep(\(dice.roll(0...3)), ',')"
        case 4: return "tostring(\(number(size - 1)))"
        case 5: return "(\(string(size - 1))):\(dice.pick(["upper", "lower", "reverse"]))()"
        case 6: return "string.format('%s %q', type(\(value(0))), \(string(0)))"
        default: return "type(\(value(size - 1)))"
        }
    }

    private mutating func table(_ size: Int = 2) -> String {
        switch dice.roll(0...4) {
        case 0, 1: return dice.pick(tables)
        case 2: return "{}"
        case 3: return "{\(number(size - 1)), \(value(size - 1)), \(string(0))}"
        default: return "{x = \(value(0)), [\(number(0))] = \(number(0)), \(hasVarargs ? "..." : "nil")}"
        }
    }

    private mutating func function() -> String {
        if functions.isEmpty || dice.once(in: 3) {
            return dice.pick([
                "function(a, b) return b, a end", "function(...) return select('#', ...), ... end",
                "type", "error", "select", "math.max", "string.upper", "rawlen", "rawequal",
            ])
        }
        return dice.pick(functions)
    }

    private mutating func value(_ size: Int = 2) -> String {
        switch dice.roll(0...11) {
        case 0...3: return number(size)
        case 4...6: return string(size)
        case 7: return table(0)
        case 8: return dice.pick(["nil", "true", "false"])
        case 9: return dice.pick(tables) + dice.pick([".x", ".y", "[1]", "[2]", "[#T]", ".z.x"])
        case 10: return hasVarargs ? "(...)" : number(0)
        default: return size > 0 && !functions.isEmpty ? call(size - 1) : number(0)
        }
    }

    private mutating func condition(_ size: Int = 2) -> String {
        switch dice.roll(0...8) {
        case 0, 1: return "\(number(size)) \(dice.pick(["<", "<=", ">", ">=", "==", "~="])) \(number(size))"
        case 2: return "\(string(0)) \(dice.pick(["<", "==", "~="])) \(string(0))"
        case 3: return "not \(value(0))"
        case 4: return size == 0 ? "true" : "(\(condition(size - 1)) and \(condition(size - 1)))"
        case 5: return size == 0 ? "false" : "(\(condition(size - 1)) or \(condition(size - 1)))"
        case 6: return "fuel % 2 == 0"
        default: return value(0)
        }
    }

    /// Once in a while of the wrong type.
    private mutating func argument() -> String { dice.once(in: 12) ? value(0) : dice.pick([number(1), string(1), table(0)]) }

    private mutating func call(_ size: Int) -> String {
        let arguments = (0..<dice.roll(0...3)).map { _ in argument() }.joined(separator: ", ")
        return "\(dice.pick(functions))(\(arguments))"
    }

    /// What is shown: never an address.
    private mutating func shown() -> String {
        switch dice.roll(0...5) {
        case 0, 1: return number()
        case 2, 3: return string()
        case 4: return "type(\(value()))"
        default: return condition()
        }
    }

    // MARK: - Blocks

    private mutating func block(_ most: Int = 4) -> [Statement] {
        depth += 1
        let scope = (numbers, strings, tables, functions)
        var statements: [Statement] = []
        for _ in 0..<dice.roll(1...max(1, most - depth / 2)) { statements += statement() }
        (numbers, strings, tables, functions) = scope
        depth -= 1
        return statements
    }

    /// What a function has inside; `parameters` are numbers, as a rule.
    private mutating func body(
        _ parameters: [String], varargs: Bool, coroutine: Bool = false, returns: String? = nil
    ) -> [Statement] {
        let outer = (hasVarargs, isInCoroutine, numbers)
        (hasVarargs, isInCoroutine) = (varargs, coroutine)
        numbers += parameters
        var statements = [Statement("fuel = fuel - 1 if fuel < 0 then error('fuel') end")]
        statements += block()
        switch dice.roll(0...5) {
        case _ where returns != nil: statements.append(Statement("return " + (returns ?? "")))
        case 0: break
        case 1 where !functions.isEmpty: statements.append(Statement("return " + call(1)))
        case 2 where varargs: statements.append(Statement("return ..."))
        case 3: statements.append(Statement("return \(value()), \(value())"))
        default: statements.append(Statement("return " + number()))
        }
        (hasVarargs, isInCoroutine, numbers) = outer
        return statements
    }

    private mutating func definition() -> [Statement] {
        let parameters = Array(["a", "b", "c"].prefix(dice.roll(0...3)))
        let varargs = dice.once(in: 3)
        let list = (parameters + (varargs ? ["..."] : [])).joined(separator: ", ")
        let new = name("f")
        switch dice.roll(0...4) {
        case 0:
            let made = Statement("function \(new.uppercased())(\(list))", body(parameters, varargs: varargs))
            functions.append(new.uppercased())
            return [made]
        case 1:
            let table = dice.pick(tables)
            let made = Statement("function \(table).\(new)(\(list))", body(parameters, varargs: varargs))
            functions.append("\(table).\(new)")
            return [made]
        case 2:
            functions.append(new) // recursive
            return [Statement("local function \(new)(\(list))", body(parameters, varargs: varargs))]
        case 3: // a closure that counts
            let count = name("n")
            numbers.append(count)
            let made = Statement(
                "local \(count) = 0\nlocal \(new) = function(\(list))",
                [Statement("\(count) = \(count) + 1")] + body(parameters, varargs: varargs))
            functions.append(new)
            return [made]
        default:
            var made = Statement("local \(new) = function(\(list))", body(parameters, varargs: varargs))
            made.isOnOneLine = dice.once(in: 3)
            functions.append(new)
            return [made]
        }
    }

    // MARK: - Statements

    private mutating func statement() -> [Statement] {
        if depth > 4 { return simple() }
        switch dice.roll(0...29) {
        case 0...7: return simple()
        case 8...10: return definition()
        case 11...12: return branch()
        case 13...16: return loop()
        case 17...19: return protected()
        case 20...22: return coroutine()
        case 23: return methods()
        case 24...25: return callbacks()
        case 26: return garbage()
        case 27: return chunk()
        case 28: return curiosity()
        default:
            var inner = Statement("do", block())
            inner.isOnOneLine = dice.once(in: 4)
            return [inner]
        }
    }

    private mutating func simple() -> [Statement] {
        switch dice.roll(0...13) {
        case 0, 1:
            let new = name("n")
            let made = Statement("local \(new) = \(number())")
            numbers.append(new)
            return [made]
        case 2:
            let new = name("s")
            let made = Statement("local \(new) = (\(string())):sub(1, 40)")
            strings.append(new)
            return [made]
        case 3:
            let new = name("t")
            let made = Statement("local \(new) = \(table())")
            tables.append(new)
            return [made]
        case 4: return [Statement("\(numbers.isEmpty ? "G" : dice.pick(numbers)) = \(number())")]
        case 5: return [Statement("\(strings.isEmpty ? "S" : dice.pick(strings)) = (\(string())):sub(-30)")]
        case 6: return [Statement("\(dice.pick(tables))\(dice.pick([".x", ".y", "[1]", "[#T + 1]"])) = \(value())")]
        case 7: return [Statement("\(dice.pick(tables))[\(value(1))] = \(value())")]
        case 8 where !functions.isEmpty: return [Statement(call(2))]
        case 9: return [Statement("print(\n\(shown()),\n\(shown()))")] // lines of its arguments, then the first again
        case 10 where isInCoroutine: return [Statement("G = coroutine.yield(\(value(1)))")]
        case 11: return [Statement("if \(condition()) then error(\(dice.pick([string(1), number(0), "{}", "nil"]))) end")]
        default: return [Statement("print(\(shown()), \(shown()))")]
        }
    }

    private mutating func branch() -> [Statement] {
        var parts = [Statement.Part(text: "if \(condition()) then", inner: block())]
        if dice.once(in: 3) { parts.append(.init(text: "elseif \(condition()) then", inner: block())) }
        if dice.once(in: 2) { parts.append(.init(text: "else", inner: block())) }
        var made = Statement(parts: parts)
        made.isOnOneLine = dice.once(in: 6)
        return [made]
    }

    private mutating func loop() -> [Statement] {
        let variable = name("i")
        let most = dice.roll(0...4)
        numbers.append(variable)
        defer { numbers.removeAll { $0 == variable } }
        var made: Statement
        switch dice.roll(0...7) {
        case 0, 1: made = Statement("for \(variable) = 1, \(most) do", block())
        case 2: made = Statement("for \(variable) = \(most).5, 0, -1.5 do", block())
        case 3:
            made = Statement("for _, \(variable) in ipairs(\(table())) do", block(2) + [Statement("if _ > 5 then break end")])
        case 4: made = Statement("local \(variable) = 0\nwhile \(variable) < \(most) do \(variable) = \(variable) + 1", block())
        case 5:
            made = Statement(
                "local \(variable) = 0\nrepeat \(variable) = \(variable) + 1 local l = \(variable)", block(),
                end: "until l >= \(most) or \(condition(1))")
        case 6: // backwards
            let label = name("again")
            made = Statement(
                "do local \(variable) = 0\n::\(label)::", block(2),
                end: "\(variable) = \(variable) + 1 if \(variable) < \(most) then goto \(label) end end")
        default: // to the loop's end
            let label = name("next")
            made = Statement(
                "for \(variable) = 1, \(most) do",
                [Statement("if \(condition(1)) then goto \(label) end"), Statement("do", block(2))], end: "::\(label):: end")
        }
        made.isOnOneLine = dice.once(in: 8)
        return [made]
    }

    private mutating func protected() -> [Statement] {
        let handler = dice.pick([
            "function(e) return type(e) end", "function(e) print('handled', type(e)) return e end", "debug.traceback",
            "function(e) error(e) end", "function(e) return debug.traceback('t', 1) end",
            "function(e)\nlocal s = tostring(type(e))\nreturn s\nend",
        ])
        let show = "print(ok, type(e) == 'string' and e or type(e))"
        switch dice.roll(0...5) {
        case 0...2:
            return [
                Statement("do local ok, e = pcall(function(...)", body([], varargs: true), end: "end, \(value(1))) \(show) end")
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

    private mutating func coroutine() -> [Statement] {
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
                Statement("local \(new) = coroutine.wrap(function(...) do", inner, end: "end coroutine.yield(nil) end)"),
                Statement("print(pcall(function() for v in \(new) do\nG = v\nend end))"),
            ]
        case 3: // a yield across pcall and a metamethod
            return [
                Statement(
                    "local \(new) = coroutine.wrap(function()\nlocal m = setmetatable({}, {__add = function(a, b)\ncoroutine.yield('add') return 1 end, __index = function(t, k) coroutine.yield(k)\nreturn k end})"
                        + "\nprint(pcall(function() return m + 1, m.key, coroutine.yield('in') end))", inner, end: "end)"),
                Statement("for i = 1, 6 do local ok, v = pcall(\(new), i) print(ok, type(v) == 'string' and v or type(v)) end"),
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

    private mutating func methods() -> [Statement] {
        let new = name("m")
        var fields: [Statement] = []
        let wanted = (0..<dice.roll(2...5)).map { _ in
            dice.pick([
                "__index", "__newindex", "__add", "__concat", "__call", "__eq", "__lt", "__le", "__len", "__tostring", "__unm",
                "__div", "__band",
            ])
        }
        for event in Set(wanted).sorted() {
            let parameters = event == "__tostring" ? ["_"] : ["_", "k", "v"]
            var inner = body([], varargs: false, returns: event == "__tostring" ? "'shown'" : nil)
            if event == "__newindex" { inner.insert(Statement("rawset(_, k, v)"), at: 0) }
            fields.append(Statement("\(event) = function(\(parameters.joined(separator: ", ")))", inner, end: "end,"))
        }
        let made = Statement("local \(new) = setmetatable({x = 1}, {", fields, end: "})")
        tables.append(new)
        let uses = (0..<dice.roll(1...4)).map { _ in
            Statement(
                "print(pcall(function(...)\nreturn "
                    + dice.pick([
                        "type(\(new).nothing)", "type(\(new) + 1)", "type(\(new) .. 's')", "type(\(new)(1))", "\(new) == T",
                        "\(new) < 1", "1 <= \(new)", "#\(new)", "tostring(\(new)):sub(1, 5)", "type(-\(new))",
                        "type(\(new) / 2)", "type(1 & \(new))",
                    ]) + "\nend))")
        }
        return [made] + uses + [Statement("\(new).fresh = \(number())")]
    }

    private mutating func callbacks() -> [Statement] {
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
        case 2: return [Statement("print((\(string())):gsub('%w', {a = 'b', x = \(dice.pick(["1", "false", "'y'"]))}))")]
        case 3:
            return [
                Statement("do local n = 0 for k, v in pairs(\(dice.pick(tables))) do", [Statement("n = n + 1")], end: "end print(n) end")
            ]
        default:
            return [Statement("print(pcall(table.concat, {1, 2.5, 'x', \(value(0))}, \(string(0))))")]
        }
    }

    private mutating func garbage() -> [Statement] {
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

    private mutating func chunk() -> [Statement] {
        let text = dice.pick([
            "return ...", "local a, b = ... return b, a", "X = 1\\nX = 2\\nreturn X", "for i = 1, 2 do\\nX = i\\nend",
            "error('in the chunk')", "return 1 +", "local function f(n)\\nif n > 0 then\\nreturn f(n - 1) end return n end\\nreturn f(3)",
        ])
        let name = dice.pick(["'=made'", "'@made.lua'", "'return 1'", "nil"])
        return [
            Statement(
                "do local f, e = load('\(text)', \(name)) print(f ~= nil, e)\nif f then print(pcall(f, \(number(0)), \(string(0)))) end end")
        ]
    }

    private mutating func curiosity() -> [Statement] {
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
        case 3: return [Statement("do local l = 1 while l < 9 and debug.getlocal(1, l) do print((debug.getlocal(1, l))) l = l + 1 end end")]
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
                Statement("local function \(new)(n)", [Statement("if n > 0 then return \(new)(n - 1) end"), Statement("return 'done'")]),
                Statement("print(\(new)(\(dice.roll(1...300))))"),
            ]
        default:
            return [Statement("print(pcall(string.rep), pcall(setmetatable, 1, {}), pcall(\(function())))")]
        }
    }
}
