import CallControl
import CallModel
import Foundation
import RTPAudio
import Testing

@testable import MediaServers

private typealias Fixture = ConversionFixture

@Suite struct ConversionTests {
    private var talk = Talk()
    private var anchor = Speaker(pitch: 400)
    private var other = Speaker(pitch: 900, law: .pcma, source: 5)

    @Test(arguments: CaptureWriting.Wrapping.allCases)
    mutating func `Each side has its channel, and is heard when it spoke`(wrapping: CaptureWriting.Wrapping) throws {
        talk.add(&other, 1_000..<3_000, path: Fixture.other)
        talk.add(&anchor, 2_000..<4_000, path: Fixture.anchor)
        let capture = try talk.captured(by: CaptureWriting(wrapping: wrapping))
        try Fixture.open { room in
            try room.keep(capture)
            let product = try room.convert(room.order(until: 5_000))
            #expect(product.counts == CapturedAudio.Counts(anchor: 100, other: 100))
            let wave = try room.read()
            #expect(wave.format == 1 && wave.channels == 2 && wave.frameRate == 8_000 && wave.bitsPerSample == 16)
            #expect(wave.frameCount == 40_000)
            #expect(wave.sound(0..<2_000, channel: 1).isSilent)
            #expect(wave.sound(2_000..<4_000, channel: 1).isTone(of: 400))
            #expect(wave.sound(4_000..<5_000, channel: 1).isSilent)
            #expect(wave.sound(0..<1_000, channel: 2).isSilent)
            #expect(wave.sound(1_000..<3_000, channel: 2).isTone(of: 900))
            #expect(wave.sound(3_000..<5_000, channel: 2).isSilent)
        }
    }

    /// A pause leaves a gap in one file, or makes another file; the speaker goes on.
    @Test(arguments: [true, false])
    mutating func `A pause is silence of its length`(makesSegments: Bool) throws {
        talk.add(&anchor, 0..<1_000, path: Fixture.anchor)
        var afterPause = makesSegments ? Talk() : talk
        anchor.timestamp &+= 16_000
        anchor.sequence &+= 100
        afterPause.add(&anchor, 3_000..<4_000, path: Fixture.anchor)
        let captures = try (makesSegments ? [talk, afterPause] : [afterPause]).map { try $0.captured() }
        try Fixture.open { room in
            for capture in captures {
                try room.keep(capture)
            }
            try room.convert(room.order(until: 4_500))
            let wave = try room.read()
            #expect(wave.frameCount == 36_000)
            #expect(wave.sound(0..<1_000, channel: 1).isTone(of: 400))
            #expect(wave.sound(1_000..<3_000, channel: 1).isSilent)
            #expect(wave.sound(3_000..<4_000, channel: 1).isTone(of: 400))
            #expect(wave.sound(4_000..<4_500, channel: 1).isSilent)
        }
    }

    @Test mutating func `Jitter makes no clicks`() throws {
        var generator = SystemRandomNumberGenerator()
        talk.add(&anchor, 0..<20, path: Fixture.anchor)
        talk.add(&anchor, 20..<10_000, path: Fixture.anchor) { _ in .random(in: 0...50, using: &generator) }
        let capture = try talk.captured()
        try Fixture.open { room in
            try room.keep(capture)
            try room.convert(room.order(until: 10_000))
            let sound = try room.read().channel(1)
            #expect(sound.isTone(of: 400))
            // A sine of ours is 0 once in ten frames: a packet out of its place would leave more.
            #expect(sound.samples.count { $0 == 0 } == 8_000)
        }
    }

    @Test mutating func `A media server that stood still for 250 ms loses nothing`() throws {
        talk.add(&anchor, 0..<1_000, path: Fixture.anchor)
        talk.add(&anchor, 1_000..<1_250, path: Fixture.anchor) { 1_250 - $0 }
        talk.add(&anchor, 1_260..<2_000, path: Fixture.anchor)
        let capture = try talk.captured()
        try Fixture.open { room in
            try room.keep(capture)
            try room.convert(room.order(until: 2_000))
            #expect(try room.read().sound(0..<1_990, channel: 1).isTone(of: 400))
        }
    }

    @Test mutating func `After a long silence the clock of the capture says where a side speaks`() throws {
        talk.add(&anchor, 119_000..<120_000, path: Fixture.anchor)
        let capture = try talk.captured()
        try Fixture.open { room in
            try room.keep(capture)
            try room.convert(room.order(until: 120_000))
            let wave = try room.read()
            #expect(wave.frameCount == 120 * 8_000)
            #expect(wave.sound(0..<119_000, channel: 1).isSilent)
            #expect(wave.sound(119_000..<120_000, channel: 1).isTone(of: 400))
        }
    }

