// luadebug serve: the debugger on a port, until it is told to end.

import LuaDebugCore
import LuaDebugRESP
import LuaDebugServer

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

@MainActor enum Server {
    static let defaultEndpoint = "127.0.0.1:6390"

    /// Runs until SIGINT or SIGTERM.
    static func run(_ arguments: ArraySlice<String>) async throws(Program.Refusal) {
        let options = try Options(
            arguments, of: "serve",
            flags: RedisOptions.flags.union(["--allow-other-addresses", "--challenge-only", "--plain"]),
            values: RedisOptions.values.union([
                "--resp", "--password-file", "--connections", "--idle", "--time", "--stop-time",
            ]))
        if let extra = options.rest.first {
            throw Program.Refusal(message: "serve takes no \(extra); see luadebug --help", status: 2)
        }
        var limits = ServerLimits()
        if let number = try options.count("--connections") { limits.connections = number }
        limits.idleSeconds = try options.count("--idle")
        var configuration = DebugService.Configuration()
        configuration.password = try options.password()
        configuration.allowsPlainPassword = !options.has("--challenge-only")
        configuration.limits.time = try options.count("--time").map { .seconds($0) }
        configuration.limits.stop = try options.count("--stop-time").map { .seconds($0) }
        let redis = try await redis(options, configuration.limits)
        if let redis { configuration.client = { redis.connect() } }
        let isOpen = options.has("--allow-other-addresses")
        if isOpen, configuration.password == nil {
            throw Program.Refusal(message: "--allow-other-addresses needs a --password-file", status: 2)
        }

        // The first return to the main actor takes a descriptor, and the runtime traps if there is none: peers may have taken them all
        // by the time that the signal comes.
        await Task.detached {}.value
        let server = LuaDebugServer(service: DebugService(configuration: configuration), limits: limits)
        let ending: EndingSignal
        do throws(ServerError) {
            ending = try EndingSignal()
            for text in options.all("--resp") ?? [defaultEndpoint] {
                let endpoint = try server.listen(on: try Endpoint(text), allowsOtherAddresses: isOpen)
                print("luadebug: RESP on \(endpoint)")
            }
            // Whoever knows the endpoint comes in without.
            try? server.announce(as: "luadebug serve")
        } catch {
            await server.close()
            throw Program.Refusal(message: error.message, status: error.code == .badEndpoint ? 2 : 1)
        }
        fflush(nil)
        await ending.wait()
        redis?.shutDown()
        await server.close()
    }

    /// Nil where Lua's own libraries are wanted.
    private static func redis(
        _ options: Options, _ limits: RunLimits
    ) async throws(Program.Refusal) -> RedisHost? {
        guard options.has("--plain") else { return RedisHost(try await RedisOptions(options), limits: limits) }
        if RedisOptions.areGiven(options) {
            throw Program.Refusal(message: "--plain is without Redis; not with --redis or --effects", status: 2)
        }
        return nil
    }
}
