import CallControl
import Foundation
import Logging
import Testing

@testable import MediaServers

private typealias Fixture = ConversionFixture

/// What becomes of captures once their WAV file is there (option `keep-captures`).
@Suite struct CaptureRetentionTests {
    private let logger = Logger(label: "retention") { _ in SwiftLogNoOpLogHandler() }

    private func talk(cut: Int = 0) throws -> [UInt8] {
        var (talk, anchor) = (Talk(), Speaker(pitch: 400))
        talk.add(&anchor, 0..<1_000, path: Fixture.anchor)
        return try talk.captured().bytes.dropLast(cut)
    }

    private func retention(_ room: Fixture, seconds: Int) -> CaptureRetention {
        CaptureRetention(directory: room.directory, seconds: seconds, logger: logger, counters: RTPEngineCounters())
    }

    private func convert(_ room: Fixture, keep seconds: Int) async throws {
        let converter = Converter(logger: logger, retention: retention(room, seconds: seconds))
        converter.convert(try room.order(until: 1_000))
        await converter.shutDown()
    }

    private func withRoom(_ captures: [[UInt8]], _ body: (Fixture) async throws -> Void) async throws {
        var room = try Fixture.make()
        defer { room.remove() }
        for capture in captures { try room.keep(capture) }
        try await body(room)
    }

    @Test func `They are deleted at once by default`() async throws {
        try await withRoom([talk(), talk()]) { room in
            try await convert(room, keep: 0)
            #expect(try room.files == ["call.wav"])
        }
    }

    @Test func `They are never deleted where that is asked`() async throws {
        try await withRoom([talk()]) { room in
            try await convert(room, keep: -1)
            #expect(try room.files == ["call-0.pcap", "call.wav"])
        }
    }

    @Test func `One that was not converted in full stays`() async throws {
        try await withRoom([talk(), talk(cut: 10)]) { room in
            try await convert(room, keep: 0)
            #expect(try room.files == ["call-0.pcap", "call-1.pcap", "call.wav"])
        }
    }

    @Test func `Kept for a time they are deleted after it, also by another run of the program`() async throws {
        try await withRoom([talk()]) { room in
            let first = retention(room, seconds: 1)
            first.take([room.segments[0].path], isComplete: true, [:])
            first.deleteExpired()
            #expect(try room.files.contains("call-0.pcap"))

            let second = retention(room, seconds: 1)
            second.findKept()
            for _ in 0..<400 where try room.files != [] {
                second.deleteExpired()
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(try room.files == [], "the marker too")
        }
    }

    @Test func `Files that are no markers of captures are left alone`() async throws {
        try await withRoom([]) { room in
            let names = [
                ".callcontrol-keep-1-..%2Fx.until", ".callcontrol-keep-x-a.pcap.until", ".callcontrol-keep-1.until",
            ]
            for name in names { try Data().write(to: URL(fileURLWithPath: "\(room.directory)/\(name)")) }
            let retention = retention(room, seconds: 0)
            retention.findKept()
            retention.deleteExpired()
            #expect(try room.files.count == 3)
        }
    }
}
