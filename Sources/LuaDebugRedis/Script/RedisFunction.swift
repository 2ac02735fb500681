// Functions that a library registers, and the library: what is known of them once it has been loaded.

internal import LuaDebugCore
internal import Synchronization

/// A function of a library, as it was registered.
public struct RedisFunction: Sendable, Hashable {
    /// What a function says of itself.
    public enum Flag: String, Sendable, Hashable, CaseIterable {
        case noWrites = "no-writes"
        case allowOutOfMemory = "allow-oom"
        case allowStale = "allow-stale"
        case noCluster = "no-cluster"
        case allowCrossSlotKeys = "allow-cross-slot-keys"
    }

    /// Letters, digits and underscores.
    public let name: [UInt8]
    /// For a person; nil if none was given.
    public let description: [UInt8]?
    /// Those that it was registered with.
    public let flags: Set<Flag>
}

/// A text that registers functions when it is loaded.
public struct RedisLibrary: Sendable, Hashable {
    /// As its first line says.
    public let name: [UInt8]
    /// The whole text.
    public let source: [UInt8]
    /// At least one, in the order that they were registered in.
    public let functions: [RedisFunction]

    /// The function of that name, or else the one whose name is written with other capitals.
    public func function(_ name: [UInt8]) -> RedisFunction? {
        if let function = functions.first(where: { $0.name == name }) { return function }
        let lowered = name.map(\.asciiLowercased)
        return functions.first { $0.name.map(\.asciiLowercased) == lowered }
    }
}

/// What is registered while a library is loaded, in Redis' own words where it cannot be.
final class FunctionRegistry: Sendable {
    static let badName =
        "Library names can only contain letters, numbers, or underscores(_) and must be at least one character long"

    private let registered = Mutex<[RedisFunction]>([])

    var functions: [RedisFunction] { registered.withLock { $0 } }
    func begin() { registered.withLock { $0 = [] } }

    /// `redis.register_function`: answers the name.
    func register(_ call: HostCall) throws(HostError) -> [Value] {
        let function = try Self.function(call.arguments)
        guard Self.isName(function.name) else { throw Self.refusal(Self.badName) }
        let isNew = registered.withLock { functions in
            if functions.contains(where: { $0.name == function.name }) { return false }
            functions.append(function)
            return true
        }
        guard isNew else { throw Self.refusal("Function already exists in the library") }
        return [.bytes(function.name)]
    }

    static func isName(_ name: [UInt8]) -> Bool {
        !name.isEmpty
            && name.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
                default: false
                }
            }
    }

    private static func refusal(_ message: String) -> HostError { HostError(value: ReplyToLua.error(message)) }

    // MARK: - The arguments

    private static func function(_ arguments: [Value]) throws(HostError) -> RedisFunction {
        switch arguments.count {
        case 1:
            guard case .table(let table) = arguments[0] else {
                throw refusal(
                    "calling redis.register_function with a single argument is only applicable to Lua table "
                        + "(representing named arguments).")
            }
            return try named(table)
        case 2:
            guard let name = RedisRun.word(arguments[0]) else {
                throw refusal("first argument to redis.register_function must be a string")
            }
            guard isFunction(arguments[1]) else {
                throw refusal("second argument to redis.register_function must be a function")
            }
            return RedisFunction(name: name, description: nil, flags: [])
        default: throw refusal("wrong number of arguments to redis.register_function")
        }
    }

    private static func named(_ table: TableValue) throws(HostError) -> RedisFunction {
        var name: [UInt8]?
        var description: [UInt8]?
        var flags: Set<RedisFunction.Flag> = []
        var hasCallback = false
        // A field that was set to nil may still have its place.
        for entry in table.entries where entry.value != .nil {
            guard let key = RedisRun.word(entry.key) else {
                throw refusal("named argument key given to redis.register_function is not a string")
            }
            switch String(decoding: key, as: UTF8.self) {
            case "function_name": name = try word(entry.value, "function_name")
            case "description": description = try word(entry.value, "description")
            case "callback":
                guard isFunction(entry.value) else {
                    throw refusal("callback argument given to redis.register_function must be a function")
                }
                hasCallback = true
            case "flags": flags = try self.flags(entry.value)
            default: throw refusal("unknown argument given to redis.register_function")
            }
        }
        guard let name else { throw refusal("redis.register_function must get a function name argument") }
        guard hasCallback else { throw refusal("redis.register_function must get a callback argument") }
        return RedisFunction(name: name, description: description, flags: flags)
    }

    private static func word(_ value: Value, _ argument: String) throws(HostError) -> [UInt8] {
        guard let word = RedisRun.word(value) else {
            throw refusal("\(argument) argument given to redis.register_function must be a string")
        }
        return word
    }

    /// Those at 1, 2 and so on, up to the first nil.
    private static func flags(_ value: Value) throws(HostError) -> Set<RedisFunction.Flag> {
        guard case .table(let table) = value else {
            throw refusal("flags argument to redis.register_function must be a table representing function flags")
        }
        var given: [Int64: Value] = [:]
        for entry in table.entries { if case .integer(let place) = entry.key { given[place] = entry.value } }
        var flags: Set<RedisFunction.Flag> = []
        var place: Int64 = 1
        while let value = given[place], value != .nil {
            guard case .string(let text) = value,
                let flag = RedisFunction.Flag(rawValue: String(decoding: text.bytes, as: UTF8.self))
            else { throw refusal("unknown flag given") }
            flags.insert(flag)
            place += 1
        }
        return flags
    }

    private static func isFunction(_ value: Value) -> Bool { if case .function = value { true } else { false } }
}
