import CallControl
import CallModel
import EventLoops
import RTPAudio
import Testing

@testable import MediaServers

private typealias Fixture = ConversionFixture

/// Captures are stamped by a clock that may be set, and that may be another machine's.
@Suite struct CaptureClockTests {
    private var talk = Talk()
    private var anchor = Speaker(pitch: 400)
    private var other = Speaker(pitch: 900, law: .pcma, source: 5)

    private mutating func speak(_ milliseconds: Range<Int>) {
        talk.add(&anchor, milliseconds, path: Fixture.anchor)
        talk.add(&other, milliseconds, path: Fixture.other)
    }

    /// 20 ms of slack at each end.
    private func check(
        _ wave: WaveReading, _ milliseconds: Range<Int>, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let inner = milliseconds.lowerBound + 20..<milliseconds.upperBound - 20
        #expect(wave.sound(inner, channel: 1).isTone(of: 400), sourceLocation: sourceLocation)
        #expect(wave.sound(inner, channel: 2).isTone(of: 900), sourceLocation: sourceLocation)
        // A sine of 400 Hz is 0 once in ten frames: a hole or a jump would show.
        let zeros = wave.sound(inner, channel: 1).samples.count { $0 == 0 }
        #expect(abs(zeros - inner.count * 8 / 10) <= 8, sourceLocation: sourceLocation)
    }

    @Test(arguments: [3_600_000, -3_600_000, 86_400_000, 20_000, 5_000, -5_000, 1_000, -1_000])
    mutating func `A clock that is set meanwhile changes neither length nor order`(by step: Int) throws {
        speak(0..<4_000)
        let capture = try talk.captured { $0 < 2_000 ? $0 : $0 + step }
        try Fixture.open { room in
            try room.keep(capture)
            let product = try room.convert(room.order(until: 4_000))
            let wave = try room.read()
            #expect(wave.frameCount == 32_000)
            check(wave, 0..<4_000)
            let seen = try #require(product.clockSteps.first)
            #expect((seen - .milliseconds(step)).magnitude < .milliseconds(100), "the log tells it")
            #expect(product.isComplete)
        }
    }

    @Test mutating func `A clock that is set twice`() throws {
        speak(0..<6_000)
        let capture = try talk.captured { $0 + ($0 < 2_000 ? 0 : $0 < 4_000 ? 3_600_000 : -7_000) }
        try Fixture.open { room in
            try room.keep(capture)
            try room.convert(room.order(until: 6_000))
            check(try room.read(), 0..<6_000)
        }
    }

    @Test(arguments: [3_600_000, -3_600_000, 3_000, -3_000])
    mutating func `The media server may have another clock`(ahead: Int) throws {
        speak(0..<4_000)
        let capture = try talk.captured { $0 + ahead }
        try Fixture.open { room in
            try room.keep(capture)
            room.segments[0].firstPacket = .milliseconds(5)...(.milliseconds(500))
            let product = try room.convert(room.order(until: 4_000))
            check(try room.read(), 40..<3_980)
            #expect(product.clockSteps == [.zero])
        }
    }

    /// The engine may be on the same machine, or have a clock of its own.
    @Test(arguments: [true, false], [3_600_000, -3_600_000])
    mutating func `A clock that is set in a pause leaves the pause as long as it was`(here: Bool, step: Int) throws {
        speak(0..<1_000)
        let before = try talk.captured()
        talk = Talk()
        anchor.timestamp &+= 16_000
        other.timestamp &+= 16_000
        speak(3_000..<4_000)
        let after = try talk.captured { $0 + step }
        try Fixture.open { room in
            try room.keep(before)
            try room.keep(after)
            room.segments[1].began = .milliseconds(3_000)
            room.segments[1].wallTime = WallTime(microseconds: Fixture.time(3_000 + (here ? step : 0)))
            room.segments[1].firstPacket = .milliseconds(3_005)...(.milliseconds(3_500))
            try room.convert(room.order(until: 4_500))
            let wave = try room.read()
            #expect(wave.frameCount == 36_000)
            check(wave, 0..<1_000)
            #expect(wave.sound(1_000..<3_000, channel: 1).isSilent)
            check(wave, 3_040..<3_980)
            #expect(wave.sound(4_100..<4_500, channel: 1).isSilent)
        }
    }

    /// One pcap file with a gap, whose length the packets' timestamps tell: a pause of the server's own.
    @Test(arguments: [0, 3_600_000, -3_600_000])
    mutating func `A pause within a file is as long as the timestamps say`(step: Int) throws {
        speak(0..<1_000)
        anchor.timestamp &+= 40_000
        other.timestamp &+= 40_000
        speak(6_000..<7_000)
        let capture = try talk.captured { $0 < 3_000 ? $0 : $0 + step }
        try Fixture.open { room in
            try room.keep(capture)
            var order = try room.order(until: 7_500)
            order.quiet = [.milliseconds(1_000)..<(.milliseconds(6_000))]
            try room.convert(order)
            let wave = try room.read()
            check(wave, 0..<1_000)
            #expect(wave.sound(1_020..<5_980, channel: 1).isSilent)
            check(wave, 6_000..<7_000)
        }
    }

    /// Timestamps may stand still during a hold. That the file stood still was seen.
    @Test mutating func `A hold in which timestamps stand still is silence of its length`() throws {
        speak(0..<1_000)
        speak(9_000..<10_000)
        let capture = try talk.captured()
        try Fixture.open { room in
            try room.keep(capture)
            var order = try room.order(until: 10_000)
            order.quiet = [.milliseconds(900)..<(.milliseconds(8_700))]
            try room.convert(order)
            let wave = try room.read()
            check(wave, 0..<1_000)
            #expect(wave.sound(1_020..<8_980, channel: 1).isSilent)
            check(wave, 9_000..<10_000)
        }
    }

    @Test mutating func `Packets that overtake each other while the clock is set find their places`() throws {
        var generator = SystemRandomNumberGenerator()
        talk.add(&anchor, 0..<20, path: Fixture.anchor)
        talk.add(&anchor, 20..<4_000, path: Fixture.anchor) { _ in .random(in: 0...60, using: &generator) }
        let capture = try talk.captured { $0 < 2_000 ? $0 : $0 - 3_600_000 }
        try Fixture.open { room in
            try room.keep(capture)
            try room.convert(room.order(until: 4_000))
            #expect(try room.read().sound(20..<3_900, channel: 1).isTone(of: 400))
        }
    }

    @Test mutating func `What was written after the loss of the server is left out`() throws {
        speak(0..<2_000)
        let seen = try talk.captured().bytes.count
        speak(2_000..<3_000)
        let capture = try talk.captured { $0 < 2_000 ? $0 : $0 + 11_000 }
        try Fixture.open { room in
            try room.keep(capture)
            room.segments[0].length = seen
            let product = try room.convert(room.order(until: 2_000))
            #expect(product.counts == CapturedAudio.Counts(anchor: 100, other: 100))
            #expect(product.captureFaults.isEmpty)
            #expect(!product.isComplete, "the capture has more, and stays")
            check(try room.read(), 0..<2_000)
        }
    }
}
