// A real redis-server and `luadebug serve` beside it, told the same by redis-cli.

import Foundation
import Testing

@testable import LuaDebugServer

enum RealAndOurs {
    static let isThere = FileManager.default.isExecutableFile(atPath: "/usr/bin/redis-server")

    /// Starts a redis-server on the socket `s` of the folder that the shell is in, which ends with the shell.
    static func server(_ options: String = "") -> String {
        """
        redis-server --port 0 --unixsocket "$PWD/s" --save '' --daemonize no \(options) > real.log 2>&1 & SERVER=$!
        trap 'kill $SERVER $OURS 2> /dev/null' EXIT
        until redis-cli -s s ping > /dev/null 2>&1; do kill -0 $SERVER || exit 1; sleep 0.01; done

        """
    }

    /// What a shell's command prints for either; it finds the socket's path in `$SOCKET`.
    static func answers(to command: String, in folder: Folder) async throws -> (real: [String], ours: [String]) {
        let shell = """
            cd '\(folder.path)'
            \(server())
            '\(Running.program)' serve --resp "unix:$PWD/ours" > ours.log & OURS=$!
            until redis-cli -s ours ping > /dev/null 2>&1; do kill -0 $OURS || exit 1; sleep 0.01; done
            SOCKET=$PWD/s; { \(command); } 2>&1
            echo ---
            SOCKET=$PWD/ours; { \(command); } 2>&1
            """
        let output = try await offPool { try Programs.output(of: shell) }
        let parts = output.components(separatedBy: "---\n").map { $0.components(separatedBy: "\n") }
        try #require(parts.count == 2, "\(output)")
        return (parts[0], parts[1])
    }
}
