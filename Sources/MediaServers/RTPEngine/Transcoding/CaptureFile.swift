import CallControl
import EventLoops
import Glibc

/// A pcap file that is read frame by frame, and never written to. Each call may block for as long as the disk does.
struct CaptureFile: ~Copyable {
    /// Bytes read at once.
    private static let portionLength = 65_536

    private let descriptor: Int32
    private var portion: [UInt8] = []
    private var reader = CaptureReader()
    /// Bytes that are still to be read; `nil`: all.
    private var rest: Int?

    /// Opens a file, of which `length` bytes are read. A named pipe or the like is refused: nobody may come to write to
    /// it.
    init(_ path: String, length: Int? = nil) throws(CaptureError) {
        rest = length
        descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .system(Self.systemReason) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw .system("it is not a file")
        }
    }

    deinit {
        close(descriptor)
    }

    /// The head of the file was read, and is one.
    var hasBegun: Bool { reader.hasBegun }

    /// Hands the next frame to `take`; see ``CaptureReader/next(_:)``. `false`: the file is at its end.
    mutating func next(_ take: (CaptureLink, WallTime, Span<UInt8>) -> Void) throws(CaptureError) -> Bool {
        while try !reader.next(take) {
            try readPortion()
            if portion.isEmpty {
                guard reader.isBetweenRecords || rest == 0 else { throw .cutShort }
                return false
            }
            reader.feed(portion)
        }
        return true
    }

    private mutating func readPortion() throws(CaptureError) {
        var count = -1
        let longest = min(Self.portionLength, rest ?? Self.portionLength)
        portion = unsafe [UInt8](unsafeUninitializedCapacity: longest) { room, filled in
            repeat {
                unsafe count = read(descriptor, room.baseAddress, longest)
            } while count < 0 && errno == EINTR
            filled = max(0, count)
        }
        guard count >= 0 else { throw .system(Self.systemReason) }
        rest = rest.map { $0 - count }
    }

    private static var systemReason: String { unsafe String(cString: strerror(errno)) }
}
