// What the clients of one process share: the data, the cached scripts, and the scripts that run.

public import LuaDebugCore
internal import LuaDebugRESP
internal import Synchronization

/// Data and scripts for many clients, as a Redis server has them; it knows no sockets and no debugger.
///
/// Each script runs on a thread of its own: it blocks neither another client nor Swift's cooperative pool.
public final class RedisService: Sendable {
    /// How scripts are run.
    public struct Settings: Sendable {
        /// Of each script that is run by `EVAL` and its like; one past its time is ended.
        public var limits = RunLimits.none
        /// The database that clients begin with.
        public var database = 0
        /// The time in microseconds since 1970.
        public var clock: @Sendable () -> Int64
        /// Runs a command that may wait for another server, on a thread that can be spared; nil where the data is in memory.
        public var offPool: (@Sendable (@escaping @Sendable () -> Void) -> Void)?
        /// Called with what scripts log.
        public var onLog: (@Sendable (RedisEnvironment.LogLevel, [UInt8]) -> Void)?

        /// Scripts without limits, with this clock.
        public init(clock: @escaping @Sendable () -> Int64) { self.clock = clock }
    }

    private struct Running: Sendable {
        let session: DebugSession
        let since: ContinuousClock.Instant
        /// Perhaps before it was started.
        var isKilled = false
    }

    private struct State: Sendable {
        /// By the SHA-1 of their text.
        var scripts: [[UInt8]: [UInt8]] = [:]
        /// Those that nobody has loaded, the oldest first: they may be forgotten.
        var evaluated: [[UInt8]] = []
        /// By their names.
        var libraries: [[UInt8]: RedisLibrary] = [:]
        /// Which library has a function, by the function's name without capitals.
        var homes: [[UInt8]: [UInt8]] = [:]
        var running: [UInt64: Running] = [:]
        var next: UInt64 = 0
        var isShut = false

        @discardableResult mutating func removeLibrary(_ name: [UInt8]) -> Bool {
            guard let library = libraries.removeValue(forKey: name) else { return false }
            for function in library.functions { homes[function.name.map(\.asciiLowercased)] = nil }
            return true
        }
    }

    /// What commands and scripts work on.
    public let data: any RedisData
    let settings: Settings
    private let state = Mutex(State())

    /// A service on this data.
    public init(_ data: any RedisData = EmbeddedData(), _ settings: Settings) {
        self.data = data
        self.settings = settings
    }

    /// For a new connection.
    public func connect() -> RedisClient { RedisClient(self) }

    /// Ends every script that runs; none begins after that.
    public func shutDown() {
        let running = state.withLock { state in
            state.isShut = true
            return state.running.values.map(\.session)
        }
        for session in running { session.abort(by: "shutdown") }
    }

    // MARK: - Scripts that run

    /// Runs a session to its end; meanwhile anybody may end it.
    ///
    /// What compiles is cached before it runs.
    func run(_ session: DebugSession, caching source: [UInt8]? = nil) async throws(DebugError) -> Outcome {
        let number = state.withLock { state in
            defer { state.next += 1 }
            state.running[state.next] = Running(session: session, since: .now)
            return state.next
        }
        defer { state.withLock { $0.running[number] = nil } }
        let outcome = try await session.start()
        if let source { cache(source) }
        guard case .stopped = outcome else { return outcome }
        let (isShut, isKilled) = state.withLock { ($0.isShut, $0.running[number]?.isKilled == true) }
        if isShut { session.abort(by: "shutdown") } else if isKilled { session.abort(by: Self.kill) }
        do throws(DebugError) {
            return try await session.resume(.finish)
        } catch {
            // Ended while it stood before its first line.
            guard case .ended(let outcome) = session.state else { throw error }
            return outcome
        }
    }

    /// Ends the script that has run for the longest time; false when none runs.
    func killLongest() -> Bool {
        let oldest = state.withLock { state -> DebugSession? in
            guard let number = state.running.min(by: { $0.value.since < $1.value.since })?.key else { return nil }
            state.running[number]?.isKilled = true
            return state.running[number]?.session
        }
        guard let oldest else { return false }
        oldest.abort(by: Self.kill)
        return true
    }

    /// Who has ended a script that was killed.
    static let kill = "SCRIPT KILL"

    // MARK: - Cached scripts

    private static let mostEvaluated = 1000
    private static let mostScripts = 100_000

    /// By `SCRIPT LOAD`: it stays until all are forgotten; false when there is no room for one more.
    func load(_ source: [UInt8], _ digest: [UInt8]) -> Bool {
        state.withLock { state in
            guard state.scripts.count < Self.mostScripts else { return false }
            state.scripts[digest] = source
            state.evaluated.removeAll { $0 == digest }
            return true
        }
    }

    /// By `EVAL`: texts made by a program could be without end, so that the oldest of them go.
    func cache(_ source: [UInt8]) {
        let digest = SHA1.hex(source)
        state.withLock { state in
            guard state.scripts[digest] == nil, state.scripts.count < Self.mostScripts else { return }
            state.scripts[digest] = source
            state.evaluated.append(digest)
            if state.evaluated.count > Self.mostEvaluated { state.scripts[state.evaluated.removeFirst()] = nil }
        }
    }

    func script(_ digest: [UInt8]) -> [UInt8]? { state.withLock { $0.scripts[digest.map(\.asciiLowercased)] } }
    func forgetScripts() { state.withLock { ($0.scripts, $0.evaluated) = ([:], []) } }

    // MARK: - Libraries of functions

    private static let mostLibraries = 10_000

    /// In the order of their names.
    var libraries: [RedisLibrary] {
        state.withLock { $0.libraries.values.sorted { $0.name.lexicographicallyPrecedes($1.name) } }
    }

    /// The library that has a function of that name, however it is capitalized.
    func library(of function: [UInt8]) -> RedisLibrary? {
        state.withLock { state in state.homes[function.map(\.asciiLowercased)].flatMap { state.libraries[$0] } }
    }

    func hasLibrary(_ name: [UInt8]) -> Bool { state.withLock { $0.libraries[name] != nil } }

    /// What is wrong with it beside those that are there; nil when it has become one of them.
    func add(_ library: RedisLibrary, replacing: Bool) -> String? {
        func shown(_ name: [UInt8]) -> String { String(decoding: name.prefix(128), as: UTF8.self) }
        return state.withLock { state in
            if state.libraries[library.name] != nil, !replacing {
                return "Library '\(shown(library.name))' already exists"
            }
            for function in library.functions {
                if let home = state.homes[function.name.map(\.asciiLowercased)], home != library.name {
                    return "Function \(shown(function.name)) already exists"
                }
            }
            guard state.libraries.count < Self.mostLibraries || state.libraries[library.name] != nil else {
                return "there are too many libraries already: FUNCTION FLUSH forgets them"
            }
            state.removeLibrary(library.name)
            state.libraries[library.name] = library
            for function in library.functions { state.homes[function.name.map(\.asciiLowercased)] = library.name }
            return nil
        }
    }

    /// False where there is none of that name.
    func removeLibrary(_ name: [UInt8]) -> Bool { state.withLock { $0.removeLibrary(name) } }
    func removeLibraries() { state.withLock { ($0.libraries, $0.homes) = ([:], [:]) } }
}
