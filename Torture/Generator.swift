// Random Lua programs that end by construction and tell the same each time: loops have constant bounds, functions burn fuel, and
// nothing that depends on an address or on the clock is shown.

/// Writes one program.
struct Generator {
    var dice: Dice
    /// Names in scope, by what they hold, most of the time.
    var numbers: [String] = []
    var strings: [String] = []
    var tables: [String] = ["T"]
    var functions: [String] = []
    /// Called with a colon: `T:f1`.
    var methodNames: [String] = []
    var names = 0
    var depth = 0
    var hasVarargs = true
    var isInCoroutine = false

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

    static let toString = """
        do local old, getmetatable, type = tostring, getmetatable, type
        function tostring(v)
        local t = type(v)
        if t == 'table' or t == 'function' or t == 'thread' or t == 'userdata' then
        local m = getmetatable(v) if not (m and m.__tostring) then return t end end
        return old(v) end end
        """

    mutating func name(_ kind: String) -> String {
        names += 1
        return "\(kind)\(names)"
    }

    // MARK: - Blocks

    mutating func block(_ most: Int = 4) -> [Statement] {
        depth += 1
        let scope = (numbers, strings, tables, functions, methodNames)
        var statements: [Statement] = []
        for _ in 0..<dice.roll(1...max(1, most - depth / 2)) { statements += statement() }
        (numbers, strings, tables, functions, methodNames) = scope
        depth -= 1
        return statements
    }

    /// What a function has inside; `parameters` are numbers, as a rule.
    ///
    /// One that stands in a coroutine's function may yield, too: below pcall, in a metamethod, and where C calls it and it cannot.
    mutating func body(
        _ parameters: [String], varargs: Bool, coroutine: Bool? = nil, hasSelf: Bool = false, returns: String? = nil
    ) -> [Statement] {
        let outer = (hasVarargs, isInCoroutine, numbers, tables)
        (hasVarargs, isInCoroutine) = (varargs, coroutine ?? isInCoroutine)
        numbers += parameters
        if hasSelf { tables.append("self") }
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
        (hasVarargs, isInCoroutine, numbers, tables) = outer
        return statements
    }

    mutating func definition() -> [Statement] {
        let parameters = Array(["a", "b", "c"].prefix(dice.roll(0...3)))
        let varargs = dice.once(in: 3)
        let list = (parameters + (varargs ? ["..."] : [])).joined(separator: ", ")
        let new = name("f")
        switch dice.roll(0...5) {
        case 5:
            let table = dice.pick(tables)
            let made = Statement("function \(table):\(new)(\(list))", body(parameters, varargs: varargs, hasSelf: true))
            methodNames.append("\(table):\(new)")
            return [made]
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
}
