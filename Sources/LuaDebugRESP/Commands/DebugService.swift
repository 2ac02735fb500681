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
        /// How long a connection may stay without the password.
        public var loginSeconds = 120
        /// Of each script.
        public var limits = RunLimits.none
        /// Of each evaluation.
        public var budget = EvaluationBudget.standard
        /// Sessions at the same time.
        public var mostSessions = 1000
        /// What happens to the script of a `DEVAL` or `DFCALL` when its client is gone.
        public var whenClientIsLost = LostClient.abort
        /// The global table that gets `debugbreak` and the others; nil for none.
        public var scriptFunctions: String? = "redis"
        /// No script that a client brings is debugged here unless `decide` says so.
        ///
        /// What the host has registered can be attached to all the same.
        public var isProduction = false
        /// Asked before each `DEVAL` and `DFCALL`; without it all is allowed, or in production nothing.
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
            return isProduction ? .refuse("scripts of clients are not debugged in production here") : .allow
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
        /// How many look on.
        public let observers: Int
        /// When it was begun.
        public let since: ContinuousClock.Instant
    }

    private struct State: Sendable {
        /// Who of our clients is where, by the number of the connection.
        var attachments: [Int64: SessionAttachment] = [:]
        /// Sessions that a client has begun: they do not outlive it.
        var begun: [UInt32: DebugSession] = [:]
        var nextConnection: Int64 = 1
        var subscribers: [String: [Int64: Output]] = [:]
    }

    let configuration: Configuration
    let logins: LoginGuard
    /// The sessions that clients find here.
    public let registry: SessionRegistry
    private let state = Mutex(State())

    /// A service for the sessions of `registry`, which has none unless another is given: ``LuaDebugCore/SessionRegistry/shared``.
    public init(configuration: Configuration = Configuration(), registry: SessionRegistry = SessionRegistry()) {
        self.configuration = configuration
        self.registry = registry
        logins = LoginGuard(tries: configuration.tries, pauseSeconds: configuration.pauseSeconds)
    }

    /// Ends every session that a client began.
    public func shutDown() async {
        let (begun, attachments) = state.withLock { state in
            defer { (state.begun, state.attachments) = ([:], [:]) }
            return (state.begun, state.attachments)
        }
        for (id, session) in begun {
            await session.close()
            registry.unregister(id)
        }
        for attachment in attachments.values { attachment.detach() }
    }

    // MARK: - Sessions

    /// All sessions, the oldest first.
    public var sessions: [Listing] {
        registry.sessions.map {
            Listing(
                id: $0.id, name: $0.name, state: $0.state, holder: $0.controller, observers: $0.observers,
                since: $0.since)
        }
    }

    /// Lets clients attach to a session of the host's, by `DATTACH`; it stays the host's.
    @discardableResult
    public func register(_ session: DebugSession, name: String) -> UInt32 { registry.register(session, name: name) }

    /// Takes a session away from clients that have not attached to it yet.
    public func unregister(_ id: UInt32) { registry.unregister(id) }

    func begin(
        _ session: DebugSession, name: String, holder: String, _ connection: Int64
    ) throws -> SessionAttachment {
        let most = configuration.mostSessions
        guard let attachment = try registry.register(session, name: name, heldBy: holder, most: most) else {
            throw CommandError("\(most) sessions are the most that there can be", code: "BUSY")
        }
        state.withLock { state in
            state.begun[attachment.id] = session
            state.attachments[connection] = attachment
        }
        return attachment
    }

    func hold(_ words: [String], by holder: String, _ connection: Int64) throws -> SessionAttachment {
        do throws(DebugError) {
            let attachment = try registry.attach(SessionChoice(words, in: registry), by: holder)
            state.withLock { $0.attachments[connection] = attachment }
            return attachment
        } catch {
            throw CommandError(error)
        }
    }

    /// `isOwn` is a session that this client has begun: it does not outlive it.
    func release(_ id: UInt32, _ connection: Int64, isOwn: Bool) {
        let (attachment, _) = state.withLock { state in
            (state.attachments.removeValue(forKey: connection), isOwn ? state.begun.removeValue(forKey: id) : nil)
        }
        if isOwn { registry.unregister(id) }
        attachment?.detach()
    }

    /// Ends the script of a session, whoever debugs it.
    func kill(_ id: UInt32, by name: String) throws { try registry.kill(id, by: name) }

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
