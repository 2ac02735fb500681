// luadebug doctor: what stands between a person and a prompt.

import LuaDebugConsole
import LuaDebugCore
import LuaDebugRESP
import LuaDebugServer

@MainActor struct Doctor {
    /// How a line begins.
    private enum Verdict: String {
        case ok = "ok    "
        case note = "note  "
        case wrong = "WRONG "
    }

    private var isWell = true
    private let secret: [UInt8]?

    static func run(_ arguments: ArraySlice<String>) async throws(Program.Refusal) -> Int32 {
        let options = try Options(arguments, of: "doctor", flags: [], values: ["--password-file"])
        var endpoints: [Endpoint] = []
        for text in options.rest {
            do throws(ServerError) { endpoints.append(try Endpoint(text)) } catch {
                throw Program.Refusal(message: error.message, status: 2)
            }
        }
        var doctor = Doctor(secret: try options.password(orFrom: "LUADEBUG_PASSWORD_FILE"))
        let listening = await Listening()
        await doctor.lookAtEnvironment(listening)
        doctor.lookAtProcesses(listening)
        for endpoint in endpoints { doctor.lookAt(endpoint) }
        return doctor.isWell ? 0 : 1
    }

    private init(secret: [UInt8]?) { self.secret = secret }

    private mutating func say(_ verdict: Verdict, _ text: String) {
        if verdict == .wrong { isWell = false }
        print(verdict.rawValue + text)
    }

    // MARK: - What is asked for

    private mutating func lookAtEnvironment(_ listening: Listening) async {
        let environment: ServerEnvironment
        do throws(ServerError) { environment = try ServerEnvironment.current() } catch {
            return say(.wrong, error.message)
        }
        if environment.isOff {
            return say(.note, "LUADEBUG switches everything off that hosts with this environment open.")
        }
        if let path = environment.passwordFile {
            do throws(ServerError) {
                let file = try SecretFile(path)
                say(
                    file.othersMayRead ? .note : .ok,
                    "The secret is in \(path)\(file.othersMayRead ? "; others may read it, too" : "").")
            } catch {
                say(.wrong, "LUADEBUG_PASSWORD_FILE: \(error.message)")
            }
        }
        guard let first = environment.endpoints.first else {
            return say(
                .note, "Neither LUADEBUG_LISTEN nor DEBUG_PORT is set here: hosts with this environment listen nowhere."
            )
        }
        let name = ThisProcess.variable("LUADEBUG_LISTEN")?.isEmpty == false ? "LUADEBUG_LISTEN" : "DEBUG_PORT"
        let last =
            environment.endpoints.count > 1 ? " to \(environment.endpoints[environment.endpoints.count - 1])" : ""
        if !first.isLocal, environment.passwordFile == nil {
            say(
                .wrong,
                "\(name): \(first)\(last) can be reached from other machines, and is refused without LUADEBUG_PASSWORD_FILE."
            )
        } else {
            say(.ok, "\(name): \(first)\(last), reached from \(Self.reach(first)).")
        }
        if first.isLocal, case .tcp = first, await Self.isContainer() {
            say(
                .note,
                "This is a container: its 127.0.0.1 is reached from inside only, docker exec for one. To publish the port, "
                    + "listen on 0.0.0.0 with a secret.")
        }
        if let waiting = environment.waiting { say(.ok, "LUADEBUG_WAIT: \(Self.text(waiting)).") }
        if environment.endpoints.allSatisfy({ listening.has($0) == true }) {
            say(.note, "Somebody listens on \(first)\(last) now: that host, or another that has to be ended first.")
        }
    }

    private static func text(_ waiting: ConsoleService.Waiting) -> String {
        switch waiting {
        case .no: "while nobody is connected, stops are passed over"
        case .forever: "a stop waits until somebody connects"
        case .seconds(let seconds): "a stop waits for somebody for \(seconds) s"
        }
    }

    private static func reach(_ endpoint: Endpoint) -> String {
        switch endpoint {
        case .unix: "this machine, by this user"
        case .tcp: endpoint.isLocal ? "this machine" : "other machines"
        }
    }

