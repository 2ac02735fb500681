// The data that a script sees: sixteen databases in memory, and the one call that reads and changes them.

public import LuaDebugRESP

/// Databases of keys with strings, hashes, lists, sets, sorted sets and streams, as Redis 7.0 has them.
///
/// It is there to debug scripts with, it is no database. A copy is a snapshot, which costs nothing until one of the two
/// is changed; copies that hold the same are equal. Where Redis leaves an order open, it is here that of insertion (for
/// integers in a small set: their own), so that a run can be repeated.
///
/// What differs: the cardinalities of PFADD are counted exactly, and are no bytes that GET shows. OBJECT ENCODING goes
/// by what a value is, not by what was done to it. Where a processor has no floats of 80 bits, the last digits of
/// INCRBYFLOAT can be others. There are no groups of consumers, no commands that wait, no positions on the earth.
public struct Keyspace: Sendable, Hashable {
    /// How many databases there are.
    public static let databaseCount = 16

    private var databases = [Database](repeating: Database(), count: databaseCount)

    /// Sixteen empty databases.
    public init() {}

    /// Does a command, and answers what Redis would: an error is a reply too.
    ///
    /// The first word is the command's name, in any case.
    public mutating func perform(_ words: [[UInt8]], for client: inout KeyspaceClient) -> RESPValue {
        guard let name = words.first else { return .error(Failure.syntax.message) }
        guard let command = KeyspaceCommand.named(name) else {
            return .error(Failure.unknownCommand(words).message)
        }
        guard command.allows(words.count) else { return .error(Failure.wrongArity(command.name).message) }
        // Moved, not copied: with a second owner each write would copy a table.
        var execution = Execution(command, words, client)
        swap(&databases, &execution.databases)
        defer {
            swap(&databases, &execution.databases)
            client = execution.client
        }
        do {
            return try command.handler(&execution)
        } catch {
            return .error((error as? Failure ?? Failure("\(error)")).message)
        }
    }

    /// How many keys a database has, those included whose time has come but which nobody has looked at since.
    public func count(ofDatabase index: Int) -> Int { databases.indices.contains(index) ? databases[index].count : 0 }
}

/// Who asks: what a connection remembers between two commands.
public struct KeyspaceClient: Sendable {
    /// The database that is used, 0 to 15; SELECT changes it.
    public var database = 0
    /// Whether replies are those of RESP2 or of RESP3.
    public var version: RESPVersion
    /// The time in microseconds since 1970.
    public var clock: @Sendable () -> Int64
    /// What expiry takes for the time, in milliseconds; nil is the clock's.
    ///
    /// Redis freezes it while a script runs, so that no key goes away in the middle; TIME goes on.
    public var frozenTime: Int64?
    /// Where the commands that pick at random take their choice from.
    public var random: KeyspaceRandom

    /// A client that is in database 0.
    public init(
        version: RESPVersion = .resp2, seed: UInt64 = 0, clock: @escaping @Sendable () -> Int64
    ) {
        self.version = version
        self.clock = clock
        random = KeyspaceRandom(seed: seed)
    }
}

/// Numbers that look random and are the same for the same seed.
public struct KeyspaceRandom: RandomNumberGenerator, Sendable, Hashable {
    private var state: UInt64

    /// A generator; each seed has its own numbers.
    public init(seed: UInt64) { state = seed }

    /// The next number.
    public mutating func next() -> UInt64 {
        // SplitMix64.
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
