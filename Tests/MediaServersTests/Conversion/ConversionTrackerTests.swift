import CallControl
import CallModel
import EventLoops
import TLibrary
import Testing

@testable import MediaServers

/// A recording, command by command and report by report. Times are seconds.
private struct Course {
    var book = ConversionTracker(directory: "/spool/pcaps")
    let connection: ConnectionID
    let callID: String
    private var commands: UInt32 = 0
    private(set) var last = MediaCommand.ID(rawValue: 0)

    init(_ callID: String = "call-1", connection: UInt64 = 0xABC) {
        self.callID = callID
        self.connection = ConnectionID(rawValue: connection)
    }

    mutating func order(_ verb: MediaCommand.Verb, at second: Int64) throws -> ConversionTracker.Next {
        commands += 1
        last = MediaCommand.ID(rawValue: commands)
        let command = MediaCommand(
            id: last, connection: connection, recording: try #require(RecordingID("rec-1")), server: 0, verb: verb)
        return book.take(command, at: ClockReading(steady: time(second), wall: Self.wall(second)))
    }

    mutating func start(at second: Int64, session: Bool = true) throws -> ConversionTracker.Next {
        let session = session ? MediaSession(callID: callID, fromTag: "ft", toTag: "tt") : nil
        return try order(
            .start(StartParameters(fileName: "name", anchor: "5001", callUUID: "U", session: session)), at: second)
    }

    mutating func report(
        _ event: MediaReport.Event, file: String? = nil, seen: Int? = nil, at second: Int64
    ) throws -> ConversionTracker.Next {
        let holder = RecordingKey(
            MediaCommand(
                id: last, connection: connection, recording: try #require(RecordingID("rec-1")), server: 0,
                verb: .pause))
        return book.take(event, of: holder, file: file, seen: seen, at: time(second))
    }

    mutating func started(_ file: String?, at second: Int64) throws -> ConversionTracker.Next {
        try report(.started(last, file: "name", intake: nil, proof: .file), file: file, at: second)
    }

    /// Returns the codecs that are new and not decoded.
    @discardableResult
    mutating func learn(_ answer: Answer) -> [String] {
        book.learn(answer.bytes.span, of: callID)?.undecoded ?? []
    }

    private func time(_ second: Int64) -> Duration { .seconds(second) }

    /// The clock of the machine, which has been at 1,000 when the other was at 0.
    static func wall(_ second: Int64) -> WallTime { WallTime(microseconds: (second + 1_000) * 1_000_000) }
}

extension ConversionTracker.Next {
    fileprivate var order: ConversionJob? {
        guard case .convert(let order) = self else { return nil }
        return order
    }

    fileprivate var asked: String? {
        guard case .ask(let callID) = self else { return nil }
        return callID
    }

    fileprivate var isNothing: Bool {
        guard case .nothing = self else { return false }
        return true
    }
}

@Suite struct ConversionTrackerTests {
    private var course = Course()

    private func answer(port: Int) -> Answer {
        .query(
            ("ft", [.media("audio", .stream("10.0.0.5", port, flags: "RTP"))]),
            ("tt", [.media("audio", .stream("10.0.0.5", 30_010, flags: "RTP"))]))
    }

    @Test mutating func `Codecs that are not decoded are named once`() throws {
        #expect(try course.start(at: 100).isNothing)
        #expect(try course.started("/spool/pcaps/a.pcap", at: 101).asked == "call-1")
        func speaking(_ anchor: String, _ other: String) -> Answer {
            .query(
                ("ft", [.media("audio", codec: anchor, .stream("10.0.0.5", 30_000, flags: "RTP"))]),
                ("tt", [.media("audio", codec: other, .stream("10.0.0.5", 30_010, flags: "RTP"))]))
        }
        #expect(course.learn(speaking("PCMA/8000", "opus/48000/2")) == [])
        #expect(course.learn(speaking("G729/8000", "opus/48000/2")) == ["g729/8000"])
        #expect(course.learn(speaking("G729/8000", "iLBC/8000")) == ["ilbc/8000"])
        #expect(course.learn(speaking("G729/8000", "iLBC/8000")) == [])
    }

