// The stories that Core's tests tell, told over the wire: the tables of steps, and the corpus of programs.

import LuaDebugCore
import Stories
import Synchronization
import Testing

@testable import LuaDebugRESP

@Suite("Core's stories, over the wire")
struct StoriesWireTests {
    @Test("from a mark to a mark", arguments: StepRow.all)
    func step(row: StepRow) async throws {
        let marks = Marks(row.source)
        await wire { client in
            client.send([Array("DEVAL".utf8), Array(row.source.utf8), Array("0".utf8)])
            guard case .integer(let first)? = await client.reply() else {
                Issue.record("no session")
                return
            }
            if Int(first) != marks[row.from] {
                await client.converse("BADD \(marks[row.from]) -> :0\nRUN -> :0\nBREM 0 -> :0")
                #expect(await place(client, marks) == row.from)
            }
            for (verb, to) in row.steps {
                let reply = await client.ask(Self.command(verb, marks))
                let expected = to.replacing("scenario.lua", with: "user_script")
                #expect(await describe(reply, client, marks) == expected, "\(row): \(verb)")
            }
        }
    }

    private static func command(_ verb: Resume, _ marks: Marks) -> String {
        switch verb {
        case .stepInto: "STEPINTO"
        case .stepOver: "STEPOVER"
        case .stepOut: "STEPOUT"
        case .untilGreaterLine: "UNTIL"
        case .toLine(let line): "RUNTO \(line)"
        case .finish: "END"
        case .abort: "ABORT"
        case .restart: "RESTART"
        case .continue, .detach: "RUN"
        }
    }

    /// In the words of Core's tables.
    private func describe(_ reply: String, _ client: Wire, _ marks: Marks) async -> String {
        if reply == "+OK" {
            let value = await client.ask("GETRETURN")
            return value == "_" ? "returned" : "returned " + value.drop { $0 == ":" }
        }
        if reply.hasPrefix("-ERR ") { return "failed " + reply.dropFirst(5) }
        let place = await place(client, marks)
        #expect(reply == ":*" || reply.hasPrefix(":"), "\(reply)")
        return place
    }

    /// Where the stack's innermost frame is.
    private func place(_ client: Wire, _ marks: Marks) async -> String {
        client.send("FRAME")
        guard case .array(let fields)? = await client.reply() else { return "?" }
        var values: [String: RESPValue] = [:]
        for index in stride(from: 0, to: fields.count - 1, by: 2) {
            guard case .bulkString(let key) = fields[index] else { continue }
            values[String(decoding: key, as: UTF8.self)] = fields[index + 1]
        }
        guard case .integer(let line)? = values["line"], case .bulkString(let chunk)? = values["chunk"] else {
            return "?"
        }
        let name = String(decoding: chunk, as: UTF8.self)
        return name == "user_script" ? marks.name(of: Int(line)) : "\(name):\(line)"
    }

    @Test("C-130 C-231 each program of the corpus: the same stepped, traced and left alone", arguments: Corpus.sample)
    func corpus(program: String) async throws {
        let source = try Corpus.source(program)
        let plain = await run(source, ["END"])
        let steps = await run(source, Array(repeating: "STEPINTO", count: 60) + ["STEPOUT", "STEPOVER", "END"])
        // Watches that read no global: one that did would be seen by a metatable of the environment, as any reading is.
        let traced = await run(source, ["TRON ALL", "WADD 1 ...", "BADD 2", "END"])
        #expect(steps == plain)
        #expect(traced == plain)
        #expect(!plain.isEmpty)
    }

    /// What a program prints, and what its last command came to.
    private func run(_ source: [UInt8], _ commands: [String]) async -> [String] {
        let printed = Mutex<[UInt8]>([])
        let service = Wire.service { configuration in
            configuration.output = { bytes in printed.withLock { $0 += bytes } }
        }
        var end = ""
        await wire(service) { client in
            client.send([Array("DEVAL".utf8), source, Array("0".utf8)])
            _ = await client.reply()
            for command in commands {
                end = await client.ask(command)
                // It came to its end by steps already.
                if command.hasPrefix("STEP"), !end.hasPrefix(":") {
                    end = await client.ask("END")
                    break
                }
            }
        }
        return [String(decoding: printed.withLock { $0 }, as: UTF8.self), end]
    }
}
