// One connection to a real server: who we are there, what it was told last, commands out and replies in.

internal import LuaDebugRESP

/// Used by one script at a time.
///
/// After a failure that is no reply of the server's it is of no use any more.
struct RedisLink: Sendable {
    let transport: any RedisTransport
    private let server: String
    private let settings: RedisServerData.Settings
    private var decoder: RESPDecoder
    private var isOpen = false
    private var database = 0
    private var version = RESPVersion.resp2

    init(_ transport: any RedisTransport, to server: String, _ settings: RedisServerData.Settings) {
        self.transport = transport
        self.server = server
        self.settings = settings
        decoder = RESPDecoder(limits: settings.limits)
    }

    /// Makes the connection if there is none, and sees to it that the server answers as the client wants.
    mutating func prepare(database: Int? = nil, version: RESPVersion? = nil) throws(RedisServerFailure) {
        if !isOpen { try open() }
        // First, so that all that follows is in it. HELLO leaves user and database as they are.
        if let version, version != self.version {
            try demand(["HELLO", "\(version.rawValue)"])
            self.version = version
        }
        if let database, database != self.database {
            try demand(["SELECT", "\(database)"])
            self.database = database
        }
    }

    private mutating func open() throws(RedisServerFailure) {
        do throws(RedisTransportError) {
            try transport.connect(timeout: settings.connectTimeout)
        } catch {
            throw lost(error, "connecting to \(server)")
        }
        isOpen = true
        guard let password = settings.password else { return }
        // By a command of its own: HELLO, which could do it too, is not known before Redis 6.
        let user = settings.user.map { [$0] } ?? []
        let reply = try ask([[UInt8]("AUTH".utf8)] + user + [password])
        if case .error(let message) = reply {
            // Who is refused here is refused each time: a connection that stays would be one without a user.
            throw RedisServerFailure(message: message, isReply: false)
        }
    }

    private mutating func demand(_ words: [String]) throws(RedisServerFailure) {
        let reply = try ask(words.map { [UInt8]($0.utf8) })
        if case .error(let message) = reply { throw .refused(message) }
    }

    /// A script has chosen its database.
    mutating func noteDatabase(_ number: Int) { database = number }

    /// Nothing has come unasked, and the server has not closed the connection; looks, and does not wait.
    mutating func isUsable() -> Bool {
        guard isOpen, !decoder.isMidValue else { return false }
        do throws(RedisTransportError) {
            while true {
                let bytes = try transport.receive(timeout: .zero)
                if bytes.isEmpty { return false }
                decoder.feed(bytes)
                // A reply that nobody waits for would be taken for that to the next command.
                while let value = try? decoder.next() { guard case .push = value else { return false } }
                if decoder.isMidValue { return false }
            }
        } catch {
            return error.cause == .timedOut
        }
    }

    // MARK: - Commands and replies

    mutating func ask(_ words: [[UInt8]]) throws(RedisServerFailure) -> RESPValue {
        try ask([words])[0]
    }

    /// Sends commands at once and reads as many replies, all within one time limit.
    ///
    /// What was sent is never sent again: nobody knows whether it was done.
    mutating func ask(_ commands: [[[UInt8]]]) throws(RedisServerFailure) -> [RESPValue] {
        let name = String(decoding: (commands.last?.first ?? []).map(\.asciiLowercased).prefix(64), as: UTF8.self)
        var bytes: [UInt8] = []
        for words in commands { RESPEncoder.command(words, into: &bytes) }
        let deadline = ContinuousClock.now + settings.replyTimeout
        do throws(RedisTransportError) {
            try transport.send(bytes, timeout: settings.replyTimeout)
        } catch {
            throw lost(error, "writing '\(name)' to \(server)")
        }
        var replies: [RESPValue] = []
        while replies.count < commands.count { replies.append(try reply(to: name, until: deadline)) }
        return replies
    }

    private mutating func reply(
        to name: String, until deadline: ContinuousClock.Instant
    ) throws(RedisServerFailure) -> RESPValue {
        while true {
            do throws(RESPError) {
                while let value = try decoder.next() {
                    // Out of the order of replies.
                    if case .push = value { continue }
                    return value
                }
            } catch {
                let what = error.code == .malformed ? "nonsense from" : "more than is taken from"
                throw .lost("reading the answer to '\(name)': \(what) \(server): \(error.message)")
            }
            let bytes: [UInt8]
            do throws(RedisTransportError) {
                let left = ContinuousClock.now.duration(to: deadline)
                guard left > .zero else { throw RedisTransportError(.timedOut, "") }
                bytes = try transport.receive(timeout: left)
            } catch {
                guard error.cause == .timedOut else {
                    throw lost(error, "reading the answer to '\(name)' from \(server)")
                }
                // Not the transport's own words, which tell of the time that was left.
                throw .lost(
                    "timeout reading the answer to '\(name)' from \(server): it has taken longer than "
                        + "\(settings.replyTimeout); whether the command was done is not known")
            }
            if bytes.isEmpty {
                let when = decoder.isMidValue ? "in the middle of" : "before"
                throw .lost(
                    "error reading from \(server): it closed the connection \(when) its answer to '\(name)'; "
                        + "whether the command was done is not known")
            }
            decoder.feed(bytes)
        }
    }

    private func lost(_ error: RedisTransportError, _ what: String) -> RedisServerFailure {
        switch error.cause {
        case .failed: .lost("error \(what): \(error.message)")
        case .timedOut: .lost("timeout \(what): \(error.message)")
        case .interrupted: .lost("interrupted \(what): the script is to end")
        }
    }
}
