// A host that owns a Lua state: the one file with unsafe code. It runs workloads under a floor's hook or the debugger.

import CFloors
import CHiredis
import LuaDebugCore

/// A sentence about what went wrong.
struct BenchError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// The hooks that do nothing but what cannot be avoided.
enum Floor: String, Sendable {
    case none = "no debugger"
    case line = "line hook"
    case call = "call hook"
    case callReturn = "call+return hook"
    case count = "count hook"
    case all = "call+return+line hook"
    case constant = "lua_pcall, constant"
    case condition = "lua_pcall, same local"

    fileprivate var kind: floor_kind {
        switch self {
        case .none: FLOOR_NONE
        case .line: FLOOR_LINE
        case .call: FLOOR_CALL
        case .callReturn: FLOOR_CALL_RETURN
        case .count: FLOOR_COUNT
        case .all: FLOOR_ALL
        case .constant: FLOOR_CALL_CONSTANT
        case .condition: FLOOR_CALL_CONDITION
        }
    }
}

/// What one run took.
struct Sample {
    var nanoseconds = 0
    var result = ""
}

/// Events of one run.
struct EventCounts {
    let lines: Double
    let calls: Double
    let atHotLine: Double
}

/// A Lua state with a workload loaded, fresh for each sample.
@safe final class Host {
    static let samplePeriod = 1_000

    let workload: Workload
    private let state: OpaquePointer
    private var debugger: Debugger?

    /// `isApart`: malloc does not count the Lua state's memory.
    init(_ workload: Workload, isApart: Bool = false) throws {
        guard let state = unsafe isApart ? floor_open_apart() : floor_open() else {
            throw BenchError("There is no memory for a Lua state.")
        }
        unsafe self.state = state
        self.workload = workload
        try load(workload.source, chunk: workload.file)
    }

    deinit {
        debugger?.detach()
        unsafe floor_close(state)
    }

    /// Compiles a chunk and keeps it below its name.
    func load(_ text: [UInt8], chunk: String) throws {
        let problem = unsafe text.withUnsafeBufferPointer { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { chars in
                unsafe floor_load(state, chars.baseAddress, chars.count, "@" + chunk, chunk)
            }
        }
        if let problem = unsafe problem { throw BenchError(unsafe String(cString: problem)) }
    }

    /// Sets a floor's hook; `line` 0 means every line.
    func install(_ floor: Floor, line: Int = 0) throws {
        let local = workload.local
        let constant = "return function() return false end"
        let same = "return function(\(local)) return \(local) == -1 end"
        let problem: String? = unsafe local.withCString { localText in
            unsafe (floor == .condition ? same : constant).withCString { text in
                let setting = unsafe floor_setting(
                    kind: floor.kind, period: Int32(Self.samplePeriod), line: Int32(line), local: localText,
                    function: text)
                return unsafe floor_install(state, setting).map { unsafe String(cString: $0) }
            }
        }
        if let problem { throw BenchError(problem) }
    }

    func installScriptFunctions() throws { try unsafe Debugger.installScriptFunctions(in: state) }

    func attach() throws -> Debugger {
        let attached = try unsafe Debugger(attachingTo: state)
        debugger = attached
        return attached
    }

    /// Calls a chunk; `counted` is for callgrind.
    ///
    /// An error of the script's is one of the benchmark's.
    func run(_ size: Int, chunk: String? = nil, counted: Bool = false) throws -> Sample {
        let sample = unsafe floor_run(state, chunk ?? workload.file, Int64(size), counted)
        let result = unsafe String(cString: sample.result)
        if unsafe sample.failed { throw BenchError("\(chunk ?? workload.file) failed: \(result)") }
        return unsafe Sample(nanoseconds: Int(sample.nanoseconds), result: result)
    }

    func collect() { unsafe floor_collect(state) }

    func count(_ size: Int) -> EventCounts {
        let counts = unsafe floor_count(state, workload.file, Int64(size), Int32(workload.line("hot")))
        return EventCounts(lines: Double(counts.lines), calls: Double(counts.calls), atHotLine: Double(counts.at_line))
    }
}

// MARK: - Clocks, memory, and what the codec is compared with

enum Machine {
    static var threadTime: Int { Int(floor_thread_time()) }
    static var wallTime: Int { Int(floor_wall_time()) }
    static var allocatedBytes: Int { Int(floor_allocated()) }
    static var residentBytes: Int { Int(floor_resident()) }
    static func trim() { floor_trim() }

    /// How many values hiredis reads; nil where it refuses.
    static func hiredisReads(_ wire: [UInt8], pieces: Int) -> Int? {
        let values = unsafe wire.withUnsafeBufferPointer { bytes in
            unsafe compare_read_all(bytes.baseAddress, bytes.count, pieces)
        }
        return values < 0 ? nil : Int(values)
    }

    static func copy(_ bytes: [UInt8], to target: inout [UInt8], at offset: Int) {
        unsafe bytes.withUnsafeBufferPointer { from in
            unsafe target.withUnsafeMutableBufferPointer { to in
                guard let source = from.baseAddress, let start = to.baseAddress else { return }
                unsafe compare_copy(start + offset, source, from.count)
            }
        }
    }
}
