// What goes wrong with servers and their connections: one struct with a code that can grow.

/// An error of a server or a client's socket.
public struct ServerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong, for programs.
    ///
    /// More codes may come in minor releases.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The code's own name.
        public let description: String
        private init(_ name: String) { description = name }

        /// A text or a value that names no endpoint.
        public static let badEndpoint = Code("badEndpoint")
        /// Somebody listens there already.
        public static let addressInUse = Code("addressInUse")
        /// The address can be reached from other machines, and that was not asked for.
        public static let notLoopback = Code("notLoopback")
        /// This machine has no such address, or no such host is known.
        public static let noSuchAddress = Code("noSuchAddress")
        /// Something that is no socket stands at the path.
        public static let notASocket = Code("notASocket")
        /// The system does not permit it.
        public static let notPermitted = Code("notPermitted")
        /// Nobody listens there.
        public static let refused = Code("refused")
        /// It took longer than it may.
        public static let timedOut = Code("timedOut")
        /// The other side has gone.
        public static let disconnected = Code("disconnected")
        /// The server was closed.
        public static let closed = Code("closed")
        /// No thread could be made for the server.
        public static let noThread = Code("noThread")
        /// The system refused for a reason of its own, which the message names.
        public static let system = Code("system")
    }

    /// What went wrong, for programs.
    public let code: Code
    /// A full sentence that names what was wrong.
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
