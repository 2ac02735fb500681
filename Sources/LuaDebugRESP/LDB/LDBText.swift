// Values, replies and source lines as LDB writes them: what redis-cli colours by the word in front.

internal import LuaDebugCore

/// Lines of a reply in the dialect; bytes, as the script's own strings and source are.
enum LDBText {
    typealias Line = [UInt8]

    static func line(_ text: String) -> Line { Line(text.utf8) }

    /// A simple string ends at the line: what would end it is a blank.
    static func reply(_ lines: [Line]) -> RESPValue {
        .array(lines.map { line in .simpleString(line.map { $0 == 10 || $0 == 13 ? 32 : $0 }) })
    }

    /// Numbered, with marks of where the script is and where it stops; redis-cli looks at these three columns.
    static func source(_ source: SourceLine, current: Int?) -> Line {
        let mark = (source.number == current ? "->" : "  ") + (source.hasBreakpoint ? "#" : " ")
        return line(mark + "\(source.number)".padded(to: 3) + " ") + source.bytes
    }

    /// Cut to what is wanted, and whether it was.
    static func cut(_ line: Line, to most: Int) -> (line: Line, isCut: Bool) {
        guard most > 0, line.count > most else { return (line, false) }
        return (line[..<most] + Array(" ...".utf8), true)
    }

    // MARK: - Values

    /// How deep tables are shown.
    static let limits: ValueLimits = {
        var limits = ValueLimits(depth: 10, entries: 10_000, bytes: 4 << 20)
        limits.repeatsTables = true
        return limits
    }()

    static func value(_ value: Value) -> Line {
        switch value {
        case .nil, .boolean, .integer, .number: line(value.description)
        case .string(let string): quoted(string.bytes) + (string.isCut ? line(" ... (\(string.length) bytes)") : [])
        case .function, .opaque: quoted(line(value.typeName + "@" + name(of: value)))
        case .table(let table): Self.table(table)
        }
    }

    private static func name(of value: Value) -> String {
        switch value {
        case .function(let function):
            guard let chunk = function.chunk else { return "C" }
            return function.lines.map { "\(chunk):\($0.lowerBound)" } ?? chunk
        case .opaque(_, let identity): return "0x" + String(identity, radix: 16)
        default: return ""
        }
    }

    private static func table(_ table: TableValue) -> Line {
        switch table.content {
        case .cycle, .shared: return line("<cycle>")
        case .cut: return line("<max recursion level reached! Nested table?>")
        case .entries(let entries, let omitted):
            // With holes and other keys all keys are shown.
            let isList = entries.enumerated().allSatisfy { $0.element.key == .integer(Int64($0.offset + 1)) }
            var items = entries.map { entry in
                isList ? value(entry.value) : line("[") + value(entry.key) + line("]=") + value(entry.value)
            }
            if omitted { items.append(line("...")) }
            return line("{") + items.joined(separator: line("; ")) + line("}")
        }
    }

    private static func quoted(_ bytes: [UInt8]) -> Line { line(CommandWords.quoted(bytes)) }

    // MARK: - Replies

    static func shown(_ reply: RESPValue) -> Line {
        func list(_ items: [RESPValue], _ begin: String, _ end: String) -> Line {
            line(begin) + items.map(shown).joined(separator: line(",")) + line(end)
        }
        switch reply {
        case .integer(let number): return line("\(number)")
        case .bulkString(let bytes), .bigNumber(let bytes), .verbatim(_, let bytes): return quoted(bytes)
        case .null: return line("NULL")
        case .simpleString(let bytes): return quoted([UInt8(ascii: "+")] + bytes)
        case .error(let bytes): return quoted([UInt8(ascii: "-")] + bytes)
        case .array(let items), .push(let items): return list(items, "[", "]")
        case .set(let items): return list(items, "~(", ")")
        case .map(let pairs):
            let items = pairs.map { shown($0.key) + line(" => ") + shown($0.value) }
            return line("{") + items.joined(separator: line(",")) + line("}")
        case .boolean(let truth): return line(truth ? "#true" : "#false")
        case .double(let number): return line("(double) " + Value.number(number).description)
        case .attribute(_, let inner): return shown(inner)
        }
    }

    /// A command as it was called, the first ten words of its arguments, cut where they are long.
    static func command(_ words: [[UInt8]]) -> Line {
        let shown = words.prefix(11).map { cut($0, to: 1024).line }
        let more = words.count > 11 ? line(" ... (\(words.count - 11) more)") : []
        return line("<redis> ") + shown.joined(separator: line(" ")) + more
    }

    /// An error as a person reads it: without the code that says nothing.
    static func error(_ message: [UInt8]) -> Line {
        let plain = message.starts(with: Array("ERR ".utf8)) ? Array(message.dropFirst(4)) : message
        return line("<error> ") + plain
    }
}
