// Any bytes as commands: the same in any pieces; and their words survive both ways of writing a command.

import LuaDebugCore

#if canImport(LuaDebugRESP)
    @testable import LuaDebugRESP
#endif

/// One input.
func fuzzInline(_ bytes: [UInt8]) {
    let input = Input(bytes)
    let whole = Outcome<[[UInt8]]>(input.whole) { decoder throws(RESPError) in try decoder.nextCommand() }
    whole.mustBe(Outcome(input.pieces) { decoder throws(RESPError) in try decoder.nextCommand() })

    var wire: [UInt8] = []
    for words in whole.values {
        precondition(!words.isEmpty, "a command has a word")
        RESPEncoder.command(words, into: &wire)
        wire += Array(CommandWords.joined(words).utf8) + [10]
    }
    var decoder = RESPDecoder()
    decoder.feed(wire)
    do throws(RESPError) {
        for words in whole.values {
            let counted = try decoder.nextCommand()
            let typed = try decoder.nextCommand()
            precondition(counted == words && typed == words, "the same words")
        }
    } catch {
        preconditionFailure("what was written is malformed: \(error)")
    }
    precondition(!decoder.isMidValue, "what was written is whole")
}
