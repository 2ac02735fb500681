// luadebug serve on a real server's data: what is read goes through, and nothing is changed unless that was asked for.

import Foundation
import Testing

@Suite(
    "luadebug serve on a real server", .timeLimit(.minutes(5)),
    .enabled(if: RealAndOurs.isThere))
struct RedisServeTests {
    /// A redis-server on the socket `s`, ours on `l`; what these commands print, and the real one's `n` at the end.
    private func served(_ options: String, _ commands: String) async throws -> [String] {
        let folder = try Folder()
        try folder.write(commands + "\n", to: "typed")
        let script = """
            cd '\(folder.path)'; export XDG_RUNTIME_DIR="$PWD"
            \(RealAndOurs.server())
            redis-cli -s s set n 41 >/dev/null
            '\(Running.program)' serve --resp "unix:$PWD/l" --redis "unix:$PWD/s" \(options) >/dev/null & OURS=$!
            until redis-cli -s l ping >/dev/null 2>&1; do kill -0 $OURS || exit 1; sleep 0.01; done
            redis-cli -s l < typed; redis-cli -s s get n
            kill $OURS; wait $OURS
            """
        let text = try await offPool { try Running(script + "\n").finish().text }
        return text.split(separator: "\n").map(String.init)
    }

    private static let session = #"DEVAL "local n = redis.call('INCR', KEYS[1])\nreturn n" 1 n"#

    @Test("without --effects keep commands, scripts and sessions read there, and all that writes is refused")
    func guarded() async throws {
        let lines = try await served(
            "", "GET n\nSET n 1\nEVAL \"return redis.call('GET', KEYS[1])\" 1 n\nDEFFECTS\n\(Self.session)\nRUN\nEND")
        let refusal = "ERR Write commands are not allowed while effects are rolled back: "
        #expect(lines.count == 8, "\(lines)")
        #expect(lines.first == "41" && lines.last == "41")
        #expect(lines[1].hasPrefix(refusal + "'set' would change the data of unix:"))
        #expect(lines[1].hasSuffix("see --effects keep"))
        #expect(Array(lines[2...4]) == ["41", "rollback", "1"])
        #expect(lines[5].hasPrefix(refusal + "'incr'"))
    }

    @Test("with it they write, and DEFFECTS ROLLBACK still tries a script without a trace")
    func kept() async throws {
        let lines = try await served(
            "--effects keep", "INCR n\n\(Self.session)\nEND\nDEFFECTS ROLLBACK\n\(Self.session)\nEND\nGET n")
        #expect(lines.count == 8, "\(lines)")
        #expect(Array(lines[...3]) == ["42", "1", "43", "rollback"])
        #expect(lines[5].contains("Write commands are not allowed while effects are rolled back: 'incr'"))
        #expect(lines[6] == "43" && lines[7] == "43")
    }

    @Test("what does not go together is refused before anything listens")
    func refused() async throws {
        for (options, words) in [
            ("--plain --redis 1", "--plain is without Redis"), ("--redis-user u", "--redis-user is about a server"),
            ("--effects some", "--effects is one of keep, rollback"), ("--redis nowhere", "\"nowhere\" is no endpoint"),
        ] {
            let (text, status) = try await offPool {
                try Running("'\(Running.program)' serve --resp 0 \(options) 2>&1").finish()
            }
            #expect(status == 2 && text.contains(words), "\(text)")
        }
    }
}