    @Test mutating func `A capture of what the media server sends has the same channels`() throws {
        talk.add(&other, 0..<1_000, path: (Fixture.anchor.destination, Fixture.anchor.source))
        talk.add(&anchor, 0..<1_000, path: (Fixture.other.destination, Fixture.other.source))
        let capture = try talk.captured()
        try Fixture.open { room in
            try room.keep(capture)
            try room.convert(room.order(until: 1_000))
            #expect(try room.read().channel(1).isTone(of: 400))
            #expect(try room.read().channel(2).isTone(of: 900))
        }
    }

    @Test mutating func `Where only the anchor is known all others are the other side`() throws {
        talk.add(&anchor, 0..<1_000, path: Fixture.anchor)
        talk.add(&other, 0..<1_000, path: Fixture.other)
        let capture = try talk.captured()
        try Fixture.open { room in
            try room.keep(capture)
            var order = try room.order(until: 1_000)
            order.streams.other = []
            try room.convert(order)
            #expect(try room.read().channel(1).isTone(of: 400))
            #expect(try room.read().channel(2).isTone(of: 900))
        }
    }
}

@Suite struct StrangePacketTests {
    private var talk = Talk()
    private var anchor = Speaker(pitch: 400)

    @Test mutating func `Strangers, control packets and other codecs leave no sound`() throws {
        var video = Speaker(pitch: 1_300)
        talk.add(&video, 0..<1_000, path: (Fixture.other.source, "10.0.0.5:30020"))
        for second in 0..<2 {
            talk.add([0x80, 200, 0, 6] + Array(repeating: 0x55, count: 24), at: 500 * second, path: Fixture.anchor)
        }
        var keys = Speaker(pitch: 1_300)
        var events = keys.packet()
        events[1] = 101
        talk.add(events, at: 300, path: Fixture.anchor)
        let capture = try talk.captured()
        try Fixture.open { room in
            try room.keep(capture)
            let product = try room.convert(room.order(until: 1_000))
            #expect(product.counts == CapturedAudio.Counts(unrelated: 50))
            #expect(product.silent == [["payload type 101"], []])
            #expect(!product.isComplete)
            #expect(product.faults[0].malformed == 0)
            #expect(try room.read().channel(1).isSilent)
            #expect(try room.read().channel(2).isSilent)
        }
    }

    @Test mutating func `Packets of other times are counted and left out`() throws {
        talk.add(&anchor, 0..<1_000, path: Fixture.anchor)
        anchor.timestamp &+= 32_000
        talk.add(&anchor, 5_000..<6_000, path: Fixture.anchor)
        let capture = try talk.captured()
        try Fixture.open { room in
            try room.keep(capture)
            let product = try room.convert(room.order(until: 2_000))
            #expect(product.counts.outsideTime == 50)
            let wave = try room.read()
            #expect(wave.frameCount == 16_000)
            #expect(wave.sound(0..<1_000, channel: 1).isTone(of: 400))
            #expect(wave.sound(1_000..<2_000, channel: 1).isSilent)
        }
    }

    @Test mutating func `A second sender is not heard while the first one speaks`() throws {
        var stray = Speaker(pitch: 1_300, source: 9)
        talk.add(&anchor, 0..<1_000, path: Fixture.anchor)
        talk.add(&stray, 400..<800, path: ("10.0.0.99:4000", Fixture.anchor.destination))
        let capture = try talk.captured()
        try Fixture.open { room in
            try room.keep(capture)
            let product = try room.convert(room.order(until: 1_000))
            #expect(product.faults[0].otherSource == 20)
            #expect(try room.read().channel(1).isTone(of: 400))
        }
    }

    @Test mutating func `Packets that the capture cut short are heard as far as they go`() throws {
        talk.add(&anchor, 0..<1_000, path: Fixture.anchor)
        let capture = try talk.captured(by: CaptureWriting(longest: 54 + 80))
        try Fixture.open { room in
            try room.keep(capture)
            try room.convert(room.order(until: 1_000))
            let sound = try room.read().channel(1)
            #expect(sound[80..<160].isTone(of: 400))
            #expect(sound[160..<240].isSilent)
            #expect(sound[240..<320].isTone(of: 400))
        }
    }
}
