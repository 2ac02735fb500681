// Between C and the host's functions: arguments are copied out, answers are written as bytes that C makes values of.

internal import CLuaShim
internal import Glibc

/// The functions of one state, by number.
///
/// Belongs to the script's thread. C holds its address for as long as the state is open.
@safe final class HostBridge {
    private let functions: [HostFunction]
    /// Nil once the run is over: a finalizer may call after that.
    private weak var context: LuaContext?
    private let wait: HostWait
    private static let limits: ValueLimits = {
        var limits = ValueLimits.unlimited
        limits.entries = 4_000_000
        limits.repeatsTables = true
        return limits
    }()

    var count: Int { functions.count }

    init(_ functions: [HostFunction], _ context: LuaContext, _ wait: HostWait) {
        self.functions = functions
        self.wait = wait
        self.context = context
    }

    fileprivate func call(
        _ number: Int, _ state: OpaquePointer, count: Int32, line: Int32
    ) -> (result: Result<[Value], HostError>, stops: Bool, report: HostCall.Report) {
        guard let context, context.isUsable, functions.indices.contains(number) else {
            return (.failure(HostError("the script has ended")), false, .nothing)
        }
        var capture = Capture(context, limits: Self.limits, stop: 0)
        var arguments: [Value] = []
        for index in 0..<count {
            unsafe lua_pushvalue(state, index + 1)
            arguments.append(unsafe capture.pop(state))
        }
        let call = HostCall(
            arguments: arguments, line: line < 0 ? nil : Int(line), isTraced: unsafe ldbg_is_traced(state), wait: wait)
        do throws(HostError) {
            return (.success(try functions[number](call)), call.stops, call.report)
        } catch {
            return (.failure(error), false, call.report)
        }
    }
}

/// Named, not a closure literal, as the hook's callbacks are.
private func hostCalled(
    _ host: UnsafeMutableRawPointer?, _ state: OpaquePointer?, _ number: Int32, _ count: Int32, _ line: Int32,
    _ answer: UnsafeMutablePointer<ldbg_answer>?
) {
    guard let host = unsafe host, let state = unsafe state, let answer = unsafe answer else { return }
    let bridge = unsafe Unmanaged<HostBridge>.fromOpaque(host).takeUnretainedValue()
    let (result, stops, report) = unsafe bridge.call(Int(number), state, count: count, line: line)
    var bytes = ValueBytes()
    switch result {
    case .success(let values):
        for value in values { bytes.append(value) }
        unsafe answer.pointee.count = Int32(clamping: values.count)
    case .failure(let error):
        bytes.append(error.value)
        unsafe answer.pointee.count = 1
        unsafe answer.pointee.failed = true
        unsafe answer.pointee.positioned = error.isPositioned
    }
    unsafe answer.pointee.stops = stops
    switch report {
    case .nothing: break
    case .arguments: unsafe answer.pointee.report = Int32(LDBG_SCRIPT_MESSAGE)
    case .answer(let text):
        guard let copy = unsafe copied(text.bytes) else { break }
        unsafe answer.pointee.report = Int32(LDBG_SCRIPT_CALL)
        unsafe answer.pointee.text = copy
        unsafe answer.pointee.text_length = text.bytes.count
    }
    guard let copy = unsafe copied(bytes.bytes) else {
        unsafe answer.pointee.count = 0
        return
    }
    unsafe answer.pointee.bytes = copy
    unsafe answer.pointee.length = bytes.bytes.count
}

/// For C to free; nil when there is no memory.
private func copied(_ bytes: [UInt8]) -> UnsafeMutablePointer<CChar>? {
    guard let copy = unsafe malloc(max(1, bytes.count)) else { return nil }
    unsafe bytes.withUnsafeBytes {
        unsafe copy.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(copy), byteCount: $0.count)
    }
    return unsafe copy.assumingMemoryBound(to: CChar.self)
}

