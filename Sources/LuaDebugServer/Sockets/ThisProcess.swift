// What a greeting says of the process.

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// This process, as others see it.
public enum ThisProcess {
    /// Its number.
    public static var number: Int { Int(getpid()) }
}
