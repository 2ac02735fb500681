// A program and what a run of it gave.

import PlainLua

/// What is compared.
struct Result: Equatable {
    /// What it printed, how it ended, and the globals that it left.
    var text: [UInt8]
    /// Lines run, where they were counted: how many, and their order in one number.
    var lines: Lines?
    /// What must not be, whatever the result.
    var complaints: [String] = []

    struct Lines: Equatable {
        var count: Int
        var order: UInt64
    }
}

/// A host's state, without a debugger unless one is attached to it.
@safe final class PlainState {
    let run: UnsafeMutablePointer<plain_run>

    init() {
        guard let run = unsafe plain_new() else { fatalError("no memory") }
        unsafe self.run = run
    }

    deinit { unsafe plain_free(run) }

    var state: OpaquePointer { unsafe run.pointee.state }

    func call(_ source: String, name: String = "@" + Program.name) {
        var source = source
        source.withUTF8 { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { bytes in
                unsafe plain_call(run, bytes.baseAddress, bytes.count, name)
            }
        }
    }

    /// After the call, with no debugger attached.
    func result() -> Result {
        unsafe plain_globals(run)
        var result = Result(text: output)
        if unsafe run.pointee.hooked {
            result.lines = unsafe Result.Lines(count: Int(run.pointee.lines), order: run.pointee.order)
        }
        return result
    }

    /// What there is so far.
    var output: [UInt8] {
        unsafe [UInt8](UnsafeRawBufferPointer(start: run.pointee.output, count: run.pointee.length))
    }
    /// Without the end of the last call.
    var printed: [UInt8] { unsafe Array(output.prefix(run.pointee.printed_length)) }
}

/// A program to be tried.
struct Program {
    static let name = "torture.lua"
    /// Runs with more lines are not tried: they would take the time of many others.
    static let mostLines = 4000

    let source: String
    /// Without a debugger; its lines were counted in a run of their own.
    let plain: Result
    /// What it printed, without its end.
    let output: [UInt8]
    /// What ``toldGlobals`` gives afterwards.
    let globals: [UInt8]
    let hasFailed: Bool
    /// It came to the end of C's stack.
    let hasOverflowed: Bool
    var lineCount: Int { source.utf8.count { $0 == 10 } }

    /// Whether breakpoints at any error change nothing.
    ///
    /// They put a frame of ours between the error and a handler written in Lua, as the README says; some of them look. And with a
    /// frame of C more in each protected call the end of C's stack is reached earlier.
    var mayStopAtAnyError: Bool { !source.contains("debug.traceback('t', 1)") && !hasOverflowed }

    /// The globals that the script has made, as text, for states of which nothing but Lua is at hand: an expression.
    static let toldGlobals = """
        (function()
          local seen, count, out = {}, 0, {}
          local function add(s) out[#out + 1] = s end
          local tell
          local function tellNamed(t, pattern)
            local names = {}
            for k in next, t do if type(k) == 'string' and k:find(pattern) then names[#names + 1] = k end end
            table.sort(names)
            for _, k in ipairs(names) do add(('%q'):format(k)) add('=') tell(rawget(t, k)) add(' ') end
          end
          function tell(v)
            local kind = math.type(v) or type(v)
            if kind == 'table' and not seen[v] then
              count = count + 1
              seen[v] = count
              local i = 1
              add('{')
              while rawget(v, i) ~= nil do tell(rawget(v, i)) add(' ') i = i + 1 end
              tellNamed(v, '')
              add('}')
            elseif kind == 'table' then add('table') add(seen[v])
            elseif kind == 'integer' then add(('%d'):format(v))
            elseif kind == 'float' then add(('%.17g'):format(v))
            elseif kind == 'string' then add(('%q'):format(v))
            elseif kind == 'thread' then add('thread ') add(coroutine.status(v))
            elseif kind == 'boolean' then add(v and 'true' or 'false')
            else add(kind) end
          end
          tellNamed(_G, '^%u%d*$')
          return table.concat(out)
        end)()
        """

    /// nil where it does not compile, is too long, or tells another thing each time.
    init?(_ source: String) {
        self.source = source
        let (counted, _) = Self.run(source, counting: true)
        guard let lines = counted.lines, lines.count > 0, lines.count <= Self.mostLines else { return nil }
        let (plain, state) = Self.run(source, counting: false)
        guard plain.text == counted.text else { return nil }
        self.plain = Result(text: plain.text, lines: lines)
        output = state.printed
        hasFailed = unsafe state.run.pointee.failed
        let before = state.output.count
        state.call("return " + Self.toldGlobals, name: "=globals")
        globals = Array(state.output.dropFirst(before + "-- returned ".utf8.count).dropLast())
        unsafe plain_close(state.run)
        hasOverflowed = unsafe state.run.pointee.overflowed
    }

    private static func run(_ source: String, counting: Bool) -> (Result, PlainState) {
        let state = PlainState()
        if counting { unsafe plain_count(state.run, Int64(mostLines)) }
        state.call(source)
        return (state.result(), state)
    }

    /// Whether it is as certain as it seemed: what hangs on addresses shows in some runs only.
    ///
    /// Strings are hashed with a number that Lua makes of the time and of where the state lies, and with that a table with holes has
    /// another length: so each of these states lies elsewhere.
    var isSteady: Bool {
        var spacers: [[UInt8]] = []
        return (0..<200).allSatisfy { number in
            for size in 1...8 { spacers.append(Array(repeating: 0, count: 300 * size + number)) }
            return Self.run(source, counting: false).0.text == plain.text
        }
    }
}
