// What the environment's variables say about the ways in: the same for every host, so that who runs one need not ask.

public import LuaDebugConsole

/// The variables that open a debugger's door into a host, read and checked.
///
/// ``LuaDebugServer/start(as:configuration:environment:limits:log:)`` acts on them.
public struct ServerEnvironment: Sendable, Hashable {
    /// The names of all variables that are read.
    public static let names = [
        "LUADEBUG", "LUADEBUG_LISTEN", "DEBUG_PORT", "LUADEBUG_WAIT", "LUADEBUG_PASSWORD_FILE",
    ]

    /// `LUADEBUG=0` switches everything off, whatever else is set.
    public var isOff = false
    /// `LUADEBUG_LISTEN`, or `DEBUG_PORT` on loopback: where a console is wanted, the first that is free; none: nowhere.
    public var endpoints: [Endpoint] = []
    /// `LUADEBUG_WAIT`: `0`, `forever`, or seconds; nil where it is not set.
    public var waiting: ConsoleService.Waiting?
    /// `LUADEBUG_PASSWORD_FILE`: where the secret is that peers have to know.
    public var passwordFile: String?

    /// Nothing is asked for.
    public init() {}

    /// This process' variables.
    ///
    /// Throws `.badEndpoint` for what cannot be understood; the message names the variable.
    public static func current() throws(ServerError) -> ServerEnvironment {
        var variables: [String: String] = [:]
        for name in names { variables[name] = ThisProcess.variable(name) }
        return try ServerEnvironment(variables)
    }

    /// These variables; an empty one is one that is not set.
    ///
    /// Throws `.badEndpoint`.
    public init(_ variables: [String: String]) throws(ServerError) {
        func value(_ name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }
        isOff = ["0", "no", "off", "false"].contains(value("LUADEBUG")?.lowercased())
        if isOff { return }
        if let text = value("LUADEBUG_LISTEN") {
            do throws(ServerError) { endpoints = try Endpoint.range(text) } catch {
                throw ServerError(.badEndpoint, "LUADEBUG_LISTEN: \(error.message)")
            }
        } else if let text = value("DEBUG_PORT") {
            guard let port = Int(text), 0...65535 ~= port else {
                throw ServerError(.badEndpoint, "DEBUG_PORT: \"\(text)\" is no port; those are 0 to 65535.")
            }
            endpoints = [.tcp(host: Endpoint.defaultHost, port: port)]
        }
        waiting = try value("LUADEBUG_WAIT").map(Self.waiting)
        passwordFile = value("LUADEBUG_PASSWORD_FILE")
    }

    private static func waiting(_ text: String) throws(ServerError) -> ConsoleService.Waiting {
        switch text.lowercased() {
        case "0", "no", "off", "false": return .no
        case "forever", "yes", "on", "true": return .forever
        default: break
        }
        guard let seconds = Int(text), 1...1_000_000 ~= seconds else {
            throw ServerError(
                .badEndpoint, "LUADEBUG_WAIT: \"\(text)\" is neither 0, nor forever, nor a number of seconds.")
        }
        return .seconds(seconds)
    }
}
