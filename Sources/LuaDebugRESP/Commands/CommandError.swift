// What a command is refused with.

internal import LuaDebugCore

/// An error reply: a code word, then a sentence.
struct CommandError: Error {
    let code: String
    let message: String

    init(_ message: String, code: String = "ERR") {
        self.code = code
        self.message = message
    }

    /// What Core refuses, with a code word where clients tell it apart.
    init(_ error: DebugError) {
        let code =
            switch error.code {
            case .held: "BUSY"
            case .refused: "DENIED"
            case .notController: "NOTCONTROLLER"
            default: "ERR"
            }
        self.init(error.message, code: code)
    }

    var reply: RESPValue { .error([UInt8]("\(code) \(message)".utf8)) }

    static func arity(_ name: String) -> CommandError {
        CommandError("wrong number of arguments for '\(name.lowercased())'")
    }
    static let noSession = CommandError("no debug session: DEVAL begins one", code: "NOSESSION")
    static let ended = CommandError("the script has finished, use RESTART")
    static let running = CommandError("the script is running: PAUSE stops it")
}
