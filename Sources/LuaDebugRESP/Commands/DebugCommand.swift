// The table of commands: what each is called, what it takes and where it may be given.

/// One command word.
///
/// `DHELP`, `COMMAND` and the reference page are made from these.
struct DebugCommand: Sendable {
    /// Where a command may be given.
    enum Scope: Sendable {
        /// Everywhere: what client libraries send by themselves.
        case housekeeping
        /// Only while no session is held.
        case outside
        /// Only in a session.
        case inside
    }
    /// nil: it has answered by itself.
    typealias Handler = @Sendable (isolated Interpreter, Arguments) async throws -> RESPValue?

    let name: String
    /// What follows the word, as in a manual.
    let usage: String
    let summary: String
    let group: String
    let scope: Scope
    /// How many arguments there may be, the word itself not counted.
    let arity: ClosedRange<Int>
    let run: Handler

    init(
        _ name: String, _ usage: String = "", _ summary: String, group: String, scope: Scope = .inside,
        arity: ClosedRange<Int>, run: @escaping Handler
    ) {
        self.name = name
        self.usage = usage
        self.summary = summary
        self.group = group
        self.scope = scope
        self.arity = arity
        self.run = run
    }

    /// As Redis tells it: negative where more may follow, the word itself counted.
    var redisArity: Int64 {
        arity.lowerBound == arity.upperBound ? Int64(arity.lowerBound + 1) : -Int64(arity.lowerBound + 1)
    }

    /// What only looks, and takes nothing away from who controls the script.
    var isForObservers: Bool { group == "inspection" || Self.lists.contains(name) }
    private static let lists: Set = ["BCOUNT", "BLIST", "WCOUNT", "WLIST", "DDETACH"]

    /// It lets the script go on, and is replied to when that has stopped again.
    var isRun: Bool { group == "running" && name != "PAUSE" || name == "END" || name == "ABORT" }

    static let any = Int.max

    static let table: [DebugCommand] =
        sessionCommands + runningCommands + inspectionCommands + tracingCommands + watchCommands + breakpointCommands
        + housekeepingCommands

    private static let byName = Dictionary(uniqueKeysWithValues: table.map { ($0.name, $0) })
    static func named(_ name: String) -> DebugCommand? { byName[name.uppercased()] }
}

/// The words behind the command word.
struct Arguments: Sendable {
    let command: String
    let words: [[UInt8]]

    var count: Int { words.count }
    subscript(index: Int) -> [UInt8] { words[index] }

    func text(_ index: Int) -> String { String(decoding: words[index], as: UTF8.self) }
    /// A switch: upper case, whatever the client typed.
    func keyword(_ index: Int) -> String { index < count ? text(index).uppercased() : "" }

    func integer(_ index: Int, _ what: String) throws(CommandError) -> Int {
        guard let value = Int(text(index)) else {
            throw CommandError("\(what) is not an integer: '\(text(index))'")
        }
        return value
    }
}
