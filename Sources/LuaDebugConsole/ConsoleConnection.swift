// The connection object: bytes in, bytes out, no sockets. What a host with its own event loop embeds.

internal import LuaDebugCore
internal import Synchronization

/// One peer of a console service.
///
/// Nothing here blocks the caller's thread: replies come by `send`, from any thread, whole and in order.
public final class ConsoleConnection: Sendable {
    /// Lines, and bytes of them, that wait for their turn before a peer is cut off.
    static let mostQueued = 10_000, mostQueuedBytes = 1 << 20
    /// More sessions than these are not listed unasked.
    private static let mostListed = 10
    /// What comes so soon after a command that lets the script run was typed ahead of its stop, by a program.
    static let ahead = Duration.milliseconds(100)

    private enum Order: Sendable {
        case line([UInt8])
        case complaint(String)
    }

    private struct Inbox: Sendable {
        var cutter: LineCutter
        var queue: [Order] = []
        var queuedBytes = 0
        /// What must not wait behind a running script.
        var urgent: [String] = []
        var isWorking = true // until the greeting is said
        var isUrgentWorking = false
        var isTrusted = false
        /// What has to be proven first.
        var login: ConsoleLogin?
        /// Nothing has come yet.
        var isFresh = true
        /// Since when a line is being carried out.
        var busySince: ContinuousClock.Instant?
        /// The peer sends no more, or too much: the connection is closed when all before is answered.
        var isEnded = false
        var isClosed = false
        var isOver: Bool { isEnded || isClosed }
    }

    private let service: ConsoleService
    private let inbox: Mutex<Inbox>
    private let output: ConsoleOutput
    /// Where the peer is; nil at the reception.
    private let place = Mutex<Console?>(nil)
    private var console: Console? { place.withLock { $0 } }
    private let unread: @Sendable () -> Int
    private let peer: String
    private let address: String
    private let isLocal: Bool
    private let number: Int
    private let isPrompted = Atomic(false)

    /// `send` is given bytes for the peer, `close` is called after the last of them.
    ///
    /// `address` is what wrong answers are counted by: the peer without its port. A peer `isLocal` that nobody outside this
    /// machine can be. `unread` tells how many bytes the peer has not read yet.
    public init(
        service: ConsoleService, peer: String, address: String, isLocal: Bool,
        unread: @escaping @Sendable () -> Int = { 0 },
        send: @escaping @Sendable ([UInt8]) -> Void, close: @escaping @Sendable () -> Void
    ) {
        self.service = service
        self.peer = peer
        self.address = address
        self.isLocal = isLocal
        let number = service.newNumber()
        self.number = number
        let output = ConsoleOutput(send: send, close: close)
        self.output = output
        self.unread = unread
        if let session = service.session {
            let console = Console(
                session, isOwned: service.isOwned, allowsFiles: service.configuration.allowsFiles, unread: unread,
                isAlone: { !service.isHeld(byOtherThan: number) }, say: { output.say($0) })
            place.withLock { $0 = console }
        }
        inbox = Mutex(Inbox(cutter: LineCutter(limit: max(1, service.configuration.lineBytes))))
        Task(priority: .high) { await begin() }
    }

    // MARK: - From the peer

    /// Bytes from the peer, however they were cut.
    public func receive(_ bytes: [UInt8]) {
        change { inbox in
            guard !inbox.isOver else { return }
            let isBusy = inbox.busySince.map { ContinuousClock.now - $0 > Self.ahead } ?? false
            for piece in inbox.cutter.feed(bytes) where !inbox.isEnded { take(piece, isBusy, &inbox) }
        }
    }

    /// The peer will send no more, and may still read (`printf ... | nc`): the connection is closed after the last reply.
    public func ended() {
        change { inbox in
            for piece in inbox.cutter.finish() { take(piece, false, &inbox) }
            inbox.isEnded = true
        }
    }

    /// The peer is gone: a script of the host's goes on, an owned one waits for the next who comes.
    public func closed() {
        output.shut()
        change { inbox in
            inbox.isClosed = true
            inbox.queue = []
            inbox.urgent = []
        }
        release()
    }

