// The way out to one peer: lines, prompts, and answers of the protocol below them.

internal import LuaDebugCore
internal import Synchronization

/// Text for one peer, with the line ends that it uses itself.
final class ConsoleOutput: Sendable {
    private struct State: Sendable {
        var isOpen = true
        var usesReturns = false
        /// The cursor stands behind a prompt, and what is said now goes to the next line.
        var isPrompting: String?
    }
    private let state = Mutex(State())
    private let bytes: @Sendable ([UInt8]) -> Void
    private let close: @Sendable () -> Void

    init(send: @escaping @Sendable ([UInt8]) -> Void, close: @escaping @Sendable () -> Void) {
        bytes = send
        self.close = close
    }

    /// The peer ends its lines with CRLF, or not.
    func follow(hasReturn: Bool) { state.withLock { $0.usesReturns = hasReturn } }

    /// Whole lines, in which nothing steers a terminal; sent with the lock held, so that what is said first goes first.
    func say(_ text: String) {
        let text = text.withoutControls
        state.withLock { state in
            guard state.isOpen else { return }
            let lines = (state.isPrompting == nil ? "" : "\n") + text + "\n" + (state.isPrompting ?? "")
            bytes(Self.encoded(lines, state.usesReturns))
        }
    }

    /// The peer may type.
    func prompt(_ text: String) {
        state.withLock { state in
            guard state.isOpen else { return }
            state.isPrompting = text
            bytes([UInt8](text.utf8))
        }
    }

    /// A line has come: the cursor stands at the beginning of the next one.
    func noteLine() { state.withLock { $0.isPrompting = nil } }

    func send(raw answer: [UInt8]) { state.withLock { if $0.isOpen { bytes(answer) } } }

    /// Nothing more is said.
    func shut() { state.withLock { $0.isOpen = false } }

    /// Nothing more is said, and the peer is let go of when it has read the rest.
    func finish() {
        let wasOpen = state.withLock { state in
            defer { state.isOpen = false }
            return state.isOpen
        }
        if wasOpen { close() }
    }

    private static func encoded(_ text: String, _ usesReturns: Bool) -> [UInt8] {
        guard usesReturns else { return [UInt8](text.utf8) }
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if byte == 10 { bytes.append(13) }
            bytes.append(byte)
        }
        return bytes
    }
}
