// A folder of small files in which processes of one user find each other.

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Files of one user, which nobody else may read or write.
///
/// Others may write in `/tmp` too, and may have put something there before: a folder that is not the user's own is not used.
struct RuntimeFolder: Sendable {
    static let mostBytes = 4096

    let path: String

    /// The folder of this user, whether it is there or not.
    static func path(runtime: String?) -> String {
        if let runtime, runtime.hasPrefix("/") { return runtime + "/luadebug" }
        return "/tmp/luadebug-\(getuid())"
    }

    /// Nil where there is none; throws `.notPermitted` where it is somebody else's.
    init?(existingAt path: String) throws(ServerError) {
        self.path = path
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return nil }
        guard status.st_mode & S_IFMT == S_IFDIR, status.st_uid == getuid(), status.st_mode & 0o077 == 0 else {
            throw ServerError(.notPermitted, "\(path) is no folder that only this user can read; it is not used.")
        }
    }

    /// Makes it where there is none.
    init(madeAt path: String) throws(ServerError) {
        if unsafe mkdir(path, 0o700) != 0, errno != EEXIST {
            throw ServerError(.system, "Cannot make the folder \(path): \(SystemError.text(errno)).")
        }
        guard let folder = try RuntimeFolder(existingAt: path) else {
            throw ServerError(.system, "The folder \(path) has vanished.")
        }
        self = folder
    }

    /// All there at once, or not at all: who reads meanwhile sees no half of a file.
    func put(_ bytes: [UInt8], as name: String) throws(ServerError) {
        let half = "\(path)/.\(name)"
        unsafe unlink(half)
        let number = unsafe open(half, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard number >= 0 else { throw problem(name) }
        let written = unsafe write(number, bytes, bytes.count)
        let problem = problem(name)
        close(number)
        guard written == bytes.count, unsafe rename(half, "\(path)/\(name)") == 0 else {
            unsafe unlink(half)
            throw problem
        }
    }

    private func problem(_ name: String) -> ServerError {
        ServerError(.system, "Cannot write \(path)/\(name): \(SystemError.text(errno)).")
    }

    func remove(_ name: String) { unsafe unlink("\(path)/\(name)") }

    /// Nil where it cannot be read.
    func contents(of name: String) -> [UInt8]? { Self.contents(of: "\(path)/\(name)") }

    /// The first bytes of a small file.
    static func contents(of path: String) -> [UInt8]? {
        let number = unsafe open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard number >= 0 else { return nil }
        defer { close(number) }
        var bytes = [UInt8](repeating: 0, count: mostBytes)
        let count = unsafe read(number, &bytes, bytes.count)
        return count < 0 ? nil : Array(bytes[..<count])
    }

    /// The names of its files, in order.
    var names: [String] {
        guard let folder = unsafe opendir(path) else { return [] }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            // What C declares as an array of 256 characters is a tuple in Swift.
            let name = unsafe withUnsafePointer(to: entry.pointee.d_name) { field in
                unsafe field.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }
}