    private func take(_ piece: LineCutter.Piece, _ isBusy: Bool, _ inbox: inout Inbox) {
        switch piece {
        case .line(let line, let hasReturn):
            output.follow(hasReturn: hasReturn)
            if inbox.isFresh, Self.isHTTP(line) {
                enqueue(.complaint("This is no web server; the connection is closed."), 0, &inbox)
                inbox.isEnded = true
                return
            }
            inbox.isFresh = false
            if inbox.isTrusted, inbox.urgent.count < 100,
                let text = urgent(line, isBusy, inbox, isNext: inbox.queue.isEmpty)
            {
                inbox.urgent.append(text)
            } else {
                enqueue(.line(line), line.count, &inbox)
            }
        case .tooLong:
            let most = service.configuration.lineBytes
            enqueue(.complaint("The line is longer than \(most) bytes; it was not read."), 0, &inbox)
            // No person begins so, but a browser whose request is long does: its next lines are a page's.
            if inbox.isFresh { inbox.isEnded = true }
        case .answer(let bytes): output.send(raw: bytes)
        case .interrupt: if inbox.isTrusted { Task(priority: .high) { await console?.interrupt() } }
        case .end: inbox.isEnded = true
        }
    }

    /// A web page can have its browser send lines of its choosing to a port on loopback, behind this one.
    private static func isHTTP(_ line: [UInt8]) -> Bool {
        let text = String(decoding: line.suffix(9), as: UTF8.self)
        return text.hasPrefix(" HTTP/1.") || line.starts(with: Array("POST ".utf8))
    }

    private func enqueue(_ order: Order, _ bytes: Int, _ inbox: inout Inbox) {
        inbox.queuedBytes += bytes
        if inbox.queue.count >= Self.mostQueued || inbox.queuedBytes > Self.mostQueuedBytes {
            inbox.queue = [.complaint("More lines are waiting than may; the connection is closed.")]
            inbox.isEnded = true
        } else {
            inbox.queue.append(order)
        }
    }

    /// What is carried out although a script runs: nothing that was typed ahead, and breakpoints only in their order.
    private func urgent(_ line: [UInt8], _ isBusy: Bool, _ inbox: Inbox, isNext: Bool) -> String? {
        guard inbox.busySince != nil else { return nil }
        let text = String(decoding: line, as: UTF8.self).trimmed
        let (command, word, rest) = ConsoleCommand.read(text)
        guard let command, command.isForRunning else { return nil }
        // An expression may be endless, too.
        if word == "interrupt", rest.isEmpty { return text }
        guard let console, case .running = console.session.state else { return nil }
        if word == "kill", rest.isEmpty { return text }
        let isLeaving = ["quit", "q", "detach"].contains(word) && rest.isEmpty || word == "attach"
        return isBusy && (isNext || isLeaving) ? text : nil
    }

    /// The script ran before the peer came: what was typed meanwhile was typed ahead of no stop, and would wait for one in vain.
    private func hurry() {
        change { inbox in
            inbox.busySince = ContinuousClock.now - Self.ahead * 2
            while case .line(let line)? = inbox.queue.first, inbox.urgent.count < 100,
                let text = urgent(line, true, inbox, isNext: true)
            {
                inbox.queue.removeFirst()
                inbox.queuedBytes -= line.count
                inbox.urgent.append(text)
            }
        }
    }

    /// Changes the inbox, and sees to it that somebody works on what is in it.
    private func change(_ body: (inout sending Inbox) -> Void) {
        let (starts, startsUrgent) = inbox.withLock { inbox in
            body(&inbox)
            let starts = !inbox.isWorking && (!inbox.queue.isEmpty || inbox.isOver)
            if starts { inbox.isWorking = true }
            let startsUrgent = !inbox.isUrgentWorking && !inbox.urgent.isEmpty
            if startsUrgent { inbox.isUrgentWorking = true }
            return (starts, startsUrgent)
        }
        // Short work: not behind what computes for long.
        if starts { Task(priority: .high) { await work() } }
        if startsUrgent { Task(priority: .high) { await workOnUrgent() } }
    }

    // MARK: - The work

