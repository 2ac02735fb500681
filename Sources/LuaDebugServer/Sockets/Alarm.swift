// What wakes the server's thread out of `poll`, and that `poll`.

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A pipe whose end can be read once somebody has rung.
struct Alarm: Sendable {
    let descriptor: Descriptor
    private let bell: Descriptor

    init() throws(ServerError) {
        var numbers: [Int32] = [-1, -1]
        guard unsafe pipe(&numbers) == 0 else {
            throw ServerError(.system, "No pipe could be made: \(SystemError.text(errno)).")
        }
        descriptor = Descriptor(owning: numbers[0])
        bell = Descriptor(owning: numbers[1])
        descriptor.keepToOurselves()
        bell.keepToOurselves()
    }

    /// Never blocks: in a pipe that is full somebody has rung.
    func ring() { Self.ring(bell.number) }

    /// What a signal's handler may do, too.
    static func ring(_ bell: Int32) {
        var byte: UInt8 = 0
        _ = unsafe write(bell, &byte, 1)
    }

    /// A bell of its own for a signal's handler, open until the process ends.
    func giveAwayBell() -> Int32 { fcntl(bell.number, F_DUPFD_CLOEXEC, 0) }

    func silence() {
        var bytes = [UInt8](repeating: 0, count: 64)
        while unsafe read(descriptor.number, &bytes, bytes.count) == bytes.count {}
    }
}

/// What is waited for, and what has come.
struct PollList {
    /// What has happened to a descriptor.
    struct Events {
        let canRead: Bool
        let canWrite: Bool
        /// Both directions are over, or there was an error.
        let isGone: Bool
    }

    private var entries: [pollfd] = []

    mutating func removeAll() { entries.removeAll(keepingCapacity: true) }

    /// One that is waited for neither way still tells of errors.
    mutating func add(_ descriptor: Descriptor, toRead: Bool, toWrite: Bool) {
        let events = (toRead ? POLLIN : 0) | (toWrite ? POLLOUT : 0)
        entries.append(pollfd(fd: descriptor.number, events: Int16(events), revents: 0))
    }

    /// Waits until something happens or the time is over; nil waits for as long as that takes.
    mutating func wait(_ duration: Duration?) {
        var milliseconds: Int32 = -1
        if let duration {
            // Rounded up: what is waited for must be over then.
            let (seconds, rest) = duration.components
            milliseconds =
                seconds > 86400 ? 86_400_000 : Int32(max(0, seconds * 1000 + rest / 1_000_000_000_000_000 + 1))
            if duration <= .zero { milliseconds = 0 }
        }
        let count = unsafe poll(&entries, nfds_t(entries.count), milliseconds)
        // Interrupted by a signal, or without memory: nothing has come, and the caller looks again.
        if count < 0 { for index in entries.indices { entries[index].revents = 0 } }
    }

    subscript(_ index: Int) -> Events {
        let events = Int32(entries[index].revents)
        return Events(
            canRead: events & POLLIN != 0, canWrite: events & POLLOUT != 0,
            isGone: events & (POLLERR | POLLHUP | POLLNVAL) != 0)
    }
}
