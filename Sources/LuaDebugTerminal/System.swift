// The calls of the system that the terminal and the history's file need: all that is unsafe in this room.

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif
internal import Synchronization

enum System {
    static func environment(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }

    // MARK: - Reading and writing

    static var hasTerminal: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 }

    /// nil where the terminal does not tell.
    static var columns: Int? {
        var size = winsize()
        guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    /// What the C library has kept back goes out first.
    static func flush() { fflush(nil) }

    /// All of it, as long as somebody is there.
    static func show(_ text: String) { _ = put([UInt8](text.utf8), to: STDOUT_FILENO) }

    private static func put(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                unsafe poll(&entry, 1, -1)
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }

    /// What comes from the keys or from a handler's note, or nil after the time; no keys: the terminal is gone.
    enum Arrival {
        case keys([UInt8])
        case note(UInt8)
    }

    static func wait(for notes: Notes, keys: Bool, milliseconds: Int32 = -1) -> Arrival? {
        var entries = [
            pollfd(fd: notes.reading, events: Int16(POLLIN), revents: 0),
            // A negative number is passed over.
            pollfd(fd: keys ? STDIN_FILENO : -1, events: Int16(POLLIN), revents: 0),
        ]
        while true {
            let count = unsafe poll(&entries, nfds_t(entries.count), milliseconds)
            if count == 0 { return nil }
            if count < 0 {
                guard errno == EINTR else { return .keys([]) }
                continue
            }
            if entries[0].revents != 0 {
                var byte: UInt8 = 0
                if unsafe read(notes.reading, &byte, 1) == 1 { return .note(byte) }
            }
            if entries[1].revents != 0 {
                var buffer = [UInt8](repeating: 0, count: 4096)
                let count = unsafe read(STDIN_FILENO, &buffer, buffer.count)
                if count > 0 { return .keys(Array(buffer[..<count])) }
                if count < 0, errno == EINTR || errno == EAGAIN { continue }
                return .keys([])
            }
        }
    }

    /// A pipe that signals' handlers write to, open until the process ends.
    struct Notes: Sendable {
        let reading: Int32

        init?() {
            var ends: [Int32] = [-1, -1]
            guard unsafe pipe(&ends) == 0 else { return nil }
            for end in ends {
                _ = fcntl(end, F_SETFD, FD_CLOEXEC)
                _ = fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK)
            }
            reading = ends[0]
            bell.store(ends[1], ordering: .releasing)
        }
    }

    // MARK: - Modes

    /// The terminal gives each key as it comes, and shows and interprets none; what is written is as before.
    static func enterRawMode() -> Bool {
        // After a stop from outside it is in this mode still, or in whatever the shell has left: not what to put back.
        if !isRaw.load(ordering: .sequentiallyConsistent) {
            guard unsafe tcgetattr(STDIN_FILENO, modes) == 0 else { return false }
        }
        var raw = unsafe modes.pointee
        raw.c_iflag &= ~tcflag_t(BRKINT | ICRNL | INLCR | IGNCR | INPCK | ISTRIP | IXON)
        raw.c_lflag &= ~tcflag_t(ECHO | ICANON | IEXTEN | ISIG)
        raw.c_cflag |= tcflag_t(CS8)
        unsafe withUnsafeMutableBytes(of: &raw.c_cc) { keys in
            unsafe keys[Int(VMIN)] = 1
            unsafe keys[Int(VTIME)] = 0
        }
        // Before the change: there is no moment at which an end would leave the terminal so.
        isRaw.store(true, ordering: .sequentiallyConsistent)
        takeSignals()
        // Not the one that drops what was typed meanwhile.
        guard unsafe tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0 else {
            leaveRawMode()
            return false
        }
        return true
    }

    static func leaveRawMode() {
        if isRaw.load(ordering: .sequentiallyConsistent) { unsafe tcsetattr(STDIN_FILENO, TCSADRAIN, modes) }
        // After the change: an end in between puts it back once more.
        isRaw.store(false, ordering: .sequentiallyConsistent)
        giveSignalsBack()
    }

    /// Also true where there is no such thing as a foreground.
    static var isInForeground: Bool {
        let group = tcgetpgrp(STDIN_FILENO)
        return group < 0 || group == getpgrp()
    }

    /// As the terminal's driver does for a key, or for one who reads in the background: everyone of the job.
    static func stopJob(reads: Bool) { kill(0, reads ? SIGTTIN : SIGTSTP) }

    // MARK: - Signals

    static let noteOfSize = UInt8(ascii: "w")
    static let noteOfContinuing = UInt8(ascii: "c")
    static let noteOfStop = UInt8(ascii: "z")

    /// Those that end the process: the terminal is put back first.
    ///
    /// Who handles one already keeps it.
    private static let ends = [SIGTERM, SIGHUP, SIGQUIT, SIGABRT, SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE]
    private static let taken = Mutex<[Int32]>([])

    private static func takeSignals() {
        taken.withLock { taken in
            guard taken.isEmpty else { return }
            for number in ends + [SIGWINCH, SIGCONT, SIGTSTP] {
                let handler: @convention(c) (Int32) -> Void = ends.contains(number) ? endForSignal : noteForSignal
                if let previous = signal(number, handler) {
                    signal(number, previous)
                } else {
                    taken.append(number)
                }
            }
        }
    }

    private static func giveSignalsBack() {
        taken.withLock { taken in
            for number in taken { signal(number, SIG_DFL) }
            taken = []
        }
    }

    /// A note for when the process goes on, while no line is edited.
    static func watchContinuing(_ wanted: Bool) { signal(SIGCONT, wanted ? noteForSignal : SIG_DFL) }

    /// Also when the program calls `exit` while a line is being edited.
    static func restoreAtExit() { atexit { restoreForEnd() } }

    // MARK: - Files

    /// A regular file's bytes, none if there is no file; nil if it cannot be read, or is longer.
    static func contents(of path: String, upTo limit: Int) -> [UInt8]? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return errno == ENOENT ? [] : nil }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= limit else {
            return nil
        }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while bytes.count <= limit {
            let count = unsafe read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return count == 0 ? bytes : nil }
            bytes += buffer[..<count]
        }
        return nil
    }

    /// A new file takes the old one's place, at once or not at all; only a regular file's.
    ///
    /// Links lead to the file itself.
    static func replace(_ path: String, with bytes: [UInt8]) -> Bool {
        var path = path
        var status = stat()
        if unsafe lstat(path, &status) == 0 {
            guard let real = unsafe realpath(path, nil) else { return false }
            path = unsafe String(cString: real)
            unsafe free(real)
            guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
        }
        let draft = path + ".\(getpid())"
        // One of a process that has ended in the middle.
        unsafe unlink(draft)
        let descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        let isWritten = put(bytes, to: descriptor)
        guard close(descriptor) == 0, isWritten, unsafe rename(draft, path) == 0 else {
            unsafe unlink(draft)
            return false
        }
        return true
    }
}

/// What the terminal was like; written before `isRaw` is set, and not while it is.
private nonisolated(unsafe) let modes = UnsafeMutablePointer<termios>.allocate(capacity: 1)
private let isRaw = Atomic(false)
private let bell = Atomic<Int32>(-1)

/// What a signal's handler may do, too.
private func restoreForEnd() {
    guard isRaw.exchange(false, ordering: .sequentiallyConsistent) else { return }
    let leaving: StaticString = "\u{1B}[?2004l"
    _ = unsafe write(STDOUT_FILENO, leaving.utf8Start, leaving.utf8CodeUnitCount)
    unsafe tcsetattr(STDIN_FILENO, TCSANOW, modes)
}

private func endForSignal(_ number: Int32) {
    let error = errno
    restoreForEnd()
    signal(number, SIG_DFL)
    raise(number)
    errno = error // what was interrupted goes on for a moment
}

private func noteForSignal(_ number: Int32) {
    let error = errno
    var note =
        switch number {
        case SIGWINCH: System.noteOfSize
        case SIGCONT: System.noteOfContinuing
        default: System.noteOfStop
        }
    _ = unsafe write(bell.load(ordering: .acquiring), &note, 1)
    errno = error
}
