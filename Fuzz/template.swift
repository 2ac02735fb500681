// Any bytes as the message of a log point: it is refused, or its parts, written again, are read as the same parts.

@testable import LuaDebugCore

/// One input.
func fuzzTemplate(_ bytes: [UInt8]) {
    guard let template = try? LogTemplate(LuaText(bytes: bytes)) else { return }
    var written: [UInt8] = []
    for part in template.parts {
        switch part {
        case .text(let text):
            for byte in text {
                written.append(byte)
                if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}") { written.append(byte) }
            }
        case .expression(let expression): written += [UInt8(ascii: "{")] + expression + [UInt8(ascii: "}")]
        }
    }
    guard let again = try? LogTemplate(LuaText(bytes: written)) else {
        preconditionFailure("what was written is refused: \(LuaText(bytes: written))")
    }
    precondition(again == template, "the same parts")
}
