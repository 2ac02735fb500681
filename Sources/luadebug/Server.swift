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
            arguments, of: "serve", flags: ["--allow-other-addresses"],
            values: [
                "--resp", "--password-file", "--connections", "--idle", "--time", "--stop-time",
            ])
        if let extra = options.rest.first {
            throw Program.Refusal(message: "serve takes no \(extra); see luadebug --help", status: 2)
        }
        var limits = ServerLimits()
        if let number = try options.count("--connections") { limits.connections = number }
        limits.idleSeconds = try options.count("--idle")
        var configuration = DebugService.Configuration()
        configuration.password = try await options.password()
        configuration.limits.time = try options.count("--time").map { .seconds($0) }
        configuration.limits.stop = try options.count("--stop-time").map { .seconds($0) }
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
        } catch {
            await server.close()
            throw Program.Refusal(message: error.message, status: error.code == .badEndpoint ? 2 : 1)
        }
        fflush(nil)
        await ending.wait()
        await server.close()
    }
}
