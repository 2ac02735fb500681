// luadebug connect: a prompt on a server, which shows after each stop where the script is.

import LuaDebugCore
import LuaDebugRESP
import LuaDebugServer

/// Sends what is typed and prints the replies; at stops and ends it asks by itself for what a person wants to see.
@MainActor final class Client {
    let connection: Connection
    private(set) var isDebugging = false
    private var isOver = false
    private var speaksRESP3 = false
    /// What `DHELP` has said of each command, once it was asked.
    var usages: [String: String] = [:]
    /// Passwords that the server was told.
    private var secrets: [String] = []

    private init(_ connection: Connection) { self.connection = connection }

    static func run(_ arguments: ArraySlice<String>) async throws(Program.Refusal) {
        let options = try Options(arguments, of: "connect", flags: [], values: ["--password-file"])
        guard options.rest.count <= 1 else {
            throw Program.Refusal(message: "connect takes one endpoint; see luadebug --help", status: 2)
        }
        let password = try options.password()
        do {
            let endpoint = try Endpoint(options.rest.first ?? Server.defaultEndpoint)
            let connection = try Connection(to: endpoint, announcing: Prompt.announcement)
            defer { connection.close() }
            try await Client(connection).converse(password)
        } catch let error as ServerError {
            throw Program.Refusal(message: error.message, status: error.code == .badEndpoint ? 2 : 1)
        } catch let error as Connection.Lost {
            throw Program.Refusal(message: error.message)
        } catch let error as Program.Refusal {
            throw error
        } catch {
            throw Program.Refusal(message: "\(error)")
        }
    }

    private var prompt: String { "\(connection.endpoint)\(isDebugging ? " (debug)" : "")> " }

    private func converse(_ password: [UInt8]?) async throws {
        if let password {
            secrets.append(String(decoding: password, as: UTF8.self))
            let reply = try await connection.ask([[UInt8]("AUTH".utf8), try await proof(of: password)])
            if case .error = reply { say(ReplyText.text(reply)) }
        }
        try await greet(says: true)
        while !isOver {
            let line = await connection.asking {
                await Prompt.line(prompt, keeps: { !isSecret($0) }, completer: completion)
            }
            guard let line else { break }
            try await interpret(line)
            Prompt.flush()
        }
    }

    /// The answer to a challenge, so that the password itself never crosses the wire.
    private func proof(of password: [UInt8]) async throws -> [UInt8] {
        if case .bulkString(let challenge) = try await connection.ask("DCHALLENGE") {
            return [UInt8](HMAC.digits(of: challenge, secret: password).utf8)
        }
        guard connection.endpoint.isLocal else {
            throw Program.Refusal(
                message:
                    "\(connection.endpoint) knows no challenge, and the password is not sent to another machine as it is"
            )
        }
        return password
    }

    /// Without it pushes could not be told from replies.
    private func greet(says: Bool) async throws {
        let reply = try await connection.ask("HELLO", "3")
        if case .error = reply {
            if says { say(ReplyText.text(reply)) }
        } else {
            speaksRESP3 = true
        }
        Prompt.flush()
    }

    /// What the history must not hold: a password, however it is quoted.
    private func isSecret(_ line: String) -> Bool {
        let words = (CommandWords.split(line.utf8) ?? []).map { String(decoding: $0, as: UTF8.self).uppercased() }
        return words.first == "AUTH" || words.first == "HELLO" && words.contains("AUTH")
            || secrets.contains { line.contains($0) }
    }

    // MARK: - Commands

    private func interpret(_ line: String) async throws {
        guard let words = CommandWords.split(line.utf8) else { return say("Invalid argument(s)") }
        guard let first = words.first else { return }
        let word = String(decoding: first, as: UTF8.self).uppercased()
        if word == "EXIT", words.count == 1 { return isOver = true }
        if word == "AUTH", let password = words.dropFirst().last, !password.isEmpty {
            secrets.append(String(decoding: password, as: UTF8.self))
        }
        let reply = try await Prompt.whileInterruptible(connection.pause) { [connection] in
            try await connection.ask(words)
        }
        say(ReplyText.text(reply))
        if word == "QUIT", case .simpleString = reply { isOver = true }
        if word == "AUTH", !speaksRESP3, reply == .ok { try await greet(says: true) }
        try await noteSession(word, reply)
        if isDebugging { try await follow(word, reply) }
    }

    /// Where the prompt changes.
    private func noteSession(_ word: String, _ reply: RESPValue) async throws {
        let isError = if case .error = reply { true } else { false }
        switch word {
        case "DEVAL", "DFCALL", "DATTACH": if !isError { isDebugging = true }
        case "DDETACH" where !isError: isDebugging = false
        // Both end the session also when the script fails; an error may be one of the command's, too.
        case "END", "ABORT", "DDETACH", "DKILL": if isDebugging { isDebugging = try await hasSession() }
        default: if Self.isNoSession(reply) { isDebugging = false }
        }
    }

    private func hasSession() async throws -> Bool { !Self.isNoSession(try await connection.ask("BCOUNT")) }

    private static func isNoSession(_ reply: RESPValue) -> Bool {
        guard case .error(let text) = reply else { return false }
        return String(decoding: text, as: UTF8.self).hasPrefix("NOSESSION")
    }

    // MARK: - After a stop or an end

    private static let resuming: Set = [
        "RUN", "STEPINTO", "STEPOVER", "STEPOUT", "RUNTO", "UNTIL", "RESTART", "DRESTART", "DEVAL", "DFCALL", "DATTACH",
        "PAUSE",
    ]

    private func follow(_ word: String, _ reply: RESPValue) async throws {
        guard Self.resuming.contains(word) else { return }
        switch reply {
        case .error: return
        case .simpleString, .bulkString(Array("OK".utf8)):
            // Of a pause it says only that it is on its way.
            if word != "PAUSE" { say(ReplyText.text(try await connection.ask("GETRETURN"))) }
        default:
            if word == "RUN", let id = Self.number(reply) {
                let entries = try await connection.ask("BLIST", "\(id)", "\(id)")
                if case .array(let entries) = entries, let entry = entries.first { say(Self.breakpoint(entry)) }
            }
            try await showSource()
        }
    }

    /// An integer, also where the server was asked for replies as text.
    private static func number(_ value: RESPValue) -> Int64? {
        switch value {
        case .integer(let number): number
        case .bulkString(let bytes): Int64(String(decoding: bytes, as: UTF8.self))
        default: nil
        }
    }

    private static func breakpoint(_ entry: RESPValue) -> String {
        guard case .array(let parts) = entry, parts.count >= 5 else { return ReplyText.text(entry) }
        func bare(_ value: RESPValue) -> String {
            switch value {
            case .bulkString(let bytes), .simpleString(let bytes): ReplyText.shown(bytes)
            case .integer(let number): "\(number)"
            default: ReplyText.text(value)
            }
        }
        return "Breakpoint \(bare(parts[0])): \(bare(parts[1])) \(bare(parts[2])), hits: \(bare(parts[4]))"
    }

    private func showSource() async throws {
        guard case .array(let rows) = try await connection.ask("GETSOURCE") else { return }
        for case .array(let row) in rows where row.count >= 5 {
            guard let number = Self.number(row[0]), case .bulkString(let text) = row[1] else { continue }
            let mark = Self.number(row[4]) == 1 ? "->" : "  "
            let point = Self.number(row[3]) == 1 ? "#" : " "
            say(mark + point + "\(number)".padded(to: 5) + ReplyText.shown(text))
        }
    }

    private func say(_ text: String) { print(text) }
}
