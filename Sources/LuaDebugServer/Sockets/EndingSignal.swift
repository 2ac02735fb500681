// SIGINT and SIGTERM as something that a task can wait for.

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif
internal import Synchronization

/// The first SIGINT or SIGTERM after this was made; the second of its kind ends the process at once.
///
/// Its descriptors and its thread are made here: later a server's peers may have left none. (The runtime's own timers want a
/// descriptor too, so looking for a note now and then would not do.)
public struct EndingSignal: Sendable {
    private let arrival: ServiceThread.End
    /// For good: without a reader the second signal's note would end the process in the middle of its leaving.
    private static let kept = Mutex<[Alarm]>([])

    /// Takes both signals over.
    ///
    /// Throws `.system`, `.noThread`.
    public init() throws(ServerError) {
        let alarm = try Alarm()
        arrival = try ServiceThread.start {
            var list = PollList()
            list.add(alarm.descriptor, toRead: true, toWrite: false)
            repeat { list.wait(nil) } while !list[0].canRead
        }
        Self.kept.withLock { $0.append(alarm) }
        bellOfSignals.store(alarm.giveAwayBell(), ordering: .releasing)
        signal(SIGINT, ringForSignal)
        signal(SIGTERM, ringForSignal)
    }

    /// Returns once a signal has come, at once when it has already.
    public func wait() async { await arrival.wait() }
}

/// Where the handler finds the alarm's bell, which is never closed: a number, as reading it takes no lock and no reference.
private let bellOfSignals = Atomic<Int32>(-1)

/// Not a closure: one made on the main actor would insist to be called there.
private func ringForSignal(_ number: Int32) {
    let error = errno
    Alarm.ring(bellOfSignals.load(ordering: .acquiring))
    // Whoever asks twice does not want to wait.
    signal(number, SIG_DFL)
    errno = error // of the call that was interrupted
}
