// A socket to a real Redis server, for the data of LuaDebugRedis: the connection that it brings no means for.

public import LuaDebugRedis
internal import Synchronization

/// A connection to a server of Redis', which can be interrupted also while it is being made.
///
/// But for the look-up of a host's name, which takes as long as the system takes.
final class RedisSocket: RedisTransport {
    private let endpoint: Endpoint
    private let alarm: Alarm
    private let socket = Mutex<ClientSocket?>(nil)

    init(to endpoint: Endpoint) throws(ServerError) {
        self.endpoint = endpoint
        alarm = try Alarm()
    }

    func connect(timeout: Duration) throws(RedisTransportError) {
        let made = try Self.told { () throws(ServerError) in
            try ClientSocket(to: endpoint, timeout: timeout, alarm: alarm)
        }
        socket.withLock { $0 = made }
    }

    func send(_ bytes: [UInt8], timeout: Duration) throws(RedisTransportError) {
        let socket = try connected()
        try Self.told { () throws(ServerError) in try socket.send(bytes, timeout: timeout) }
    }

    func receive(timeout: Duration) throws(RedisTransportError) -> [UInt8] {
        let socket = try connected()
        return try Self.told { () throws(ServerError) in try socket.receive(timeout: timeout) }
    }

    func interrupt() { alarm.ring() }

    private func connected() throws(RedisTransportError) -> ClientSocket {
        guard let socket = socket.withLock({ $0 }) else {
            throw RedisTransportError(.failed, "There is no connection to \(endpoint).")
        }
        return socket
    }

    private static func told<Value>(
        _ body: () throws(ServerError) -> Value
    ) throws(RedisTransportError) -> Value {
        do throws(ServerError) {
            return try body()
        } catch {
            let cause: RedisTransportError.Cause =
                switch error.code {
                case .timedOut: .timedOut
                case .closed: .interrupted
                default: .failed
                }
            throw RedisTransportError(cause, error.message)
        }
    }
}

extension RedisServerData {
    /// Data on the server at an endpoint, which is connected to when it is first needed.
    public convenience init(at endpoint: Endpoint, _ settings: Settings = Settings()) {
        self.init(of: "\(endpoint)", settings) { () throws(RedisTransportError) in
            do throws(ServerError) {
                return try RedisSocket(to: endpoint)
            } catch {
                throw RedisTransportError(.failed, error.message)
            }
        }
    }
}