    /// The greeting; then the login; then where the script is.
    private func begin() async {
        output.say(service.greeting)
        if let secret = service.configuration.secret {
            guard mayTry() else { return leave() }
            let login = ConsoleLogin(
                secret: secret, allowsPlain: service.configuration.allowsPlainSecret && isLocal)
            inbox.withLock { $0.login = login }
            output.say(login.question)
            limitLogin()
        } else {
            guard await enter() else { return leave() }
        }
        await work()
    }

    /// Takes the script, if nobody has it; false when somebody has.
    private func enter() async -> Bool {
        if let session = service.session, let other = service.hold(peer, number) {
            output.say(
                "*** \(session.script.name) is debugged by \(other) already; it can be had when that has left.")
            return false
        }
        let isHere = inbox.withLock { inbox in
            inbox.isTrusted = true
            inbox.login = nil
            inbox.busySince = .now
            return !inbox.isClosed
        }
        guard isHere else { return false }
        if let console { await begin(at: console) } else if let registry = service.registry { await receive(registry) }
        return true
    }

    private func begin(at console: Console) async {
        if case .running = console.session.state {
            if console.attachment?.client.role == .observer {
                output.say("The script is running; its stops are told here.")
            } else {
                output.say("The script is running; interrupt stops it, help lists the commands.")
                hurry()
                return await console.attend()
            }
        } else {
            await console.showState()
        }
        await console.lookOn()
    }

    // MARK: - The sessions of a registry

    /// To the only session the peer is attached at once, if it can be had.
    private func receive(_ registry: SessionRegistry) async {
        let all = registry.sessions
        if all.count == 1, all[0].controller == nil, let only = try? registry.attach(to: all[0].id, by: peer) {
            await enter(only)
            return await move()
        }
        if all.count <= Self.mostListed { output.say(registry.table(current: nil)) }
        output.say(Reception.help + ".")
    }

    private func enter(_ attachment: SessionAttachment) async {
        let (output, session) = (output, attachment.session)
        let console = Console(
            session, isOwned: false, attachment: attachment, registry: service.registry,
            allowsFiles: service.configuration.allowsFiles, unread: unread, isAlone: { true }, ask: nil,
            say: { output.say($0) })
        // The peer may have gone meanwhile, and nobody would leave the session for it.
        let isHere = inbox.withLock { inbox in
            guard inbox.isTrusted, !inbox.isClosed else { return false }
            place.withLock { $0 = console }
            return true
        }
        guard isHere else { return attachment.detach() }
        let name = service.registry?[attachment.id]?.name ?? session.script.name
        output.say("\(attachment.client.role == .observer ? "Looking on at" : "Attached to") \(name).")
        await begin(at: console)
    }

    /// After a line: to another session, or back to the reception from one that is left or lost.
    private func move() async {
        while service.registry != nil, let console, let attachment = console.attachment {
            if let next = await console.next {
                await enter(next)
                continue
            }
            let isOver = await console.isOver
            if await console.isQuitting { return }
            if !isOver, attachment.isAttached { return }
            place.withLock { $0 = nil }
            output.say(isOver ? "Detached; the script goes on." : "This session is lost; sessions lists what there is.")
        }
    }

    private func attend(_ line: String, _ registry: SessionRegistry) async {
        do {
            switch try Reception(registry: registry, peer: peer).answer(line) {
            case .say(let text): if !text.isEmpty { output.say(text) }
            case .enter(let attachment): await enter(attachment)
            case .leave:
                inbox.withLock {
                    $0.isEnded = true; $0.queue = []
                }
            }
        } catch {
            let message = (error as? Complaint)?.message ?? (error as? DebugError)?.message ?? "\(error)"
            output.say("*** " + message.onOneLine.withoutControls)
        }
    }

