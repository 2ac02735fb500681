// A host's script with a console on a socket, and somebody who types at it.

import Foundation
import LuaDebugConsole
import LuaDebugCore
import Synchronization
import Testing

@testable import LuaDebugServer

/// A host's script, a server with its console, and where that is.
struct ConsoleHost: Sendable {
    static let source = """
        local sum = 0
        for i = 1, 3 do
          sum = sum + i
        end
        return sum
        """
    static let endless = "local n = 0\nwhile not stop do\n  n = n + 1\nend\nreturn 'host', n > 0\n"
    static let prompt = "(luadebug) "

    let session: DebugSession
    let service: ConsoleService
    let server: LuaDebugServer
    let endpoint: Endpoint

    var port: Int { if case .tcp(_, let port) = endpoint { port } else { 0 } }

    init(
        _ source: String = Self.source, isOwned: Bool = false,
        _ configure: (inout ConsoleService.Configuration) -> Void = { _ in }
    ) async throws {
        session = DebugSession(Script(source, name: "host.lua")) { _ in }
        try await session.start()
        var configuration = ConsoleService.Configuration()
        configuration.process = "process 1"
        configure(&configuration)
        service = ConsoleService(session, isOwned: isOwned, configuration: configuration)
        server = LuaDebugServer(console: service)
        endpoint = try server.listen(console: Endpoint("0"))
    }

    func close() async {
        await server.close()
        await session.close()
    }
}

/// A client that reads until something has come.
final class Typist: Sendable {
    let socket: ClientSocket
    private let heard = Mutex("")

    init(_ endpoint: Endpoint) throws { socket = try ClientSocket(to: endpoint) }

    func type(_ text: String) throws { try socket.send(bytes(text)) }

    /// What has come since the last time, up to and with this text.
    @discardableResult
    func hear(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) async throws -> String {
        while true {
            let found: String? = heard.withLock { heard in
                guard let range = heard.range(of: text) else { return nil }
                defer { heard = String(heard[range.upperBound...]) }
                return String(heard[..<range.upperBound])
            }
            if let found { return found }
            let more = (try? await more()) ?? []
            if more.isEmpty {
                Issue.record("\(heard.withLock { $0 }) has not \(text)", sourceLocation: sourceLocation)
                throw ServerError(.disconnected, "nothing more")
            }
            heard.withLock { $0 += String(decoding: more, as: UTF8.self) }
        }
    }

    /// Nothing at the end of the connection; an end that does not come is an error.
    private func more() async throws -> [UInt8] {
        do {
            return try await offPool { [socket] in try socket.receive(timeout: .seconds(120)) }
        } catch let error as ServerError where error.code != .timedOut {
            return []
        }
    }

    /// The rest, up to the end.
    func rest() async throws -> String {
        while true {
            let more = try await more()
            if more.isEmpty { return heard.withLock { $0 } }
            heard.withLock { $0 += String(decoding: more, as: UTF8.self) }
        }
    }
}
