// Who is at a session: one who controls it, any number who observe; and what becomes of a script that they leave.

internal import Synchronization

/// Who is there.
struct Attendance: Sendable {
    /// That of the registry; nil in none: whoever has made the session holds it.
    var absence: AbsenceOfAll?
    var isListed: Bool { absence != nil }
    var controller: AttachmentRights?
    var observers: [AttachmentRights] = []
    /// A client has asked for a pause that has not come yet.
    var isPauseAsked = false
    /// The stop at which nobody came in time.
    var givenUp: UInt64?
    /// Breakpoints that were there when the controller came.
    var earlier: Set<Breakpoint.ID> = []
    var settingsBefore = Tracing.Settings()
    var watchesBefore: Set<Watch.ID> = []
    /// Who has ended a call of the host's, last.
    var endCause: AbortCause?
    /// Switched off while who has set them is away, the longest away first.
    var setAside: [(name: String, breakpoints: [Breakpoint.ID])] = []

    /// Names that are remembered.
    static let mostNames = 100

    var isAttended: Bool { !isListed || controller != nil }
}

/// What becomes of stops where a host does not say: of all sessions of a registry, which must not be kept alive by them.
final class AbsenceOfAll: Sendable {
    private struct State: Sendable {
        var value = HostSettings.Absence.skip
        var log: (@Sendable (String) -> Void)?
    }
    private let state = Mutex(State())
    var value: HostSettings.Absence {
        get { state.withLock(\.value) }
        set { state.withLock { $0.value = newValue } }
    }
    var log: (@Sendable (String) -> Void)? {
        get { state.withLock(\.log) }
        set { state.withLock { $0.log = newValue } }
    }
}

extension SessionRunner {
    // MARK: - On the script's thread, at a stop of a script of the host's

    enum Judgement { case wait, skip, pass, leave, end }

    /// What becomes of a stop.
    func judge(_ stop: Stop) -> Judgement {
        shared.withLock { shared in
            let judgement = judgement(on: stop, shared)
            switch judgement {
            case .end: kicker.withdrawEnd()
            case .skip, .pass: shared.attendance.isPauseAsked = false
            case .wait, .leave: break
            }
            return judgement
        }
    }

    private func judgement(on stop: Stop, _ shared: Shared) -> Judgement {
        if shared.isClosing || shared.state == .closed { return .leave }
        // It came after the script had begun to stop; nobody would release it.
        if kicker.isEndAsked { return .end }
        if shared.attendance.isAttended { return .wait }
        // The rest of a step or a pause whose client is gone.
        let isPauseAsked = shared.attendance.isPauseAsked
        if stop.reasons.allSatisfy({ $0 == .step || $0 == .pause && isPauseAsked }) { return .pass }
        return absence(shared) == .skip ? .skip : .wait
    }

    private func absence(_ shared: Shared) -> HostSettings.Absence {
        host?.whenNobodyIsAttached ?? shared.attendance.absence?.value ?? .skip
    }

    /// True in a session that owns its script.
    func mayWait(at stop: Stop, _ shared: inout Shared) -> Bool {
        guard host != nil else { return true }
        guard judgement(on: stop, shared) == .wait else { return false }
        shared.attendance.isPauseAsked = false
        return true
    }

    /// After the stop was told.
    func limitPatience(_ number: UInt64) -> UInt64? {
        guard host != nil, case .waitFor(let time) = shared.withLock({ absence($0) }),
            !shared.withLock(\.attendance.isAttended)
        else { return nil }
        return Clock.shared.set(at: Clock.now &+ Clock.nanoseconds(time)) { [self] in nobodyCame(number) }
    }

    private func nobodyCame(_ number: UInt64) {
        telling { shared in
            guard case .stopped(let stop) = shared.state, stop.number == number, !shared.attendance.isAttended else {
                return
            }
            shared.attendance.givenUp = number
            shared.state = .running
            mailbox.put(.resume(.continue))
        }
    }

    var endCause: AbortCause? { shared.withLock(\.attendance.endCause) }

    /// Where a line goes for which the host of this session has no place of its own.
    var logOfAll: (@Sendable (String) -> Void)? { shared.withLock(\.attendance.absence)?.log }

    func hasGivenUp(_ stop: Stop) -> Bool { shared.withLock { $0.attendance.givenUp == stop.number } }

    // MARK: - From any task