    /// Lines one after the other; one task at a time does this, and the last one never gives it back.
    private func work() async {
        while true {
            let isOver = await console?.isOver ?? false
            let (order, login, isLast): (Order?, ConsoleLogin?, Bool) = inbox.withLock { inbox in
                inbox.busySince = nil
                guard !isOver, !inbox.isClosed, !inbox.queue.isEmpty else {
                    return (nil, nil, isOver || inbox.isOver)
                }
                let order = inbox.queue.removeFirst()
                if case .line(let line) = order { inbox.queuedBytes -= line.count }
                inbox.busySince = .now
                return (order, inbox.login, false)
            }
            if let order {
                guard let login else {
                    await carryOut(order)
                    continue
                }
                guard await attempt(order, login) else { return leave() }
            } else if isLast {
                return leave()
            } else if await rest() {
                return
            }
        }
    }

    /// True when there is nothing to do: the next who brings something begins the work again.
    private func rest() async -> Bool {
        if inbox.withLock(\.isTrusted) { await promptFirst() }
        return inbox.withLock { inbox in
            guard inbox.queue.isEmpty, !inbox.isOver else { return false }
            inbox.isWorking = false
            return true
        }
    }

    private func carryOut(_ order: Order) async {
        await promptFirst()
        output.noteLine()
        switch order {
        case .line(let line):
            let text = String(decoding: line, as: UTF8.self)
            if let console {
                await console.interpret(text)
            } else if let registry = service.registry {
                await attend(text, registry)
            }
            await move()
        case .complaint(let message): output.say("*** " + message)
        }
        isPrompted.store(false, ordering: .relaxed)
    }

    /// One prompt for each line, whether it was typed ahead or not.
    private func promptFirst() async {
        guard !isPrompted.exchange(true, ordering: .relaxed) else { return }
        output.prompt(await console?.prompt ?? Console.prompts[0])
    }

    private func workOnUrgent() async {
        while true {
            let next: String? = inbox.withLock { inbox in
                if inbox.urgent.isEmpty {
                    inbox.isUrgentWorking = false
                    return nil
                }
                return inbox.urgent.removeFirst()
            }
            guard let next, let console else { return }
            await console.interpretAtOnce(next)
            // The line that waits for a script of the host's may wait for long: nobody is interested any more. (What waits at an
            // attached session is told of the detach.)
            if service.registry == nil, await console.isDetached {
                output.finish()
                release()
            }
        }
    }

    /// The last of all.
    private func leave() {
        inbox.withLock { inbox in
            inbox.isClosed = true
            inbox.queue = []
        }
        output.finish()
        release()
    }

    /// The script is free for the next peer.
    private func release() {
        let wasTrusted = inbox.withLock { inbox in
            defer { inbox.isTrusted = false }
            return inbox.isTrusted
        }
        guard wasTrusted else { return }
        Task(priority: .high) {
            await console?.lose()
            service.release(number)
            service.configuration.whenLeft?()
        }
    }

    // MARK: - Login

    /// False, and said, while the address has to wait.
    private func mayTry() -> Bool {
        guard let pause = service.logins.pause(for: address) else { return true }
        output.say(
            "*** Too many wrong answers have come from \(address); try again in \(pause.components.seconds + 1) s.")
        return false
    }

    /// A peer that does not say who it is holds no place for ever.
    private func limitLogin() {
        Task { [weak self, seconds = service.configuration.loginSeconds] in
            try? await Task.sleep(for: .seconds(seconds))
            guard let self, inbox.withLock({ !$0.isTrusted && !$0.isClosed }) else { return }
            output.say("*** No answer has come in \(seconds) s.")
            leave()
        }
    }

    /// False when the connection is to be closed.
    private func attempt(_ order: Order, _ login: ConsoleLogin) async -> Bool {
        var login = login
        // Others of the same address may have used up its tries meanwhile.
        guard mayTry() else { return false }
        if case .line(let line) = order, login.accepts(line) {
            service.logins.succeed(address)
            return await enter()
        }
        let (delay, left) = service.logins.fail(address)
        try? await Task.sleep(for: delay)
        guard left > 0 else {
            output.say(
                "*** That is not the answer; the next try can be made in \(service.configuration.pauseSeconds) s.")
            return false
        }
        output.say("*** That is not the answer; \(left) \(left == 1 ? "try is" : "tries are") left.")
        output.say("challenge \(login.challenge.text)")
        inbox.withLock { [login] in $0.login = login }
        return true
    }
}
