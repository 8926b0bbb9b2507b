import CallControl
import CallControlTesting
import EventLoops
import Testing

@testable import MediaServers

private typealias Frame = (link: CaptureLink, time: Int64, bytes: [UInt8])

/// What was cut out of a file that was fed in portions of so many bytes.
private func frames(of bytes: [UInt8], portion: Int = 65_536) throws -> [Frame] {
    var reader = CaptureReader()
    var frames: [Frame] = []
    for start in stride(from: 0, to: bytes.count, by: portion) {
        reader.feed(bytes[start..<min(start + portion, bytes.count)])
        while try reader.next({ link, time, frame in
            frames.append((link, time.microseconds, frame.indices.map { frame[$0] }))
        }) {}
    }
    guard reader.isBetweenRecords else { throw CaptureError.cutShort }
    return frames
}

@Suite struct CaptureReaderTests {
    private static let time: Int64 = 1_795_399_120_191_842

    @Test(arguments: [ByteOrder.big, .little], [true, false])
    func `Either byte order and both units of time are read`(order: ByteOrder, isInNanoseconds: Bool) throws {
        var capture = CaptureWriting(order: order, isInNanoseconds: isInNanoseconds, wrapping: .network)
        capture.append(frame: [1, 2, 3], at: Self.time)
        capture.append(frame: [], at: Self.time + 1)
        let found = try frames(of: capture.bytes)
        #expect(found.map(\.bytes) == [[1, 2, 3], []])
        #expect(found.map(\.time) == [Self.time, Self.time + 1])
        #expect(found.allSatisfy { $0.link == .network })
    }

    @Test func `A file that comes in portions of any size is the same file`() throws {
        var capture = CaptureWriting()
        for length in [1, 0, 60, 214] {
            capture.append(frame: Array(repeating: UInt8(length), count: length), at: Self.time)
        }
        for portion in 1...capture.bytes.count {
            #expect(try frames(of: capture.bytes, portion: portion).map(\.bytes.count) == [1, 0, 60, 214])
        }
    }

    @Test func `A file that is cut anywhere gives the frames before the cut, and says so`() throws {
        var capture = CaptureWriting()
        capture.append(frame: Array(repeating: 7, count: 30), at: Self.time)
        capture.append(frame: Array(repeating: 8, count: 30), at: Self.time)
        let whole = [24, 24 + 46, 24 + 92]
        for length in 0...capture.bytes.count {
            let bytes = Array(capture.bytes.prefix(length))
            if whole.contains(length) {
                #expect(try frames(of: bytes).count == whole.firstIndex(of: length))
            } else {
                #expect(throws: CaptureError.cutShort) { try frames(of: bytes) }
            }
        }
    }

    @Test func `What is not a pcap file is told from one`() {
        let other: [[UInt8]] = [
            [UInt8]("RIFF....WAVEfmt ........".utf8), [0x0A, 0x0D, 0x0D, 0x0A] + Array(repeating: 0, count: 20),
            Array(repeating: 0, count: 24),
        ]
        for bytes in other {
            #expect(throws: CaptureError.notACapture) { try frames(of: bytes) }
        }
    }

    @Test func `Frames of another kind are not guessed at`() {
        var capture = CaptureWriting()
        capture.bytes[20] = 105
        #expect(throws: CaptureError.link(105)) { try frames(of: capture.bytes) }
    }

    @Test func `A record that cannot be so long ends the file, and takes no memory`() {
        var capture = CaptureWriting()
        capture.append(frame: [1], at: Self.time)
        for place in 32..<36 {
            capture.bytes[place] = 0xFF
        }
        #expect(throws: CaptureError.damaged) { try frames(of: capture.bytes) }
    }

    @Test func `5,000 damaged files all come out as something`() throws {
        var generator = SeededGenerator(seed: 0x7412_1B5E_ED00_0008)
        var faults: Set<String> = []
        for _ in 0..<5_000 {
            var capture = CaptureWriting(wrapping: .allCases.randomElement(using: &generator) ?? .ethernet)
            for _ in 0..<3 {
                try capture.append([128, 0, 1, 2], from: "10.0.0.1:4000", to: "10.0.0.2:5000", at: Self.time)
            }
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                capture.bytes.damage(by: &generator)
            }
            do {
                for frame in try frames(of: capture.bytes, portion: .random(in: 1...300, using: &generator)) {
                    _ = CapturedDatagram(frame.bytes.span, link: frame.link)
                }
            } catch let fault as CaptureError {
                faults.insert(fault.description)
            }
        }
        #expect(faults.count > 4)
    }
}

extension [UInt8] {
    fileprivate mutating func damage(by generator: inout SeededGenerator) {
        guard let index = indices.randomElement(using: &generator) else { return }
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: self[index] = .random(in: .min ... .max, using: &generator)
        case 1: remove(at: index)
        case 2: insert(0xFF, at: index)
        default: removeSubrange(index..<Swift.min(index + 17, count))
        }
    }
}