/// Values as `CLuaHost.h` says.
struct ValueBytes {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ value: Value) {
        switch value {
        case .nil, .function, .opaque: tag(LDBG_ANSWER_NIL)
        case .boolean(let truth): tag(truth ? LDBG_ANSWER_TRUE : LDBG_ANSWER_FALSE)
        case .integer(let number):
            tag(LDBG_ANSWER_INTEGER)
            append(UInt64(bitPattern: number))
        case .number(let number):
            tag(LDBG_ANSWER_NUMBER)
            append(number.bitPattern)
        case .string(let string):
            tag(LDBG_ANSWER_STRING)
            append(UInt64(string.bytes.count))
            bytes += string.bytes
        case .table(let table):
            tag(LDBG_ANSWER_TABLE)
            append(UInt64(table.entries.count))
            for entry in table.entries {
                append(entry.key)
                append(entry.value)
            }
        }
    }

    private mutating func tag(_ tag: Int) { bytes.append(UInt8(truncatingIfNeeded: tag)) }

    // In the machine's own order.
    private mutating func append(_ word: UInt64) {
        let ordered = UInt64(littleEndian: word.littleEndian)
        #if _endian(big)
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: ordered >> shift))
            }
        #else
            for shift in stride(from: 0, through: 56, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: ordered >> shift))
            }
        #endif
    }
}

extension OwnedState {
    /// Puts the host's functions and constants into the globals.
    ///
    /// Throws `.badArgument` where a path leads through something else than a table, `.outOfMemory`.
    func install(
        _ environment: HostEnvironment, _ context: LuaContext, _ wait: HostWait
    ) throws(DebugError) {
        let functions = environment.functions.sorted { $0.key < $1.key }
        let bridge = HostBridge(functions.map(\.value), context, wait)
        self.bridge = bridge
        for (number, function) in functions.enumerated() {
            let status = unsafe ldbg_install_host_function(
                pointer, function.key, Int32(number), hostCalled, Unmanaged.passUnretained(bridge).toOpaque())
            try check(status, function.key)
        }
        for (path, value) in environment.constants.sorted(by: { $0.key < $1.key }) {
            var bytes = ValueBytes()
            bytes.append(value)
            let status = unsafe bytes.bytes.withCharacters { start, count in
                unsafe ldbg_install_constant(pointer, path, start, count)
            }
            try check(status, path)
        }
    }

    private func check(_ status: Int32, _ path: String) throws(DebugError) {
        switch status {
        case LUA_OK: return
        case LUA_ERRRUN:
            throw DebugError(
                .badArgument, "There is no room for the host's \"\(path)\": something else than a table is on the way.")
        default: throw DebugError(.outOfMemory, "There is no memory for the host's \"\(path)\".")
        }
    }

    /// Runs the host's own code.
    ///
    /// Throws `.preludeFailed` with Lua's message.
    func run(_ preludes: [HostEnvironment.Prelude]) throws(DebugError) {
        for prelude in preludes {
            let name = [CChar](("=" + prelude.name).utf8CString)
            var status = unsafe [UInt8](prelude.source.utf8).withCharacters { start, count in
                unsafe ldbg_load(pointer, start, count, name, false)
            }
            if status == LUA_OK { status = unsafe ldbg_run_prelude(pointer, Int32(clamping: bridge?.count ?? 0)) }
            guard status != LUA_OK else { continue }
            throw preludeFailure("The prelude \(prelude.name) has failed.")
        }
    }

    /// The error whose value is on the stack.
    func preludeFailure(_ otherwise: String) -> DebugError {
        var length = 0
        let text = unsafe lua_type(pointer, -1) == LUA_TSTRING ? lua_tolstring(pointer, -1, &length) : nil
        let message = unsafe String(decoding: UnsafeRawBufferPointer(start: text, count: length), as: UTF8.self)
        unsafe lua_settop(pointer, -2)
        return DebugError(.preludeFailed, message.isEmpty ? otherwise : message)
    }
}
