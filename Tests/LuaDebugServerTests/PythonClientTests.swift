// A client library as it comes: Python's redis holds whole sessions, in both versions of the protocol.

import Foundation
import LuaDebugRESP
import Testing

@testable import LuaDebugServer

@Suite("Python's redis", .enabled(if: PythonRedis.missing == nil, PythonRedis.reason))
struct PythonClientTests {
    /// Prints each command and its reply as JSON, which tells a number from its text and a map from an array.
    private static let session = #"""
        import json, logging, sys, traceback
        import redis

        sys.excepthook = lambda *error: traceback.print_exception(*error, file=sys.stdout)
        # Some versions log each push.
        logging.disable(logging.INFO)
        port, protocol = int(sys.argv[1]), int(sys.argv[2])
        options = dict(host="127.0.0.1", port=port, protocol=protocol, socket_timeout=30)
        # A session belongs to its connection.
        client = redis.Redis(decode_responses=True, single_connection_client=True, **options)

        def text(value):
            return json.dumps(value, ensure_ascii=False)

        def do(*words):
            try:
                reply = text(client.execute_command(*words))
            except redis.ResponseError as error:
                reply = "refused: " + str(error)
            print(*("..." if "\n" in str(word) else text(word) for word in words), "->", reply)

        print("ping ->", client.ping())
        do("DEVAL", """local x, t = 1.5, {a = true}
        for i = 1, #KEYS do
          x = x * tonumber(ARGV[i])
        end
        return {x, t.a, 'é', KEYS[1]}""", 2, "first", "second", 2, 4)
        do("GETCODE")
        do("BADD", 3)
        do("BADD", "WATCH", "x > 5")
        do("GET", "x")
        do("RUN")
        do("DOEVAL", "x")
        do("DOEVAL", "t")
        do("DOEVAL", "t.a")
        do("DOEVAL", "nil")
        do("DOEVAL", "KEYS")
        do("DOEVAL", "x +")
        do("GETSTACK")
        do("BLIST")
        do("DOEXEC", "x = x + 1")
        do("TRON", "CODE")

        # Another client listens.
        listener = redis.Redis(decode_responses=True, **options).pubsub()
        listener.subscribe("trace")
        print("subscribe ->", text(listener.get_message(timeout=30)))
        do("STEPOVER")
        print("listener ->", text(listener.get_message(timeout=30)))
        listener.close()

        do("TROFF")
        do("RUN")
        do("BFLUSH")
        do("RUN")
        do("GETRETURN")
        do("END")
        do("RUN")
        client.close()

        # Bytes, and many commands at once.
        with redis.Redis(**options).pipeline(transaction=False) as pipeline:
            pipeline.execute_command("DEVAL", b"local a = 'a\\r\\n\0\xff'\nreturn a", 0)
            for words in [("STEPOVER",), ("DOEVAL", "a"), ("GET", "a"), ("RUN",), ("END",)]:
                pipeline.execute_command(*words)
            print("pipeline ->", *pipeline.execute(raise_on_error=False), sep="\n  ")
        """#

    @Test("a session, a listener to its trace, a pipeline", arguments: [RESPVersion.resp2, .resp3])
    func session(version: RESPVersion) async throws {
        var configuration = DebugService.Configuration()
        configuration.output = { _ in }
        let server = LuaDebugServer(service: DebugService(configuration: configuration))
        guard case .tcp(_, let port) = try server.listen(on: .tcp(host: "127.0.0.1", port: 0)) else {
            preconditionFailure("no port")
        }
        let script = "PYTHONUTF8=1 python3 - \(port) \(version.rawValue) <<'PYTHON'\n\(Self.session)\nPYTHON\n"
        // On a thread of its own: waiting would take one from the pool that the server's replies need.
        let output: Result<String, any Error> = await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(returning: Result { try Programs.output(of: script) })
            }
        }
        await server.close()
        let is3 = version == .resp3
        #expect(
            try output.get() == #"""
                ping -> True
                "DEVAL" ... 2 "first" "second" 2 4 -> 1
                "GETCODE" -> "local x, t = 1.5, {a = true}"
                "BADD" 3 -> 0
                "BADD" "WATCH" "x > 5" -> 1
                "GET" "x" -> refused: unknown debug command 'GET': only debug commands are accepted during a session
                "RUN" -> 0
                "DOEVAL" "x" -> \#(is3 ? #"1.5"# : #""1.5""#)
                "DOEVAL" "t" -> \#(is3 ? #"{"a": true}"# : #"["a", 1]"#)
                "DOEVAL" "t.a" -> \#(is3 ? "true" : "1")
                "DOEVAL" "nil" -> null
                "DOEVAL" "KEYS" -> ["first", "second"]
                "DOEVAL" "x +" -> refused: (evaluation):1: unexpected symbol near <eof>
                "GETSTACK" -> \#(
                    is3
                        ? #"[{"level": 0, "name": "main chunk", "kind": "main", "chunk": "user_script", "line": 3, "defined": null}]"#
                        : #"[["level", 0, "name", "main chunk", "kind", "main", "chunk", "user_script", "line", 3, "defined", null]]"#)
                "BLIST" -> [[0, "LINE", 3, "ON", 1, 3, null], [1, "WATCH", "x > 5", "ON", 0, null, null]]
                "DOEXEC" "x = x + 1" -> "OK"
                "TRON" "CODE" -> [3, "  x = x * tonumber(ARGV[i])"]
                subscribe -> {"type": "subscribe", "pattern": null, "channel": "trace", "data": 1}
                "STEPOVER" -> 2
                listener -> {"type": "message", "pattern": null, "channel": "trace", "data": "trace [2 \"for i = 1, #KEYS do\"]"}
                "TROFF" -> "OK"
                "RUN" -> 0
                "BFLUSH" -> "OK"
                "RUN" -> "OK"
                "GETRETURN" -> [20, 1, "é", "first"]
                "END" -> [20, 1, "é", "first"]
                "RUN" -> refused: NOSESSION no debug session: DEVAL begins one
                pipeline ->
                  1
                  2
                  b'a\r\n\x00\xff'
                  unknown debug command 'GET': only debug commands are accepted during a session
                  b'OK'
                  b'a\r\n\x00\xff'

                """#)
    }
}

private enum PythonRedis {
    /// Why it cannot be tried; tests install nothing.
    static let missing: String? = {
        let script = """
            command -v python3 > /dev/null || { echo 'there is no python3'; exit; }
            python3 -c 'import redis' || { echo "python3 has no module redis (pip install redis)"; exit; }
            python3 -c 'import redis, sys; sys.exit(int(redis.__version__.split(".")[0]) < 5)' ||
                echo "python3's module redis is older than 5.0 and cannot choose the protocol"
            """
        let said = (try? Programs.output(of: script)) ?? "there is no shell"
        return said.isEmpty ? nil : said.split(separator: "\n").first.map(String.init)
    }()

    static var reason: Comment { Comment(rawValue: missing ?? "it is there") }
}
