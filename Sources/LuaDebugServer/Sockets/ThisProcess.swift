// This process and others, by their numbers.

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// This process, as others see it.
public enum ThisProcess {
    /// Its number.
    public static var number: Int { Int(getpid()) }

    /// What it was called as, without the folder.
    public static var name: String {
        let path = CommandLine.arguments.first ?? ""
        return path.split(separator: "/").last.map(String.init) ?? "process"
    }

    /// A variable of its environment; nil where it is not set.
    public static func variable(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }

    /// Writes a line to standard error.
    public static func log(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        // One call, so that lines of several threads do not mix; who has closed it wants no lines.
        _ = unsafe write(STDERR_FILENO, bytes, bytes.count)
    }

    /// When a process was started, in ticks since the system was; nil where there is none of that number.
    ///
    /// Numbers are used again: with this it is told whether it is still the same process.
    static func start(of number: Int) -> UInt64? {
        guard let bytes = RuntimeFolder.contents(of: "/proc/\(number)/stat") else {
            // No such file system: all that is known is whether there is a process.
            return kill(pid_t(truncatingIfNeeded: number), 0) == 0 || errno == EPERM ? 0 : nil
        }
        // The name, in brackets, may hold anything; the 20th field after it is the start.
        let text = String(decoding: bytes, as: UTF8.self)
        guard let bracket = text.lastIndex(of: ")") else { return nil }
        let fields = text[bracket...].split(separator: " ")
        return fields.count > 20 ? UInt64(fields[20]) : nil
    }
}
