// A program on a terminal of its own, whose keys a test presses and whose screen it looks at.

import Foundation
import Testing

/// `@unchecked`: one test uses it, one call after the other.
@safe final class PseudoTerminal: @unchecked Sendable {
    private var master: Int32 = -1
    private var slave: Int32 = -1
    let program: Running
    private(set) var screen: ScreenModel
    private let before: String

    struct NoTerminal: Error {}

    /// The command is run by a shell, as the leader of a session that the terminal belongs to.
    init(_ command: String, history: String = "", columns: UInt16 = 72, trapping: String = "") throws {
        var name = [CChar](repeating: 0, count: 128)
        guard unsafe openpty(&master, &slave, &name, nil, nil) == 0 else { throw NoTerminal() }
        // Not for programs that other tests start meanwhile: they would keep it open.
        for end in [master, slave] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let path = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        _ = fcntl(master, F_SETFL, O_NONBLOCK)
        Self.resize(master, columns)
        screen = ScreenModel(columns: Int(columns))
        before = Self.modes(of: slave)
        program = try Running(
            trapping
                + " TERM=xterm LUADEBUG_HISTORY='\(history)' exec setsid --ctty \(command) <'\(path)' >'\(path)' 2>&1")
    }

    deinit { hangUp() }

    func type(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe write(master, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// Waits until the row with the cursor, marked with a bar, is this one; what is seen instead is told.
    func expect(_ line: String, sourceLocation: SourceLocation = #_sourceLocation) async {
        await until(sourceLocation) { $0.line == line }
    }

    func until(
        _ sourceLocation: SourceLocation = #_sourceLocation, _ condition: (ScreenModel) -> Bool
    ) async {
        let deadline = ContinuousClock.now + .seconds(120)
        repeat {
            read()
            if condition(screen) { return }
            try? await Task.sleep(for: .milliseconds(1))
        } while ContinuousClock.now < deadline
        Issue.record(
            "The screen shows:\n\(screen.text)\nwith the cursor: \(screen.line)", sourceLocation: sourceLocation)
    }

    /// What comes is shown; nothing if there is nothing.
    private func read() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while case let count = unsafe Glibc.read(master, &buffer, buffer.count), count > 0 {
            screen.write(Array(buffer[..<count]))
        }
    }

    func resize(columns: UInt16) {
        screen.columns = Int(columns)
        Self.resize(master, columns)
    }

    private static func resize(_ master: Int32, _ columns: UInt16) {
        var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = unsafe ioctl(master, UInt(TIOCSWINSZ), &size)
    }

    /// The terminal is as it was before the program came.
    var isRestored: Bool { Self.modes(of: slave) == before }

    private static func modes(of terminal: Int32) -> String {
        var modes = termios()
        unsafe tcgetattr(terminal, &modes)
        return "\(modes.c_iflag) \(modes.c_oflag) \(modes.c_cflag) \(modes.c_lflag) \(modes.c_cc)"
    }

    /// The window is closed.
    func hangUp() {
        for end in [master, slave] where end >= 0 { close(end) }
        master = -1
        slave = -1
    }

    /// The program's status, once it has ended.
    func finish() async throws -> Int32 {
        let program = program
        return try await offPool { program.finish().status }
    }
}
