// Lines from bytes, however they were cut: with LF or CRLF, from a telnet client or from none.

/// Cuts lines, and takes out what telnet clients say to each other.
struct LineCutter: Sendable {
    enum Piece: Sendable, Equatable {
        /// Without its end; `hasReturn` when that was CRLF.
        case line([UInt8], hasReturn: Bool)
        /// A line had more bytes than it may; they are not kept.
        case tooLong
        /// To be sent back: that an option of telnet's is not known here.
        case answer([UInt8])
        /// Ctrl-C, as telnet sends it or as a terminal without modes of its own does.
        case interrupt
        /// Ctrl-D on an empty line.
        case end
    }

    private enum State: Sendable {
        case text
        /// After IAC.
        case command
        /// After IAC WILL, WONT, DO, DONT: the option follows.
        case option(UInt8)
        /// Between IAC SB and IAC SE.
        case negotiation
        case negotiationCommand
    }

    let limit: Int
    private var line: [UInt8] = []
    private var isTooLong = false
    private var state = State.text
    private var wasReturn = false
    /// Options that were refused: each once, or two programs could go on refusing for ever.
    private var refused: Set<[UInt8]> = []

    init(limit: Int) { self.limit = limit }

    mutating func feed(_ bytes: [UInt8]) -> [Piece] {
        var pieces: [Piece] = []
        for byte in bytes { take(byte, &pieces) }
        return pieces
    }

    /// What came last without an end is a line, too.
    mutating func finish() -> [Piece] {
        guard !line.isEmpty else { return [] }
        defer { line = [] }
        return [.line(line, hasReturn: false)]
    }

    private mutating func take(_ byte: UInt8, _ pieces: inout [Piece]) {
        switch state {
        case .text: takeText(byte, &pieces)
        case .command: takeCommand(byte, &pieces)
        case .option(let verb):
            state = .text
            refuse(verb, byte, &pieces)
        case .negotiation: if byte == Telnet.command { state = .negotiationCommand }
        case .negotiationCommand: state = byte == Telnet.negotiationEnd ? .text : .negotiation
        }
    }

    private mutating func takeText(_ byte: UInt8, _ pieces: inout [Piece]) {
        defer { wasReturn = byte == 13 }
        switch byte {
        case Telnet.command: state = .command
        case 10: endLine(hasReturn: wasReturn, &pieces)
        // A return alone, as telnet writes it.
        case 0: if wasReturn { endLine(hasReturn: true, &pieces) }
        case 3:
            line = []
            pieces.append(.interrupt)
        case 4 where line.isEmpty && !isTooLong: pieces.append(.end)
        default: append(byte, &pieces)
        }
    }

    private mutating func append(_ byte: UInt8, _ pieces: inout [Piece]) {
        guard !isTooLong else { return }
        line.append(byte)
        if line.count > limit {
            line = []
            isTooLong = true
            pieces.append(.tooLong)
        }
    }

    private mutating func endLine(hasReturn: Bool, _ pieces: inout [Piece]) {
        defer {
            line = []
            isTooLong = false
        }
        if isTooLong { return }
        if hasReturn, line.last == 13 { line.removeLast() }
        pieces.append(.line(line, hasReturn: hasReturn))
    }

    private mutating func takeCommand(_ byte: UInt8, _ pieces: inout [Piece]) {
        state = .text
        switch byte {
        case Telnet.will...Telnet.dont: state = .option(byte)
        case Telnet.negotiation: state = .negotiation
        case Telnet.command: append(byte, &pieces)
        case Telnet.interrupt, Telnet.breakKey:
            line = []
            pieces.append(.interrupt)
        case Telnet.endOfFile: pieces.append(.end)
        case Telnet.areYouThere: pieces.append(.answer([UInt8]("[yes]\r\n".utf8)))
        default: break
        }
    }

    private mutating func refuse(_ verb: UInt8, _ option: UInt8, _ pieces: inout [Piece]) {
        let answer: UInt8
        switch verb {
        case Telnet.will: answer = Telnet.dont
        case Telnet.do: answer = Telnet.wont
        default: return
        }
        // A timing mark is a question each time: the client throws our output away until it is answered.
        if option != Telnet.timingMark, !refused.insert([verb, option]).inserted { return }
        pieces.append(.answer([Telnet.command, answer, option]))
    }
}

/// The bytes of RFC 854 and 860.
private enum Telnet {
    static let endOfFile: UInt8 = 236
    static let negotiationEnd: UInt8 = 240
    static let breakKey: UInt8 = 243
    static let interrupt: UInt8 = 244
    static let areYouThere: UInt8 = 246
    static let negotiation: UInt8 = 250
    static let will: UInt8 = 251
    static let wont: UInt8 = 252
    static let `do`: UInt8 = 253
    static let dont: UInt8 = 254
    static let command: UInt8 = 255
    static let timingMark: UInt8 = 6
}
