// What a command's reply is in a script.

internal import LuaDebugCore
internal import LuaDebugRESP

enum ReplyToLua {
    /// Of a reply in the version that the script asked for: what RESP2 has not are tables with one field.
    static func value(_ reply: RESPValue, _ version: RESPVersion) -> Value {
        switch reply {
        case .simpleString(let text): return field("ok", .bytes(text))
        case .error(let message): return error(message)
        case .integer(let number): return .integer(number)
        case .bulkString(let bytes): return .bytes(bytes)
        case .null: return version == .resp3 ? .nil : .boolean(false)
        case .array(let elements), .push(let elements): return .list(elements.map { value($0, version) })
        case .double(let number): return field("double", .number(number))
        case .boolean(let truth): return .boolean(truth)
        case .bigNumber(let digits): return field("big_number", .bytes(digits))
        case .verbatim(let format, let text):
            return field(
                "verbatim_string", .table([(.text("format"), .text(format)), (.text("string"), .bytes(text))]))
        case .map(let pairs):
            return field("map", .table(pairs.map { (value($0.key, version), value($0.value, version)) }))
        case .set(let elements):
            return field("set", .table(elements.map { (value($0, version), .boolean(true)) }))
        case .attribute(_, let inner): return value(inner, version)
        }
    }

    /// An error of a command's, as `redis.pcall` gives it.
    static func error(_ message: [UInt8]) -> Value {
        .table([(.text("err"), .bytes(message)), (.text("ignore_error_stats_update"), .boolean(true))])
    }

    /// An error of a function's own: with `ERR` in front, unless it begins with a minus and a code.
    static func error(_ message: String) -> Value { ownError([UInt8](message.utf8)) }

    static func ownError(_ message: [UInt8]) -> Value {
        var text = message
        var code = [UInt8]("ERR".utf8)
        if message.first == UInt8(ascii: "-") {
            text.removeFirst()
            if let space = text.firstIndex(of: UInt8(ascii: " ")) {
                code = Array(text[..<space])
                text.removeSubrange(...space)
            }
        }
        while let last = text.last, last == 13 || last == 10 { text.removeLast() }
        return field("err", .bytes(code + [UInt8(ascii: " ")] + text))
    }

    private static func field(_ name: String, _ value: Value) -> Value { .table([(.text(name), value)]) }
}
