// A file descriptor that somebody owns, and what may be done with it: each call of POSIX that takes memory stands here.

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A descriptor that is closed when nobody holds it any more: its number is never used after that.
final class Descriptor: Sendable {
    let number: Int32

    init(owning number: Int32) { self.number = number }

    deinit { close(number) }

    /// What came of reading or writing; no case is an error of the program's.
    enum Transfer: Equatable {
        case done(Int)
        /// Not now.
        case wouldBlock
        /// The other side sends no more.
        case end
        /// The connection is gone.
        case failed(Int32)
    }

    /// Reads what is there, up to the buffer's size.
    func receive(into buffer: inout [UInt8]) -> Transfer {
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { bytes in
                unsafe recv(number, bytes.baseAddress, bytes.count, 0)
            }
            if count > 0 { return .done(count) }
            if count == 0 { return .end }
            guard errno != EINTR else { continue }
            return Self.failure(errno)
        }
    }

    /// Writes what the system takes of the bytes from `offset` on.
    func transmit(_ buffer: [UInt8], from offset: Int) -> Transfer {
        while true {
            let count = unsafe buffer.withUnsafeBytes { bytes in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[offset...])
                // A peer that is gone must be an error here, not a signal that ends the host.
                return unsafe send(number, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            }
            if count >= 0 { return .done(count) }
            guard errno != EINTR else { continue }
            return Self.failure(errno)
        }
    }

    private static func failure(_ code: Int32) -> Transfer {
        code == EAGAIN || code == EWOULDBLOCK ? .wouldBlock : .failed(code)
    }

    /// What came of accepting.
    enum Acceptance {
        case peer(Descriptor, SocketAddress)
        case nobody
        /// There is no descriptor or memory for one more: the peer waits in the queue.
        case exhausted
    }

    func nextPeer() -> Acceptance {
        while true {
            var address = SocketAddress()
            let peer = unsafe address.fill { unsafe accept(number, $0, $1) }
            if peer >= 0 {
                let descriptor = Descriptor(owning: peer)
                descriptor.keepToOurselves()
                return .peer(descriptor, address)
            }
            switch errno {
            // The last one: a peer that gave up while it was waiting.
            case EINTR, ECONNABORTED, EPROTO: continue
            case EAGAIN, EWOULDBLOCK: return .nobody
            default: return .exhausted
            }
        }
    }

    /// Sends no more: the other side reads the end after what was sent.
    func endOutput() { shutdown(number, Int32(SHUT_WR)) }

    /// Wakes whoever waits for it: both directions end.
    func endBoth() { shutdown(number, Int32(SHUT_RDWR)) }

    /// Blocks nobody, and no child process inherits it.
    ///
    /// For what cannot be made so: Swift does not see `accept4` and `pipe2`, which the C libraries declare for `_GNU_SOURCE` only.
    func keepToOurselves() {
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
        _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK)
    }

    func set(_ option: Int32, of level: Int32, to value: Int32) {
        var value = value
        unsafe setsockopt(number, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    /// The error of a connect that has ended, 0 for none.
    var pendingError: Int32 {
        var value: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        unsafe getsockopt(number, SOL_SOCKET, SO_ERROR, &value, &size)
        return value
    }

    /// Replies are short and someone waits for them; a peer whose machine is gone is noticed some day.
    func prepareForTCP() {
        set(TCP_NODELAY, of: Int32(IPPROTO_TCP), to: 1)
        set(SO_KEEPALIVE, of: SOL_SOCKET, to: 1)
    }
}

extension Descriptor {
    // glibc declares these as enumerations, musl as numbers.
    #if canImport(Glibc)
        static let streamType = Int32(SOCK_STREAM.rawValue)
        private static let flags = Int32(SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    #else
        static let streamType = SOCK_STREAM
        private static let flags = SOCK_CLOEXEC | SOCK_NONBLOCK
    #endif

    /// A stream socket that blocks nobody and that no child process inherits.
    static func stream(_ family: Int32) throws(ServerError) -> Descriptor {
        let number = socket(family, streamType | flags, 0)
        guard number >= 0 else { throw ServerError(.system, "No socket could be made: \(SystemError.text(errno)).") }
        return Descriptor(owning: number)
    }
}

/// The system's own words for its errors.
enum SystemError {
    static func text(_ code: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        // Not `strerror`, whose text other threads may overwrite.
        unsafe strerror_r(code, &buffer, buffer.count)
        let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return bytes.isEmpty ? "error \(code)" : String(decoding: bytes, as: UTF8.self)
    }
}
