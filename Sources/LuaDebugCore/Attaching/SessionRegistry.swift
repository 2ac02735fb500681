// What can be debugged here: the sessions of a process or of one host, and who is at them.

internal import Synchronization

/// Sessions that clients may attach to, those that own their script and those with a script of the host's.
///
/// A session stays there until it is taken out, or is closed; the registry keeps it alive meanwhile.
public final class SessionRegistry: Sendable {
    /// The one of the process; a host that wants another makes it.
    public static let shared = SessionRegistry()

    /// A session, as it is now.
    public struct Listing: Sendable, Hashable, Identifiable {
        /// Its number.
        public let id: UInt32
        /// What the host calls it.
        public let name: String
        /// What it does.
        public let state: DebugSession.State
        /// When it was registered.
        public let since: ContinuousClock.Instant
        /// Who controls it; nil when nobody does.
        public let controller: String?
        /// How many observe.
        public let observers: Int
        /// The host runs the script.
        public let isHosted: Bool

        /// Where it is stopped.
        public var location: Location? { state.location }
    }

    private struct Entry: Sendable {
        let session: DebugSession
        let name: String
        let since: ContinuousClock.Instant
        let allowsTakeOver: Bool
        let allowsKill: Bool

        /// What a session owns it may end.
        var mayKill: Bool { allowsKill || !session.isHosted }
    }

    private struct State: Sendable {
        var entries: [UInt32: Entry] = [:]
        var next: UInt32 = 1
    }
    private let state = Mutex(State())

    private let absence = AbsenceOfAll()

    /// What becomes of a stop while nobody controls its session, where its host does not say (``HostSettings/whenNobodyIsAttached``).
    ///
    /// It is skipped, unless who runs the host wants otherwise: `LUADEBUG_WAIT` is put here.
    public var whenNobodyIsAttached: HostSettings.Absence {
        get { absence.value }
        set { absence.value = newValue }
    }

    /// Where a line about a stop that was passed over goes, where its host does not say (``HostCallbacks/log``).
    public var log: (@Sendable (String) -> Void)? {
        get { absence.log }
        set { absence.log = newValue }
    }

    /// An empty one.
    public init() {}

    // MARK: - For the host

    /// Lets clients attach to a session; `name` is what they are shown, that of the script unless another is given.
    ///
    /// Answers its number. `allowsTakeOver` lets a second controller take the place of the first, `allowsKill` lets clients end
    /// a script that the host runs.
    @discardableResult
    public func register(
        _ session: DebugSession, name: String? = nil, allowsTakeOver: Bool = false, allowsKill: Bool = false
    ) -> UInt32 {
        session.runner.list(absence)
        let entry = Entry(
            session: session, name: name ?? session.script.name, since: .now, allowsTakeOver: allowsTakeOver,
            allowsKill: allowsKill)
        return add(entry, most: .max) ?? 0
    }

    /// The same for a session that is in somebody's hands already; nil when there are as many sessions as there may be.
    package func register(
        _ session: DebugSession, name: String, heldBy holder: String, most: Int
    ) throws(DebugError) -> SessionAttachment? {
        session.runner.list(absence)
        let rights = AttachmentRights(SessionClient(name: holder), mayKill: true)
        try session.runner.attach(rights, takingOver: false, allowsTakeOver: false)
        let entry = Entry(session: session, name: name, since: .now, allowsTakeOver: false, allowsKill: true)
        guard let id = add(entry, most: most) else {
            session.runner.detach(rights)
            return nil
        }
        return SessionAttachment(id, session, rights)
    }

    private func add(_ entry: Entry, most: Int) -> UInt32? {
        forgetClosed()
        return state.withLock { state in
            guard state.entries.count < most else { return nil }
            defer { state.next += 1 }
            state.entries[state.next] = entry
            return state.next
        }
    }

    /// Takes a session away from clients that have not attached to it yet.
    public func unregister(_ id: UInt32) {
        // Let go of outside of the lock: it may be the last that held it.
        _ = state.withLock { $0.entries.removeValue(forKey: id) }
    }

    // MARK: - For clients

    /// All, the oldest first.
    public var sessions: [Listing] {
        forgetClosed()
        return state.withLock(\.entries).sorted { $0.key < $1.key }.map(Self.listing)
    }

    /// The session with this number, as it is now.
    public subscript(id: UInt32) -> Listing? { state.withLock { $0.entries[id] }.map { Self.listing(id, $0) } }

    private static func listing(_ id: UInt32, _ entry: Entry) -> Listing {
        let (controller, observers) = entry.session.runner.attendance
        return Listing(
            id: id, name: entry.name, state: entry.session.state, since: entry.since, controller: controller?.name,
            observers: observers, isHosted: entry.session.isHosted)
    }

    /// Attaches somebody to a session.
    ///
    /// Throws `.noSuchSession`, `.closed`, `.refused` with the host's reason, and `.held`, with the name, when somebody else controls
    /// it; with `takingOver` that one is detached, where the host allows it.
    public func attach(
        to id: UInt32, by name: String, as role: SessionClient.Role = .controller, takingOver: Bool = false
    ) throws(DebugError) -> SessionAttachment {
        let entry = try entry(id)
        let rights = AttachmentRights(SessionClient(name: name, role: role), mayKill: entry.mayKill)
        try entry.session.runner.attach(rights, takingOver: takingOver, allowsTakeOver: entry.allowsTakeOver)
        return SessionAttachment(id, entry.session, rights)
    }

    /// Ends the script of a session, whoever controls it; see ``DebugSession/abort(by:)``.
    ///
    /// Throws `.noSuchSession`, and `.refused` where the host runs the script and does not allow it.
    public func kill(_ id: UInt32, by name: String) throws(DebugError) {
        let entry = try entry(id)
        guard entry.mayKill else { throw AttachmentRights.noKill }
        entry.session.runner.abort(.command(by: name))
    }

    private func entry(_ id: UInt32) throws(DebugError) -> Entry {
        guard let entry = state.withLock({ $0.entries[id] }) else {
            throw DebugError(.noSuchSession, "There is no session \(id).")
        }
        return entry
    }

    private func forgetClosed() {
        let closed = state.withLock { state in
            let closed = state.entries.filter { $0.value.session.state == .closed }
            for id in closed.keys { state.entries[id] = nil }
            return closed
        }
        _ = closed // let go of outside of the lock
    }
}

/// Somebody's place at a session, until ``detach()``.
///
/// Whoever lets go of it and of its ``session`` is detached too.
public final class SessionAttachment: Sendable {
    /// The session's number.
    public let id: UInt32
    /// The session, in these hands: after the detach its commands throw `.notController`.
    ///
    /// An observer sees the state, the frames, the variables, the source. Whatever would let the script go on, run code of its own
    /// or change what is wanted of it throws `.notController`; what cannot throw does nothing, and lists are copies.
    public let session: DebugSession
    private let rights: AttachmentRights

    init(_ id: UInt32, _ session: DebugSession, _ rights: AttachmentRights) {
        self.id = id
        self.rights = rights
        self.session = DebugSession(session, rights)
    }

    /// Who this is.
    public var client: SessionClient { rights.client }

    /// False after a detach, when somebody has taken over, or when the session was closed.
    public var isAttached: Bool { rights.areValid }

    /// Leaves the session.
    ///
    /// A script of the host's goes on, its breakpoints of this client's switched off until the same name controls it again; whoever
    /// waits in a resume is told. One that the session owns goes on to its end, if it was stopped.
    public func detach() { session.runner.detach(rights) }
}
