// The program: what the command line asks for, and the script it names.

import LuaDebugCore

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

@main @MainActor enum Program {
    private static let usage = """
        Usage: luadebug [script.lua [argument...]]
               luadebug serve [option...]
               luadebug connect [--password-file file] [endpoint]

        Runs a Lua 5.3 script under the debugger, stopped before its first line, and takes commands: at a prompt on a
        terminal, otherwise from standard input, line by line. `help` lists them.

        Without a script it debugs an example: a prompt on a terminal, a guided tour otherwise.

          -h, --help   Show this.
          --           What follows is a script, even if it begins with a dash or is called serve or connect.

        `serve` lets clients that speak RESP debug scripts that they bring, until SIGINT or SIGTERM.

          --resp endpoint          Listen there, 127.0.0.1:6390 by default; may be given several times.
          --password-file file     Clients must tell the password that the file holds (AUTH).
          --allow-other-addresses  Listen also where other machines can connect; needs a password. The connection is
                                   not encrypted, and who may connect can run any Lua.
          --connections count      At most so many clients, 1000 by default.
          --idle seconds           Close connections on which nothing happens for so long.
          --time seconds           End scripts that have run for so long; time spent stopped does not count.
          --stop-time seconds      End scripts that are stopped for so long.

        `connect` is a client of such a server: it sends each line as a command (DHELP lists them), shows the reply,
        and after a stop where the script is. Ctrl-C on a terminal stops the running script; `exit` leaves.

        Both prompts edit the line as shells do, search the history with Ctrl-R and complete with Tab. The history is kept
        in ~/.luadebug_history, or where LUADEBUG_HISTORY says; nowhere if that is empty, and never a password.

        An endpoint is host:port, port (on 127.0.0.1), [::1]:port or unix:/path; port 0 lets the system choose.

        Exits with 0; with 1 if the script cannot be run or, without a terminal, has failed, or if the server or the
        connection fails; with 2 if the command line is wrong.
        """

    /// Why the program ends before anything is debugged.
    struct Refusal: Error {
        let message: String
        var status: Int32 = 1
    }

    static func main() async {
        do {
            exit(try await run(CommandLine.arguments.dropFirst()))
        } catch {
            // Swift's `print` knows standard output only; nothing has been written there yet.
            dup2(STDERR_FILENO, STDOUT_FILENO)
            print("luadebug: " + error.message.onOneLine)
            exit(error.status)
        }
    }

    /// Gives the program's status.
    private static func run(_ arguments: ArraySlice<String>) async throws(Refusal) -> Int32 {
        var arguments = arguments
        switch arguments.first {
        case "serve":
            try await Server.run(arguments.dropFirst())
            return 0
        case "connect":
            try await Client.run(arguments.dropFirst())
            return 0
        default: break
        }
        if let option = arguments.first, option.hasPrefix("-") {
            if ["-h", "--help"].contains(option) {
                print(usage)
                return 0
            }
            guard option == "--" else {
                throw Refusal(message: "there is no option \(option); see luadebug --help", status: 2)
            }
            arguments = arguments.dropFirst()
        }
        guard let path = arguments.first else {
            return try await debug(Script(PackageResources.limits_lua, name: "limits.lua"), isExample: true)
        }
        let source = try await contents(of: path, isScript: true)
        let script = Script(source, name: path, arguments: arguments.dropFirst().map { [UInt8]($0.utf8) })
        return try await debug(script, isExample: false)
    }

    private static func debug(_ script: Script, isExample: Bool) async throws(Refusal) -> Int32 {
        let session = DebugSession(script)
        do throws(DebugError) { try await session.start() } catch { throw Refusal(message: error.message) }
        let console = Console(session, script: script.name)
        switch (Prompt.isTerminal, isExample) {
        case (true, _): await Prompt.converse(with: console, greeting: isExample ? Tour.invitation : nil)
        case (false, true): await Tour.give(with: console)
        case (false, false): await Prompt.obey(console)
        }
        var hasFailed = false
        if !Prompt.isTerminal, case .ended(.failed) = session.state { hasFailed = true }
        await session.close()
        return hasFailed ? 1 : 0
    }

    /// A file's bytes; a script's without what is not Lua: a byte order mark, a first line for the shell.
    static func contents(of path: String, isScript: Bool = false) async throws(Refusal) -> [UInt8] {
        // Lua reads it: that needs neither unsafe code of ours nor Foundation.
        let reader = """
            local path, isScript = ...
            local file, problem = io.open(path, "rb")
            if not file then return nil, problem end
            local text, problem = file:read("a")
            if not text then return nil, path .. ": " .. problem end
            if isScript == "no" then return text end
            return (text:gsub("^\\xEF\\xBB\\xBF", ""):gsub("^#[^\\n]*", ""))
            """
        let session = DebugSession(Script(reader, name: "reader", arguments: [path, isScript ? "yes" : "no"]))
        var values: [Value] = []
        do throws(DebugError) {
            try await session.start()
            if case .returned(let returned) = try await session.run() { values = returned }
        } catch {
            throw Refusal(message: error.message)
        }
        await session.close()
        guard case .string(let text)? = values.first else {
            guard case .string(let problem)? = values.last else { throw Refusal(message: "cannot read \(path)") }
            throw Refusal(message: "cannot read \(problem.text)")
        }
        if text.isCut { throw Refusal(message: "cannot read \(path): \(text.length) bytes are too many") }
        return text.bytes
    }
}
