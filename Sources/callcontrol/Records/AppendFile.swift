import Glibc

/// A file that is appended to, and read back: the one place that deals with descriptors of records.
///
/// Each call may block for as long as the disk does.
@safe
final class AppendFile: Sendable {
    /// Which file a descriptor or a path names.
    struct Identity: Equatable {
        var device: UInt64
        var number: UInt64
    }

    enum Fault: Error, Equatable, CustomStringConvertible {
        /// Another process has locked it.
        case locked
        /// The file is no regular one.
        case notAFile
        /// The system's word.
        case system(Int32)

        var description: String {
            switch self {
            case .locked: "another process has locked it"
            case .notAFile: "it is not a file"
            case .system(let code): unsafe String(cString: strerror(code))
            }
        }
    }

    enum Mode {
        /// The file is made where it is not there.
        case append
        /// The file must not be there.
        case new
        case read
    }

    private let descriptor: Int32

    init(_ path: String, _ mode: Mode) throws(Fault) {
        let flags =
            switch mode {
            case .append: O_RDWR | O_APPEND | O_CREAT
            case .new: O_RDWR | O_APPEND | O_CREAT | O_EXCL
            case .read: O_RDONLY
            }
        // What clients give as reasons is not for everybody on this machine. A pipe must not hold up its opener.
        descriptor = unsafe open(path, flags | O_CLOEXEC | O_NONBLOCK, 0o640)
        guard descriptor >= 0 else { throw .system(errno) }
        guard try status().st_mode & S_IFMT == S_IFREG else { throw .notAFile }
    }

    deinit {
        close(descriptor)
    }

    /// Takes the lock that one process can have; it is given back with the file.
    func lock() throws(Fault) {
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            if errno == EWOULDBLOCK { throw .locked }
            if errno != EINTR { throw .system(errno) }
        }
    }

    /// Gives the lock back before the file is closed.
    func unlock() {
        _ = flock(descriptor, LOCK_UN)
    }

    // MARK: - Content

    /// Appends all bytes, or throws: then some of them may be there.
    func append(_ bytes: [UInt8]) throws(Fault) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                throw .system(count == 0 ? ENOSPC : errno)
            }
        }
    }

    /// Up to so many bytes from that place on; none at the end of the file.
    func read(_ count: Int, at place: Int) throws(Fault) -> [UInt8] {
        var code: Int32 = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            repeat {
                let result = unsafe pread(descriptor, buffer.baseAddress, count, off_t(place))
                code = result < 0 ? errno : 0
                filled = max(0, result)
            } while code == EINTR
        }
        guard code == 0 else { throw .system(code) }
        return bytes
    }

    func truncate(to size: Int) throws(Fault) {
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw .system(errno) }
    }

    /// Returns once all that was written is on the disk.
    func synchronize() throws(Fault) {
        guard fdatasync(descriptor) == 0 else { throw .system(errno) }
    }

    // MARK: - State

    func size() throws(Fault) -> Int { Int(try status().st_size) }

    /// When it was written last, in microseconds since 1970.
    func modified() throws(Fault) -> Int64 {
        let time = try status().st_mtim
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }

    /// Whether no path leads to it any more.
    func isRemoved() throws(Fault) -> Bool { try status().st_nlink == 0 }

    func identity() throws(Fault) -> Identity { Identity(try status()) }

    private func status() throws(Fault) -> stat {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw .system(errno) }
        return status
    }
}

extension AppendFile.Identity {
    fileprivate init(_ status: stat) {
        device = UInt64(status.st_dev)
        number = UInt64(status.st_ino)
    }

    /// `nil`: nothing is at that path, or it cannot be told.
    init?(at path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        self.init(status)
    }
}

/// Names of files.
enum FileNames {
    static func isTaken(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    static func remove(_ path: String) throws(AppendFile.Fault) {
        guard unsafe unlink(path) == 0 || errno == ENOENT else { throw .system(errno) }
    }

    /// Takes the place of what was there, in one step.
    static func move(_ path: String, to target: String) throws(AppendFile.Fault) {
        guard unsafe rename(path, target) == 0 else { throw .system(errno) }
    }

    /// Gives a file a second name; `false`: the file system knows none.
    static func link(_ path: String, as target: String) -> Bool { unsafe Glibc.link(path, target) == 0 }
}
