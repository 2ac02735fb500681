// FUNCTION and FCALL: libraries of functions, as a Redis 7 server keeps and calls them.

internal import LuaDebugCore
internal import LuaDebugRESP

extension RedisClient {
    /// The library that has a function of that name, however it is capitalized; nil when none has.
    public func library(of function: [UInt8]) -> RedisLibrary? { service.library(of: function) }

    // MARK: - FCALL

    /// The library is loaded anew by each call, so that calls share nothing but the data, and can be made at the same time.
    func callFunction(_ command: ScriptCommand, isReadOnly: Bool = false) async -> RESPValue {
        guard command.words.count > 2 else { return command.arity }
        guard let library = service.library(of: command.words[1]),
            let function = library.function(command.words[1])
        else {
            return ScriptCommand.error("Function not found")
        }
        let input: (keys: [[UInt8]], arguments: [[UInt8]])
        switch command.input(elseNumber: "Bad number of keys provided") {
        case .success(let found): input = found
        case .failure(let refusal): return refusal.reply
        }
        if isReadOnly, !function.flags.contains(.noWrites) {
            return ScriptCommand.error("Can not execute a script with write flag using *_ro command.")
        }
        let environment = environment(.keep, version: command.version) {
            $0.entry = .function(function.name)
        }
        return await run(library.source, in: environment, input.keys, input.arguments, caching: false)
    }

    // MARK: - FUNCTION

    func function(_ command: ScriptCommand) async -> RESPValue {
        let words = command.words
        guard words.count > 1 else { return command.arity }
        let part = String(decoding: words[1].map(\.asciiLowercased), as: UTF8.self)
        switch (part, words.count) {
        case ("load", 3...): return await loadLibrary(command)
        case ("list", _): return list(Array(words.dropFirst(2)))
        case ("delete", 3):
            return service.removeLibrary(words[2]) ? .ok : ScriptCommand.error("Library not found")
        case ("flush", 2), ("flush", 3):
            guard words.count == 2 || words[2].says("async") || words[2].says("sync") else {
                return ScriptCommand.error("FUNCTION FLUSH only supports SYNC|ASYNC option")
            }
            service.removeLibraries()
            return .ok
        case ("flush", _):
            let shown = String(decoding: words[1], as: UTF8.self)
            return ScriptCommand.error(
                "unknown subcommand or wrong number of arguments for '\(shown)'. Try FUNCTION HELP.")
        case ("kill", 2):
            guard service.killLongest() else {
                return ScriptCommand.error("No scripts in execution right now.", code: "NOTBUSY")
            }
            return .ok
        case ("load", _), ("delete", _), ("kill", _):
            return ScriptCommand.error("wrong number of arguments for 'function|\(part)' command")
        default:
            let shown = String(decoding: words[1].prefix(128), as: UTF8.self)
            return ScriptCommand.error("unknown subcommand '\(shown)'. Try FUNCTION HELP.")
        }
    }

    private func list(_ options: [[UInt8]]) -> RESPValue {
        var pattern: GlobPattern?
        var withCode = false
        var rest = options[...]
        while let option = rest.popFirst() {
            if !withCode, option.says("withcode") {
                withCode = true
            } else if pattern == nil, option.says("libraryname") {
                guard let text = rest.popFirst() else {
                    return ScriptCommand.error("library name argument was not given")
                }
                pattern = GlobPattern(text.map(\.asciiLowercased))
            } else {
                return ScriptCommand.error("Unknown argument \(String(decoding: option.prefix(128), as: UTF8.self))")
            }
        }
        let libraries = service.libraries.filter { pattern?.matches($0.name.map(\.asciiLowercased)) ?? true }
        return .array(libraries.map { $0.listed(withCode: withCode) })
    }

    // MARK: - FUNCTION LOAD

    /// How long a library may take to be loaded, as in Redis; a limit of the service's own may be lower.
    private static let longestLoading = Duration.milliseconds(500)

    private func loadLibrary(_ command: ScriptCommand) async -> RESPValue {
        var replacing = false
        for option in command.words.dropFirst(2).dropLast() {
            guard option.says("replace") else {
                let shown = String(decoding: option.prefix(128), as: UTF8.self)
                return ScriptCommand.error("Unknown option given: \(shown)")
            }
            replacing = true
        }
        let source = command.words[command.words.count - 1]
        let header: LibraryHeader
        do throws(LibraryHeader.Problem) { header = try LibraryHeader(source) } catch {
            return ScriptCommand.error(error.message)
        }
        if !replacing, service.hasLibrary(header.name) {
            return ScriptCommand.error("Library '\(String(decoding: header.name, as: UTF8.self))' already exists")
        }
        let functions: [RedisFunction]
        switch await registered(by: source, command.version) {
        case .success(let found): functions = found
        case .failure(let refusal): return refusal.reply
        }
        if functions.isEmpty { return ScriptCommand.error("No functions registered") }
        let library = RedisLibrary(name: header.name, source: source, functions: functions)
        if let problem = service.add(library, replacing: replacing) { return ScriptCommand.error(problem) }
        return .bulkString(header.name)
    }

    private func registered(
        by source: [UInt8], _ version: RESPVersion
    ) async -> Result<[RedisFunction], ScriptCommand.Refusal> {
        let environment = environment(.rollback, version: version) { $0.entry = .library }
        var limits = limits
        limits.time = min(limits.time ?? Self.longestLoading, Self.longestLoading)
        let session = environment.session(source, limits: limits)
        let result: Result<[RedisFunction], ScriptCommand.Refusal>
        do throws(DebugError) {
            switch try await service.run(session) {
            case .returned, .stopped: result = .success(environment.functions)
            case .failed(let failure): result = .failure(.init(ErrorReply.loading(failure)))
            case .aborted(.timeLimit):
                result = .failure(.init(ErrorReply.library("Error registering functions: ERR FUNCTION LOAD timeout")))
            case .aborted(let cause):
                result = .failure(.init(ErrorReply.library("Error registering functions: ERR ended (\(cause))")))
            }
        } catch {
            let isText = error.code == .doesNotCompile
            result = .failure(
                .init(ErrorReply.library((isText ? "Error compiling function: " : "") + error.message)))
        }
        await session.close()
        return result
    }
}

extension RedisLibrary {
    /// What is wrong with the first line of a library's text, in Redis' words; nil if nothing is.
    public static func problem(in source: [UInt8]) -> String? {
        do throws(LibraryHeader.Problem) { _ = try LibraryHeader(source) } catch { return error.message }
        return nil
    }

    /// As `FUNCTION LIST` shows it.
    fileprivate func listed(withCode: Bool) -> RESPValue {
        func field(_ name: String, _ value: RESPValue) -> RESPValue.Pair { .init(.text(name), value) }
        let listed = functions.map { function in
            RESPValue.map([
                field("name", .bulkString(function.name)),
                field("description", function.description.map { .bulkString($0) } ?? .null),
                field(
                    "flags",
                    .set(
                        RedisFunction.Flag.allCases.filter(function.flags.contains).map {
                            .simpleString([UInt8]($0.rawValue.utf8))
                        })),
            ])
        }
        var fields = [
            field("library_name", .bulkString(name)), field("engine", .text("LUA")), field("functions", .array(listed)),
        ]
        if withCode { fields.append(field("library_code", .bulkString(source))) }
        return .map(fields)
    }
}
