import CallControl
import Dispatch
import EventLoops
import Foundation
import Logging
import RTPAudio
import TestSupport
import Testing

@testable import MediaServers

private typealias Fixture = ConversionFixture

/// What a converter logs.
private struct Journal: LogHandler {
    final class Lines: Sendable {
        private let kept = Locked<[String]>([])

        var all: [String] { kept.withLock { $0 } }

        func keep(_ line: String) {
            kept.withLock { $0.append(line) }
        }
    }

    let lines: Lines
    var metadata = Logger.Metadata()
    var logLevel = Logger.Level.info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        lines.keep("\(event.level): \(event.message)")
    }
}

/// Conversions that last until they are let go, or told to stop.
private final class HeldWork: Sendable {
    private struct Story {
        var atWork = 0
        var mostAtWork = 0
        var done: [String] = []
        var isOpen = false
    }

    private let story = Locked(Story())

    var atWork: Int { story.withLock { $0.atWork } }
    var mostAtWork: Int { story.withLock { $0.mostAtWork } }
    var done: [String] { story.withLock { $0.done } }

    func letGo() {
        story.withLock { $0.isOpen = true }
    }

    @Sendable func perform(
        _ order: ConversionJob, isStopped: () -> Bool
    ) throws(Conversion.Fault) -> Conversion.Output {
        story.withLock { story in
            story.atWork += 1
            story.mostAtWork = max(story.atWork, story.mostAtWork)
        }
        defer { story.withLock { $0.atWork -= 1 } }
        for _ in 0..<180_000 where !story.withLock({ $0.isOpen }) {
            if isStopped() { throw .stopped }
            usleep(5_000)
        }
        story.withLock { $0.done.append(order.name) }
        return Conversion.Output(
            name: order.name, counts: CapturedAudio.Counts(), faults: [Track.Faults(), Track.Faults()])
    }
}

@Suite struct ConverterTests {
    private let work = HeldWork()
    private let lines = Journal.Lines()
    private let logger: Logger

    init() {
        let lines = lines
        logger = Logger(label: "conversions") { _ in Journal(lines: lines) }
    }

    private func order(_ name: String) throws -> ConversionJob {
        try Fixture(directory: "/nowhere").order(until: 1_000, name: name)
    }

    private func waitForWork(_ count: Int = 1) async throws {
        _ = try await holdsEventually { work.atWork >= count }
        #expect(work.atWork == count)
    }

    @Test func `An order becomes a file, and the log tells what is missing from it`() async throws {
        let converter = Converter(logger: logger)
        var room = try Fixture.make()
        defer { room.remove() }
        var talk = Talk()
        var anchor = Speaker(pitch: 400)
        talk.add(&anchor, 0..<1_000, path: Fixture.anchor)
        try room.keep(talk.captured())
        try converter.convert(room.order(until: 1_000))
        room.segments.append(ConversionFixture.segment(room.directory + "/none.pcap"))
        try converter.convert(room.order(until: 1_000, name: "second"))
        room.segments.removeFirst()
        try converter.convert(room.order(until: 1_000, name: "third"))
        await converter.shutDown()
        #expect(try room.files == ["call-0.pcap", "call.wav", "second.wav"])
        #expect(
            lines.all == [
                "warning: a recording is converted, but a pcap file of it could not be read to its end: "
                    + "No such file or directory",
                "error: a recording stays unconverted: its file cannot be read: No such file or directory",
            ])
    }

    @Test func `Orders beyond the queue are left out, with a line at both edges`() async throws {
        let converter = Converter(
            settings: Converter.Settings(threads: 1, waiting: 2), logger: logger, perform: work.perform)
        try converter.convert(order("first"))
        try await waitForWork()
        for name in ["second", "third", "left out", "left out", "left out"] {
            try converter.convert(order(name))
        }
        #expect(lines.all == ["error: recordings stay unconverted: too many wait already"])
        work.letGo()
        await converter.shutDown()
        #expect(work.done == ["first", "second", "third"])
        #expect(lines.all.dropFirst() == ["error: recordings are converted again; some stay as they are"])
    }

    @Test func `No more conversions run at one time than there are threads`() async throws {
        let converter = Converter(
            settings: Converter.Settings(threads: 2), logger: logger, perform: work.perform)
        for number in 0..<6 {
            try converter.convert(order("\(number)"))
        }
        try await waitForWork(2)
        work.letGo()
        await converter.shutDown()
        #expect(work.mostAtWork == 2)
        #expect(work.done.sorted() == (0..<6).map { "\($0)" })
    }

    @Test func `At shutdown what waits is carried out, and what comes after it is not`() async throws {
        let converter = Converter(logger: logger, perform: work.perform)
        for name in ["first", "second"] {
            try converter.convert(order(name))
        }
        async let end: Void = converter.shutDown()
        work.letGo()
        await end
        try converter.convert(order("late"))
        await converter.shutDown()
        #expect(work.done == ["first", "second"])
        #expect(lines.all == ["error: a recording stays unconverted: the program ends"])
    }

    @Test func `A shutdown that has waited long enough stops the rest`() async throws {
        let converter = Converter(
            settings: Converter.Settings(patience: .milliseconds(50)), logger: logger, perform: work.perform)
        for name in ["first", "second", "third"] {
            try converter.convert(order(name))
        }
        try await waitForWork()
        await converter.shutDown()
        #expect(work.done.isEmpty)
        #expect(
            lines.all.sorted() == [
                "error: a recording stays unconverted: the program ends",
                "error: recordings stay unconverted: the program ends",
            ])
    }
}
