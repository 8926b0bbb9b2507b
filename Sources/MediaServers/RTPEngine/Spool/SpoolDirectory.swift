import Glibc

/// The directory that the server writes its recordings to, as this machine sees it. The one place of this driver that
/// calls C.
///
/// Each call may block for as long as the disk does.
@safe
enum SpoolDirectory {
    struct FileState: Sendable, Equatable {
        var size: Int
        /// Seconds since 1970.
        var modified: Int
        /// Time since the last write, by the clocks of this machine and of the file system.
        var age: Duration
    }

    /// `nil`: there is no such file, or it cannot be looked at.
    static func state(of path: String) -> FileState? {
        var status = stat()
        guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        let age =
            Duration.seconds(now.tv_sec - status.st_mtim.tv_sec) + .nanoseconds(now.tv_nsec - status.st_mtim.tv_nsec)
        return FileState(size: Int(status.st_size), modified: Int(status.st_mtim.tv_sec), age: age)
    }

    /// Whether the file system can take more; one that does not say can.
    static func hasCapacity(_ path: String) -> Bool {
        var status = statvfs()
        guard unsafe statvfs(path, &status) == 0, status.f_blocks > 0 else { return true }
        return UInt64(status.f_bfree) * UInt64(status.f_frsize) >= leastRoom
    }

    private static let leastRoom: UInt64 = 65_536

    /// Since 1970.
    static var seconds: Int { time(nil) }

    /// Gives a file another name, where that is free. Says whether it has it.
    static func rename(_ path: String, to other: String) -> Bool {
        guard unsafe link(path, other) == 0 else { return false }
        guard unsafe unlink(path) == 0 else {
            _ = unsafe unlink(other)
            return false
        }
        return true
    }

    /// Brings a file, or the entries of a directory, to the disk.
    static func sync(_ path: String) throws(WaveFile.Fault) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .system(unsafe String(cString: strerror(errno))) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .system(unsafe String(cString: strerror(errno))) }
    }

    /// Says whether the file is gone.
    static func remove(_ path: String) -> Bool {
        unsafe unlink(path) == 0 || errno == ENOENT
    }

    /// Makes an empty file; says whether it is there.
    static func make(_ path: String) -> Bool {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { return false }
        close(descriptor)
        return true
    }

    /// The names in a directory, one after the other, in no order.
    static func names(in path: String, _ body: (String) -> Void) {
        guard let directory = unsafe opendir(path) else { return }
        defer { unsafe closedir(directory) }
        while let entry = unsafe readdir(directory), let start = MemoryLayout<dirent>.offset(of: \.d_name) {
            // Read where it lies, up to its zero: an entry is shorter than its type, and what is behind it may be nothing.
            let name = unsafe UnsafeRawPointer(entry).advanced(by: start).assumingMemoryBound(to: CChar.self)
            body(unsafe String(cString: name))
        }
    }
}

/// What the kernel says of the files in one directory: made, and closed after writing.
@safe
final class DirectoryWatch: Sendable {
    enum Event: Sendable, Equatable {
        case made(String)
        case closed(String)
        /// The directory is gone, or more happened than the kernel keeps: look for yourself.
        case lost
    }

    private static let mask = UInt32(
        IN_CREATE | IN_MOVED_TO | IN_CLOSE_WRITE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR)
    private static let gone = UInt32(IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED | IN_Q_OVERFLOW | IN_UNMOUNT)
    private static let headerLength = 16

    private let descriptor: Int32

    /// `nil` where the directory is not there, or the kernel has no watch left.
    init?(_ path: String) {
        descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
        guard descriptor >= 0 else { return nil }
        guard unsafe inotify_add_watch(descriptor, path, Self.mask) >= 0 else {
            close(descriptor)
            return nil
        }
    }

    deinit {
        close(descriptor)
    }

    /// Tells what has happened since it was last asked. `buffer` is where the kernel writes it; touches no disk.
    func read(into buffer: inout [UInt8], _ body: (Event) -> Void) {
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            Self.events(in: buffer.span.extracting(first: count), body)
            // A read that leaves room has left nothing behind.
            guard buffer.count - count < Self.longestEvent else { return }
        }
    }

    /// One with the longest name that a file can have.
    static let longestEvent = headerLength + 256

    private static func events(in bytes: Span<UInt8>, _ body: (Event) -> Void) {
        var place = 0
        while place + headerLength <= bytes.count {
            let mask = word(bytes, place + 4)
            let length = Int(word(bytes, place + 12))
            let first = place + headerLength
            guard length <= bytes.count - first else { return }
            place = first + length
            guard mask & gone == 0 else {
                body(.lost)
                continue
            }
            let text = name(bytes.extracting(first..<place))
            body(mask & UInt32(IN_CLOSE_WRITE) != 0 ? .closed(text) : .made(text))
        }
    }

    /// Zeros fill the rest of its room.
    private static func name(_ bytes: Span<UInt8>) -> String {
        var length = 0
        while length < bytes.count, bytes[length] != 0 { length += 1 }
        return unsafe String(unsafeUninitializedCapacity: length) { room in
            for place in 0..<length { unsafe room[place] = bytes[place] }
            return length
        }
    }

    private static func word(_ bytes: Span<UInt8>, _ place: Int) -> UInt32 {
        var value: UInt32 = 0
        for offset in (0..<4).reversed() { value = value << 8 | UInt32(bytes[place + offset]) }
        return UInt32(littleEndian: value).littleEndian
    }
}
