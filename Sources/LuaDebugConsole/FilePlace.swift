// Where a file's new content goes: all that is unsafe in this room, for Lua tells neither what a file is nor its mode.

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// How a path is to be written to.
enum FilePlace {
    /// Into a file beside `target`, which then takes its place: at no moment is there half of one.
    case draft(String, target: String)
    /// To what is there: a pipe or a device, or a file that no other can replace and be the same to everybody.
    case there
    /// After all that is there: what this process writes to already, its output, which goes to a file.
    case end

    /// Makes the draft, empty, with the mode and the owner of what it replaces.
    init(_ path: String) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else {
            self = errno == ENOENT ? Self.draft(of: path, nil) : .there
            return
        }
        // A link leads to the file itself. One that leads nowhere yet is left to the system.
        guard let real = unsafe realpath(path, nil) else {
            self = .there
            return
        }
        let target = unsafe String(cString: real)
        unsafe free(real)
        guard unsafe stat(target, &status) == 0 else {
            self = .there
            return
        }
        if Self.isOpen(status) {
            self = .end
        } else if status.st_mode & S_IFMT == S_IFREG, status.st_nlink == 1, unsafe access(target, W_OK) == 0 {
            self = Self.draft(of: target, status)
        } else {
            self = .there
        }
    }

    private static func draft(of target: String, _ old: stat?) -> FilePlace {
        let draft = target + "." + String(UInt64.random(in: 0 ... .max), radix: 36)
        let descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, old == nil ? 0o666 : 0o600)
        guard descriptor >= 0 else {
            // A folder that takes no other file, a name that cannot be longer. For anything else, as a full disk, there is no draft,
            // and whoever writes to it is told so.
            return [EACCES, EPERM, ENAMETOOLONG].contains(errno) ? .there : .draft(draft, target: target)
        }
        defer { close(descriptor) }
        // The owner first: a change of it takes bits from the mode.
        if let old, fchown(descriptor, old.st_uid, old.st_gid) != 0 || fchmod(descriptor, old.st_mode & 0o7777) != 0 {
            unsafe unlink(draft)
            return .there
        }
        return .draft(draft, target: target)
    }

    /// What has not taken the other's place by now is not wanted.
    func removeDraft() {
        if case .draft(let draft, _) = self { unsafe unlink(draft) }
    }

    /// `/dev/stdout` leads to the file that the output goes to: with another in its place, the rest of it would go nowhere.
    private static func isOpen(_ file: stat) -> Bool {
        [STDOUT_FILENO, STDERR_FILENO].contains { descriptor in
            var status = stat()
            return unsafe fstat(descriptor, &status) == 0 && status.st_dev == file.st_dev
                && status.st_ino == file.st_ino
        }
    }
}
