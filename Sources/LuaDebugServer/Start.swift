// The one call that a host makes: what the environment asks for is opened, and the log has a line of it.

public import LuaDebugConsole

extension LuaDebugServer {
    /// Opens a console for the sessions of this process where the environment asks for one; nil where it does not, or none can be had.
    ///
    /// `LUADEBUG_LISTEN` or `DEBUG_PORT` says where, `LUADEBUG_PASSWORD_FILE` who may, `LUADEBUG_WAIT` what becomes of stops with nobody
    /// there, and `LUADEBUG=0` switches everything off: see ``ServerEnvironment``. The console shows what is in
    /// `SessionRegistry.shared`, and what will be. An endpoint that others can reach is refused without a secret.
    ///
    /// Whatever is wrong is a line in the log that begins with `luadebug: `, and never the end of the host; so is a stop that is passed over
    /// because nobody is attached. The listener stays open until
    /// the server is closed or let go of: keep it.
    public static func start(
        as name: String = ThisProcess.name,
        configuration: ConsoleService.Configuration = ConsoleService.Configuration(),
        environment: ServerEnvironment? = nil, limits: ServerLimits = .console,
        log: @escaping @Sendable (String) -> Void = { ThisProcess.log($0) }
    ) -> LuaDebugServer? {
        do throws(ServerError) {
            let wanted: ServerEnvironment
            if let environment { wanted = environment } else { wanted = try .current() }
            return try started(name, configuration, wanted, limits, log)
        } catch {
            log("luadebug: \(error.message) The debugger is not started.")
            return nil
        }
    }

    private static func started(
        _ name: String, _ configuration: ConsoleService.Configuration, _ environment: ServerEnvironment,
        _ limits: ServerLimits, _ log: @escaping @Sendable (String) -> Void
    ) throws(ServerError) -> LuaDebugServer? {
        guard !environment.isOff, !environment.endpoints.isEmpty else { return nil }
        var configuration = configuration
        if let path = environment.passwordFile { configuration.secret = try SecretFile(path).secret }
        if configuration.process.isEmpty { configuration.process = "\(name), process \(ThisProcess.number)" }
        let isGuarded = configuration.secret != nil
        let server = LuaDebugServer(console: ConsoleService(ofThisProcess: configuration), limits: limits)
        let endpoint: Endpoint
        do throws(ServerError) {
            endpoint = try server.listen(console: environment.endpoints, allowsOtherAddresses: isGuarded)
        } catch {
            guard error.code == .notLoopback else { throw error }
            throw ServerError(
                .notLoopback,
                "\(environment.endpoints[0]) can be reached from other machines, and no secret is set: LUADEBUG_PASSWORD_FILE."
            )
        }
        ConsoleService.setStops(waiting: environment.waiting, log: log)
        // Whoever knows the endpoint comes in without.
        try? server.announce(as: name)
        log("luadebug: console on \(endpoint), \(isGuarded ? "with a secret" : "without a secret")")
        return server
    }
}
