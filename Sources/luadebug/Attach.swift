// luadebug attach: a prompt on the console of a process that runs already.

import LuaDebugConsole
import LuaDebugCore
import LuaDebugServer
import LuaDebugTerminal
import Synchronization

/// Shows what the console says, sends what is typed, and proves that it knows the secret without telling it.
@MainActor final class Attach {
    /// What the reading task and the one that looks for Ctrl-C share with the main one.
    private final class Shared: Sendable {
        struct State {
            var stream = ConsoleStream()
            /// A person is typing.
            var isAsking = false
            var secret: [UInt8]?
            /// The secret was proven, or need not be.
            var isIn = false
            /// Its proof was sent, and no answer to that has come.
            var isTried = false
            var problem: String?
        }
        let state = Mutex(State())
    }

    private let endpoint: Endpoint
    private let socket: ClientSocket
    private let shared = Shared()
    private let prompts: AsyncStream<String>

    private init(_ endpoint: Endpoint, _ secret: [UInt8]?) throws(ServerError) {
        self.endpoint = endpoint
        socket = try ClientSocket(to: endpoint)
        shared.state.withLock { $0.secret = secret }
        let (prompts, prompted) = AsyncStream.makeStream(of: String.self)
        self.prompts = prompts
        let chunks = try socket.chunks()
        let announce = Prompt.announcement
        Task.detached { [shared, socket] in
            for await chunk in chunks {
                let (pieces, isAsking) = shared.state.withLock { ($0.stream.feed(chunk), $0.isAsking) }
                for piece in pieces {
                    switch piece {
                    case .prompt(let text):
                        shared.state.withLock { $0.isIn = true }
                        // One that follows a push is there already.
                        if !isAsking { prompted.yield(text) }
                    case .line(let line):
                        if !Self.login(line, shared, socket) { announce(line.withoutControls, isAsking) }
                    }
                }
            }
            prompted.finish()
        }
    }

    static func run(_ arguments: ArraySlice<String>) async throws(Program.Refusal) -> Int32 {
        let options = try Options(arguments, of: "attach", flags: [], values: ["--password-file"])
        guard options.rest.count <= 1 else {
            throw Program.Refusal(message: "attach takes one process, name or endpoint; see luadebug --help", status: 2)
        }
        let secret = try options.password(orFrom: "LUADEBUG_PASSWORD_FILE")
        let endpoint = try Processes.console(of: options.rest.first)
        let problem: String?
        do throws(ServerError) {
            let client = try Attach(endpoint, secret)
            defer { client.socket.close() }
            try await client.converse()
            problem = client.shared.state.withLock(\.problem)
        } catch {
            problem = error.message
        }
        if let problem { throw Program.Refusal(message: problem) }
        return 0
    }

    private func converse() async throws(ServerError) {
        var lines = prompts.makeAsyncIterator()
        while true {
            let socket = socket
            let prompt = await Prompt.whileInterruptible({ try? socket.send([3]) }) {
                await lines.next(isolation: #isolation)
            }
            guard let prompt else { return }
            shared.state.withLock { $0.isAsking = true }
            let line = await Prompt.line(prompt, completer: { Console.commandCompletion($0) })
            shared.state.withLock {
                $0.isAsking = false
                $0.stream.noteTyped()
            }
            // The console goes when it has answered all; a script of the host's goes on.
            guard let line else {
                socket.endSending()
                continue
            }
            try socket.send([UInt8]((line + "\n").utf8))
        }
    }

    /// What belongs to the login is not shown; true for that.
    nonisolated private static func login(_ line: String, _ shared: Shared, _ socket: ClientSocket) -> Bool {
        let challenge = line.hasPrefix("challenge ") ? line.dropFirst("challenge ".count) : nil
        let answer: String? = shared.state.withLock { state in
            guard !state.isIn, let challenge else { return nil }
            guard let secret = state.secret else {
                state.problem = "\(socket.endpoint) wants a secret: --password-file, or LUADEBUG_PASSWORD_FILE"
                return ""
            }
            // The same secret would be as wrong the second time.
            if state.isTried { return "" }
            state.isTried = true
            return HMAC.digits(of: challenge.utf8, secret: secret)
        }
        if answer == "" { socket.close() } else if let answer { try? socket.send([UInt8]((answer + "\n").utf8)) }
        if answer != nil { return true }
        return shared.state.withLock { state in
            if state.isIn { return false }
            if line.hasPrefix("Answer with its HMAC") { return true }
            if line.hasPrefix("*** ") { state.problem = "\(socket.endpoint): " + line.dropFirst(4) }
            return line.hasPrefix("*** ")
        }
    }
}
