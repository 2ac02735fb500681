// What a script does between two replies of the dialect: its calls while it is stepped, and what it says.

internal import LuaDebugCore
internal import Synchronization

/// Lines that wait for the next reply; written by the script's thread, taken by the connection.
final class LDBLog: Sendable {
    private struct State: Sendable {
        var lines: [LDBText.Line] = []
        var bytes = 0
        /// Lines beyond the most that are kept.
        var lost = 0
        var isOn = false
        var most = 256
        var hasHinted = false
    }
    private let state = Mutex(State())
    private static let mostLines = 10_000
    private static let mostBytes = 4 << 20

    /// Calls are written down while the script is stepped, and not while it runs on.
    var showsCalls: Bool {
        get { state.withLock(\.isOn) }
        set { state.withLock { $0.isOn = newValue } }
    }

    /// The longest value and reply, in bytes; 0 for any.
    var most: Int {
        get { state.withLock(\.most) }
        set { state.withLock { $0.most = newValue } }
    }

    func add(_ line: LDBText.Line) { state.withLock { Self.add(line, &$0) } }

    private static func add(_ line: LDBText.Line, _ state: inout State) {
        guard state.lines.count < mostLines, state.bytes + line.count <= mostBytes else {
            state.lost += 1
            return
        }
        state.lines.append(line)
        state.bytes += line.count
    }

    /// Cut to the length that is wanted; how to have it whole is told once.
    func addCut(_ line: LDBText.Line) {
        state.withLock { state in
            let (line, isCut) = LDBText.cut(line, to: state.most)
            Self.add(line, &state)
            guard isCut, !state.hasHinted else { return }
            state.hasHinted = true
            Self.add(
                LDBText.line("<hint> The above reply was trimmed. Use 'maxlen 0' to disable trimming."), &state)
        }
    }

    func called(_ words: [[UInt8]], _ reply: RESPValue) {
        add(LDBText.command(words))
        if case .error(let message) = reply {
            add(LDBText.error(message))
        } else {
            addCut(LDBText.line("<reply> ") + LDBText.shown(reply))
        }
    }

    func said(_ values: [Value], line: Int?) {
        let text = values.map(LDBText.value).joined(separator: LDBText.line(", "))
        add(LDBText.cut(LDBText.line("<debug> line \(line.map(String.init) ?? "?"): ") + text, to: 1 << 20).0)
    }

    func take() -> [LDBText.Line] {
        state.withLock { state in
            defer { (state.lines, state.bytes, state.lost) = ([], 0, 0) }
            return state.lost == 0
                ? state.lines : state.lines + [LDBText.line("<hint> \(state.lost) more lines are left out.")]
        }
    }
}
