import Glibc

/// A WAV file that is being written.
///
/// Each call may block for as long as the disk does.
@safe
struct WaveFile: ~Copyable {
    enum Fault: Error, Equatable, CustomStringConvertible {
        case nameIsTaken
        /// There is no room left on the disk, or none for this user.
        case full(String)
        /// The file is not where it was made any more.
        case lost(String)
        /// The system's word.
        case system(String)

        var description: String {
            switch self {
            case .nameIsTaken: "every name that the file may have is taken"
            case .full(let reason), .lost(let reason), .system(let reason): reason
            }
        }
    }

    private let descriptor: Int32
    private let path: String
    private var header: WaveHeader

    private init(descriptor: Int32, path: String, limit: UInt64) {
        self.descriptor = descriptor
        self.path = path
        header = WaveHeader(dataLength: 0, limit: limit)
    }

    /// Makes a file that was not there, with a header that is valid for no audio; nothing where that fails. Beyond
    /// `limit` bytes it is RF64.
    static func create(_ path: String, limit: UInt64 = WaveHeader.riffLimit) throws(Fault) -> WaveFile {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw errno == EEXIST ? .nameIsTaken : fault }
        let file = WaveFile(descriptor: descriptor, path: path, limit: limit)
        do {
            try file.append(file.header.bytes)
        } catch {
            try remove(path)
            throw error
        }
        return file
    }

    deinit {
        close(descriptor)
    }

    /// Appends interleaved samples and brings the header up to date, so that a reader, or whoever finds the file
    /// after a crash, sees all of them.
    mutating func write(_ samples: Span<Int16>) throws(Fault) {
        let isWritten = unsafe samples.withUnsafeBytes { unsafe append($0) }
        guard isWritten else { throw Self.fault }
        header.dataLength += UInt64(samples.count * MemoryLayout<Int16>.size)
        try writeHeader()
    }

    /// Whether the file is still what stands under its name, as long as it was written.
    func check() throws(Fault) {
        var own = stat()
        guard unsafe fstat(descriptor, &own) == 0 else { throw Self.fault }
        guard own.st_nlink > 0 else { throw .lost("the file was removed") }
        guard own.st_size >= length else { throw .lost("the file was cut short") }
        var named = stat()
        guard unsafe stat(path, &named) == 0 else {
            switch errno {
            case ENOENT, ENOTDIR, ELOOP, ESTALE: throw .lost("the file was moved, or its directory was")
            default: return
            }
        }
        guard named.st_ino == own.st_ino, named.st_dev == own.st_dev else {
            throw .lost("another file has taken the file's name")
        }
    }

    /// Shows that the disk has room for so many bytes more. Where the file system cannot say, it counts as having it.
    func proveRoom(for bytes: Int) throws(Fault) {
        switch posix_fallocate(descriptor, length, off_t(bytes)) {
        case 0: break
        case ENOSPC, EDQUOT, EFBIG:
            _ = ftruncate(descriptor, length)
            throw .full("no room is left on the disk")
        default: break
        }
        guard ftruncate(descriptor, length) == 0 else { throw Self.fault }
    }

    /// Of the whole file, in bytes.
    private var length: off_t { off_t(header.dataLength) + off_t(WaveHeader.length) }

    private func append(_ bytes: [UInt8]) throws(Fault) {
        let isWritten = unsafe bytes.withUnsafeBytes { unsafe append($0) }
        guard isWritten else { throw Self.fault }
    }

    /// `false`: `errno` says why.
    private func append(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var written = 0
        while written < bytes.count {
            let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[written...])
            let count = unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
            guard count > 0 || count < 0 && errno == EINTR else { return false }
            written += max(0, count)
        }
        return true
    }

    private func writeHeader() throws(Fault) {
        let bytes = header.bytes
        let count = unsafe bytes.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        guard count == bytes.count else { throw Self.fault }
    }

    private static var fault: Fault {
        let number = errno
        let reason = unsafe String(cString: strerror(number))
        return number == ENOSPC || number == EDQUOT || number == EFBIG ? .full(reason) : .system(reason)
    }
}

extension WaveFile {
    /// Whether something has that name. What cannot be looked at counts as nothing: making the file will say why.
    static func exists(_ path: String) -> Bool {
        var named = stat()
        return unsafe lstat(path, &named) == 0
    }

    /// Makes a directory, and those above it, where they are not there. Others than owner and group may not read it.
    static func makeDirectory(_ path: String) throws(Fault) {
        var made = path.hasPrefix("/") ? "/" : ""
        for name in path.split(separator: "/") {
            made += name + "/"
            guard unsafe mkdir(made, 0o750) == 0 || errno == EEXIST else { throw fault }
        }
    }

    static func remove(_ path: String) throws(Fault) {
        guard unsafe unlink(path) == 0 || errno == ENOENT else { throw fault }
    }

    /// Gives a file another name, unless a file has it. Both are in one file system, which knows links.
    static func move(_ path: String, to target: String) throws(Fault) {
        guard unsafe link(path, target) == 0 else { throw errno == EEXIST ? .nameIsTaken : fault }
        try remove(path)
    }

    static var processID: Int32 { getpid() }
}
