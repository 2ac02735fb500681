// From records to events.

internal import CLuaShim

/// Makes events of records, with what is known of functions and of source text.
struct EventMaker {
    /// Those that were looked up already.
    var functions: [UInt32: CatalogedFunction]
    let find: (UInt32) -> CatalogedFunction
    let code: (_ chunk: String, _ line: Int) -> String?

    private mutating func function(_ number: UInt32) -> CatalogedFunction {
        if let known = functions[number] { return known }
        let found = find(number)
        // One without a name may get one yet.
        if found.name != nil || found.kind == .main { functions[number] = found }
        return found
    }

    mutating func event(_ record: RecordReader) -> SessionEvent? {
        switch record.kind {
        case LDBG_RECORD_LOG: log(record).map(SessionEvent.log)
        case LDBG_RECORD_SCRIPT: script(record).map(SessionEvent.script)
        default: trace(record).map(SessionEvent.trace)
        }
    }

    mutating func trace(_ record: RecordReader) -> TraceRecord? {
        let event: TraceRecord.Event
        switch record.kind {
        case LDBG_RECORD_LINE: event = .line
        case LDBG_RECORD_CALL: event = .call
        case LDBG_RECORD_TAIL_CALL: event = .tailCall
        case LDBG_RECORD_RETURN: event = .return
        default: return nil
        }
        let frame = function(record.function).frame(
            level: 0, line: record.line, isTailCall: event == .tailCall)
        let wantsCode = event == .line && record.what & UInt32(LDBG_TRACE_CODE) != 0
        var frames: [Frame]?
        if let section = record.section(LDBG_SECTION_STACK) { frames = stack(section) }
        return TraceRecord(
            event: event, frame: frame, coroutine: record.coroutine, depth: record.depth,
            nanoseconds: record.nanoseconds,
            code: wantsCode ? frame.location.line.flatMap { code(frame.location.chunk, $0) } : nil,
            stack: frames,
            watches: record.section(LDBG_SECTION_WATCHES).map(watches),
            changes: changes(record, event), values: record.section(LDBG_SECTION_VALUES).map(values),
            isCut: record.isCut)
    }

    private func values(_ section: ValueReader) -> [Value] {
        var section = section
        return (try? section.values()) ?? []
    }

    private mutating func stack(_ section: ValueReader) -> [Frame] {
        var section = section
        var frames: [Frame] = []
        while let number = try? section.number(), let line = try? section.int(), let tail = try? section.byte() {
            frames.append(function(number).frame(level: frames.count, line: line, isTailCall: tail != 0))
        }
        return frames
    }

    private func watches(_ section: ValueReader) -> [TracedWatch] {
        var section = section
        var watches: [TracedWatch] = []
        while (try? section.number()) != nil, let text = try? section.text(), let isFine = try? section.byte() {
            let value = isFine != 0 ? try? section.value() : nil
            let failure = isFine == 0 ? (try? section.text()).map { String(decoding: $0, as: UTF8.self) } : nil
            watches.append(TracedWatch(expression: LuaText(bytes: text), value: value, failure: failure))
        }
        return watches
    }

    /// A trace of variables has none, rather than nothing, where nothing changed.
    private func changes(_ record: RecordReader, _ event: TraceRecord.Event) -> [VariableChange]? {
        guard var section = record.section(LDBG_SECTION_CHANGES) else {
            return record.what & UInt32(LDBG_TRACE_VARIABLES) != 0 && event == .line ? [] : nil
        }
        var changes: [VariableChange] = []
        while let kind = try? section.byte(), let name = try? section.text(), let flags = try? section.byte() {
            let new = Int(flags) & LDBG_CHANGE_HAS_NEW != 0 ? try? section.value() : nil
            let old = Int(flags) & LDBG_CHANGE_HAS_OLD != 0 ? try? section.value() : nil
            changes.append(
                VariableChange(
                    name: String(decoding: name, as: UTF8.self),
                    kind: Int(kind) == LDBG_CHANGED_UPVALUE
                        ? .upvalue : Int(kind) == LDBG_CHANGED_PARAMETER ? .parameter : .local, new: new ?? .nil,
                    old: old))
        }
        return changes
    }

    private mutating func log(_ record: RecordReader) -> LogMessage? {
        var text = ""
        var breakpoint: UInt32 = 0
        if var section = record.section(LDBG_SECTION_LOG) {
            breakpoint = (try? section.number()) ?? 0
            while let part = try? section.byte() {
                switch part {
                case UInt8(ascii: "t"): text += String(decoding: (try? section.text()) ?? [], as: UTF8.self)
                case UInt8(ascii: "v"): text += shown((try? section.value()) ?? .nil)
                default: text += "<" + String(decoding: (try? section.text()) ?? [], as: UTF8.self) + ">"
                }
            }
        } else {
            text = PrettyPrinter.cut // larger than any record
        }
        return LogMessage(
            breakpoint: Breakpoint.ID(breakpoint), text: text, location: location(record), coroutine: record.coroutine,
            nanoseconds: record.nanoseconds)
    }

    /// A string as it is, anything else as it is shown everywhere.
    private func shown(_ value: Value) -> String {
        guard case .string(let string) = value else { return value.description }
        return string.isCut ? string.text + PrettyPrinter.cut : string.text
    }

    private mutating func script(_ record: RecordReader) -> ScriptMessage? {
        guard var section = record.section(LDBG_SECTION_SCRIPT), let kind = try? section.byte(),
            let text = try? section.text(), let isFine = try? section.byte()
        else {
            return ScriptMessage(
                kind: .eval, expression: LuaText(bytes: []), values: nil,
                failure: "the values are too large for a record", location: location(record),
                coroutine: record.coroutine, nanoseconds: record.nanoseconds)
        }
        let values = isFine != 0 ? try? section.values() : nil
        let failure = isFine == 0 ? (try? section.text()).map { String(decoding: $0, as: UTF8.self) } : nil
        return ScriptMessage(
            kind: Self.kind(Int(kind)), expression: LuaText(bytes: text), values: values, failure: failure,
            location: location(record),
            coroutine: record.coroutine, nanoseconds: record.nanoseconds)
    }

    private static func kind(_ number: Int) -> ScriptMessage.Kind {
        switch number {
        case LDBG_SCRIPT_EVAL: .eval
        case LDBG_SCRIPT_PRINT: .print
        case LDBG_SCRIPT_CALL: .call
        case LDBG_SCRIPT_MESSAGE: .message
        default: .trace
        }
    }

    private mutating func location(_ record: RecordReader) -> Location {
        Location(chunk: function(record.function).chunk, line: record.line > 0 ? record.line : nil)
    }
}
