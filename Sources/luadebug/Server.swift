// luadebug serve: the debugger on a port, until it is told to end.

import LuaDebugRESP
import LuaDebugServer
import Synchronization

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
                "--resp", "--password-file", "--connections", "--idle",
            ])
        if let extra = options.rest.first {
            throw Program.Refusal(message: "serve takes no \(extra); see luadebug --help", status: 2)
        }
        var limits = ServerLimits()
        if let number = try options.count("--connections") { limits.connections = number }
        limits.idleSeconds = try options.count("--idle")
        var configuration = DebugService.Configuration()
        configuration.password = try await options.password()
        let isOpen = options.has("--allow-other-addresses")
        if isOpen, configuration.password == nil {
            throw Program.Refusal(message: "--allow-other-addresses needs a --password-file", status: 2)
        }

        Ending.listen()
        // Swift's runtime makes a descriptor for its first timer. Peers may have taken them all by the time `Ending` waits, and
        // without that timer no signal would be noticed.
        try? await Task.sleep(for: .milliseconds(1))
        let server = LuaDebugServer(service: DebugService(configuration: configuration), limits: limits)
        do throws(ServerError) {
            for text in options.all("--resp") ?? [defaultEndpoint] {
                let endpoint = try server.listen(on: try Endpoint(text), allowsOtherAddresses: isOpen)
                print("luadebug: RESP on \(endpoint)")
            }
        } catch {
            await server.close()
            throw Program.Refusal(message: error.message, status: error.code == .badEndpoint ? 2 : 1)
        }
        fflush(nil)
        await Ending.wait()
        await server.close()
    }
}

/// A signal's handler may do next to nothing, so it leaves a note, and a task looks for one 20 times a second.
private enum Ending {
    static let isWanted = Atomic(false)

    static func listen() {
        signal(SIGINT, noteEnding)
        signal(SIGTERM, noteEnding)
    }

    static func wait() async {
        while !isWanted.load(ordering: .relaxed) { try? await Task.sleep(for: .milliseconds(50)) }
    }
}

/// Not a closure: one made on the main actor would insist to be called there.
private func noteEnding(_ number: Int32) {
    Ending.isWanted.store(true, ordering: .relaxed)
    // Whoever asks twice does not want to wait.
    signal(number, SIG_DFL)
}
