// The debugger on a port: each connection of the socket server speaks RESP with a debug service.

public import LuaDebugRESP

/// Lets clients that speak RESP debug what a service has.
public final class LuaDebugServer: Sendable {
    private let sockets: SocketServer
    private let service: DebugService

    /// A server that listens nowhere yet.
    public init(service: DebugService, limits: ServerLimits = .standard) {
        self.service = service
        let refusal = "-ERR max number of clients reached\r\n"
        sockets = SocketServer(limits: limits, refusal: [UInt8](refusal.utf8)) { door in
            Handler(DebugConnection(service: service, peer: door.peer, send: door.send, close: door.close))
        }
    }

    /// Listens on one more endpoint, and tells which it really is, as ``SocketServer/listen(on:allowsOtherAddresses:)`` does.
    @discardableResult
    public func listen(on endpoint: Endpoint, allowsOtherAddresses: Bool = false) throws(ServerError) -> Endpoint {
        try sockets.listen(on: endpoint, allowsOtherAddresses: allowsOtherAddresses)
    }

    /// Closes the listeners and all connections, and ends the sessions that clients began.
    public func close() async {
        await sockets.close()
        await service.shutDown()
    }

    /// How many clients there are now.
    public var connectionCount: Int { sockets.connectionCount }

    private final class Handler: ConnectionHandler {
        private let connection: DebugConnection
        init(_ connection: DebugConnection) { self.connection = connection }
        func receive(_ bytes: [UInt8]) { connection.receive(bytes) }
        func ended() { connection.ended() }
        func closed() { connection.closed() }
    }
}
