// One client's visit to a worker: by RESP or at the console, to step or to look on, with or without a farewell.

import LuaDebugRESP
import LuaDebugServer

/// What visits have come to, by kind.
struct Tally {
    var visits = 0
    var stops = 0
    var refusals = 0
    var vanished = 0

    static func += (a: inout Tally, b: Tally) {
        a.visits += b.visits
        a.stops += b.stops
        a.refusals += b.refusals
        a.vanished += b.vanished
    }
}

struct Visit {
    let resp: Endpoint
    let console: Endpoint
    let workers: Int
    var tally = Tally()

    mutating func make() throws {
        tally.visits += 1
        if Int.random(in: 0...1) == 0 { try byRESP() } else { try atConsole() }
    }

    // MARK: - RESP

    private mutating func byRESP() throws {
        let client = try RESPClient(resp)
        let worker = Int.random(in: 1...workers)
        let role = ["", "OBSERVE", "TAKEOVER"][Int.random(in: 0...2)]
        guard try client.ask("DATTACH \(worker) \(role)") else {
            tally.refusals += 1
            return
        }
        if role == "OBSERVE" {
            _ = try client.ask("DSESSIONS")
        } else {
            _ = try client.ask("BADD LINE \(Int.random(in: 3...6))")
            for _ in 0..<Int.random(in: 1...12) {
                let word = ["STEPINTO", "STEPOVER", "RUN", "DOEVAL sum", "GETLOCALS", "BLIST", "TRON LINE", "TRREAD"][
                    Int.random(in: 0...7)]
                if try client.ask(word) { tally.stops += word.hasPrefix("S") || word == "RUN" ? 1 : 0 }
            }
        }
        try leave(client.socket, by: "DDETACH\r\nQUIT\r\n", halfway: "*3\r\n$6\r\nDOEVAL\r\n$999\r\nsu")
    }

    // MARK: - The console

    private mutating func atConsole() throws {
        let peer = try ConsolePeer(console)
        try peer.waitForPrompt()
        let worker = Int.random(in: 1...workers)
        let role = ["", " observe", " takeover"][Int.random(in: 0...2)]
        // Who controls a running script has no prompt before its next stop, and may say where that is.
        let answer = try peer.ask("attach \(worker)\(role)", until: ["(luadebug) ", "interrupt stops it"])
        if answer.contains("***") {
            tally.refusals += 1
        } else if !role.contains("observe") {
            _ = try peer.ask("b worker.lua:\(Int.random(in: 3...6))")
            for _ in 0..<Int.random(in: 1...8) {
                let line = ["c", "n", "s", "p sum", "w", "locals", "display n", "trace line"][Int.random(in: 0...7)]
                if try !peer.ask(line).contains("***"), ["c", "n", "s"].contains(line) { tally.stops += 1 }
            }
        }
        try leave(peer.socket, by: "detach\nquit\n", halfway: "p su")
    }

    /// Politely, without a word, or in the middle of one.
    private mutating func leave(_ socket: ClientSocket, by farewell: String, halfway: String) throws {
        switch Int.random(in: 0...2) {
        case 0:
            try socket.send([UInt8](farewell.utf8))
            while try !socket.receive().isEmpty {}
        case 1:
            try socket.send([UInt8](halfway.utf8))
            tally.vanished += 1
        default: tally.vanished += 1
        }
        socket.close()
    }
}

private final class RESPClient {
    let socket: ClientSocket
    private var decoder = RESPDecoder()

    init(_ endpoint: Endpoint) throws { socket = try ClientSocket(to: endpoint) }

    /// False for an error.
    func ask(_ line: String) throws -> Bool {
        try socket.send([UInt8]((line + "\r\n").utf8))
        while true {
            if let value = try decoder.next() {
                if case .error = value { return false }
                return true
            }
            decoder.feed(try socket.next(after: line))
        }
    }
}

private final class ConsolePeer {
    let socket: ClientSocket
    private var text = ""
    private var asked = ""

    init(_ endpoint: Endpoint) throws { socket = try ClientSocket(to: endpoint) }

    func waitForPrompt(or ends: [String] = ["(luadebug) "]) throws {
        while !ends.contains(where: { text.contains($0) }) {
            text += String(decoding: try socket.next(after: "\(asked), and has: \(text)"), as: UTF8.self)
        }
    }

    func ask(_ line: String, until ends: [String] = ["(luadebug) "]) throws -> String {
        text = ""
        asked = line
        try socket.send([UInt8]((line + "\n").utf8))
        try waitForPrompt(or: ends)
        return text
    }
}

extension ClientSocket {
    /// What comes next; an error that names what it was the answer to if nothing does.
    fileprivate func next(after asked: String) throws -> [UInt8] {
        let bytes: [UInt8]
        do { bytes = try receive() } catch { throw SoakError("\(error) It was asked: \(asked)") }
        if bytes.isEmpty { throw SoakError("\(endpoint) has closed a connection that had asked: \(asked)") }
        return bytes
    }
}

struct SoakError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
