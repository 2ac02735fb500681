// How a script's failure is told to whoever ran it: Redis' own words, with the script's name and the line.

internal import LuaDebugCore
internal import LuaDebugRESP

enum ErrorReply {
    static func compile(_ message: String) -> RESPValue {
        .error(oneLine([UInt8]("ERR Error compiling script (new function): \(message)".utf8)))
    }

    /// A library that does not compile or has failed while it was loaded.
    static func library(_ message: String) -> RESPValue { .error(oneLine([UInt8]("ERR \(message)".utf8))) }
    static func loading(_ failure: ScriptFailure) -> RESPValue {
        .error(oneLine([UInt8]("ERR Error registering functions: ".utf8) + message(failure.value)))
    }

    /// Redis' own words where it has some.
    static func aborted(_ cause: AbortCause, as name: [UInt8], at location: Location? = nil) -> RESPValue {
        var place = [UInt8](" script: ".utf8) + name
        if let location { place += [UInt8](", on @\(location).".utf8) }
        switch cause {
        case .command(by: "abort"): return .error([UInt8]("ERR script aborted for user request".utf8) + place)
        case .command(by: RedisService.kill):
            return .error([UInt8]("ERR Script killed by user with SCRIPT KILL.".utf8) + place)
        default: return .error([UInt8]("ERR The script was ended (\(cause))".utf8))
        }
    }

    static func failed(_ failure: ScriptFailure, as name: [UInt8]) -> RESPValue {
        // Nobody was asked where it was: there is no memory for that.
        guard failure.traceback.utf8.count > 0 else { return .error([UInt8]("ERR \(failure.message)".utf8)) }
        var place: [UInt8] = []
        if let (chunk, line) = location(failure.traceback) {
            place = [UInt8](" script: ".utf8) + name + [UInt8](", on \(chunk):\(line).".utf8)
        }
        return .error(oneLine(message(failure.value) + place))
    }

    private static func message(_ value: Value) -> [UInt8] {
        let code = [UInt8]("ERR ".utf8)
        switch value {
        case .string(let text): return code + text.bytes
        case .table(let table):
            switch table["err"] {
            case .string(let text): return text.bytes
            case .integer(let number): return [UInt8](String(number).utf8)
            case .number(let number): return Numbers.text(score: number)
            default: return code + [UInt8]("the error value is a table without 'err'".utf8)
            }
        case .nil: return code + [UInt8]("nil".utf8)
        case .boolean(let truth): return code + [UInt8]("\(truth)".utf8)
        case .integer(let number): return code + [UInt8](String(number).utf8)
        case .number(let number): return code + Numbers.text(score: number)
        case .function, .opaque: return code + [UInt8](value.typeName.utf8)
        }
    }

    /// The innermost of the script's own lines in a traceback: neither C's, nor those of the functions that we give it.
    static func location(_ traceback: String) -> (chunk: String, line: Int)? {
        for frame in traceback.split(separator: "\n").dropFirst() {
            let frame = frame.drop { $0 == "\t" }
            guard !frame.hasPrefix("[C]"), !frame.hasPrefix(RedisEnvironment.preludeName),
                let mark = frame.range(of: ": in ")
            else { continue }
            let place = frame[..<mark]
            guard let colon = place.lastIndex(of: ":"), let line = Int(place[place.index(after: colon)...]) else {
                continue
            }
            let chunk = place[..<colon]
            // A chunk that was loaded from a text goes by that text, other ones by their file.
            if chunk.hasPrefix("[string \""), chunk.hasSuffix("\"]") {
                return (String(chunk.dropFirst(9).dropLast(2)), line)
            }
            return ("@" + chunk, line)
        }
        return nil
    }

    private static func oneLine(_ text: [UInt8]) -> [UInt8] {
        let end = text.lastIndex { $0 != 13 && $0 != 10 }.map { $0 + 1 } ?? 0
        return text[..<end].map { $0 == 13 || $0 == 10 ? 32 : $0 }
    }
}

extension Substring {
    /// Where a text stands in this one, without Foundation.
    fileprivate func range(of text: String) -> Index? {
        var at = startIndex
        while at < endIndex {
            if self[at...].hasPrefix(text) { return at }
            at = index(after: at)
        }
        return nil
    }
}
