// A server of bytes: it listens, accepts, reads and writes, and knows nothing of what is said.

internal import Synchronization

/// Accepts connections and gives each to a handler; all of them share one thread.
///
/// The server ends when it is closed; let go of, it closes as soon as its thread notices. Its handlers keep what they hold for as long as
/// their connections live.
public final class SocketServer: Sendable {
    private enum State {
        case fresh
        case running(Mailroom, ServiceThread.End)
        case closed(ServiceThread.End?)
    }

    private let limits: ServerLimits
    private let refusal: [UInt8]
    private let handler: @Sendable (ConnectionDoor) -> any ConnectionHandler
    private let state = Mutex(State.fresh)

    /// A server that listens nowhere yet.
    ///
    /// `handler` makes the handler of each connection, on the server's thread. `refusal` is what a peer is told for whom there is no
    /// place any more.
    public init(
        limits: ServerLimits = .standard, refusal: [UInt8] = [],
        handler: @escaping @Sendable (ConnectionDoor) -> any ConnectionHandler
    ) {
        self.limits = limits
        self.refusal = refusal
        self.handler = handler
    }

    deinit {
        if case .running(let mailroom, _) = state.withLock({ $0 }) { mailroom.postEnd() }
    }

    /// Listens on one more endpoint, and tells which it really is: the system chooses the port if 0 is asked for.
    ///
    /// An address that other machines can reach is refused unless that `allowsOtherAddresses`. A Unix socket is for its owner alone
    /// (mode 0600); one that a crashed server has left behind is replaced.
    @discardableResult
    public func listen(on endpoint: Endpoint, allowsOtherAddresses: Bool = false) throws(ServerError) -> Endpoint {
        let listener = try Listener(on: endpoint, allowsOtherAddresses: allowsOtherAddresses)
        let real = listener.endpoint
        try running().post(listener)
        return real
    }

    /// Closes the listeners and all connections, and returns when the thread has ended.
    public func close() async {
        let end: ServiceThread.End? = state.withLock { state in
            switch state {
            case .fresh:
                state = .closed(nil)
                return nil
            case .running(let mailroom, let end):
                mailroom.postEnd()
                state = .closed(end)
                return end
            case .closed(let end): return end
            }
        }
        await end?.wait()
    }

    /// How many connections there are now.
    public var connectionCount: Int {
        guard case .running(let mailroom, _) = state.withLock({ $0 }) else { return 0 }
        return mailroom.connectionCount.load(ordering: .relaxed)
    }

    /// The first listener brings the thread.
    private func running() throws(ServerError) -> Mailroom {
        let result: Result<Mailroom, ServerError> = state.withLock { state in
            switch state {
            case .running(let mailroom, _): return .success(mailroom)
            case .closed: return .failure(ServerError(.closed, "The server was closed; it listens no more."))
            case .fresh:
                do throws(ServerError) {
                    let alarm = try Alarm()
                    let mailroom = Mailroom(alarm)
                    // The thread holds all it needs, and not the server.
                    let end = try ServiceThread.start { [limits, refusal, handler] in
                        ServerLoop(
                            limits: limits, refusal: refusal, mailroom: mailroom, alarm: alarm, handler: handler
                        ).run()
                    }
                    state = .running(mailroom, end)
                    return .success(mailroom)
                } catch {
                    return .failure(error)
                }
            }
        }
        return try result.get()
    }
}
