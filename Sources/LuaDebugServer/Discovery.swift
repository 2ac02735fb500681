// How the debuggers on one machine are found: each has a small file in a folder of its user's.

/// One process that can be debugged, as it has announced itself.
public struct DebuggedProcess: Sendable, Hashable {
    /// The process' number.
    public var number: Int
    /// What it calls itself.
    public var name: String
    /// Where its consoles are.
    public var consoles: [Endpoint]
    /// Where it speaks RESP.
    public var services: [Endpoint]

    init(number: Int, name: String, consoles: [Endpoint], services: [Endpoint]) {
        self.number = number
        self.name = name
        self.consoles = consoles
        self.services = services
    }

    // MARK: - As a file

    private static let heading = "luadebug 1"

    /// `start` tells the process from a later one of the same number.
    func text(start: UInt64) -> String {
        let oneLine = String(name.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? "?" : Character($0) })
        let lines = [Self.heading, "process \(number) \(start)", "name \(oneLine)"]
        let places = consoles.map { "console \($0)" } + services.map { "resp \($0)" }
        return (lines + places).joined(separator: "\n") + "\n"
    }

    /// Nil for what is no such file, or not of this version.
    static func read(_ bytes: [UInt8]) -> (process: DebuggedProcess, start: UInt64)? {
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        guard lines.first == heading[...] else { return nil }
        var process = DebuggedProcess(number: 0, name: "", consoles: [], services: [])
        var start: UInt64?
        for line in lines.dropFirst() {
            let word = line.prefix { $0 != " " }
            let rest = String(line.dropFirst(word.count + 1))
            switch word {
            case "process":
                let numbers = rest.split(separator: " ")
                guard numbers.count == 2, let number = Int(numbers[0]) else { return nil }
                process.number = number
                start = UInt64(numbers[1])
            case "name": process.name = rest
            case "console": if let endpoint = try? Endpoint(rest) { process.consoles.append(endpoint) }
            case "resp": if let endpoint = try? Endpoint(rest) { process.services.append(endpoint) }
            default: break
            }
        }
        guard process.number > 0, let start else { return nil }
        return (process, start)
    }
}

/// The folder in which debuggers of this user find each other: `$XDG_RUNTIME_DIR/luadebug`, or `/tmp/luadebug-` and the user's number.
public struct Discovery: Sendable {
    /// The folder, whether it is there or not.
    public let path: String

    /// The folder of this user; nil means the one that the environment names.
    public init(path: String? = nil) {
        self.path = path ?? RuntimeFolder.path(runtime: ThisProcess.variable("XDG_RUNTIME_DIR"))
    }

    /// The processes that are there now, oldest number first; files of those that are not are removed.
    ///
    /// Throws `.notPermitted` where the folder is somebody else's.
    public func processes() throws(ServerError) -> [DebuggedProcess] {
        guard let folder = try RuntimeFolder(existingAt: path) else { return [] }
        var found: [DebuggedProcess] = []
        for name in folder.names {
            guard let bytes = folder.contents(of: name), let (process, start) = DebuggedProcess.read(bytes) else {
                continue
            }
            if ThisProcess.start(of: process.number) == start {
                found.append(process)
            } else {
                folder.remove(name)
            }
        }
        return found.sorted { $0.number < $1.number }
    }

    /// Announces this process; what it had said under that name before is replaced.
    func announce(_ process: DebuggedProcess, as file: String) throws(ServerError) {
        let start = ThisProcess.start(of: process.number) ?? 0
        try RuntimeFolder(madeAt: path).put([UInt8](process.text(start: start).utf8), as: file)
    }

    func withdraw(_ file: String) { (try? RuntimeFolder(existingAt: path))?.remove(file) }
}
