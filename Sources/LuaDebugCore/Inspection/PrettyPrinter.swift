// Values as text for people: deterministic, with what was cut, cyclic or shared marked.

/// How a value is written out.
public struct PrettyPrinter: Sendable, Hashable {
    /// Spread tables over lines; otherwise all is on one line.
    public var isMultiline: Bool
    /// Bytes of output at most; what is beyond is cut and marked.
    public var bytes: Int

    /// A printer; at least 16 bytes are written.
    public init(isMultiline: Bool = true, bytes: Int = 65_536) {
        self.isMultiline = isMultiline
        self.bytes = max(16, bytes)
    }

    /// The mark of something left out.
    static let cut = "..."

    /// One value.
    public func text(of value: Value) -> String {
        var output = Output(limit: bytes, isMultiline: isMultiline)
        output.labels = Self.labels(for: value)
        output.write(value, indent: 0)
        return output.finish()
    }

    /// Several values, as `print` would separate them on one line.
    public func text(of values: [Value]) -> String { values.map { text(of: $0) }.joined(separator: ", ") }

    /// A number for each table that something else in the value points back to, in order of appearance.
    private static func labels(for value: Value) -> [UInt: Int] {
        var order: [UInt] = []
        var referred: Set<UInt> = []
        func visit(_ value: Value) {
            guard case .table(let table) = value else { return }
            switch table.content {
            case .cycle, .shared: referred.insert(table.identity)
            case .cut: break
            case .entries(let entries, _):
                order.append(table.identity)
                for entry in entries {
                    visit(entry.key)
                    visit(entry.value)
                }
            }
        }
        visit(value)
        var labels: [UInt: Int] = [:]
        for identity in order where referred.contains(identity) { labels[identity] = labels.count + 1 }
        return labels
    }

    private struct Output {
        let limit: Int
        let isMultiline: Bool
        var labels: [UInt: Int] = [:]
        private var text = ""
        private var isFull = false

        init(limit: Int, isMultiline: Bool) {
            self.limit = limit
            self.isMultiline = isMultiline
        }

        func finish() -> String { isFull ? text + PrettyPrinter.cut : text }

        private mutating func put(_ part: String) {
            guard !isFull else { return }
            if text.utf8.count + part.utf8.count > limit {
                isFull = true
                for character in part where text.utf8.count + character.utf8.count <= limit { text.append(character) }
            } else {
                text += part
            }
        }

        mutating func write(_ value: Value, indent: Int) {
            guard !isFull else { return }
            switch value {
            case .nil: put("nil")
            case .boolean(let value): put(value ? "true" : "false")
            case .integer(let value): put("\(value)")
            case .number(let value): put(PrettyPrinter.number(value))
            case .string(let string): put(PrettyPrinter.quoted(string))
            case .function(let function): put(PrettyPrinter.name(of: function))
            case .opaque(let type, _): put("<\(type)>")
            case .table(let table): write(table, indent: indent)
            }
        }

        private mutating func write(_ table: TableValue, indent: Int) {
            let label = labels[table.identity].map { " \($0)" } ?? ""
            switch table.content {
            case .cycle: put("<cycle\(label)>")
            case .shared: put("<table\(label)>")
            case .cut: put(table.length > 0 ? "{\(PrettyPrinter.cut) #\(table.length)}" : "{\(PrettyPrinter.cut)}")
            case .entries(let entries, let omitted):
                if !label.isEmpty { put("<table\(label)>") }
                guard !entries.isEmpty || omitted else { return put("{}") }
                put("{")
                let inner = isMultiline ? "\n" + String(repeating: "  ", count: indent + 1) : " "
                var expected: Int64 = 1
                for (index, entry) in entries.enumerated() {
                    if index > 0 { put(",") }
                    put(inner)
                    if entry.key == .integer(expected) {
                        expected += 1
                    } else {
                        write(key: entry.key, indent: indent + 1)
                        put(" = ")
                    }
                    write(entry.value, indent: indent + 1)
                }
                if omitted { put((entries.isEmpty ? "" : ",") + inner + PrettyPrinter.cut) }
                put(isMultiline ? "\n" + String(repeating: "  ", count: indent) + "}" : " }")
            }
        }

        private mutating func write(key: Value, indent: Int) {
            if case .string(let string) = key, !string.isCut, PrettyPrinter.isName(string.bytes) {
                put(string.text)
            } else {
                put("[")
                write(key, indent: indent)
                put("]")
            }
        }
    }

    // MARK: - Parts

    /// A float always looks like one, so that 3 and 3.0 differ.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "nan" }
        if value.isInfinite { return value < 0 ? "-inf" : "inf" }
        return "\(value)"
    }

    static func name(of function: FunctionValue) -> String {
        guard let chunk = function.chunk else { return "<C function>" }
        guard let lines = function.lines, lines.lowerBound > 0 else { return "<function \(chunk)>" }
        return "<function \(chunk):\(lines.lowerBound)>"
    }

    private static let keywords: Set<String> = [
        "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local", "nil",
        "not",
        "or", "repeat", "return", "then", "true", "until", "while",
    ]

    static func isName(_ bytes: [UInt8]) -> Bool {
        guard let first = bytes.first, !(48...57).contains(first) else { return false }
        let isWord = bytes.allSatisfy {
            (97...122).contains($0) || (65...90).contains($0) || (48...57).contains($0) || $0 == 95
        }
        return isWord && !keywords.contains(String(decoding: bytes, as: UTF8.self))
    }

    /// A Lua literal: every byte that is no printable text is escaped, so that what is shown can be read back.
    static func quoted(_ string: StringValue) -> String {
        var text = "\""
        var rest = string.bytes[...]
        while let byte = rest.first {
            switch byte {
            case 34: text += "\\\""
            case 92: text += "\\\\"
            case 10: text += "\\n"
            case 13: text += "\\r"
            case 9: text += "\\t"
            case 32..<127: text.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                if byte >= 0xC2, let (scalar, length) = Self.scalar(rest) {
                    text.unicodeScalars.append(scalar)
                    rest = rest.dropFirst(length)
                    continue
                }
                let digits = String(byte)
                text += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
            }
            rest = rest.dropFirst()
        }
        text += "\""
        if string.isCut { text += "\(cut) (\(string.length) bytes)" }
        return text
    }

    /// The well-formed, visible character that the bytes begin with.
    private static func scalar(_ bytes: ArraySlice<UInt8>) -> (Unicode.Scalar, Int)? {
        let length = bytes[bytes.startIndex] >= 0xF0 ? 4 : bytes[bytes.startIndex] >= 0xE0 ? 3 : 2
        guard bytes.count >= length, let text = String(validating: bytes.prefix(length), as: UTF8.self),
            let scalar = text.unicodeScalars.first, text.unicodeScalars.count == 1,
            scalar.properties.generalCategory != .control,
            scalar.properties.generalCategory != .format
        else { return nil }
        return (scalar, length)
    }
}

extension Value: CustomStringConvertible {
    /// On one line.
    public var description: String { PrettyPrinter(isMultiline: false, bytes: 4096).text(of: self) }
}
