// Scripts, and every command in a script, against a real redis-server, reply by reply.

import LuaDebugRESP
import LuaDebugRedis
import Testing

@Suite("scripts on a real redis-server", .enabled(if: RealRedis.isThere, "redis-server is not installed"))
struct ScriptOracleTests {
    @Test("the scripts", arguments: ScriptCorpus.plain, [RESPVersion.resp2, .resp3])
    func scripts(_ part: Corpus.Part, _ version: RESPVersion) async throws { try await compare(part, version) }

    @Test(
        "scripts with cjson and cmsgpack",
        .enabled(if: ScriptCorpus.hasModules, "lua-cjson and lua-messagepack are not installed"),
        arguments: ScriptCorpus.withModules, [RESPVersion.resp2, .resp3])
    func modules(_ part: Corpus.Part, _ version: RESPVersion) async throws { try await compare(part, version) }

    private func compare(_ part: Corpus.Part, _ version: RESPVersion) async throws {
        let server = try RealRedis()
        let real = try server.connect(version)
        let host = ScriptHost(version: version)
        for script in try ScriptLine.all(part.text) {
            let theirs = try real.perform([script.command])[0]
            let ours = try await host.evaluate(script)
            if !ours.matches(theirs, script.comparison) {
                Issue.record("\(script.source): ours \(ours.shown), theirs \(theirs.shown)")
            }
        }
    }

    @Test("commands called by scripts", arguments: Corpus.all, [RESPVersion.resp2, .resp3])
    func commands(_ part: Corpus.Part, _ version: RESPVersion) async throws {
        let server = try RealRedis()
        let real = try server.connect(version)
        let host = ScriptHost(version: version)
        let source = "redis.setresp(\(version.rawValue)) return redis.call(unpack(ARGV))"
        for line in try Line.all(part.text) {
            let script = try ScriptLine(source).with(line)
            let theirs = try real.perform([script.command])[0]
            let ours = try await host.evaluate(script)
            // There an integer is a double on its way through the script, and what is a Lua table has no order.
            var comparison = line.comparison == .exact && theirs.isTable ? .unordered : line.comparison
            // A second may pass between the two.
            if line.text.lowercased().hasPrefix("object idletime") { comparison = .near }
            if !ours.matches(theirs, comparison), !ours.asDouble.matches(theirs, comparison) {
                Issue.record("\(line.text): ours \(ours.shown), theirs \(theirs.shown)")
            }
        }
    }

    @Test("scripts that may only read")
    func readOnly() async throws {
        let server = try RealRedis()
        let real = try server.connect(.resp2)
        let host = ScriptHost(version: .resp2)
        for line in [
            "return redis.call('get', 'a')", "return redis.call('set', 'a', 'b')",
            "return redis.pcall('publish', 'a', 'b')",
            "local ok, e = pcall(redis.call, 'del', 'a') return e", "return redis.call('ping')",
        ] {
            let script = try ScriptLine(line)
            var command = script.command
            command[0] = [UInt8]("EVAL_RO".utf8)
            let theirs = try real.perform([command])[0]
            let ours = try await host.evaluate(script, isReadOnly: true)
            #expect(ours == theirs, "\(line): ours \(ours.shown), theirs \(theirs.shown)")
        }
    }

    @Test("the corpus is as large as is said, and what differs is listed")
    func size() throws {
        let scripts = try ScriptCorpus.all.flatMap { try ScriptLine.all($0.text) }
        #expect(scripts.filter { $0.comparison != .different }.count >= 150)
        let different = scripts.filter { $0.comparison == .different }.map(\.source)
        #expect(different == ScriptCorpus.differences.map(\.script))
    }
}

extension RESPValue {
    fileprivate var isTable: Bool {
        switch self {
        case .map, .set: true
        default: false
        }
    }

    fileprivate var asDouble: RESPValue {
        switch self {
        case .integer(let number): .integer(Int64(exactly: Double(number)) ?? .min)
        case .array(let elements): .array(elements.map(\.asDouble))
        default: self
        }
    }
}

extension ScriptLine {
    fileprivate func with(_ line: Line) throws -> ScriptLine {
        ScriptLine(source: source, keys: [], arguments: line.words, comparison: line.comparison)
    }

    private init(source: String, keys: [[UInt8]], arguments: [[UInt8]], comparison: Line.Comparison) {
        self.source = source
        self.keys = keys
        self.arguments = arguments
        self.comparison = comparison
    }
}
