// What somebody who has attached may do, until the detach.

internal import Synchronization

/// The rights of one client at one session; taken away for good by a detach, a take-over or the session's end.
final class AttachmentRights: Sendable {
    let client: SessionClient
    private let mayKill: Bool
    private let end = Mutex<DebugError?>(nil)

    init(_ client: SessionClient, mayKill: Bool) {
        self.client = client
        self.mayKill = mayKill
    }

    /// Why what needs such rights may not be done; nil when it may.
    func refusal(of role: SessionClient.Role) -> DebugError? {
        if let end = end.withLock({ $0 }) { return end }
        if role == .observer || client.role == .controller { return nil }
        return DebugError(
            .notController, "\"\(client.name)\" observes this session; only who controls it can do this.")
    }

    /// Why the script may not be ended; nil when it may.
    var killRefusal: DebugError? { refusal(of: .controller) ?? (mayKill ? nil : Self.noKill) }

    /// False when they were gone already.
    func takeAway(_ reason: DebugError) -> Bool {
        end.withLock { end in
            guard end == nil else { return false }
            end = reason
            return true
        }
    }

    var areValid: Bool { end.withLock { $0 == nil } }

    static let noKill = DebugError(.refused, "The host does not allow its script to be ended from here.")
    static let detached = DebugError(.notController, "You have detached from this session; attach to it again.")
    static func takenOver(by name: String) -> DebugError {
        DebugError(.notController, "\"\(name)\" has taken this session over.")
    }
}
