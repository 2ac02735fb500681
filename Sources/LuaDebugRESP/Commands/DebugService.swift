// What all connections share: the sessions of this process, who holds them, and what a host has decided.

public import LuaDebugCore
internal import Synchronization

/// The debug service of one host: connections come and go, sessions are begun in it, listed and ended.
public final class DebugService: Sendable {
    /// What a host says of a script that a client wants to debug.
    public enum Decision: Sendable, Hashable {
        case allow
        /// The client is told why.
        case refuse(String)
    }

    /// What happens to a script whose client is gone.
    public enum LostClient: Sendable, Hashable {
        case abort
        /// It runs to its end without stops.
        case finish
    }

    /// What a host decides.
    public struct Configuration: Sendable {
        /// Without it nobody needs one.
        public var password: [UInt8]?
        /// `AUTH` takes the password as it is, as `redis-cli` sends it; without this the answer to a challenge only (`DCHALLENGE`).
        public var allowsPlainPassword = true
        /// Wrong passwords of one address before it has to wait for ``pauseSeconds``.
        public var tries = 5
        /// How long an address has to wait after too many wrong passwords.
        public var pauseSeconds = 60
        /// Of each script.
        public var limits = RunLimits.none
        /// Of each evaluation.
        public var budget = EvaluationBudget.standard
        /// Sessions at the same time.
        public var mostSessions = 1000
        /// What happens to the script of a `DEVAL` when its client is gone.
        public var whenClientIsLost = LostClient.abort
        /// The global table that gets `debugbreak` and the others; nil for none.
        public var scriptFunctions: String? = "redis"
        /// Nothing may be debugged here unless `decide` says so.
        public var isProduction = false
        /// Asked before each `DEVAL`; without it all is allowed, or in production nothing.
        public var decide: (@Sendable (Script) -> Decision)?
        /// Called before a script is run again (`RESTART`): what it did outside Lua only the host can undo.
        public var willRestart: (@Sendable (Script) async -> Void)?
        /// The host's own commands, for clients outside a session; nil where it does not know the word either.
        public var otherCommands: (@Sendable ([[UInt8]]) async -> RESPValue?)?
        /// What the host is to each connection, called when there is a new one; without it scripts see Lua's own libraries, and
        /// ``otherCommands`` are all the commands that there are.
        public var client: (@Sendable () -> HostClient)?
        /// What a script prints; by default it goes to standard output.
        public var output: (@Sendable ([UInt8]) -> Void)?

        /// Everything as said there.
        public init() {}

        func decision(on script: Script) -> Decision {
            if let decide { return decide(script) }
            return isProduction ? .refuse("nothing may be debugged in production here") : .allow
        }
    }

    /// A session of this process, as operators see it.
    public struct Listing: Sendable, Hashable {
        /// Its number.
        public let id: UInt32
        /// The script's name.
        public let name: String
        /// What it does.
        public let state: DebugSession.State
        /// Who debugs it; nil when nobody does.
        public let holder: String?
        /// When it was begun.
        public let since: ContinuousClock.Instant
    }

    struct Entry: Sendable {
        let session: DebugSession
        let name: String
        let since: ContinuousClock.Instant
        var holder: String?
        /// Begun by the host: it outlives its client.
        let isHosted: Bool
    }

    private struct State: Sendable {
        var entries: [UInt32: Entry] = [:]
        var next: UInt32 = 1
        var nextConnection: Int64 = 1
        var subscribers: [String: [Int64: Output]] = [:]
    }

    let configuration: Configuration
    let logins: LoginGuard
    private let state = Mutex(State())

    /// A service without sessions.
    public init(configuration: Configuration = Configuration()) {
        self.configuration = configuration
        logins = LoginGuard(tries: configuration.tries, pauseSeconds: configuration.pauseSeconds)
    }

    /// Ends every session that a client began.
    public func shutDown() async {
        let sessions = state.withLock { state in
            defer { state.entries = [:] }
            return state.entries.values.filter { !$0.isHosted }.map(\.session)
        }
        for session in sessions { await session.close() }
    }

    // MARK: - Sessions

    /// All sessions, the oldest first.
    public var sessions: [Listing] {
        state.withLock(\.entries).sorted { $0.key < $1.key }.map { id, entry in
            Listing(id: id, name: entry.name, state: entry.session.state, holder: entry.holder, since: entry.since)
        }
    }

    /// Lets clients attach to a session of the host's, by `DATTACH`; it stays the host's.
    @discardableResult
    public func register(_ session: DebugSession, name: String) -> UInt32 {
        state.withLock { state in
            defer { state.next += 1 }
            state.entries[state.next] = Entry(
                session: session, name: name, since: .now, holder: nil, isHosted: true)
            return state.next
        }
    }

    /// Takes a session away from clients that have not attached to it yet.
    public func unregister(_ id: UInt32) { state.withLock { $0.entries[id] = nil } }

    func begin(_ session: DebugSession, name: String, holder: String) throws(CommandError) -> UInt32 {
        let most = configuration.mostSessions
        let id: UInt32? = state.withLock { state in
            guard state.entries.count < most else { return nil }
            defer { state.next += 1 }
            state.entries[state.next] = Entry(
                session: session, name: name, since: .now, holder: holder, isHosted: false)
            return state.next
        }
        guard let id else { throw CommandError("\(most) sessions are the most that there can be", code: "BUSY") }
        return id
    }

    func hold(_ id: UInt32, by holder: String) throws(CommandError) -> DebugSession {
        let result: Result<DebugSession, CommandError> = state.withLock { state in
            guard let entry = state.entries[id] else { return .failure(CommandError("there is no session \(id)")) }
            if let other = entry.holder {
                return .failure(CommandError("session \(id) is held by \(other)", code: "BUSY"))
            }
            state.entries[id]?.holder = holder
            return .success(entry.session)
        }
        return try result.get()
    }

    func release(_ id: UInt32) {
        state.withLock { state in
            if state.entries[id]?.isHosted == true { state.entries[id]?.holder = nil } else { state.entries[id] = nil }
        }
    }

    func session(_ id: UInt32) -> DebugSession? { state.withLock { $0.entries[id]?.session } }

    // MARK: - Connections

    func nextConnection() -> Int64 {
        state.withLock { state in
            defer { state.nextConnection += 1 }
            return state.nextConnection
        }
    }

    func subscribe(_ output: Output, _ number: Int64, to channel: String) {
        state.withLock { $0.subscribers[channel, default: [:]][number] = output }
    }

    func unsubscribe(_ number: Int64, from channel: String) {
        state.withLock { state in
            state.subscribers[channel]?[number] = nil
            if state.subscribers[channel]?.isEmpty == true { state.subscribers[channel] = nil }
        }
    }

    func subscribers(of channel: String) -> [Output] {
        state.withLock { Array($0.subscribers[channel, default: [:]].values) }
    }
}
