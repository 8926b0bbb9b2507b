import CallControl
import CallModel
import EventLoops
import Foundation
import Testing

@testable import callcontrol

/// What a server that was killed has left, and what the next one makes of it.
@Suite struct `Records of an earlier run` {
    private let scene: RecordFixture
    private var options: ServerConfiguration.Records

    init() throws {
        scene = try RecordFixture()
        options = scene.options
    }

    private static func began(_ id: String) -> String { JSON(begun: RecordFixture.begun(id)).text }
    private static func record(_ id: String) -> String { JSON(RecordFixture.record(id)).text }

    private func write(_ lines: [String], to number: Int = 0) throws {
        let path = RecordFile.name(number, of: options)
        try Data(lines.map { "\($0)\n" }.joined().utf8).write(to: URL(filePath: path))
    }

    private var recorded: RecordedFiles { RecordedFiles([.builtIn(directory: scene.directory)]) }

    /// A run that does nothing but what each does at its start.
    private func run() async throws {
        let log = try RecordLog(options, logger: scene.logger)
        log.closeEarlierRun(options, recorded)
        await log.close()
    }

    private func closed() throws -> [NSDictionary] {
        try scene.lines(options.file).compactMap {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as? NSDictionary
        }.filter { $0["closed"] != nil }
    }

    @Test func `each recording that began has one record, however often a server is killed`() async throws {
        try write([Self.began("r1"), Self.began("r2"), Self.record("r1"), Self.began("r3")])
        for _ in 0..<3 { try await run() }
        #expect(scene.ids(options.file) == ["r1", "r2", "r3"] && scene.begun(options.file) == ["r1", "r2", "r3"])
        #expect(scene.log.lines == ["recordings of an earlier run closed as not finished recordings=2"])
        let closed = try closed()
        #expect(closed.allSatisfy { $0["ending"] as? String == "not-finished" && $0["line"] as? String == "record" })
        #expect(closed.allSatisfy { $0["evidence"] as? String == "none" && $0["capturedMs"] as? Int == 0 })
        #expect(closed.first?["requester"] != nil && closed.first?["agent"] as? String == "1001")
    }

    @Test mutating func `older files are read, too`() async throws {
        options.keep = 3
        try write([Self.began("r1"), Self.began("r2")], to: 2)
        try write([Self.record("r2"), Self.began("r3")], to: 1)
        try write([Self.record("r3")])
        try await run()
        #expect(scene.ids(options.file) == ["r3", "r1"])
    }

    @Test mutating func `older files are read as far as recover-bytes reaches`() async throws {
        try write([Self.began("r1")], to: 1)
        try write([Self.began("r2"), Self.began("r3")])
        options.recoverBytes = Self.began("r3").utf8.count + 2
        try await run()
        #expect(scene.ids(options.file) == ["r3"])
        #expect(scene.log.lines.first?.hasPrefix("older records are not searched for open recordings bytes=") == true)
    }

    @Test func `lines in another layout, of another kind and of older programs are read`() async throws {
        let object = try JSONSerialization.jsonObject(with: Data(Self.began("r1").utf8))
        let pretty = try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys])
        let old = Self.record("r2").replacing("\"line\":\"record\",", with: "")
        try write([String(decoding: pretty, as: UTF8.self), old, "{}", "", Self.began("r2")])
        try await run()
        #expect(scene.ids(options.file).filter { $0 != "?" } == ["r2", "r1"])
    }

    @Test func `a line that was being written is cut, and its recording closed`() async throws {
        try write([Self.began("r1")])
        try scene.write(String(Self.record("r1").prefix(500)), behind: options.file)
        try await run()
        #expect(scene.ids(options.file) == ["r1"])
        #expect(scene.log.lines.count == 2)
    }

    @Test func `captured time is what the file shows`() async throws {
        // 3 s of audio, 2 s of silence, 1 s of audio; the header knows of nothing.
        let (rate, frame) = (8_000, 4)
        var bytes = Array("RIFF".utf8) + [0, 0, 0, 0] + Array("WAVEfmt ".utf8) + [16, 0, 0, 0, 1, 0, 2, 0]
        bytes += [UInt8(rate & 0xFF), UInt8(rate >> 8), 0, 0, 0, 0x7D, 0, 0, UInt8(frame), 0, 16, 0]
        bytes += Array("data".utf8) + [0, 0, 0, 0]
        for (value, seconds) in [(1, 3), (0, 2), (1, 1)] {
            bytes += Array(repeating: UInt8(value), count: seconds * rate * frame)
        }
        let name = "00000037HF3PJMLISE8I3THA3MB5P6LL_5001"
        try Data(bytes).write(to: URL(filePath: "\(scene.directory)/\(name).wav"))
        try write([Self.began("r1")])
        try await run()
        let record = try #require(try closed().first)
        #expect(record["capturedMs"] as? Int == 4_000 && record["uncapturedMs"] as? Int == 2_000)
        #expect(record["evidence"] as? String == "bytes" && record["resolutionMs"] as? Int == 1_000)
        // The first start was confirmed at 21:06:42.
        #expect(record["ended"] as? String == "2026-11-22T21:06:48.000000Z")
        let gap = try #require((record["gaps"] as? [NSDictionary])?.first)
        #expect(gap["from"] as? String == "2026-11-22T21:06:45.000000Z" && gap["ms"] as? Int == 2_000)
        #expect(gap["why"] as? String == "no-audio")
    }

    @Test func `an rtpengine's file is read by when it was written last`() throws {
        let spool = "\(scene.directory)/spool"
        try FileManager.default.createDirectory(atPath: "\(spool)/pcaps", withIntermediateDirectories: true)
        let options = ServerConfiguration.RTPEngineOptions(
            address: SocketAddress(host: "127.0.0.1", port: 2_223), spool: spool)
        let files = RecordedFiles([.init(kind: .rtpengine(options))])
        let path = "\(spool)/pcaps/call.pcap"
        try Data(count: 24).write(to: URL(filePath: path))
        let start = WallTime(microseconds: 1_795_381_601_000_000)
        #expect(files.capture("call", since: start)?.length == .zero, "a header is no audio")
        try Data(count: 4_000).write(to: URL(filePath: path))
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1_795_381_613.5)], ofItemAtPath: path)
        let capture = try #require(files.capture("call", since: start))
        #expect(capture.length > .milliseconds(12_400) && capture.length < .milliseconds(12_600))
        #expect(files.capture("other", since: start) == nil && files.capture("../call", since: start) == nil)
    }
}
