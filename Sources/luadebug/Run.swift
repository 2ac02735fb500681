// luadebug run: a script under the debugger, with commands from a person, a pipe, a file, or a console on a socket.

import LuaDebugConsole
import LuaDebugCore
import LuaDebugRedis
import LuaDebugServer

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

@MainActor enum Run {
    /// What the options ask for.
    struct Wishes {
        var breaksOnError = false
        var trace: TraceMode?
        var profile: String?
        var commands: String?
        var listen: String?
        var service = ConsoleService.Configuration()
        var allowsOtherAddresses = false
        /// The script is one of Redis'.
        var redis: RedisOptions?

        /// Nobody wants to see the first line: the script runs at once.
        var runsAtOnce: Bool { breaksOnError || trace != nil || profile != nil }
    }

    static func run(_ arguments: ArraySlice<String>) async throws(Program.Refusal) -> Int32 {
        let modes: Set = ["line", "code", "stack", "watch", "all", "calls", "variables"]
        let options = try Options(
            arguments, of: "run",
            flags: RedisOptions.flags.union(["--break-on-error", "--plain-password", "--allow-other-addresses"]),
            values: RedisOptions.values.union(RedisOptions.ofRun).union([
                "--profile", "-x", "--listen", "--password-file",
            ]),
            choices: ["--trace": modes], endsAtScript: true)
        guard let path = options.rest.first else {
            throw Program.Refusal(message: "run takes a script; see luadebug --help", status: 2)
        }
        var wishes = Wishes()
        wishes.breaksOnError = options.has("--break-on-error")
        if let word = options.all("--trace")?.last { wishes.trace = Console.mode(word.isEmpty ? "line" : word) }
        wishes.profile = options.all("--profile")?.last
        wishes.commands = options.all("-x")?.last
        wishes.listen = options.all("--listen")?.last
        wishes.service.secret = try options.password()
        wishes.service.allowsPlainSecret = options.has("--plain-password")
        wishes.allowsOtherAddresses = options.has("--allow-other-addresses")
        if wishes.allowsOtherAddresses, wishes.service.secret == nil {
            throw Program.Refusal(message: "--allow-other-addresses needs a --password-file", status: 2)
        }
        let redis = try await RedisOptions(options)
        if redis.isGiven { wishes.redis = redis }
        return try await run(path, options.rest.dropFirst(), wishes, isStrict: true)
    }

    /// The program's status; if not `isStrict`, 0 whatever has become of the script.
    static func run(
        _ path: String, _ arguments: ArraySlice<String>, _ wishes: Wishes, isStrict: Bool
    ) async throws(Program.Refusal) -> Int32 {
        let isLibrary = wishes.redis?.function != nil
        let source = try await Program.contents(of: path, isScript: !isLibrary)
        if isLibrary, let problem = RedisLibrary.problem(in: source) {
            throw Program.Refusal(message: "\(path): \(problem)")
        }
        let redis = wishes.redis.map { RedisScript(source, arguments, $0) }
        let session =
            redis?.session
            ?? DebugSession(Script(source, name: path, arguments: arguments.map { [UInt8]($0.utf8) }))
        try await start(session)
        do throws(DebugError) {
            if wishes.breaksOnError { try session.breakpoints.add(.error()) }
            if let mode = wishes.trace { session.tracing.start(mode) }
            if wishes.profile != nil { try session.tracing.profile(.exact) }
        } catch {
            throw Program.Refusal(message: error.message)
        }
        let status = try await obey(wishes, session)
        redis?.tellEnd()
        await session.close()
        return isStrict ? status : 0
    }

    static func runExample() async throws(Program.Refusal) -> Int32 {
        let session = DebugSession(Script(PackageResources.limits_lua, name: "limits.lua"))
        try await start(session)
        let console = Console(session, ask: Prompt.asking) { print($0) }
        if Prompt.isTerminal {
            print(Tour.invitation)
            await console.showState()
            await Prompt.converse(with: console)
        } else {
            await Tour.give(with: console)
        }
        await session.close()
        return 0
    }

