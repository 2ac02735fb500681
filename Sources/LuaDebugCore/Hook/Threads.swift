// Threads and waiting: a thread for each script, a mailbox it waits at, and one clock for all time limits.

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif
internal import Synchronization

/// A mutex with a condition.
///
/// Swift's `Mutex` has none, and a script must wait without spinning.
///
/// `@unchecked`: both are made to be shared, and their memory stays where it is from `init` to `deinit`.
@safe private final class Signal: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init() {
        unsafe pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        #if !canImport(Darwin)
            // A clock that is set back must not make a time limit late.
            unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        #endif
        unsafe pthread_cond_init(condition, &attributes)
        unsafe pthread_condattr_destroy(&attributes)
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe pthread_mutex_destroy(mutex)
        unsafe condition.deallocate()
        unsafe mutex.deallocate()
    }

    func locked<Result>(_ body: () -> Result) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return body()
    }

    func wake() { unsafe pthread_cond_signal(condition) }

    /// With the lock held.
    func wait() { unsafe pthread_cond_wait(condition, mutex) }

    func wait(until nanoseconds: UInt64) {
        var time = timespec()
        time.tv_sec = Int(nanoseconds / 1_000_000_000)
        time.tv_nsec = Int(nanoseconds % 1_000_000_000)
        unsafe pthread_cond_timedwait(condition, mutex, &time)
    }
}

/// What one thread waits at and any thread may fill.
///
/// `@unchecked`: `messages` is touched only with the lock held.
final class Mailbox<Message: Sendable>: @unchecked Sendable {
    private let signal = Signal()
    private var messages: [Message] = []

    func post(_ message: Message) {
        put(message)
        wake()
    }

    /// Posts what is only looked at after `wake()`: for whoever holds a lock that the thread wants next.
    func put(_ message: Message) { signal.locked { messages.append(message) } }

    func wake() { signal.wake() }

    /// Waits for the next message, however long.
    func wait() -> Message {
        signal.locked {
            while messages.isEmpty { signal.wait() }
            return messages.removeFirst()
        }
    }
}

/// A POSIX thread for a script: never one of Swift's cooperative pool, with a stack that Lua's nesting limits fit in.
enum ScriptThread {
    /// 200 nested C calls (LUAI_MAXCCALLS) of gsub's size need some 2 MiB; sanitizers make frames several times larger.
    static let stackSize = 16 << 20

    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Throws `.noThread`.
    static func start(_ body: @escaping @Sendable () -> Void) throws(DebugError) {
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        defer { unsafe pthread_attr_destroy(&attributes) }
        unsafe pthread_attr_setstacksize(&attributes, stackSize)
        unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let box = unsafe Unmanaged.passRetained(Body(body))
        var thread = pthread_t()
        let status = unsafe pthread_create(&thread, &attributes, runScriptThread, box.toOpaque())
        guard status == 0 else {
            unsafe box.release()
            throw DebugError(.noThread, "No thread could be made for the script (error \(status)).")
        }
    }

    /// How many there are now: a test that ends looks for those left behind.
    static var alive: Int { living.load(ordering: .acquiring) }
    private static let living = Atomic(0)

    fileprivate static func run(_ box: UnsafeMutableRawPointer) {
        let body = unsafe Unmanaged<Body>.fromOpaque(box).takeRetainedValue()
        living.add(1, ordering: .acquiringAndReleasing)
        body.run()
        living.subtract(1, ordering: .acquiringAndReleasing)
    }
}

private func runScriptThread(_ box: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let box = unsafe box { unsafe ScriptThread.run(box) }
    return nil
}

/// One thread that waits for all time limits: a limit that is not reached costs the script nothing.
///
/// `@unchecked`: everything mutable is touched only with the lock held.
final class Clock: @unchecked Sendable {
    static let shared = Clock()

    private let signal = Signal()
    private var alarms: [UInt64: (time: UInt64, ring: @Sendable () -> Void)] = [:]
    private var next: UInt64 = 1
    private var isRunning = false

    /// At least one.
    static func nanoseconds(_ duration: Duration) -> UInt64 {
        let (seconds, attoseconds) = duration.components
        let whole = max(0, min(seconds, 1_000_000_000))
        return max(1, UInt64(whole) * 1_000_000_000 + UInt64(max(0, attoseconds)) / 1_000_000_000)
    }

    static var now: UInt64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// Calls `ring` once at that time, on the clock's thread; nil when there can be no such thread.
    ///
    /// It must be short, and must not come back to the clock.
    func set(at time: UInt64, _ ring: @escaping @Sendable () -> Void) -> UInt64? {
        let id: UInt64? = signal.locked {
            if !isRunning {
                guard (try? ScriptThread.start { [self] in tick() }) != nil else { return nil }
                isRunning = true
            }
            defer { next += 1 }
            alarms[next] = (time, ring)
            return next
        }
        signal.wake()
        return id
    }

    /// After this returns the alarm does not ring: bells are rung with the lock held.
    func cancel(_ id: UInt64) { signal.locked { _ = alarms.removeValue(forKey: id) } }

    private func tick() {
        signal.locked {
            while true {
                let now = Self.now
                for (id, alarm) in alarms where alarm.time <= now {
                    alarms[id] = nil
                    alarm.ring()
                }
                if let first = alarms.values.map(\.time).min() {
                    signal.wait(until: first)
                } else {
                    signal.wait()
                }
            }
        }
    }
}
