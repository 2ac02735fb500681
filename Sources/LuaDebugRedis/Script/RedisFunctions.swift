// The functions of the table `redis`, as host functions.

internal import LuaDebugCore
internal import LuaDebugRESP

/// Redis' own words for what is wrong with a call; they are error tables there and so they are here.
struct RedisFunctions: Sendable {
    let run: RedisRun
    let settings: RedisEnvironment.Settings

    var all: [String: HostFunction] {
        [
            "redis.call": { [run] call throws(HostError) in
                let value = run.call(call)
                if isError(value) { throw HostError(value: value) }
                return [value]
            },
            "redis.pcall": { [run] call throws(HostError) in [run.call(call)] },
            "redis.error_reply": { call throws(HostError) in
                guard case .string(let text)? = single(call) else { return [wrongArguments] }
                let message = text.bytes.first == UInt8(ascii: "-") ? text.bytes : [UInt8(ascii: "-")] + text.bytes
                return [ReplyToLua.ownError(message)]
            },
            "redis.status_reply": { call throws(HostError) in
                guard case .string(let text)? = single(call) else { return [wrongArguments] }
                return [.table([(.text("ok"), .bytes(text.bytes))])]
            },
            "redis.sha1hex": { call throws(HostError) in
                guard let value = single(call) else { throw refusal("wrong number of arguments") }
                return [.bytes(SHA1.hex(RedisRun.word(value) ?? []))]
            },
            "redis.log": { [settings] call throws(HostError) in try log(call, settings) },
            "redis.setresp": { [run] call throws(HostError) in
                guard let value = single(call) else { throw refusal("redis.setresp() requires one argument.") }
                guard let version = number(value).flatMap({ RESPVersion(rawValue: Int(LuaToReply.cut($0))) }) else {
                    throw refusal("RESP version must be 2 or 3.")
                }
                run.version = version
                return []
            },
            "redis.set_repl": { call throws(HostError) in
                guard let value = single(call) else { throw refusal("redis.set_repl() requires two arguments.") }
                guard let flags = number(value), (0...3).contains(LuaToReply.cut(flags)) else {
                    throw refusal(
                        "Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.")
                }
                return []
            },
            "redis.replicate_commands": { call throws(HostError) in [.boolean(true)] },
            "redis.breakpoint": { call throws(HostError) in
                call.stops = true
                // What it gives without a debugger: the script behaves alike.
                return [.boolean(false)]
            },
            "redis.debug": { [settings] call throws(HostError) in
                settings.onDebug?(call.arguments, call.line)
                return []
            },
            "redis.acl_check_cmd": { [run] call throws(HostError) in
                if call.arguments.isEmpty {
                    throw refusal("Please specify at least one argument for this redis lib call")
                }
                var words: [[UInt8]] = []
                for argument in call.arguments {
                    guard let word = RedisRun.word(argument) else {
                        throw refusal("Lua redis lib command arguments must be strings or integers")
                    }
                    words.append(word)
                }
                guard run.knows(words) else { throw refusal("Invalid command passed to redis.acl_check_cmd()") }
                return [.boolean(true)]
            },
        ]
    }

    /// Computed: the address sanitizer takes a box in a static for a leak.
    static var constants: [String: Value] {
        [
            "redis.LOG_DEBUG": .integer(0), "redis.LOG_VERBOSE": .integer(1), "redis.LOG_NOTICE": .integer(2),
            "redis.LOG_WARNING": .integer(3),
            "redis.REPL_NONE": .integer(0), "redis.REPL_AOF": .integer(1), "redis.REPL_SLAVE": .integer(2),
            "redis.REPL_REPLICA": .integer(2), "redis.REPL_ALL": .integer(3),
            "redis.REDIS_VERSION": .text("7.0.15"), "redis.REDIS_VERSION_NUM": .integer(0x07000F),
        ]
    }
}

private var wrongArguments: Value { ReplyToLua.error("wrong number or type of arguments") }

private func refusal(_ message: String) -> HostError { HostError(value: ReplyToLua.error(message)) }

private func single(_ call: HostCall) -> Value? { call.arguments.count == 1 ? call.arguments[0] : nil }

private func isError(_ value: Value) -> Bool {
    if case .table(let table) = value, table["err"] != .nil { true } else { false }
}

/// A number, or a string that is one.
private func number(_ value: Value) -> Double? {
    switch value {
    case .integer(let number): Double(number)
    case .number(let number): number
    case .string(let text): Numbers.float(text.bytes)
    default: nil
    }
}

private func log(_ call: HostCall, _ settings: RedisEnvironment.Settings) throws(HostError) -> [Value] {
    guard call.arguments.count >= 2 else { throw refusal("redis.log() requires two arguments or more.") }
    guard case let value = call.arguments[0], let number = number(value), !isText(value) else {
        throw refusal("First argument must be a number (log level).")
    }
    guard let level = RedisEnvironment.LogLevel(rawValue: Int(LuaToReply.cut(number))) else {
        throw refusal("Invalid debug level.")
    }
    var text: [UInt8] = []
    for argument in call.arguments.dropFirst() {
        if !text.isEmpty { text.append(UInt8(ascii: " ")) }
        text += RedisRun.word(argument) ?? []
    }
    settings.onLog?(level, text)
    return []
}

private func isText(_ value: Value) -> Bool { if case .string = value { true } else { false } }
