// The debugger on a port: connections that speak RESP with a debug service, and consoles for people.

public import LuaDebugConsole
public import LuaDebugRESP

/// Lets clients that speak RESP debug what a service has, and people one script at a console.
public final class LuaDebugServer: Sendable {
    private let sockets: SocketServer
    private let consoles: SocketServer
    private let service: DebugService

    /// A server that listens nowhere yet; without a `console` it has none.
    public init(
        service: DebugService = DebugService(), console: ConsoleService? = nil, limits: ServerLimits = .standard
    ) {
        self.service = service
        let refusal = "-ERR max number of clients reached\r\n"
        sockets = SocketServer(limits: limits, refusal: [UInt8](refusal.utf8)) { door in
            Handler(DebugConnection(service: service, peer: door.peer, send: door.send, close: door.close))
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
        try sockets.listen(on: endpoint, allowsOtherAddresses: allowsOtherAddresses)
    }

    /// Listens on one more endpoint for consoles, and tells which it really is.
    @discardableResult
    public func listen(console endpoint: Endpoint, allowsOtherAddresses: Bool = false) throws(ServerError) -> Endpoint {
        try consoles.listen(on: endpoint, allowsOtherAddresses: allowsOtherAddresses)
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

    /// Closes the listeners and all connections, and ends the sessions that clients began.
    public func close() async {
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
