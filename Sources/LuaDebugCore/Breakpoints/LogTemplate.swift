// The message of a log point: text with expressions in braces.

/// `{expression}` is replaced by its value; `{{` and `}}` stand for braces.
struct LogTemplate: Sendable, Hashable {
    enum Part: Sendable, Hashable {
        case text([UInt8])
        case expression([UInt8])
    }
    let parts: [Part]

    /// Throws `.badArgument` for braces that do not match or have nothing in them, `.syntax` for an expression that does not
    /// compile.
    init(_ template: LuaText) throws(DebugError) {
        var parts: [Part] = []
        var text: [UInt8] = []
        let bytes = template.bytes
        var at = 0
        while at < bytes.count {
            let byte = bytes[at]
            let isDouble = at + 1 < bytes.count && bytes[at + 1] == byte
            switch byte {
            case UInt8(ascii: "{") where isDouble, UInt8(ascii: "}") where isDouble:
                text.append(byte)
                at += 2
            case UInt8(ascii: "{"):
                guard let end = Self.end(of: at + 1, in: bytes) else {
                    throw DebugError(.badArgument, "The log message has a { without its }: \"\(template)\".")
                }
                if !text.isEmpty { parts.append(.text(text)) }
                text = []
                parts.append(.expression(try Self.checked(Array(bytes[(at + 1)..<end]), template)))
                at = end + 1
            case UInt8(ascii: "}"):
                throw DebugError(.badArgument, "The log message has a } without its {: \"\(template)\".")
            default:
                text.append(byte)
                at += 1
            }
        }
        if !text.isEmpty || parts.isEmpty { parts.append(.text(text)) }
        self.parts = parts
    }

    private static func checked(_ expression: [UInt8], _ template: LuaText) throws(DebugError) -> [UInt8] {
        guard !LuaText(bytes: expression).trimmed.bytes.isEmpty else {
            throw DebugError(.badArgument, "The log message has nothing between { and }: \"\(template)\".")
        }
        if let problem = SyntaxCheck.problem(with: LuaText(bytes: expression)) {
            throw DebugError(.syntax, "An expression of the log message does not compile: \(problem)")
        }
        return expression
    }

    /// The brace that closes the one before `start`; braces of tables count, those in strings do not.
    private static func end(of start: Int, in bytes: [UInt8]) -> Int? {
        var depth = 0
        var quote: UInt8?
        var at = start
        while at < bytes.count {
            let byte = bytes[at]
            if let open = quote {
                if byte == UInt8(ascii: "\\") { at += 1 } else if byte == open { quote = nil }
            } else {
                switch byte {
                case UInt8(ascii: "\""), UInt8(ascii: "'"): quote = byte
                case UInt8(ascii: "{"): depth += 1
                case UInt8(ascii: "}") where depth == 0: return at
                case UInt8(ascii: "}"): depth -= 1
                default: break
                }
            }
            at += 1
        }
        return nil
    }
}
