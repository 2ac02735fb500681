// What carries bytes to a real server and back: this room opens no sockets, whoever links it brings one.

/// A connection to a server that is to be made, or was made.
///
/// Its calls block the script's thread, each for a limited time. It is closed when it is let go of.
public protocol RedisTransport: Sendable {
    /// Connects; called once, before anything else.
    func connect(timeout: Duration) throws(RedisTransportError)
    /// Sends all of the bytes.
    func send(_ bytes: [UInt8], timeout: Duration) throws(RedisTransportError)
    /// Waits for bytes and gives what has come, none if the other side sends no more.
    ///
    /// With a timeout of zero it does not wait.
    func receive(timeout: Duration) throws(RedisTransportError) -> [UInt8]
    /// Ends what waits now and what will, with `.interrupted`; from any thread, and without waiting.
    func interrupt()
}

/// Why nothing could be sent or received.
public struct RedisTransportError: Error, Sendable, Hashable {
    /// What went wrong, as far as it matters for what is done next.
    public enum Cause: Sendable, Hashable {
        /// There is no connection, or it is gone.
        case failed
        /// It took longer than it may.
        case timedOut
        /// Somebody called ``RedisTransport/interrupt()``.
        case interrupted
    }

    /// What went wrong.
    public let cause: Cause
    /// A full sentence.
    public let message: String

    /// An error.
    public init(_ cause: Cause, _ message: String) {
        self.cause = cause
        self.message = message
    }
}

/// What a script is told when a command could not be sent or its answer not be read: an error reply like Redis' own.
///
/// `IOERR` is what Redis says itself of another server that it cannot talk to (MIGRATE).
struct RedisServerFailure: Error, Hashable {
    let message: [UInt8]
    /// The server's own refusal, after which the connection can be used.
    let isReply: Bool

    static func refused(_ reply: [UInt8]) -> Self { Self(message: reply, isReply: true) }

    static func lost(_ text: String) -> Self {
        Self(message: Failure(bytes: [UInt8]("IOERR \(text)".utf8)).message, isReply: false)
    }
}
