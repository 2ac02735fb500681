// Expressions of random programs: most of the right type, some of the wrong one.

extension Generator {
    mutating func number(_ size: Int = 2) -> String {
        if size == 0 || dice.once(in: 3) {
            if !numbers.isEmpty, !dice.once(in: 3) { return dice.pick(numbers) }
            return dice.pick([
                "0", "1", "2", "3", "7", "-1", "0.5", "1e3", "2^53", "1/0", "math.maxinteger", "math.mininteger",
                "0x10",
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
        case 10: return hasVarargs ? "select('#', ...)" : "-(\(number(0)))"
        case 11: return "(tonumber(\(string(size - 1))) or \(number(0)))"
        case 12: return functions.isEmpty ? number(0) : call(size)
        default: return "math.\(dice.pick(["abs", "floor", "type", "tointeger"]))(\(number(size - 1)))"
        }
    }

    mutating func string(_ size: Int = 2) -> String {
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

    mutating func table(_ size: Int = 2) -> String {
        switch dice.roll(0...4) {
        case 0, 1: return dice.pick(tables)
        case 2: return "{}"
        case 3: return "{\(number(size - 1)), \(value(size - 1)), \(string(0))}"
        default: return "{x = \(value(0)), [\(number(0))] = \(number(0)), \(hasVarargs ? "..." : "nil")}"
        }
    }

    mutating func function() -> String {
        if functions.isEmpty || dice.once(in: 3) {
            return dice.pick([
                "function(a, b) return b, a end", "function(...) return select('#', ...), ... end",
                "type", "error", "select", "math.max", "string.upper", "rawlen", "rawequal",
            ])
        }
        return dice.pick(functions)
    }

    mutating func value(_ size: Int = 2) -> String {
        switch dice.roll(0...11) {
        case 0...3: return number(size)
        case 4...6: return string(size)
        case 7: return table(0)
        case 8: return dice.pick(["nil", "true", "false"])
        case 9 where dice.once(in: 4): return "\(dice.pick(tables))[(\(key()))]" // by what a table is, too
        case 9: return dice.pick(tables) + dice.pick([".x", ".y", "[1]", "[2]", "[#T]", ".z.x"])
        case 10: return hasVarargs ? "(...)" : number(0)
        default: return size > 0 && !functions.isEmpty ? call(size - 1) : number(0)
        }
    }

    mutating func condition(_ size: Int = 2) -> String {
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
    mutating func argument() -> String { dice.once(in: 12) ? value(0) : dice.pick([number(1), string(1), table(0)]) }

    mutating func call(_ size: Int) -> String {
        let arguments = (0..<dice.roll(0...3)).map { _ in argument() }.joined(separator: ", ")
        return "\(dice.pick(dice.once(in: 3) && !methodNames.isEmpty ? methodNames : functions))(\(arguments))"
    }

    /// Of those that statements write under.
    ///
    /// No functions of the program's own: two that were made in one place are one key or two, by when Lua has collected.
    mutating func key() -> String {
        switch dice.roll(0...3) {
        case 0: return dice.pick(tables)
        case 1: return dice.pick(["true", "false", "0.5", "-1", "0", "2^53"])
        case 2: return dice.pick(["print", "type", "string.rep"])
        default: return value(0)
        }
    }

    /// What is shown: never an address.
    mutating func shown() -> String {
        switch dice.roll(0...5) {
        case 0, 1: return number()
        case 2, 3: return string()
        case 4: return "type(\(value()))"
        default: return condition()
        }
    }
}
