// How much a peer may ask of the decoder: each number from the wire is held against these before it is used.

/// What one value, or one command, may take at most.
public struct RESPLimits: Sendable, Hashable {
    /// Bytes of one string.
    ///
    /// The chunks of a streamed string count together.
    public var bulkBytes: Int
    /// Elements of one aggregate.
    ///
    /// A field and its value, of a map or an attribute, are two.
    public var elements: Int
    /// How deep aggregates may nest.
    ///
    /// Values are compared, encoded and released recursively: a limit of many thousands can exhaust a thread's stack.
    public var depth: Int
    /// Bytes of an inline command, or of any line without a length; the line's end is not counted.
    public var inlineBytes: Int
    /// Bytes on the wire of one whole value or command.
    public var totalBytes: Int

    /// Limits; what is left out is as in ``standard``.
    public init(
        bulkBytes: Int = 64 << 20,
        elements: Int = 1_048_576,
        depth: Int = 32,
        inlineBytes: Int = 65_536,
        totalBytes: Int = 128 << 20
    ) {
        self.bulkBytes = bulkBytes
        self.elements = elements
        self.depth = depth
        self.inlineBytes = inlineBytes
        self.totalBytes = totalBytes
    }

    /// 64 MiB a string, 1,048,576 elements an aggregate, 32 levels, 65,536 bytes a line, 128 MiB in all.
    public static let standard = RESPLimits()
}