    @Test mutating func `A recording is ordered to be converted once its stop is confirmed`() throws {
        #expect(try course.start(at: 100).isNothing)
        #expect(try course.started("/spool/pcaps/a.pcap", at: 101).asked == "call-1")
        course.learn(answer(port: 30_000))
        #expect(try course.order(.pause, at: 110).isNothing)
        #expect(try course.report(.confirmed(course.last), at: 111).isNothing)
        #expect(try course.order(.resume, at: 120).isNothing)
        let resumed = MediaReport.Event.resumed(course.last, file: "name_2", proof: .file)
        #expect(try course.report(resumed, file: "/spool/pcaps/b.pcap", at: 121).asked == "call-1")
        #expect(try course.order(.stop, at: 130).asked == "call-1")
        course.learn(answer(port: 30_020))
        let order = try #require(try course.report(.confirmed(course.last), at: 132).order)
        #expect(
            order.segments == [
                .init(path: "/spool/pcaps/a.pcap", began: .zero, wallTime: Course.wall(100)),
                .init(path: "/spool/pcaps/b.pcap", began: .seconds(20), wallTime: Course.wall(120)),
            ])
        #expect(order.length == .seconds(30))
        #expect(Set(order.streams.anchor.map(\.port)) == [30_000, 30_020])
        #expect(Set(order.streams.other.map(\.port)) == [30_010])
        #expect(order.directory == "/spool/pcaps" && order.name == "name")
        #expect(course.book.count == 0)
        #expect(try course.report(.confirmed(course.last), at: 133).isNothing)
    }

    @Test mutating func `A stop that is repeated under another number has its first time`() throws {
        _ = try course.start(at: 100)
        _ = try course.started("/a.pcap", at: 101)
        #expect(try course.order(.stop, at: 110).asked == "call-1")
        #expect(try course.report(.refused(course.last, .refused), at: 111).isNothing)
        #expect(try course.order(.stop, at: 112).isNothing)
        #expect(try course.report(.confirmed(course.last), at: 113).order?.length == .seconds(10))
    }

    @Test(arguments: [MediaReport.Event.ended, .lost])
    mutating func `A recording that ends by itself is converted as far as it got`(end: MediaReport.Event) throws {
        _ = try course.start(at: 100)
        _ = try course.started("/a.pcap", at: 101)
        #expect(try course.report(.audio(missing: .both), at: 102).isNothing)
        let order = try #require(try course.report(end, at: 110).order)
        #expect(order.length == .seconds(10))
        #expect(course.book.count == 0)
    }

    @Test mutating func `Evidence tells when the first packet came, and where nothing was captured`() throws {
        _ = try course.start(at: 100)
        _ = try course.started("/a.pcap", at: 101)
        let edges: [(edge: CaptureEvidence.Edge, at: Int64)] = [
            (.began(.seconds(102)), 103), (.ended(.seconds(105)), 107), (.began(.seconds(110)), 111),
            (.ended(.seconds(120)), 120),
        ]
        for (edge, second) in edges {
            let evidence = CaptureEvidence(kind: .bytes, resolution: .milliseconds(500), edge: edge)
            #expect(try course.report(.evidence(evidence), at: second).isNothing)
        }
        let order = try #require(try course.report(.lost, seen: 4_120, at: 122).order)
        #expect(order.segments[0].firstPacket == .seconds(2)...(.seconds(3)))
        #expect(order.segments[0].length == 4_120, "what a lost server writes yet is left out")
        #expect(order.quiet == [.seconds(5)..<(.seconds(10))])
        #expect(order.length == .seconds(20))
    }

    @Test mutating func `A lost recording of which nothing was seen is empty`() throws {
        _ = try course.start(at: 100)
        _ = try course.started("/a.pcap", at: 101)
        #expect(try course.report(.lost, seen: 24, at: 104).order?.length == .zero)
    }

    @Test mutating func `What never began is not converted, and is forgotten`() throws {
        _ = try course.start(at: 100)
        #expect(try course.report(.refused(course.last, .notProved), at: 101).isNothing)
        #expect(course.book.count == 0)
        _ = try course.start(at: 100)
        #expect(try course.order(.stop, at: 101).asked == "call-1")
        #expect(try course.report(.confirmed(course.last), at: 102).isNothing)
        #expect(course.book.count == 0)
        _ = try course.start(at: 100, session: false)
        #expect(course.book.count == 0)
    }

    @Test mutating func `A start that is answered twice has one file`() throws {
        _ = try course.start(at: 100)
        #expect(try course.started("/a.pcap", at: 101).asked != nil)
        #expect(try course.started("/a.pcap", at: 102).isNothing)
        _ = try course.order(.stop, at: 110)
        #expect(try course.report(.confirmed(course.last), at: 111).order?.segments.map(\.path) == ["/a.pcap"])
    }

    @Test mutating func `Answers of calls that nobody asked about change nothing`() throws {
        course.learn(answer(port: 30_000))
        #expect(course.book.count == 0)
    }
}
