// The file that holds a secret: the one place where it comes from, so that no command line and no code shows it.

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A secret, as a file holds it.
public struct SecretFile: Sendable {
    /// Its bytes, without the end of the line.
    public let secret: [UInt8]
    /// Others than the file's owner may read it, too.
    public let othersMayRead: Bool

    /// Reads the file; a link is followed, for that is how orchestrators mount theirs.
    ///
    /// Throws `.system` where it cannot be read, or holds nothing.
    public init(_ path: String) throws(ServerError) {
        let number = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard number >= 0 else {
            throw ServerError(.system, "Cannot read the secret in \(path): \(SystemError.text(errno)).")
        }
        defer { close(number) }
        var status = stat()
        othersMayRead = unsafe fstat(number, &status) == 0 && status.st_mode & 0o077 != 0
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe read(number, &bytes, bytes.count)
        guard count >= 0 else {
            throw ServerError(.system, "Cannot read the secret in \(path): \(SystemError.text(errno)).")
        }
        bytes.removeSubrange(count...)
        while let last = bytes.last, last == 10 || last == 13 { bytes.removeLast() }
        if bytes.isEmpty { throw ServerError(.system, "\(path) holds no secret.") }
        secret = bytes
    }
}
