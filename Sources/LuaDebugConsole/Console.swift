// The console: lines, whoever types them, become commands on a session.

public import LuaDebugCore

/// Interprets lines; knows neither where they come from nor where its replies go.
public actor Console {
    package let session: DebugSession
    /// The script is the session's own: it can be started again, and `quit` ends it.
    ///
    /// A script that the host runs goes on when it is left.
    let isOwned: Bool
    /// The place of this console at a session of a registry, and where else it may go; nil of one that is for one script.
    let attachment: SessionAttachment?
    let registry: SessionRegistry?
    let files: ConsoleFiles?
    private let write: @Sendable (String) -> Void
    /// Bytes that the other side has not read yet: while they are many, events wait in their buffer, and are lost there.
    let unread: @Sendable () -> Int
    /// Nobody else debugs the script: what stops after this console has left waits for nobody.
    let isAlone: @Sendable () -> Bool
    /// Puts a yes-or-no question to a person; nil when nobody is there to answer.
    let ask: (@Sendable (String) async -> Bool)?

    /// The frame that commands look at; the innermost after each stop.
    package var selected = 0
    /// The coroutine that commands look at; nil for the one that has stopped.
    package var coroutine: Coroutine.ID?
    /// The last line that `list` has shown, from where it continues.
    var listed: Int?
    /// The last command was `quit` or `detach`.
    public package(set) var isOver = false
    /// Where to go on: set by `attach`.
    var next: SessionAttachment?
    /// The last command was `quit`: nothing else is wanted here.
    var isQuitting = false
    /// The number of the stop that was told last.
    var told: UInt64?
    /// Tells an observer of stops.
    var lookout: Task<Void, Never>?
    /// The host's script was let go of: what comes of an earlier command is nobody's business.
    var isDetached = false
    /// The other side has gone; an owned script waits for the next.
    var isLost = false

    /// The breakpoints and watches that this console has set.
    var ownBreakpoints: Set<Breakpoint.ID> = []
    var ownWatches: Set<Watch.ID> = []
    var lastBreakpoint: Breakpoint.ID?
    var hasTraced = false
    var hasProfiled = false
    /// What is to be run when a breakpoint stops the script.
    var actions: [Breakpoint.ID: [String]] = [:]
    /// The list that `commands` is reading.
    var collecting: (id: Breakpoint.ID, lines: [String])?
    /// What is still to be run at this stop.
    var pending: [String] = []
    var isInterrupted = false
    /// Commands that have begun and not ended: more than one while a line comes that need not wait.
    var underWay = 0
    /// Shows the events of the running script.
    var feed: Task<Void, Never>?
    /// Events that could not be told since the last that was.
    var missed = 0
    var loads = 0
    /// Watches that have failed at the last stop: that is said once.
    var failing: Set<Watch.ID> = []

    /// `say` is given text of one or more lines, without the end of the last.
    public init(
        _ session: DebugSession, isOwned: Bool = true, allowsFiles: Bool = true,
        unread: @escaping @Sendable () -> Int = { 0 }, isAlone: @escaping @Sendable () -> Bool = { true },
        ask: (@Sendable (String) async -> Bool)? = nil, say: @escaping @Sendable (String) -> Void
    ) {
        self.init(
            session, isOwned: isOwned, attachment: nil, registry: nil, allowsFiles: allowsFiles, unread: unread,
            isAlone: isAlone, ask: ask, say: say)
    }

    /// With the session of an attachment: a script that is not this console's own.
    init(
        _ session: DebugSession, isOwned: Bool, attachment: SessionAttachment?, registry: SessionRegistry?,
        allowsFiles: Bool, unread: @escaping @Sendable () -> Int, isAlone: @escaping @Sendable () -> Bool,
        ask: (@Sendable (String) async -> Bool)?, say: @escaping @Sendable (String) -> Void
    ) {
        self.session = session
        self.isOwned = isOwned
        self.attachment = attachment
        self.registry = registry
        self.unread = unread
        self.isAlone = isAlone
        self.ask = ask
        files = allowsFiles ? ConsoleFiles() : nil
        write = say
    }

    /// The name of the chunk that a line belongs to when no frame says otherwise.
    var script: String { session.script.name }

    /// What a person is shown before they type.
    public var prompt: String { Self.prompts[collecting == nil ? 0 : 1] }

    /// Before a command, and before a line of a list of commands.
    package static let prompts = ["(luadebug) ", "(commands) "]

    /// Lines are read for a list of commands, where an empty one means nothing.
    public var isCollecting: Bool { collecting != nil }

    // MARK: - Lines

    /// Runs one line: a command, or anything of Lua's.
    ///
    /// It reports errors itself and never throws.
    public func interpret(_ line: String) async {
        isInterrupted = false
        pending = []
        await take(line)
    }

    /// Runs a line that comes while another one's script is running.
    func interpretAtOnce(_ line: String) async { await run(line.trimmed) }

    /// A line, and what the breakpoints want to be run that it leads to.
    func take(_ line: String) async {
        let line = line.trimmed
        if collecting != nil { return collect(line) }
        await run(line)
        while !pending.isEmpty, !isOver { await run(pending.removeFirst()) }
    }

    private func run(_ line: String) async {
        underWay += 1
        defer { underWay -= 1 }
        do {
            // What was under way when the other side has gone comes too late.
            if line.isEmpty || isDetached || isLost { return }
            if line.first == "!" { return try await runLua(line.dropFirst().trimmed) }
            let (command, word, rest) = ConsoleCommand.read(line)
            guard let command else { return try await runLua(line) }
            guard rest.isEmpty || !command.arguments.isEmpty else {
                throw Complaint("\(word) takes no argument; to run this as Lua, type !\(line)")
            }
            // An observer, or who was taken over from: what could not fail would else do nothing, without a word.
            if let attachment, !command.isForObservers { try attachment.session.checkControl() }
            try await command.run(self, rest)
        } catch let error as DebugError {
            complain(error.message)
        } catch let error as Complaint {
            complain(error.message)
        } catch {
            complain("\(error)")
        }
    }

    /// Stops the running script at its next line, or ends what is being evaluated; a list of commands is not gone on with.
    public func interrupt() {
        isInterrupted = true
        pending = []
        if case .running = session.state { session.pause() } else { session.interruptEvaluation() }
    }

    // MARK: - Replies

    func say(_ text: String) { write(text.withoutControls) }

    /// One line, whatever the message.
    func complain(_ message: String) { say("*** " + message.onOneLine) }
}
