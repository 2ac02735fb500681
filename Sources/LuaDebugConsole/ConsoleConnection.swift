// The connection object: bytes in, bytes out, no sockets. What a host with its own event loop embeds.

internal import LuaDebugCore
internal import Synchronization

/// One peer of a console service.
///
/// Nothing here blocks the caller's thread: replies come by `send`, from any thread, whole and in order.
public final class ConsoleConnection: Sendable {
    /// What comes so soon after a command that lets the script run was typed ahead of its stop, by a program.
    static let ahead = Duration.milliseconds(100)
    private static let mostUnreadBeforeLogin = 1 << 16

    let service: ConsoleService
    let inbox: Mutex<ConsoleInbox>
    let output: ConsoleOutput
    /// Where the peer is; nil at the reception.
    let place = Mutex<Console?>(nil)
    var console: Console? { place.withLock { $0 } }
    let unread: @Sendable () -> Int
    let peer: String
    let address: String
    let isLocal: Bool
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
        inbox = Mutex(ConsoleInbox(lineBytes: service.configuration.lineBytes))
        Task(priority: .high) { await begin() }
    }

    // MARK: - From the peer

    /// Bytes from the peer, however they were cut.
    public func receive(_ bytes: [UInt8]) {
        change { inbox in
            guard !inbox.isOver else { return }
            // Somebody unknown that reads nothing is sent no more.
            if !inbox.isTrusted, unread() > Self.mostUnreadBeforeLogin {
                inbox.isEnded = true
                return
            }
            let isBusy = inbox.busySince.map { ContinuousClock.now - $0 > Self.ahead } ?? false
            for piece in inbox.cutter.feed(bytes) where !inbox.isEnded { take(piece, isBusy, &inbox) }
        }
    }

    /// The peer will send no more, and may still read (`printf ... | nc`): the connection is closed after the last reply.
    public func ended() {
        change { inbox in
            // What has ended it may have been the rest of a line: a page's body is not read.
            if !inbox.isOver { for piece in inbox.cutter.finish() { take(piece, false, &inbox) } }
            inbox.isEnded = true
        }
    }

    /// The peer is gone: a script of the host's goes on, an owned one waits for the next who comes.
    public func closed() {
        output.shut()
        change { inbox in
            inbox.isClosed = true
            inbox.loginLimit = nil
            inbox.forgetLines()
            inbox.forgetUrgent()
        }
        release()
    }

    private func take(_ piece: LineCutter.Piece, _ isBusy: Bool, _ inbox: inout ConsoleInbox) {
        switch piece {
        case .line(let line, let hasReturn):
            output.follow(hasReturn: hasReturn)
            if inbox.isFresh, isHTTP(line) {
                return refuse("This is no web server; the connection is closed.", &inbox)
            }
            inbox.isFresh = false
            if inbox.isTrusted, inbox.mayHurry,
                let text = urgent(line, isBusy, inbox, isNext: inbox.queue.isEmpty)
            {
                inbox.hurry(text)
            } else {
                inbox.append(.line(line))
            }
        case .tooLong:
            let complaint = "The line is longer than \(service.configuration.lineBytes) bytes; it was not read."
            // No person begins so, but a browser whose request is long does: its next lines are a page's.
            if inbox.isFresh { refuse(complaint, &inbox) } else { inbox.append(.complaint(complaint)) }
        case .answer(let bytes): output.send(raw: bytes)
        case .interrupt: if inbox.isTrusted { Task(priority: .high) { await console?.interrupt() } }
        case .end: inbox.isEnded = true
        }
    }

    /// What is carried out although a script runs: nothing that was typed ahead, and breakpoints only in their order.
    private func urgent(_ line: [UInt8], _ isBusy: Bool, _ inbox: ConsoleInbox, isNext: Bool) -> String? {
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
            while case .line(let line)? = inbox.queue.first, inbox.mayHurry,
                let text = urgent(line, true, inbox, isNext: true)
            {
                _ = inbox.next()
                inbox.hurry(text)
            }
        }
    }

    /// At once, also while a script runs that the peer's first line would wait for.
    private func refuse(_ why: String, _ inbox: inout ConsoleInbox) {
        inbox.isEnded = true
        output.say("*** " + why)
        Task(priority: .high) { leave() }
    }

    /// A web page can have its browser send lines of its choosing to a port on loopback, behind this one.
    private func isHTTP(_ line: [UInt8]) -> Bool {
        let text = String(decoding: line.suffix(9), as: UTF8.self)
        return text.hasPrefix(" HTTP/1.") || line.starts(with: Array("POST ".utf8))
    }

    /// Changes the inbox, and sees to it that somebody works on what is in it.
    private func change(_ body: (inout sending ConsoleInbox) -> Void) {
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
    func enter() async -> Bool {
        if let session = service.session, let other = service.hold(peer, number) {
            output.say(
                "*** \(session.script.name) is debugged by \(other) already; it can be had when that has left.")
            return false
        }
        let isHere = inbox.withLock { inbox in
            inbox.isTrusted = true
            inbox.login = nil
            inbox.loginLimit = nil
            inbox.busySince = .now
            return !inbox.isClosed
        }
        guard isHere else { return false }
        if let console { await begin(at: console) } else if let registry = service.registry { await receive(registry) }
        return true
    }

    func begin(at console: Console) async {
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

    /// Lines one after the other; one task at a time does this, and the last one never gives it back.
    private func work() async {
        while true {
            let isOver = await console?.isOver ?? false
            let (order, login, isLast): (ConsoleInbox.Order?, ConsoleLogin?, Bool) = inbox.withLock { inbox in
                inbox.busySince = nil
                guard !isOver, !inbox.isClosed, let order = inbox.next() else {
                    return (nil, nil, isOver || inbox.isOver)
                }
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

    private func carryOut(_ order: ConsoleInbox.Order) async {
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
                let next = inbox.nextUrgent()
                if next == nil { inbox.isUrgentWorking = false }
                return next
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
    func leave() {
        inbox.withLock { inbox in
            inbox.isClosed = true
            inbox.loginLimit = nil
            inbox.forgetLines()
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
}
