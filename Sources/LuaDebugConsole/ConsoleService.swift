// What all consoles of one script share: the script, who debugs it, and what the host has decided.

public import LuaDebugCore
internal import Synchronization

/// The console of one script, for one peer after the other.
public final class ConsoleService: Sendable {
    /// What a host decides.
    public struct Configuration: Sendable {
        /// Who connects has to prove that they know it; without one nobody has to.
        public var secret: [UInt8]?
        /// Peers on this machine may type the secret as it is, instead of the answer to a challenge.
        public var allowsPlainSecret = false
        /// Wrong answers of one address before it has to wait for ``pauseSeconds``.
        public var tries = 5
        /// How long an address has to wait after too many wrong answers.
        public var pauseSeconds = 60
        /// How long a connection may stay without the right answer.
        public var loginSeconds = 120
        /// What the greeting says of the process: `process 4711`, say.
        public var process = ""
        /// `save`, `load` and `profile save` may read and write files as this process.
        public var allowsFiles = false
        /// Bytes of a line; a longer one is refused.
        public var lineBytes = 1 << 16
        /// Called when a peer has left, for whatever reason.
        public var whenLeft: (@Sendable () -> Void)?

        /// Everything as said there.
        public init() {}
    }

    /// The one session that this is for; nil for all of a registry.
    let session: DebugSession?
    let registry: SessionRegistry?
    let isOwned: Bool
    let configuration: Configuration
    let logins: LoginGuard
    private struct Holder: Sendable {
        let peer: String
        let number: Int
    }
    private struct State: Sendable {
        var holder: Holder?
        var next = 0
    }
    private let state = Mutex(State())

    /// A console for a session.
    ///
    /// One that `isOwned` ends with `quit`, and can be started again; else it is a script of the host's, which goes on when it is left.
    public init(
        _ session: DebugSession, isOwned: Bool = false, configuration: Configuration = Configuration()
    ) {
        self.session = session
        self.registry = nil
        self.isOwned = isOwned
        self.configuration = configuration
        logins = LoginGuard(tries: configuration.tries, pauseSeconds: configuration.pauseSeconds)
    }

    /// A console for the sessions of a registry: a peer lists them and attaches to one.
    ///
    /// To the only one it is attached at once. Any number of peers may be here; who controls a session is the registry's to say.
    public init(registry: SessionRegistry, configuration: Configuration = Configuration()) {
        session = nil
        self.registry = registry
        isOwned = false
        self.configuration = configuration
        logins = LoginGuard(tries: configuration.tries, pauseSeconds: configuration.pauseSeconds)
    }

    /// What becomes of a stop while nobody is connected.
    public enum Waiting: Sendable, Hashable {
        /// The script goes on.
        case no
        /// Somebody will come, sooner or later.
        case forever
        /// Somebody may come within so many seconds.
        case seconds(Int)
    }

    /// A console for all sessions that this process has registered: those of ``LuaDebugCore/SessionRegistry/shared``.
    ///
    /// `waiting` is for those whose hosts do not say themselves what becomes of a stop, `log` for those that have no place for a line
    /// about one that was passed over.
    public convenience init(
        ofThisProcess configuration: Configuration, waiting: Waiting? = nil, log: (@Sendable (String) -> Void)? = nil
    ) {
        self.init(registry: .shared, configuration: configuration)
        Self.setStops(waiting: waiting, log: log)
    }

    /// The same for a console that is there already: a stop must not wait for one that could not be opened.
    package static func setStops(waiting: Waiting?, log: (@Sendable (String) -> Void)?) {
        if let log { SessionRegistry.shared.log = log }
        switch waiting {
        case nil: break
        case .no: SessionRegistry.shared.whenNobodyIsAttached = .skip
        case .forever: SessionRegistry.shared.whenNobodyIsAttached = .wait
        case .seconds(let seconds): SessionRegistry.shared.whenNobodyIsAttached = .waitFor(.seconds(seconds))
        }
    }

    /// Who debugs the script; nil when nobody does.
    public var holder: String? { state.withLock { $0.holder?.peer } }

    /// What a peer reads first: one line.
    var greeting: String {
        let what = session?.script.name ?? registry.map { Self.number(of: $0.sessions.count) } ?? ""
        let parts = ["luadebug", configuration.process, what]
        return parts.filter { !$0.isEmpty }.joined(separator: ", ")
    }

    private static func number(of sessions: Int) -> String { sessions == 1 ? "1 session" : "\(sessions) sessions" }

    /// What each connection is known by.
    func newNumber() -> Int {
        state.withLock { state in
            state.next += 1
            return state.next
        }
    }

    /// nil when it is this peer's now; else who has it.
    func hold(_ peer: String, _ number: Int) -> String? {
        state.withLock { state in
            if let other = state.holder { return other.peer }
            state.holder = Holder(peer: peer, number: number)
            return nil
        }
    }

    func isHeld(byOtherThan number: Int) -> Bool {
        state.withLock { $0.holder != nil && $0.holder?.number != number }
    }

    func release(_ number: Int) { state.withLock { if $0.holder?.number == number { $0.holder = nil } } }
}
