// A thread that can be waited for: the server's own, one that reads for a client, one that waits for a person.

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif
internal import Synchronization

/// A POSIX thread: it waits in system calls, where none of Swift's cooperative pool may.
package enum ServiceThread {
    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Resolves when the thread has ended; let go of, it means nothing to the thread.
    package final class End: Sendable {
        private enum State {
            case running([CheckedContinuation<Void, Never>])
            case ended
        }
        private let state = Mutex(State.running([]))

        fileprivate func tell() {
            let waiters = state.withLock { state in
                defer { state = .ended }
                guard case .running(let waiters) = state else { return [CheckedContinuation<Void, Never>]() }
                return waiters
            }
            for waiter in waiters { waiter.resume() }
        }

        /// The thread has left all code of ours; the system needs some microseconds more to be rid of it.
        package func wait() async {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    guard case .running(let waiters) = state else { return true }
                    state = .running(waiters + [continuation])
                    return false
                }
                if isOver { continuation.resume() }
            }
        }
    }

    /// Throws `.noThread`.
    package static func start(_ body: @escaping @Sendable () -> Void) throws(ServerError) -> End {
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        defer { unsafe pthread_attr_destroy(&attributes) }
        unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let end = End()
        let box = unsafe Unmanaged.passRetained(
            Body {
                living.add(1, ordering: .acquiringAndReleasing)
                body()
                living.subtract(1, ordering: .acquiringAndReleasing)
                end.tell()
            })
        var thread = pthread_t()
        let status = unsafe pthread_create(&thread, &attributes, runServiceThread, box.toOpaque())
        guard status == 0 else {
            unsafe box.release()
            throw ServerError(.noThread, "No thread could be made for the server: \(SystemError.text(status)).")
        }
        return end
    }

    /// How many there are now: a test that ends looks for those left behind.
    static var alive: Int { living.load(ordering: .acquiring) }
    private static let living = Atomic(0)

    fileprivate static func run(_ box: UnsafeMutableRawPointer) {
        // No signal is this thread's business: Ctrl-C is the main thread's.
        var all = sigset_t()
        unsafe sigfillset(&all)
        unsafe pthread_sigmask(SIG_BLOCK, &all, nil)
        unsafe Unmanaged<Body>.fromOpaque(box).takeRetainedValue().run()
    }
}

private func runServiceThread(_ box: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let box = unsafe box { unsafe ServiceThread.run(box) }
    return nil
}
