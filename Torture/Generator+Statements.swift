// Statements of random programs: simple ones, branches and loops.

extension Generator {
    mutating func statement() -> [Statement] {
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

    mutating func simple() -> [Statement] {
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
        case 7: return [Statement("\(dice.pick(tables))[(\(dice.once(in: 2) ? key() : value(1)))] = \(value())")]
        case 8 where !functions.isEmpty: return [Statement(call(2))]
        case 9: return [Statement("print(\n\(shown()),\n\(shown()))")] // lines of its arguments, then the first again
        case 10 where isInCoroutine, 13 where isInCoroutine && dice.once(in: 2):
            return [Statement("G = coroutine.yield(\(value(1)))")]
        case 11:
            return [Statement("if \(condition()) then error(\(dice.pick([string(1), number(0), "{}", "nil"]))) end")]
        default: return [Statement("print(\(shown()), \(shown()))")]
        }
    }

    mutating func branch() -> [Statement] {
        var parts = [Statement.Part(text: "if \(condition()) then", inner: block())]
        if dice.once(in: 3) { parts.append(.init(text: "elseif \(condition()) then", inner: block())) }
        if dice.once(in: 2) { parts.append(.init(text: "else", inner: block())) }
        var made = Statement(parts: parts)
        made.isOnOneLine = dice.once(in: 6)
        return [made]
    }

    mutating func loop() -> [Statement] {
        let variable = name("i")
        let most = dice.roll(0...4)
        numbers.append(variable)
        defer { numbers.removeAll { $0 == variable } }
        var made: Statement
        switch dice.roll(0...7) {
        case 0, 1: made = Statement("for \(variable) = 1, \(most) do", block())
        case 2: made = Statement("for \(variable) = \(most).5, 0, -1.5 do", block())
        case 3:
            made = Statement(
                "for _, \(variable) in ipairs(\(table())) do", block(2) + [Statement("if _ > 5 then break end")])
        case 4:
            made = Statement(
                "local \(variable) = 0\nwhile \(variable) < \(most) do \(variable) = \(variable) + 1", block())
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
                [Statement("if \(condition(1)) then goto \(label) end"), Statement("do", block(2))],
                end: "::\(label):: end")
        }
        made.isOnOneLine = dice.once(in: 8)
        return [made]
    }
}