    /// From now on the host's settings, or these, say what happens while nobody is attached.
    ///
    /// Whoever made the session holds it no more: a stop that stands already is judged by them, too.
    func list(_ absence: AbsenceOfAll) {
        let standing: UInt64? = telling { shared in
            shared.attendance.absence = absence
            guard host != nil, case .stopped(let stop) = shared.state, !shared.attendance.isAttended else { return nil }
            guard self.absence(shared) == .skip else { return stop.number }
            shared.attendance.givenUp = stop.number
            shared.state = .running
            kicker.send(.interrupt)
            mailbox.put(.resume(.continue))
            return nil
        }
        // Where nobody comes in time it goes on; the alarm of a stop that is over does nothing.
        if let standing { _ = limitPatience(standing) }
    }

    var attendance: (controller: SessionClient?, observers: Int) {
        shared.withLock { ($0.attendance.controller?.client, $0.attendance.observers.count) }
    }

    /// Throws `.closed`, `.refused`, `.held`.
    func attach(_ rights: AttachmentRights, takingOver: Bool, allowsTakeOver: Bool) throws(DebugError) {
        let client = rights.client
        if let reason = host?.callbacks.mayAttach?(client) { throw DebugError(.refused, reason) }
        typealias Change = (lost: AttachmentRights?, answer: Answer?, watching: [CheckedContinuation<Void, Never>])
        let result: Result<Change, DebugError> = shared.withLock { shared in
            if shared.isClosing || shared.state == .closed { return .failure(Self.closed) }
            guard client.role == .controller else {
                shared.attendance.observers.append(rights)
                return .success((nil, nil, []))
            }
            let lost = shared.attendance.controller
            var answer: Answer?
            if let lost {
                guard takingOver, allowsTakeOver else {
                    let how = allowsTakeOver ? "it can be taken over" : "it can be had when that has left"
                    return .failure(DebugError(.held, "The session is held by \(lost.client.name); \(how)."))
                }
                _ = lost.takeAway(AttachmentRights.takenOver(by: client.name))
                clearAway(after: lost, &shared)
                answer = shared.waiting
                shared.waiting = nil
            }
            shared.attendance.controller = rights
            bringBack(for: client.name, &shared)
            defer { if lost != nil { shared.watching = [] } }
            return .success((lost, answer, lost == nil ? [] : shared.watching))
        }
        let (lost, answer, watching) = try result.get()
        for waiting in watching { waiting.resume() } // each looks whether it is meant
        answer?.resume(returning: .failure(AttachmentRights.takenOver(by: client.name)))
        if let lost { host?.callbacks.detached?(lost.client) }
        host?.callbacks.attached?(client)
    }

    /// The script goes on, without what this client wanted of it; detaching twice does nothing.
    func detach(_ rights: AttachmentRights) {
        guard rights.takeAway(AttachmentRights.detached) else { return }
        let (answer, watching): (Answer?, [CheckedContinuation<Void, Never>]) = telling { shared in
            defer { shared.watching = [] }
            let watching = shared.watching
            shared.attendance.observers.removeAll { $0 === rights }
            guard shared.attendance.controller === rights else { return (nil, watching) }
            shared.attendance.controller = nil
            clearAway(after: rights, &shared)
            if case .stopped = shared.state, !shared.isClosing {
                shared.state = .running
                kicker.send(.interrupt) // it may be evaluating something endless
                mailbox.put(.resume(host == nil ? .finish : .continue))
            }
            guard host != nil else { return (nil, watching) }
            defer { shared.waiting = nil }
            return (shared.waiting, watching)
        }
        for waiting in watching { waiting.resume() } // each looks whether it is meant
        answer?.resume(returning: .failure(AttachmentRights.detached))
        host?.callbacks.detached?(rights.client)
    }

    /// What this client has set in a script of the host's is switched off.
    private func clearAway(after rights: AttachmentRights, _ shared: inout Shared) {
        guard host != nil else { return }
        let own = breakpoints.setAside(allBut: shared.attendance.earlier)
        wishes.tracing.turnOff(unlessIn: shared.attendance.settingsBefore)
        let watches = wishes.watches.all.map(\.id).filter { !shared.attendance.watchesBefore.contains($0) }
        if !watches.isEmpty { try? wishes.watches.remove(watches) }
        guard !own.isEmpty else { return }
        shared.attendance.setAside.append((rights.client.name, own))
        // Past the bound those of who is away for longest are forgotten.
        if shared.attendance.setAside.count > Attendance.mostNames {
            for id in shared.attendance.setAside.removeFirst().breakpoints { try? breakpoints.remove(id) }
        }
    }

