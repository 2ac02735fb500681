// The debugger on a port: connections that speak RESP with a debug service, and consoles for people.

public import LuaDebugConsole
public import LuaDebugRESP
internal import Synchronization

/// Lets clients that speak RESP debug what a service has, and people one script at a console.
public final class LuaDebugServer: Sendable {
    private let sockets: SocketServer
    private let consoles: SocketServer
    private let service: DebugService
    private struct Announcement: Sendable {
        /// nil: this server does not want to be found.
        var name: String?
        var file = ""
        var discovery = Discovery()
        var consoles: [Endpoint] = []
        var services: [Endpoint] = []
    }
    private let announcement = Mutex(Announcement())
    private static let announced = Atomic(0)

    /// A server that listens nowhere yet; without a `console` it has none.
    public init(
        service: DebugService = DebugService(), console: ConsoleService? = nil, limits: ServerLimits = .standard
    ) {
        self.service = service
        let refusal = "-ERR max number of clients reached\r\n"
        sockets = SocketServer(limits: limits, refusal: [UInt8](refusal.utf8)) { door in
            Handler(
                DebugConnection(
                    service: service, peer: door.peer, address: door.address, unread: { door.unsentBytes },
                    send: door.send, close: door.close))
        }
        let words = console == nil ? "There is no console here." : "There are too many connections already."
        var consoleLimits = limits
        if console == nil { consoleLimits.connections = 0 }
        consoles = SocketServer(limits: consoleLimits, refusal: [UInt8]("*** \(words)\n".utf8)) { door in
            guard let console else { return Nobody() }
            return ConsoleHandler(
                ConsoleConnection(
                    service: console, peer: door.peer, address: door.address, isLocal: door.isLocal,
                    unread: { door.unsentBytes }, send: door.send, close: door.close))
        }
    }

    /// Listens on one more endpoint, and tells which it really is, as ``SocketServer/listen(on:allowsOtherAddresses:)`` does.
    @discardableResult
    public func listen(on endpoint: Endpoint, allowsOtherAddresses: Bool = false) throws(ServerError) -> Endpoint {
        let real = try sockets.listen(on: endpoint, allowsOtherAddresses: allowsOtherAddresses)
        note { $0.services.append(real) }
        return real
    }

    /// Listens on one more endpoint for consoles, and tells which it really is.
    @discardableResult
    public func listen(console endpoint: Endpoint, allowsOtherAddresses: Bool = false) throws(ServerError) -> Endpoint {
        let real = try consoles.listen(on: endpoint, allowsOtherAddresses: allowsOtherAddresses)
        note { $0.consoles.append(real) }
        return real
    }

    /// The first of these endpoints that is free, for consoles; the error is that of the last.
    @discardableResult
    public func listen(
        console endpoints: [Endpoint], allowsOtherAddresses: Bool = false
    ) throws(ServerError) -> Endpoint {
        try Endpoint.first(of: endpoints) { (endpoint) throws(ServerError) in
            try listen(console: endpoint, allowsOtherAddresses: allowsOtherAddresses)
        }
    }

    /// The first of these endpoints that is free; the error is that of the last.
    @discardableResult
    public func listen(on endpoints: [Endpoint], allowsOtherAddresses: Bool = false) throws(ServerError) -> Endpoint {
        try Endpoint.first(of: endpoints) { (endpoint) throws(ServerError) in
            try listen(on: endpoint, allowsOtherAddresses: allowsOtherAddresses)
        }
    }

    /// From now on `luadebug list` and `luadebug attach` find this process, by its number or by this name.
    ///
    /// Only this user's: see ``Discovery``. Throws `.notPermitted` or `.system` where its file cannot be written, which does no harm to
    /// those who know the endpoint.
    public func announce(as name: String = ThisProcess.name, in discovery: Discovery = Discovery()) throws(ServerError)
    {
        let result: Result<Void, ServerError> = announcement.withLock { state in
            state.name = name
            state.discovery = discovery
            if state.file.isEmpty {
                let number = Self.announced.add(1, ordering: .relaxed).newValue
                state.file = "\(ThisProcess.number)-\(number)"
            }
            return Result { () throws(ServerError) in try Self.publish(state) }
        }
        try result.get()
    }

    private static func publish(_ state: Announcement) throws(ServerError) {
        guard let name = state.name else { return }
        let process = DebuggedProcess(
            number: ThisProcess.number, name: name, consoles: state.consoles, services: state.services)
        try state.discovery.announce(process, as: state.file)
    }

    private func note(_ change: (inout sending Announcement) -> Void) {
        announcement.withLock { state in
            change(&state)
            // It could be written before; if it cannot now, who knows the endpoint still comes in.
            try? Self.publish(state)
        }
    }

    /// Closes the listeners and all connections, and ends the sessions that clients began.
    public func close() async {
        announcement.withLock { state in
            if state.name != nil { state.discovery.withdraw(state.file) }
            state.name = nil
        }
        await consoles.close()
        await sockets.close()
        await service.shutDown()
    }

    /// How many clients there are now.
    public var connectionCount: Int { sockets.connectionCount + consoles.connectionCount }

    private final class Handler: ConnectionHandler {
        private let connection: DebugConnection
        init(_ connection: DebugConnection) { self.connection = connection }
        func receive(_ bytes: [UInt8]) { connection.receive(bytes) }
        func ended() { connection.ended() }
        func closed() { connection.closed() }
    }

    private final class ConsoleHandler: ConnectionHandler {
        private let connection: ConsoleConnection
        init(_ connection: ConsoleConnection) { self.connection = connection }
        func receive(_ bytes: [UInt8]) { connection.receive(bytes) }
        func ended() { connection.ended() }
        func closed() { connection.closed() }
    }

    /// Where no console is: nobody is let in.
    private final class Nobody: ConnectionHandler {
        func receive(_: [UInt8]) {}
        func closed() {}
    }
}
