import CallControl
import EventLoops

/// Why a pcap file cannot be read on.
enum CaptureError: Error, Equatable, CustomStringConvertible {
    /// The system's word.
    case system(String)
    /// It does not begin as a pcap file does.
    case notACapture
    /// Its frames are of a kind that is not read.
    case link(UInt32)
    /// A record cannot be as long as it says.
    case damaged
    /// It ends within a record.
    case cutShort

    var description: String {
        switch self {
        case .system(let reason): reason
        case .notACapture: "it is not a pcap file"
        case .link(let number): "frames of link type \(number) are not read"
        case .damaged: "it is damaged"
        case .cutShort: "it is cut short"
        }
    }
}

/// What the frames of a pcap file begin with.
enum CaptureLink: Equatable {
    case ethernet
    /// An IP head.
    case network

    /// By the numbers of the registry of link types. Its upper bits may tell of check sums.
    init(number: UInt32) throws(CaptureError) {
        switch number & 0xFFFF {
        case 1: self = .ethernet
        case 12, 101, 228, 229: self = .network
        default: throw .link(number & 0xFFFF)
        }
    }
}

/// A pcap file, cut into frames as its bytes come, in portions of any size: of either byte order, with times in
/// microseconds or nanoseconds.
///
/// Pure. Holds what was fed and not cut yet, and never more than one record of it once ``next(_:)`` has said no.
struct CaptureReader {
    /// As much as libpcap lets a record have.
    static let longestFrame = 262_144

    private static let headLength = 24
    private static let recordHeadLength = 16

    fileprivate struct Format {
        var order: ByteOrder
        /// Of a second, in one microsecond.
        var unitsInMicrosecond: Int64
        var link: CaptureLink
    }

    private var bytes: [UInt8] = []
    private var place = 0
    private var format: Format?

    /// The head of the file was read, and is one.
    var hasBegun: Bool { format != nil }

    /// Nothing of a record is left over, and the file's head was there.
    var isBetweenRecords: Bool { format != nil && place == bytes.count }

    mutating func feed(_ portion: some Sequence<UInt8>) {
        bytes.removeFirst(place)
        place = 0
        bytes.append(contentsOf: portion)
    }

    /// Cuts the next frame out, if it has come whole, and hands it to `take`: what it begins with, when it was captured,
    /// and its bytes. Says whether there was one.
    mutating func next(
        _ take: (CaptureLink, WallTime, Span<UInt8>) -> Void
    ) throws(CaptureError) -> Bool {
        guard let format = try readFormat(), bytes.count - place >= Self.recordHeadLength else { return false }
        let start = place + Self.recordHeadLength
        let (time, length) = try readRecordHead(format)
        guard bytes.count - start >= length else { return false }
        place = start + length
        take(format.link, time, bytes.span.extracting(start..<place))
        return true
    }

    private func readRecordHead(_ format: Format) throws(CaptureError) -> (time: WallTime, length: Int) {
        let head = bytes.span.extracting(place..<place + Self.recordHeadLength)
        let seconds = Int64(head.number(at: 0, as: UInt32.self, format.order))
        let units = Int64(head.number(at: 4, as: UInt32.self, format.order))
        let length = Int(head.number(at: 8, as: UInt32.self, format.order))
        guard length <= Self.longestFrame else { throw .damaged }
        return (WallTime(microseconds: seconds * 1_000_000 + units / format.unitsInMicrosecond), length)
    }

    private mutating func readFormat() throws(CaptureError) -> Format? {
        if format == nil, bytes.count - place >= Self.headLength {
            format = try Format(bytes.span)
            place = Self.headLength
        }
        return format
    }
}

extension CaptureReader.Format {
    fileprivate init(_ head: Span<UInt8>) throws(CaptureError) {
        switch head.number(at: 0, as: UInt32.self) {
        case 0xA1B2_C3D4: (order, unitsInMicrosecond) = (.big, 1)
        case 0xD4C3_B2A1: (order, unitsInMicrosecond) = (.little, 1)
        case 0xA1B2_3C4D: (order, unitsInMicrosecond) = (.big, 1_000)
        case 0x4D3C_B2A1: (order, unitsInMicrosecond) = (.little, 1_000)
        default: throw .notACapture
        }
        link = try CaptureLink(number: head.number(at: 20, order))
    }
}
