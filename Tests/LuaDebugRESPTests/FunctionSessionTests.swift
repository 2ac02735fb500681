// DFCALL with a host that is not Redis: what it is asked for, and a function that cannot be begun.

import LuaDebugCore
import Synchronization
import Testing

@testable import LuaDebugRESP

@Suite("Functions of a host")
struct FunctionSessionTests {
    /// Has one function; the text that prepares it is given.
    private func service(_ source: String, _ asked: @escaping @Sendable (ScriptRequest) -> Void) -> DebugService {
        var environment = HostEnvironment()
        environment.preludes = [
            .init("local f\nfunction give(g) f = g end\nreturn function() return f, KEYS, ARGV end")
        ]
        return Wire.service { [environment] configuration in
            configuration.client = {
                HostClient(
                    perform: { _, _ in nil },
                    script: { (request) throws(ScriptRefusal) in
                        asked(request)
                        guard request.function == [102] else {
                            throw ScriptRefusal(.error([UInt8]("NOFUNCTION there is none".utf8)))
                        }
                        var script = Script([UInt8](source.utf8), name: "library")
                        script.lists = ["KEYS": request.keys, "ARGV": request.arguments]
                        var hosted = HostScript(
                            script,
                            reply: { outcome, _ in
                                switch outcome {
                                case .returned(let values): .text("\(values)")
                                default: .error([UInt8]("OWN \(outcome)".utf8))
                                }
                            },
                            refusal: { .error([UInt8]("OWN \($0.message)".utf8)) })
                        hosted.environment = environment
                        return hosted
                    })
            }
        }
    }

    @Test("the host is asked for the function by its name, with keys and arguments, and answers the end of it")
    func begun() async throws {
        let asked = Mutex<[ScriptRequest]>([])
        let service = service("give(function(keys, args)\n  return #keys + #args\nend)") { request in
            asked.withLock { $0.append(request) }
        }
        await wire(service) { client in
            await client.converse(
                """
                dfcall f 1 key one two -> :2
                DFCALL f 0 -> -ERR DFCALL is not accepted during a debug session*
                DOEVAL keys[1] -> "key"
                GETCODE -> "  return #keys + #args"
                END -> "*3*"
                DFCALL g 0 -> -NOFUNCTION there is none
                DSESSIONS -> []
                """)
        }
        let requests = asked.withLock { $0 }
        #expect(requests.map(\.function) == [[102], [103]])
        #expect(requests[0].source.isEmpty)
        #expect(requests[0].keys == [[UInt8]("key".utf8)])
        #expect(requests[0].arguments == ["one", "two"].map { [UInt8]($0.utf8) })
    }

    @Test(
        "what fails before the function's first line leaves no session behind",
        arguments: ["error('no')", "return", "x ="])
    func failed(_ source: String) async throws {
        await wire(service(source) { _ in }) { client in
            await client.converse(
                """
                DFCALL f 0 -> -*
                RUN -> -NOSESSION *
                DSESSIONS -> []
                DEVAL "return 1" 0 -> -NOFUNCTION *
                PING -> +PONG
                """)
        }
    }
}