    private static func start(_ session: DebugSession) async throws(Program.Refusal) {
        do throws(DebugError) { try await session.start() } catch { throw Program.Refusal(message: error.message) }
    }

    private static func obey(_ wishes: Wishes, _ session: DebugSession) async throws(Program.Refusal) -> Int32 {
        let console = Console(session, ask: Prompt.asking) { print($0) }
        if let path = wishes.commands {
            let text = String(decoding: try await Program.contents(of: path), as: UTF8.self)
            do { try await Prompt.interruptible(console) { try await console.run(text, from: path) } } catch {
                throw Program.Refusal(message: "\(path): commands without its end")
            }
        }
        if let listen = wishes.listen, await !console.isOver {
            try await serve(listen, wishes, session)
        } else {
            let isFresh = session.stop?.reasons == [.entry]
            let runsAtOnce = wishes.runsAtOnce && isFresh
            if runsAtOnce { await Prompt.interpret("continue", with: console) }
            var isDone = false
            if runsAtOnce || wishes.commands != nil, case .ended = session.state { isDone = true }
            if await console.isOver { isDone = true }
            if !isDone, Prompt.isTerminal {
                if !runsAtOnce { await console.showState() }
                await Prompt.converse(with: console)
            } else if !isDone {
                await Prompt.obey(console)
            }
        }
        let status = Self.status(await left(session))
        if let path = wishes.profile { try await write(session, to: path) }
        return status
    }

    /// What has become of the script when nobody wants to go on; one that was told to end is waited for.
    private static func left(_ session: DebugSession) async -> DebugSession.State {
        if case .stopped = session.state { return session.state }
        return await session.settled()
    }

    private static func status(_ state: DebugSession.State) -> Int32 {
        switch state {
        case .ended(.returned): 0
        case .ended(.failed): 1
        case .stopped(let stop) where stop.reasons.contains(.error(caught: false)): 1
        default: 3
        }
    }

    private static func write(_ session: DebugSession, to path: String) async throws(Program.Refusal) {
        guard let profile = try? await session.profile() else { return }
        do throws(ConsoleFiles.Problem) {
            try await ConsoleFiles().write([UInt8](profile.collapsed.utf8), to: path)
        } catch {
            throw Program.Refusal(message: error.message)
        }
    }

    // MARK: - A console on a socket

    /// Returns when the script has ended and nobody is connected, or when a signal has come.
    private static func serve(
        _ text: String, _ wishes: Wishes, _ session: DebugSession
    ) async throws(Program.Refusal) {
        let (events, happened) = AsyncStream.makeStream(of: Void.self)
        var configuration = wishes.service
        configuration.process = "process \(ThisProcess.number)"
        configuration.allowsFiles = true
        configuration.whenLeft = { happened.yield() }
        let service = ConsoleService(session, isOwned: true, configuration: configuration)
        let server = LuaDebugServer(console: service)
        do throws(ServerError) {
            let ending = try EndingSignal()
            let endpoint = try server.listen(
                console: try Endpoint.range(text), allowsOtherAddresses: wishes.allowsOtherAddresses)
            print("luadebug: console on \(endpoint)")
            // Whoever knows the endpoint comes in without.
            try? server.announce(
                as: session.script.name.split(separator: "/").last.map(String.init) ?? ThisProcess.name)
            Task {
                await ending.wait()
                session.abort(by: "signal")
                happened.finish()
            }
        } catch {
            await server.close()
            throw Program.Refusal(message: error.message, status: error.code == .badEndpoint ? 2 : 1)
        }
        Prompt.flush()
        if wishes.runsAtOnce, session.stop?.reasons == [.entry] {
            Task {
                _ = try? await session.run()
                happened.yield()
            }
        } else {
            happened.yield() // the commands of a file may have left nothing to wait for
        }
        for await _ in events {
            if case .running = session.state {
                Task {
                    await session.settled()
                    happened.yield()
                }
            }
            if case .ended = session.state, service.holder == nil { break }
            Prompt.flush()
        }
        await server.close()
    }
}