    private static func isContainer() async -> Bool {
        for mark in ["/.dockerenv", "/run/.containerenv"] where (try? await ConsoleFiles().read(mark)) != nil {
            return true
        }
        return false
    }

    // MARK: - What is there

    private mutating func lookAtProcesses(_ listening: Listening) {
        let discovery = Discovery()
        let processes: [DebuggedProcess]
        do throws(ServerError) { processes = try discovery.processes() } catch {
            return say(.wrong, error.message)
        }
        if processes.isEmpty { say(.note, "No process has announced itself in \(discovery.path).") }
        for process in processes {
            let who = "\(process.name), process \(process.number):"
            for (kind, endpoints) in [("console", process.consoles), ("RESP", process.services)] {
                for endpoint in endpoints {
                    let place = "\(who) \(kind) on \(endpoint), reached from \(Self.reach(endpoint))"
                    if listening.has(endpoint) == false {
                        say(.wrong, "\(who) \(kind) on \(endpoint) was announced, and nobody listens there.")
                    } else {
                        say(endpoint.isLocal ? .ok : .note, place + ".")
                    }
                }
            }
        }
    }

    // MARK: - Where the user points to

    /// The first line tells which kind it is: a console greets, RESP waits to be spoken to.
    private mutating func lookAt(_ endpoint: Endpoint) {
        do throws(ServerError) {
            let socket = try ClientSocket(to: endpoint)
            defer { socket.close() }
            var text = ""
            do throws(ServerError) {
                text = String(decoding: try socket.receive(timeout: .milliseconds(500)), as: UTF8.self)
            } catch {
                guard error.code == .timedOut else { throw error }
                try socket.send([UInt8]("PING\r\n".utf8))
                text = String(decoding: try socket.receive(timeout: .seconds(5)), as: UTF8.self)
            }
            tell(endpoint, text)
        } catch {
            say(.wrong, error.message)
        }
    }

    private mutating func tell(_ endpoint: Endpoint, _ text: String) {
        let first = text.prefix { $0 != "\n" && $0 != "\r\n" }.withoutControls
        if first.hasPrefix("+PONG") {
            say(endpoint.isLocal ? .ok : .wrong, "\(endpoint): RESP, without a password.")
        } else if first.hasPrefix("-NOAUTH") {
            say(
                secret == nil ? .note : .ok,
                "\(endpoint): RESP, with a password\(secret == nil ? "; none is known here" : "").")
        } else if first.hasPrefix("luadebug") {
            let isGuarded = text.contains("\nchallenge ")
            let how = isGuarded ? "with a secret\(secret == nil ? "; none is known here" : "")" : "without a secret"
            say(endpoint.isLocal || isGuarded ? .ok : .wrong, "\(endpoint): a console, \(how): \(first)")
        } else {
            say(.wrong, "\(endpoint): somebody listens, and it is neither a console nor RESP.")
        }
    }
}

/// What the system says of who listens: nobody is disturbed by a connection.
private struct Listening {
    private var ports: Set<Int> = []
    private var paths: Set<String> = []
    private var isKnown = false

    init() async {
        for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
            guard let text = try? await ConsoleFiles().read(table) else { continue }
            isKnown = true
            for line in String(decoding: text, as: UTF8.self).split(separator: "\n").dropFirst() {
                let fields = line.split(separator: " ")
                // 0A is LISTEN.
                guard fields.count > 3, fields[3] == "0A", let port = fields[1].split(separator: ":").last else {
                    continue
                }
                if let number = Int(port, radix: 16) { ports.insert(number) }
            }
        }
        guard let text = try? await ConsoleFiles().read("/proc/net/unix") else { return }
        for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
            if let path = line.split(separator: " ").last, path.hasPrefix("/") { paths.insert(String(path)) }
        }
    }

    /// Nil where the system does not say.
    func has(_ endpoint: Endpoint) -> Bool? {
        guard isKnown else { return nil }
        switch endpoint {
        case .tcp(_, let port): return ports.contains(port)
        case .unix(let path): return paths.contains(path)
        }
    }
}
