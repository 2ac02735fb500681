// The error replies of Redis that more than one command gives.

/// What a command answers when it cannot do what it is asked to.
struct Failure: Error, Hashable {
    /// With the code that it begins with; without the minus.
    let message: Bytes

    init(bytes: Bytes) {
        // One line, as Redis sends it: line ends inside are spaces, at the end they are gone.
        let end = bytes.lastIndex { $0 != 13 && $0 != 10 }.map { $0 + 1 } ?? 0
        message = bytes[..<end].map { $0 == 13 || $0 == 10 ? 32 : $0 }
    }

    /// `ERR` and a text.
    init(_ text: String) { self.init(bytes: Bytes("ERR \(text)".utf8)) }

    static let wrongType = Failure(
        bytes: Bytes("WRONGTYPE Operation against a key holding the wrong kind of value".utf8))
    static let syntax = Failure("syntax error")
    static let notInteger = Failure("value is not an integer or out of range")
    static let notFloat = Failure("value is not a valid float")
    static let notPositive = Failure("value is out of range, must be positive")
    static let outOfRange = Failure("value is out of range")
    static let wouldOverflow = Failure("increment or decrement would overflow")
    static let wouldBeNaN = Failure("increment would produce NaN or Infinity")
    static let noSuchKey = Failure("no such key")
    static let sameObject = Failure("source and destination objects are the same")
    static let badScoreRange = Failure("min or max is not a float")
    static let badLexRange = Failure("min or max not valid string range item")
    static let badDatabase = Failure("DB index is out of range")
    static let tooLong = Failure("string exceeds maximum allowed size (proto-max-bulk-len)")

    static func wrongArity(_ command: String) -> Failure {
        Failure("wrong number of arguments for '\(command)' command")
    }

    static func badExpiry(_ command: String) -> Failure { Failure("invalid expire time in '\(command)' command") }

    /// The command and the beginning of its arguments are quoted as far as C's printf goes: to the first zero byte.
    static func unknownCommand(_ words: [Bytes]) -> Failure {
        func shown(_ word: Bytes, _ limit: Int) -> Bytes { Bytes(word.prefix(max(0, limit)).prefix { $0 != 0 }) }
        var arguments: Bytes = []
        for word in words.dropFirst() where arguments.count < 128 {
            arguments += [39] + shown(word, 128 - arguments.count) + [39, 32]
        }
        return Failure(
            bytes: Bytes("ERR unknown command '".utf8) + shown(words[0], 128)
                + Bytes("', with args beginning with: ".utf8) + arguments)
    }
}
