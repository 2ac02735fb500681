// What a host wants of a session with a script that the host runs.

/// How a script of the host's is debugged: what happens at a stop when nobody is there, how long a stop may last, what the host
/// is told.
public struct HostSettings: Sendable {
    /// What becomes of a stop while nobody controls the session.
    public enum Absence: Sendable, Hashable {
        /// The script goes on, and the log is told in one line.
        case skip
        /// The script waits until somebody attaches.
        case wait
        /// It waits so long for somebody to attach, then it goes on.
        case waitFor(Duration)
    }

    /// What becomes of a stop while nobody controls the session; nil leaves it to the registry that the session is in.
    public var whenNobodyIsAttached: Absence?
    /// How long one stop may last, whatever is asked meanwhile; nil for no bound.
    public var stopLimit: Duration?
    /// What happens then: the host's call goes on without stops, or it is ended.
    public var whenStopIsOver = RunLimits.StopEnd.finish
    /// What the host is told.
    public var callbacks = HostCallbacks()

    /// Stops are not limited.
    public init() {}

    /// These.
    public init(
        whenNobodyIsAttached: Absence? = nil, stopLimit: Duration? = nil,
        whenStopIsOver: RunLimits.StopEnd = .finish, callbacks: HostCallbacks = HostCallbacks()
    ) {
        self.whenNobodyIsAttached = whenNobodyIsAttached
        self.stopLimit = stopLimit
        self.whenStopIsOver = whenStopIsOver
        self.callbacks = callbacks
    }

    var limits: RunLimits {
        var limits = RunLimits(stop: stopLimit)
        limits.whenStopIsOver = whenStopIsOver
        return limits
    }
}

/// What a host is told of a session with its script; what is nil is not told.
///
/// For each stop that lasts `stopped` comes first and `resumed` last, both on the script's thread: a host extends its watchdog
/// there. The others come on the task of whoever attaches or detaches, or on the script's thread when the session ends.
public struct HostCallbacks: Sendable {
    /// The script is about to wait.
    ///
    /// On the script's thread; whoever waits for the stop is told afterwards.
    public var stopped: (@Sendable (Stop) -> Void)?
    /// The script goes on after so long.
    ///
    /// On the script's thread.
    public var resumed: (@Sendable (Stop, Duration) -> Void)?
    /// Asked before somebody is attached: nil to allow it, or the reason for which it is refused.
    public var mayAttach: (@Sendable (SessionClient) -> String?)?
    /// Somebody has attached.
    public var attached: (@Sendable (SessionClient) -> Void)?
    /// Somebody has gone: by a detach, because another has taken over, or with the session.
    public var detached: (@Sendable (SessionClient) -> Void)?
    /// One line for the host's log; without it, ``SessionRegistry/log`` has it.
    ///
    /// On the script's thread.
    public var log: (@Sendable (String) -> Void)?

    /// Nothing is told.
    public init() {}
}

/// Somebody who attaches to a session.
public struct SessionClient: Sendable, Hashable {
    /// What may be done.
    public enum Role: Sendable, Hashable {
        /// Everything; there is one at a time.
        case controller
        /// Looking, but for what runs code of the script's.
        case observer
    }

    /// What others are told; breakpoints that were set under a name come back with it.
    public let name: String
    /// What may be done.
    public let role: Role

    /// A client.
    public init(name: String, role: Role = .controller) {
        self.name = name
        self.role = role
    }
}
