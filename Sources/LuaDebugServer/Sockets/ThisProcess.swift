// What a greeting says of the process, and what time it has.

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// This process, as others see it.
public enum ThisProcess {
    /// Its number.
    public static var number: Int { Int(getpid()) }

    /// The time of day, in microseconds since 1970.
    public static var microsecondsSince1970: Int64 {
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000
    }
}