    private func bringBack(for name: String, _ shared: inout Shared) {
        guard host != nil else { return }
        let mine = shared.attendance.setAside.filter { $0.name == name }.flatMap(\.breakpoints)
        shared.attendance.setAside.removeAll { $0.name == name }
        shared.attendance.earlier = Set(breakpoints.all.map(\.id)).subtracting(mine)
        shared.attendance.settingsBefore = wishes.tracing.settings
        shared.attendance.watchesBefore = Set(wishes.watches.all.map(\.id))
        breakpoints.bringBack(mine)
    }

    /// Returns when the script does not run, or the rights are gone.
    func settled(for rights: AttachmentRights) async {
        while case .running = state, rights.areValid {
            await withCheckedContinuation { waiting in
                let waits = shared.withLock { shared in
                    guard case .running = shared.state, rights.areValid, !shared.isClosing else { return false }
                    shared.watching.append(waiting)
                    return true
                }
                if !waits { waiting.resume() }
            }
            if shared.withLock(\.isClosing) { return }
        }
    }

    /// The next stop that is not that one, as somebody sees it who does not resume.
    func nextStop(after number: UInt64?, _ rights: AttachmentRights?) async throws(DebugError) -> Stop {
        while true {
            if let gone = rights?.refusal(of: .observer) { throw gone }
            switch state {
            case .closed: throw Self.closed
            case .stopped(let stop) where stop.number != number: return stop
            default: break
            }
            await withCheckedContinuation { waiting in
                let waits = shared.withLock { shared in
                    if rights?.areValid == false || shared.isClosing || shared.state == .closed { return false }
                    if case .stopped(let stop) = shared.state, stop.number != number { return false }
                    shared.watching.append(waiting)
                    return true
                }
                if !waits { waiting.resume() }
            }
            if shared.withLock(\.isClosing) { throw Self.closed }
        }
    }

    /// The session is over: nobody is there any more.
    func dismissAll() {
        let all = shared.withLock { shared in
            let all = [shared.attendance.controller].compactMap { $0 } + shared.attendance.observers
            shared.attendance.controller = nil
            shared.attendance.observers = []
            return all
        }
        for rights in all where rights.takeAway(Self.closed) { host?.callbacks.detached?(rights.client) }
    }

    /// As ``abort(_:)``, of a script that the host runs: its end is the host's to see, so whoever waits is told at once.
    func abortHosted(_ cause: AbortCause) {
        let answer: Answer? = telling { shared in
            switch shared.state {
            case .running: kicker.send(.end)
            case .stopped:
                shared.state = .running
                mailbox.put(.resume(.abort))
                kicker.send(.interrupt) // it may be evaluating something endless
            default: return nil
            }
            shared.attendance.endCause = cause
            defer { shared.waiting = nil }
            return shared.waiting
        }
        answer?.resume(returning: .success(.aborted(cause)))
    }

    /// As ``shutDown()``, of a script that the host runs.
    ///
    /// At a stop the host's thread detaches the debugger at once. Else it may be anywhere, perhaps outside of Lua: the session is
    /// closed now, nothing is armed any more, and the debugger is detached at the next line that runs.
    func leaveHost() {
        let isRunning = telling { shared in
            guard !shared.isClosing, shared.state != .closed else { return false }
            shared.isClosing = true
            guard case .stopped = shared.state else { return true }
            kicker.send(.interrupt)
            mailbox.put(.close)
            return false
        }
        guard isRunning else { return }
        breakpoints.removeAll()
        wishes.tracing.turnOff(unlessIn: Tracing.Settings())
        kicker.send(.pause)
        gone()
    }
}

extension BreakpointList {
    /// Switches off those that are on, but for these; tells which.
    func setAside(allBut others: Set<Breakpoint.ID>) -> [Breakpoint.ID] {
        let changed = state.withLock { state in
            var changed: [Breakpoint.ID] = []
            for index in state.entries.indices {
                let breakpoint = state.entries[index].breakpoint
                guard breakpoint.isEnabled, !others.contains(breakpoint.id) else { continue }
                state.entries[index].breakpoint.isEnabled = false
                changed.append(breakpoint.id)
            }
            state.revision += 1
            return changed
        }
        kicker.send(.synchronize)
        return changed
    }

    /// Switches these on again, as far as they are there.
    func bringBack(_ breakpoints: [Breakpoint.ID]) {
        for id in breakpoints { try? setEnabled(true, id) }
    }
}
