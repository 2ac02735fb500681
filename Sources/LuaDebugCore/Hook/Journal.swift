// The journal between the script's thread and whoever reads its events.

internal import CLuaShim
internal import Synchronization

/// One ring and one catalog for all runs of a debugger.
///
/// `@unchecked`: the C side is written by the script's thread and read, with `reader` locked, by one thread at a time; resizing
/// happens on the script's thread with `reader` locked. The pointer never changes.
@safe final class Journal: @unchecked Sendable {
    private var pointer: OpaquePointer?
    private let breakpoints: BreakpointList

    private struct Reader {
        /// The serial number of the last event that was handed out or told to be lost.
        var last: UInt64 = 0
        var buffer: [UInt8] = []
        var waiting: [CheckedContinuation<Void, Never>] = []
        var isFinished = false
        var functions: [UInt32: CatalogedFunction] = [:]
    }
    private let reader = Mutex(Reader())

    init(_ breakpoints: BreakpointList) {
        self.breakpoints = breakpoints
        unsafe pointer = ldbg_journal_new(journalWakes, Unmanaged.passUnretained(self).toOpaque())
    }

    deinit { unsafe ldbg_journal_free(pointer) }

    var raw: OpaquePointer? { unsafe pointer }

    /// On the script's thread, or while nothing runs.
    func resize(bytes: Int) {
        guard let pointer = unsafe pointer, unsafe ldbg_journal_capacity(pointer) != bytes else { return }
        reader.withLock { _ in _ = unsafe ldbg_journal_resize(pointer, bytes) }
    }

    // MARK: - Reading

    /// What is there now, oldest first.
    ///
    /// At most as many events as fit 256 KiB of records.
    func read() -> [SessionEvent] { reader.withLock { read(&$0) } }

    private func read(_ reader: inout Reader) -> [SessionEvent] {
        guard let pointer = unsafe pointer else { return [] }
        if reader.buffer.isEmpty { reader.buffer = [UInt8](repeating: 0, count: 1 << 18) }
        var finished: UInt64 = 0
        let count = unsafe reader.buffer.withUnsafeMutableBytes { room in
            unsafe ldbg_journal_read(pointer, room.baseAddress, room.count, &finished)
        }
        var events: [SessionEvent] = []
        func miss(until serial: UInt64) {
            if serial > reader.last + 1 { events.append(.lost(Int(serial - reader.last - 1))) }
            reader.last = max(reader.last, serial)
        }
        var maker = maker(reader.functions)
        defer { reader.functions = maker.functions }
        var rest = reader.buffer[0..<count]
        while !rest.isEmpty, let (record, behind) = try? RecordReader.next(rest) {
            rest = behind
            miss(until: record.serial)
            if let event = maker.event(record) { events.append(event) }
        }
        // Nothing is left, and these were not among what was read.
        if finished > reader.last {
            events.append(.lost(Int(finished - reader.last)))
            reader.last = finished
        }
        return events
    }

    /// Records that did not come through the ring: those of the flight recorder.
    func records(_ bytes: [UInt8]) -> [TraceRecord] {
        reader.withLock { reader in
            var maker = maker(reader.functions)
            var records: [TraceRecord] = []
            var rest = bytes[...]
            while !rest.isEmpty, let (record, behind) = try? RecordReader.next(rest) {
                rest = behind
                if let trace = maker.trace(record) { records.append(trace) }
            }
            return records
        }
    }

    private func maker(_ known: [UInt32: CatalogedFunction]) -> EventMaker {
        EventMaker(
            functions: known, find: { [self] in function($0) },
            code: { [breakpoints] chunk, line in breakpoints.source(of: chunk)?.line(line) })
    }

    /// From any thread: entries of the catalog never change.
    func function(_ number: UInt32) -> CatalogedFunction {
        var info = unsafe ldbg_function_info()
        guard let pointer = unsafe pointer, unsafe ldbg_journal_function(pointer, number, &info) else {
            return CatalogedFunction(chunk: "?", name: nil, kind: .lua, lines: nil)
        }
        let source = unsafe String(cString: info.source)
        let name = unsafe String(cString: info.name)
        let first = unsafe Int(info.first)
        let last = unsafe Int(info.last)
        let isC = unsafe info.is_c
        return CatalogedFunction(
            chunk: isC ? "[C]" : ChunkName(source: source, short: source).shown, name: name.isEmpty ? nil : name,
            kind: isC ? .c : first == 0 ? .main : .lua,
            lines: !isC && first > 0 && first <= last ? first...last : nil)
    }

    // MARK: - Waiting

    /// The next events as soon as there are some; nil after the end, or when the task is cancelled.
    func next() async -> [SessionEvent]? {
        while true {
            let events = read()
            if !events.isEmpty { return events }
            if Task.isCancelled || reader.withLock(\.isFinished) { return nil }
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let isDue = reader.withLock { reader in
                        guard let pointer = unsafe pointer, !reader.isFinished, !Task.isCancelled,
                            unsafe ldbg_journal_await(pointer)
                        else { return true }
                        reader.waiting.append(continuation)
                        return false
                    }
                    if isDue { continuation.resume() }
                }
            } onCancel: {
                wake()
            }
        }
    }

    /// Whoever waits looks again: at each stop and end, and when the script's thread has written something.
    func wake() {
        let waiting = reader.withLock { reader in
            defer { reader.waiting = [] }
            return reader.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Nothing will be written any more.
    func finish() {
        reader.withLock { $0.isFinished = true }
        wake()
    }
}

private func journalWakes(_ reader: UnsafeMutableRawPointer?) {
    guard let reader = unsafe reader else { return }
    unsafe Unmanaged<Journal>.fromOpaque(reader).takeUnretainedValue().wake()
}
