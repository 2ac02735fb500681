// luadebug list: the processes on this machine that can be debugged; and which of them is meant.

import LuaDebugCore
import LuaDebugServer

@MainActor enum Processes {
    static func list(_ arguments: ArraySlice<String>) throws(Program.Refusal) {
        let options = try Options(arguments, of: "list", flags: [], values: [])
        if let extra = options.rest.first {
            throw Program.Refusal(message: "list takes no \(extra); see luadebug --help", status: 2)
        }
        let all = try found()
        if all.isEmpty { return print("Nothing on this machine can be debugged by this user.") }
        for line in table(all) { print(line) }
    }

    /// Number, name, and where: a line each.
    private static func table(_ all: [DebuggedProcess]) -> [String] {
        let rows =
            [["process", "name", "where"]]
            + all.map { process in
                let places = process.consoles.map { "console \($0)" } + process.services.map { "RESP \($0)" }
                return ["\(process.number)", process.name, places.joined(separator: ", ")]
            }
        let widths = (0..<2).map { column in (rows.map { $0[column].count }.max() ?? 0) + 2 }
        return rows.map { $0[0].padded(to: widths[0]) + $0[1].padded(to: widths[1]) + $0[2] }
    }

    private static func found() throws(Program.Refusal) -> [DebuggedProcess] {
        do throws(ServerError) { return try Discovery().processes() } catch {
            throw Program.Refusal(message: error.message)
        }
    }

    /// The console that is meant by a process' number, its name or an endpoint; by nothing, if there is but one.
    static func console(of text: String?) throws(Program.Refusal) -> Endpoint {
        guard let text else {
            let all = try found().filter { !$0.consoles.isEmpty }
            if all.count == 1 { return all[0].consoles[0] }
            let which = all.isEmpty ? "there is no process with a console here" : "which one? " + names(all)
            throw Program.Refusal(message: which + "; see luadebug list", status: all.isEmpty ? 1 : 2)
        }
        // Whoever knows the endpoint needs no list, which others may have spoilt.
        let listed = Result { () throws(Program.Refusal) in try found() }
        let all = ((try? listed.get()) ?? []).filter { !$0.consoles.isEmpty }
        let meant = all.filter { "\($0.number)" == text }
        if let process = meant.first { return process.consoles[0] }
        let named = all.filter { $0.name == text }
        if named.count == 1 { return named[0].consoles[0] }
        if named.count > 1 { throw Program.Refusal(message: "which \(text)? " + names(named), status: 2) }
        do throws(ServerError) { return try Endpoint(text) } catch {
            _ = try listed.get()
            throw Program.Refusal(
                message: "\(text) is neither a process with a console here nor an endpoint; see luadebug list",
                status: 2)
        }
    }

    private static func names(_ all: [DebuggedProcess]) -> String {
        all.map { "\($0.number) (\($0.name))" }.joined(separator: ", ")
    }
}
