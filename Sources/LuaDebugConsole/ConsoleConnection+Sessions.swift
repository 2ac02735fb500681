// The connection of a peer that has the sessions of a registry to choose from: the reception, and the way in and out.

internal import LuaDebugCore
internal import Synchronization

extension ConsoleConnection {
    /// More sessions than these are not listed unasked.
    private static let mostListed = 10

    /// To the only session the peer is attached at once, if it can be had.
    func receive(_ registry: SessionRegistry) async {
        let all = registry.sessions
        if all.count == 1, all[0].controller == nil, let only = try? registry.attach(to: all[0].id, by: peer) {
            await enter(only)
            return await move()
        }
        if all.count <= Self.mostListed { output.say(registry.table(current: nil)) }
        output.say(Reception.help + ".")
    }

    func enter(_ attachment: SessionAttachment) async {
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
    func move() async {
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

    func attend(_ line: String, _ registry: SessionRegistry) async {
        do {
            switch try Reception(registry: registry, peer: peer).answer(line) {
            case .say(let text): if !text.isEmpty { output.say(text) }
            case .enter(let attachment): await enter(attachment)
            case .leave:
                inbox.withLock {
                    $0.isEnded = true
                    $0.forgetLines()
                }
            }
        } catch {
            let message = (error as? Complaint)?.message ?? (error as? DebugError)?.message ?? "\(error)"
            output.say("*** " + message.onOneLine.withoutControls)
        }
    }
}
