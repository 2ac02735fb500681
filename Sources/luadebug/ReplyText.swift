// Replies of a server as text, in the shape that redis-cli has made familiar.

import LuaDebugCore
import LuaDebugRESP

/// Writes values of the protocol for a person.
enum ReplyText {
    /// Without a newline at the end.
    static func text(_ value: RESPValue, indent: String = "") -> String {
        switch value {
        case .simpleString(let bytes): shown(bytes)
        case .error(let bytes): "(error) " + shown(bytes)
        case .integer(let number): "(integer) \(number)"
        case .bulkString(let bytes): CommandWords.quoted(bytes)
        case .null: "(nil)"
        case .double(let number): "(double) \(number)"
        case .boolean(let truth): truth ? "(true)" : "(false)"
        case .bigNumber(let digits): "(big number) " + shown(digits)
        case .verbatim(_, let bytes): shown(bytes)
        case .array(let items), .push(let items): list(items, ")", "(empty array)", indent)
        case .set(let items): list(items, "~", "(empty set)", indent)
        case .attribute(_, let value): text(value, indent: indent)
        case .map(let pairs): map(pairs, indent)
        }
    }

    /// On one line, for what comes between replies.
    static func line(_ items: [RESPValue]) -> String {
        guard let first = items.first else { return ">" }
        return (["> " + word(first, isQuoted: false)] + items.dropFirst().map { word($0) }).joined(separator: " ")
    }

    private static func list(_ items: [RESPValue], _ mark: String, _ empty: String, _ indent: String) -> String {
        if items.isEmpty { return empty }
        let width = "\(items.count)".count
        let deeper = indent + String(repeating: " ", count: width + 2)
        return items.enumerated().map { index, item in
            (index == 0 ? "" : indent) + number(index, width) + mark + " " + text(item, indent: deeper)
        }.joined(separator: "\n")
    }

    private static func map(_ pairs: [RESPValue.Pair], _ indent: String) -> String {
        if pairs.isEmpty { return "(empty hash)" }
        let width = "\(pairs.count)".count
        let deeper = indent + String(repeating: " ", count: width + 2)
        return pairs.enumerated().map { index, pair in
            (index == 0 ? "" : indent) + number(index, width) + "# " + text(pair.key, indent: deeper) + " => "
                + text(pair.value, indent: deeper)
        }.joined(separator: "\n")
    }

    private static func number(_ index: Int, _ width: Int) -> String {
        let digits = "\(index + 1)"
        return String(repeating: " ", count: width - digits.count) + digits
    }

    private static func word(_ value: RESPValue, isQuoted: Bool = true) -> String {
        switch value {
        case .simpleString(let bytes), .bigNumber(let bytes): shown(bytes)
        case .bulkString(let bytes), .verbatim(_, let bytes): isQuoted ? CommandWords.quoted(bytes) : shown(bytes)
        case .integer(let number): "\(number)"
        case .double(let number): "\(number)"
        case .array(let items), .set(let items), .push(let items):
            "[" + items.map { word($0) }.joined(separator: " ") + "]"
        case .map(let pairs):
            "{" + pairs.map { word($0.key, isQuoted: false) + ": " + word($0.value) }.joined(separator: ", ") + "}"
        case .attribute(_, let value): word(value)
        case .null, .boolean, .error: text(value)
        }
    }

    /// What a script or a server says must not steer the terminal.
    static func shown(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self).withoutControls
    }
}
