import CallControl
import CallModel
import EventLoops
import Foundation
import Logging
import TLibrary
import Testing

@testable import MediaServers

/// A directory with pcap files of a media server at 10.0.0.5, which takes the anchor's audio on port 30000 and the
/// other side's on port 30010, for one test. Times are milliseconds since the recording began.
struct ConversionFixture {
    static let anchor: Talk.Path = ("10.0.0.1:4000", "10.0.0.5:30000")
    static let other: Talk.Path = ("192.168.7.2:5000", "10.0.0.5:30010")
    static let began: Int64 = 1_795_399_120_000_000

    let directory: String
    var segments: [ConversionJob.Segment] = []

    static func open(_ body: (inout ConversionFixture) throws -> Void) throws {
        var room = try make()
        defer { room.remove() }
        try body(&room)
    }

    static func make() throws -> ConversionFixture {
        let directory = NSTemporaryDirectory() + "conversion-\(UInt64.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        return ConversionFixture(directory: directory)
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: directory)
    }

    static func time(_ milliseconds: Int) -> Int64 { began + Int64(milliseconds) * 1_000 }

    /// Adds a pcap file to the recording.
    mutating func keep(_ capture: CaptureWriting) throws {
        try keep(capture.bytes)
    }

    mutating func keep(_ bytes: [UInt8]) throws {
        let path = "\(directory)/call-\(segments.count).pcap"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        segments.append(Self.segment(path))
    }

    /// A pcap file that was begun with the recording.
    static func segment(_ path: String) -> ConversionJob.Segment {
        ConversionJob.Segment(path: path, began: .zero, wallTime: WallTime(microseconds: began))
    }

    func order(until ended: Int, name: String = "call", directory: String? = nil) throws -> ConversionJob {
        ConversionJob(
            connection: ConnectionID(rawValue: 0xABC), segments: segments,
            length: .milliseconds(ended),
            streams: RecordedStreams(
                anchor: [try #require(SocketAddress(Self.anchor.destination))],
                other: [try #require(SocketAddress(Self.other.destination))]),
            directory: directory ?? self.directory, name: name)
    }

    @discardableResult
    func convert(_ order: ConversionJob, isStopped: () -> Bool = { false }) throws -> Conversion.Output {
        try Conversion.perform(order, isStopped: isStopped)
    }

    func read(_ name: String = "call") throws -> WaveReading { try WaveReading("\(directory)/\(name).wav") }

    var files: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: directory).sorted() }
    }
}

/// What is said in a call, to be captured. Times are milliseconds since the recording began.
struct Talk {
    typealias Path = (source: String, destination: String)

    private var packets: [(at: Int, datagram: [UInt8], path: Path)] = []

    /// Lets a side speak: each packet comes when it is whole, and `delay` later.
    mutating func add(
        _ speaker: inout Speaker, _ milliseconds: Range<Int>, path: Path, delay: (Int) -> Int = { _ in 0 }
    ) {
        for due in stride(from: milliseconds.lowerBound + 20, through: milliseconds.upperBound, by: 20) {
            add(speaker.packet(), at: due + delay(due), path: path)
        }
    }

    mutating func add(_ datagram: [UInt8], at milliseconds: Int, path: Path) {
        packets.append((milliseconds, datagram, path))
    }

    /// `stamp`: the milliseconds that a clock which is set shows, by those of one that is not.
    func captured(
        by capture: CaptureWriting = CaptureWriting(), stamp: (Int) -> Int = { $0 }
    ) throws -> CaptureWriting {
        var capture = capture
        for packet in packets.sorted(by: { $0.at < $1.at }) {
            try capture.append(
                packet.datagram, from: packet.path.source, to: packet.path.destination,
                at: ConversionFixture.time(stamp(packet.at)))
        }
        return capture
    }
}

extension WaveReading {
    func sound(_ milliseconds: Range<Int>, channel number: Int) -> Sound {
        channel(number)[milliseconds.lowerBound * 8..<milliseconds.upperBound * 8]
    }
}
