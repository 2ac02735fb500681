// From bytes, in whatever pieces they come, to values: the loop, the stack, and what is kept between two pieces.

/// An incremental reader of RESP2 and RESP3.
///
/// Bytes are fed as they arrive; then ``next()`` is called until it has no more. It goes on where it stopped, so that input
/// fed a byte at a time costs no more than the same input fed at once, and it holds no more memory than what has arrived.
/// After an error it stays failed: where the next value would begin is not known.
///
/// Read one connection with ``next()`` or with ``nextCommand()``, and do not change over while ``isMidValue``.
public struct RESPDecoder: Sendable {
    /// A string of known length, or a chunk of a streamed one, whose bytes are arriving.
    struct Body: Sendable {
        enum Kind: Sendable { case bulk, error, verbatim, chunk, word }
        let kind: Kind
        var missing: Int
        var bytes: [UInt8] = []
    }

    /// What one line, or the end of a string, led to.
    enum Step {
        case incomplete
        case opened
        case value(RESPValue)
    }

    var limits: RESPLimits
    var buffer = RESPBuffer()
    var body: Body?
    /// The chunks so far, inside a streamed string.
    var streamed: [UInt8]?
    var stack: [RESPAggregate] = []
    /// The words so far, inside a command.
    var command: Words?
    /// Where the value or command that is being read began.
    private var start = 0
    private var failure: RESPError?

    /// A decoder that has read nothing.
    public init(limits: RESPLimits = .standard) {
        // A negative limit is one of zero, which also keeps the arithmetic with them in range.
        self.limits = RESPLimits(
            bulkBytes: max(0, limits.bulkBytes),
            elements: max(0, limits.elements),
            depth: max(0, limits.depth),
            inlineBytes: max(0, limits.inlineBytes),
            totalBytes: max(0, limits.totalBytes)
        )
    }

    /// Keeps bytes for ``next()`` or ``nextCommand()``.
    public mutating func feed(_ bytes: some Collection<UInt8>) {
        if failure == nil { buffer.append(bytes) }
    }

    /// Whether something incomplete is waiting for its rest.
    ///
    /// Asked when ``next()`` or ``nextCommand()`` had no more.
    public var isMidValue: Bool {
        buffer.count > 0 || body != nil || streamed != nil || !stack.isEmpty || command != nil
    }

    /// The next value of any type, as a client reads replies; nil where it is incomplete.
    public mutating func next() throws(RESPError) -> RESPValue? {
        try guarded { decoder throws(RESPError) in try decoder.readValue() }
    }

    /// The next command, as a server reads: an array of bulk strings, or a line of words; nil where it is incomplete.
    ///
    /// Empty lines and empty arrays are skipped, so a command has at least one word.
    public mutating func nextCommand() throws(RESPError) -> [[UInt8]]? {
        try guarded { decoder throws(RESPError) in try decoder.readCommand() }
    }

    private mutating func guarded<Value>(
        _ read: (inout RESPDecoder) throws(RESPError) -> Value
    ) throws(RESPError) -> Value {
        if let failure { throw failure }
        do throws(RESPError) {
            let value = try read(&self)
            buffer.tidy()
            return value
        } catch {
            self = RESPDecoder(limits: limits)
            failure = error
            throw error
        }
    }

    /// Bytes that the value or command may still take.
    var bytesLeft: Int { limits.totalBytes - (buffer.taken - start) }

    /// Says that what was being read is over.
    mutating func finish() { start = buffer.taken }

    private mutating func readValue() throws(RESPError) -> RESPValue? {
        while true {
            switch try readStep() {
            case .incomplete: return nil
            case .opened: continue
            case .value(let value):
                guard let whole = try place(value) else { continue }
                finish()
                return whole
            }
        }
    }

    private mutating func readStep() throws(RESPError) -> Step {
        if body != nil { return try readBody() }
        if let whole = readElements() { return whole }
        return try readLine()
    }

    /// Reads elements of the innermost aggregate in one go: the aggregate, once it is whole.
    private mutating func readElements() -> Step? {
        guard streamed == nil, let reach, let top = stack.indices.last else { return nil }
        stack[top].fill(from: &buffer, upTo: limits.elements, reach)
        guard stack[top].isWhole, let value = stack.removeLast().value() else { return nil }
        return .value(value)
    }

    /// How far may be read in one go; nil where even a short line may be too long.
    var reach: RESPBuffer.Reach? {
        guard limits.inlineBytes >= RESPBuffer.shortLine, bytesLeft > 0 else { return nil }
        return RESPBuffer.Reach(bytes: bytesLeft, stringBytes: limits.bulkBytes)
    }

    /// Puts a value where it belongs and closes what it completes: the outermost value, once it is whole.
    private mutating func place(_ value: RESPValue) throws(RESPError) -> RESPValue? {
        var value = value
        while let top = stack.indices.last {
            if stack[top].size == nil, stack[top].count >= limits.elements {
                throw RESPError(.tooLarge, "A streamed aggregate has more than \(limits.elements) elements.")
            }
            stack[top].append(value)
            guard stack[top].isWhole, let closed = stack.removeLast().value() else { return nil }
            value = closed
        }
        return value
    }

    /// Takes what has arrived of the string that is being read: its bytes once they are all there, with the CR LF behind.
    mutating func takeBody() throws(RESPError) -> Body? {
        // Taken out and put back: two owners would mean a copy for every piece.
        guard var body = body.take() else { return nil }
        buffer.move(&body.missing, to: &body.bytes)
        if body.missing == 0, try buffer.takeLineEnd() { return body }
        self.body = body
        return nil
    }
}
