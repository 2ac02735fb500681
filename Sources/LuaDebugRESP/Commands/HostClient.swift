// What a host is to one connection beside the debugger: commands of its own, and scripts that see its data.

public import LuaDebugCore

/// A script that a client brings to be debugged, and how it wants it to be run.
public struct ScriptRequest: Sendable {
    /// The text; empty where a function of the host's is called.
    public var source: [UInt8]
    /// The function of a library that the host keeps; nil for a text.
    public var function: [UInt8]?
    /// What the script sees as its keys.
    public var keys: [[UInt8]]
    /// What it sees as its arguments.
    public var arguments: [[UInt8]]
    /// What it changes stays; otherwise nothing of it does.
    public var keepsEffects = false
    /// Commands that write are refused.
    public var isReadOnly = false
    /// The version of the protocol that its reply is sent in.
    public var version = RESPVersion.resp2
    /// To be called with each command of the host's that the script calls, its reply and the line, on the script's thread.
    public var onCall: (@Sendable ([[UInt8]], RESPValue, Int?) -> Void)?
    /// Asked with each of those when it has been done: whether the script is to stop there.
    public var stopsAt: (@Sendable ([[UInt8]]) -> Bool)?
    /// To be called with what the script says to a debugger, and the line, on the script's thread.
    public var onDebug: (@Sendable ([Value], Int?) -> Void)?

    /// A script that is tried out.
    public init(_ source: [UInt8], keys: [[UInt8]] = [], arguments: [[UInt8]] = []) {
        self.source = source
        self.keys = keys
        self.arguments = arguments
    }
}

/// A script as the host runs it.
public struct HostScript: Sendable {
    /// The text with its name and what it is run with.
    public var script: Script
    /// What else it sees.
    public var environment = HostEnvironment()
    /// The global table that gets `debugbreak` and the others; nil for none.
    public var scriptFunctions: String?
    /// What is answered when it has ended so, there.
    public var reply: @Sendable (Outcome, Location?) -> RESPValue
    /// What is answered when it could not be begun.
    public var refusal: @Sendable (DebugError) -> RESPValue
    /// Does a command of the host's as the script would; nil where the host has none.
    ///
    /// Called while the script is stopped.
    public var perform: (@Sendable ([[UInt8]]) -> RESPValue)?

    /// A script with Lua's own libraries.
    public init(
        _ script: Script, reply: @escaping @Sendable (Outcome, Location?) -> RESPValue,
        refusal: @escaping @Sendable (DebugError) -> RESPValue
    ) {
        self.script = script
        self.reply = reply
        self.refusal = refusal
    }
}

/// What a host answers a client that it refuses a script to.
public struct ScriptRefusal: Error, Sendable {
    /// An error.
    public let reply: RESPValue
    /// A refusal with this reply.
    public init(_ reply: RESPValue) { self.reply = reply }
}

/// What a host is to one connection; it remembers what that connection has chosen.
public struct HostClient: Sendable {
    /// A command that is none of the debugger's, outside a session; nil where the host does not know the word either.
    ///
    /// `SCRIPT` (but for `DEBUG`) and `EVALSHA` are the host's too.
    public var perform: @Sendable ([[UInt8]], RESPVersion) async -> RESPValue?
    /// How a script is to be run that the client wants to debug.
    public var script: @Sendable (ScriptRequest) throws(ScriptRefusal) -> HostScript
    /// What scripts that are debugged change stays, until the client says otherwise (`DEFFECTS`).
    public var keepsEffects = false

    /// A client of these answers.
    public init(
        perform: @escaping @Sendable ([[UInt8]], RESPVersion) async -> RESPValue?,
        script: @escaping @Sendable (ScriptRequest) throws(ScriptRefusal) -> HostScript
    ) {
        self.perform = perform
        self.script = script
    }
}
