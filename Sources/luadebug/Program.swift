// The program: what the command line asks for, and the script it names.

import LuaDebugConsole
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
               luadebug run [option...] script.lua [argument...]
               luadebug serve [option...]
               luadebug connect [--password-file file] [endpoint]
               luadebug attach [--password-file file] [process]
               luadebug list
               luadebug doctor [--password-file file] [endpoint...]

        Runs a Lua 5.3 script under the debugger, stopped before its first line, and takes commands: at a prompt on a
        terminal, otherwise from standard input, line by line. `help` lists them.

        Without a script it debugs an example: a prompt on a terminal, a guided tour otherwise.

          -h, --help   Show this.
          --           What follows is a script, even if it begins with a dash or has the name of a command.

        `run` does the same, with options before the script's name:

          --break-on-error         Run, and stop at an error that nothing catches, its frames still alive.
          --trace [what]           Run, and show each line; what is line, code, stack, watch, all, calls or variables.
          --profile file           Run, count where the time goes, and write the stacks for a flame graph to the file.
          -x file                  First run the commands of this file.
          --listen endpoint        Take commands from a console there (nc, telnet, socat) instead of from here. A range of
                                   ports, 51000-51023, is the first that is free; which it is, is the first line printed.
          --password-file file     Who connects must prove to know what the file holds.
          --plain-password         Peers on this machine may type it as it is.
          --allow-other-addresses  Listen also where other machines can connect; needs a password.

        Or a Redis script, which gets KEYS, ARGV and redis.call; behind its name stand keys, a comma, and arguments, as behind
        `redis-cli --eval`. Each of these options says that it is one:

          --redis-script           On a keyspace in this program, empty at the beginning.
          --redis-data file        The same, filled by the commands of this file.
          --redis endpoint         On the data of a real server.
          --redis-function name    The file is a library of functions, and this function of it is called.
          --effects what           rollback, the default: what the script changes is gone at its end, and a server is not
                                   changed at all, writes are refused there; or keep.
          --redis-database number  Begin in this database.
          --redis-user name, --redis-password-file file
                                   Who we are on the server; the password may also be in the environment (REDISCLI_AUTH).
          --redis-timeout seconds  Wait for it that long, 5 to connect and 10 for a reply by default.

        It exits with 0 when the script has ended, with 1 when it has failed or could not be run, with 2 if the command
        line is wrong, and with 3 if the script was ended by the debugger: by quit, by kill, by the end of the input.

        `serve` lets clients that speak RESP debug scripts that they bring, until SIGINT or SIGTERM. Scripts see what Redis
        scripts see, on data in memory, and the commands of Redis work on the same data. `redis-cli --ldb` debugs there too.

          --resp endpoint          Listen there, 127.0.0.1:6390 by default; may be given several times.
          --password-file file     Clients must tell the password that the file holds (AUTH).
          --challenge-only         AUTH takes the answer to a challenge (DCHALLENGE), never the password as it is.
          --allow-other-addresses  Listen also where other machines can connect; needs a password. The connection is
                                   not encrypted, and who may connect can run any Lua.
          --plain                  Scripts see Lua's own libraries, and there is no data.
          --redis, --redis-data, --effects, --redis-...
                                   As for `run`: on which data, and what becomes of changes. Without `--effects keep` a
                                   real server is not changed at all, by commands of clients neither.
          --connections count      At most so many clients, 1000 by default.
          --idle seconds           Close connections on which nothing happens for so long.
          --time seconds           End scripts that have run for so long; time spent stopped does not count.
          --stop-time seconds      End scripts that are stopped for so long.

        `connect` is a client of such a server: it sends each line as a command (DHELP lists them), shows the reply,
        and after a stop where the script is. Ctrl-C on a terminal stops the running script; `exit` leaves.

        `attach` is a prompt on the console of a process that runs already: by its number or its name, as `list` shows
        them, or by the console's endpoint; without any, on the only one there is. The secret that the file holds never
        crosses the wire. Ctrl-C stops the script; Ctrl-D leaves, and a script of a host's goes on.

        `list` shows the processes on this machine that this user can debug.

        `doctor` says what stands between you and a prompt: what the environment asks for, what listens where and who can
        reach it, and whether a secret is wanted. It exits with 1 if something is wrong.

        All prompts edit the line as shells do, search the history with Ctrl-R and complete with Tab. The history is kept
        in ~/.luadebug_history, or where LUADEBUG_HISTORY says; nowhere if that is empty, and never a password.

        An endpoint is host:port, port (on 127.0.0.1), [::1]:port or unix:/path; port 0 lets the system choose.

        Exits as `run` does, but on a terminal with 0 whatever has become of the script; with 1 if the server or the
        connection fails.
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
            // Swift's `print` knows standard output only; what a script has written is to go there.
            Prompt.flush()
            dup2(STDERR_FILENO, STDOUT_FILENO)
            print("luadebug: " + error.message.onOneLine.withoutControls)
            exit(error.status)
        }
    }

    /// Gives the program's status.
    private static func run(_ arguments: ArraySlice<String>) async throws(Refusal) -> Int32 {
        var arguments = arguments
        switch arguments.first {
        case "run": return try await Run.run(arguments.dropFirst())
        case "serve":
            try await Server.run(arguments.dropFirst())
            return 0
        case "attach": return try await Attach.run(arguments.dropFirst())
        case "list":
            try Processes.list(arguments.dropFirst())
            return 0
        case "doctor": return try await Doctor.run(arguments.dropFirst())
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
        guard let path = arguments.first else { return try await Run.runExample() }
        return try await Run.run(path, arguments.dropFirst(), Run.Wishes(), isStrict: !Prompt.isTerminal)
    }

    /// A file's bytes; a script's without what is not Lua: a byte order mark, a first line for the shell.
    static func contents(of path: String, isScript: Bool = false) async throws(Refusal) -> [UInt8] {
        var bytes: [UInt8]
        do throws(ConsoleFiles.Problem) { bytes = try await ConsoleFiles().read(path) } catch {
            throw Refusal(message: error.message)
        }
        guard isScript else { return bytes }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        if bytes.first == UInt8(ascii: "#") { bytes.removeFirst(bytes.firstIndex(of: 10) ?? bytes.count) }
        return bytes
    }
}
