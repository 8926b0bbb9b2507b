import CallControl
import Testing

@testable import MediaServers

/// A timeline that is fed by hand: times are milliseconds since the recording's start.
private struct Studio: CustomTestStringConvertible {
    var timeline: Timeline
    private var channels: [[Int16]] = [[], []]

    init(isPaused: Bool = false) {
        timeline = Timeline(start: .seconds(100), isPaused: isPaused)
    }

    var testDescription: String { "\(length) frames" }

    static func time(_ milliseconds: Int) -> Duration { .seconds(100) + .milliseconds(milliseconds) }

    mutating func hear(_ datagram: [UInt8], _ side: VoiceID.Side = .anchor, at milliseconds: Int) throws {
        let packet = try #require(rtpPacket(of: datagram))
        _ = timeline.receive(packet, in: datagram.span, from: side, now: Self.time(milliseconds))
    }

    mutating func pause(at milliseconds: Int) { timeline.pause(now: Self.time(milliseconds)) }

    mutating func resume(at milliseconds: Int) { timeline.resume(now: Self.time(milliseconds)) }

    mutating func take(until milliseconds: Int) {
        var frames: [Int16] = []
        let silence = timeline.take(until: Self.time(milliseconds), into: &frames)
        for channel in 0...1 {
            channels[channel] += stride(from: channel, to: frames.count, by: 2).map { frames[$0] }
            channels[channel] += Array(repeating: 0, count: silence)
        }
    }

    /// What a channel, from 1, has between two moments.
    func sound(_ milliseconds: Range<Int>, channel: Int = 1) -> Sound {
        Sound(channels[channel - 1])[milliseconds.lowerBound * 8..<milliseconds.upperBound * 8]
    }

    func isSilent(_ milliseconds: Range<Int>, channel: Int = 1) -> Bool {
        sound(milliseconds, channel: channel).isSilent
    }

    var length: Int { channels[0].count }

    /// A speaker whose packets come as they are due from `milliseconds.lowerBound` on, read out 100 ms later.
    mutating func listen(to speaker: inout Speaker, _ milliseconds: Range<Int>, delay: Int = 0) throws {
        for due in stride(from: milliseconds.lowerBound + 20, through: milliseconds.upperBound, by: 20) {
            try hear(speaker.packet(), at: due + delay)
            take(until: due - 100)
        }
    }
}

@Suite struct TimelineTests {
    private var studio = Studio()
    private var speaker = Speaker(pitch: 400)

    @Test mutating func `A packet stands where it was said`() throws {
        try studio.listen(to: &speaker, 200..<600)
        studio.take(until: 1_000)
        #expect(studio.length == 8_000)
        #expect(studio.isSilent(0..<200))
        #expect(studio.sound(200..<600).isTone(of: 400))
        #expect(studio.isSilent(600..<1_000))
        #expect(studio.isSilent(0..<1_000, channel: 2))
    }

    @Test mutating func `Two sides share one clock`() throws {
        var customer = Speaker(pitch: 900, law: .pcma, source: 5)
        for due in stride(from: 20, through: 400, by: 20) {
            try studio.hear(speaker.packet(), at: due)
            if due > 200 {
                try studio.hear(customer.packet(), .other, at: due)
            }
            studio.take(until: due - 100)
        }
        studio.take(until: 400)
        #expect(studio.sound(0..<400).isTone(of: 400))
        #expect(studio.isSilent(0..<200, channel: 2))
        #expect(studio.sound(200..<400, channel: 2).isTone(of: 900))
    }

    @Test mutating func `Packets that overtook each other are put in order`() throws {
        for due in stride(from: 40, through: 800, by: 40) {
            let first = speaker.packet()
            let second = speaker.packet()
            try studio.hear(second, at: due)
            try studio.hear(first, at: due + 5)
            studio.take(until: due - 100)
        }
        studio.take(until: 800)
        // Without order each pair would turn over, and the tone would be broken 25 times a second.
        #expect(studio.sound(40..<780).isTone(of: 400))
        #expect(studio.timeline.faults.allSatisfy { $0.isEmpty })
    }

    @Test mutating func `A doubled packet is dropped and counted`() throws {
        for due in stride(from: 20, through: 400, by: 20) {
            let packet = speaker.packet()
            try studio.hear(packet, at: due)
            try studio.hear(packet, at: due + 7)
        }
        #expect(studio.timeline.faults[0].duplicate == 20)
        studio.take(until: 400)
        #expect(studio.sound(0..<400).isTone(of: 400))
    }

    @Test mutating func `A lost packet is silence of its length`() throws {
        try studio.listen(to: &speaker, 0..<200)
        _ = speaker.packet()
        try studio.listen(to: &speaker, 220..<400)
        studio.take(until: 400)
        #expect(studio.sound(0..<200).isTone(of: 400))
        #expect(studio.isSilent(200..<220))
        #expect(studio.sound(220..<400).isTone(of: 400))
    }

    @Test mutating func `A packet that comes after its place was written is dropped and counted`() throws {
        try studio.listen(to: &speaker, 0..<200)
        let late = speaker.packet()
        try studio.listen(to: &speaker, 220..<600)
        try studio.hear(late, at: 600)
        studio.take(until: 600)
        #expect(studio.isSilent(200..<220))
        #expect(studio.timeline.faults[0].outsideWindow == 1)
    }

    @Test mutating func `A loop that stood still for 300 ms loses nothing`() throws {
        try studio.listen(to: &speaker, 0..<200)
        for _ in 0..<15 {
            try studio.hear(speaker.packet(), at: 500)
        }
        try studio.listen(to: &speaker, 500..<700)
        studio.take(until: 700)
        #expect(studio.sound(0..<700).isTone(of: 400))
    }

    @Test mutating func `A standstill beyond the window keeps the length`() throws {
        try studio.listen(to: &speaker, 0..<200)
        studio.take(until: 10_000)
        #expect(studio.length == 80_000)
        #expect(studio.isSilent(200..<10_000))
    }

    @Test mutating func `A new source begins where it arrives`() throws {
        try studio.listen(to: &speaker, 0..<200)
        var next = Speaker(pitch: 1_000, source: 78)
        next.timestamp = 12
        try studio.listen(to: &next, 300..<500)
        studio.take(until: 500)
        #expect(studio.isSilent(200..<300))
        #expect(studio.sound(300..<500).isTone(of: 1_000))
    }

    @Test(arguments: [40_000, 4_294_927_296, 0x8000_0000, 1 << 20] as [UInt32])
    mutating func `A jump of the timestamps leads back to the clock`(jump: UInt32) throws {
        try studio.listen(to: &speaker, 0..<200)
        speaker.timestamp &+= jump
        try studio.listen(to: &speaker, 200..<500)
        studio.take(until: 500)
        #expect(studio.sound(200..<500).isTone(of: 400))
    }

    @Test mutating func `A speaker whose timestamps stood still during a hold is heard again within a second`() throws {
        try studio.listen(to: &speaker, 0..<200)
        try studio.listen(to: &speaker, 1_200..<2_400)
        studio.take(until: 2_400)
        #expect(studio.sound(2_000..<2_400).isTone(of: 400))
    }

    /// By 20 ms in half a second: far more than clocks do, so that the stream is pinned anew several times.
    @Test(arguments: [160, -160])
    mutating func `A speaker whose clock drifts is heard throughout`(drift: Int) throws {
        for due in stride(from: 20, through: 20_000, by: 20) {
            if due % 500 == 0 {
                speaker.timestamp &+= UInt32(truncatingIfNeeded: drift)
            }
            try studio.hear(speaker.packet(), at: due)
            studio.take(until: due - 100)
        }
        studio.take(until: 20_000)
        // A sine of ours is 0 once in ten frames.
        let silent = studio.sound(0..<20_000).samples.filter { $0 == 0 }.count
        #expect(silent < 20_000 * 8 / 10 + 20_000 * 8 / 15)
    }

    @Test mutating func `Another codec is counted and leaves nothing`() throws {
        var datagram = speaker.packet()
        datagram[1] = 101
        try studio.hear(datagram, at: 20)
        studio.take(until: 100)
        #expect(studio.isSilent(0..<100))
        #expect(studio.timeline.faults[0].otherCodec == 1)
    }

    @Test mutating func `Packets of any shape and time keep the length`() throws {
        var generator = SystemRandomNumberGenerator()
        for due in stride(from: 0, to: 2_000, by: 5) {
            var wild = Speaker(pitch: 400, source: .random(in: 0...2, using: &generator))
            wild.sequence = .random(in: .min ... .max, using: &generator)
            wild.timestamp = .random(in: .min ... .max, using: &generator)
            try studio.hear(wild.packet(samples: .random(in: 0...8_000, using: &generator)), at: due)
            studio.take(until: due - 100)
        }
        studio.take(until: 2_000)
        #expect(studio.length == 16_000)
    }
}

@Suite struct PausedTimelineTests {
    private var studio = Studio()
    private var speaker = Speaker(pitch: 400)

    @Test mutating func `A pause leaves silence of its own length and what was said before it`() throws {
        try studio.listen(to: &speaker, 0..<500)
        studio.pause(at: 500)
        try studio.listen(to: &speaker, 500..<1_000)
        studio.resume(at: 1_000)
        try studio.listen(to: &speaker, 1_000..<1_500)
        studio.take(until: 1_500)
        #expect(studio.sound(0..<500).isTone(of: 400))
        #expect(studio.isSilent(500..<1_000))
        #expect(studio.sound(1_000..<1_500).isTone(of: 400))
        #expect(studio.length == 12_000)
    }

    @Test mutating func `Packets that come after the pause capture nothing, whenever they were said`() throws {
        try studio.listen(to: &speaker, 0..<400)
        let late = [speaker.packet(), speaker.packet(), speaker.packet()]
        studio.pause(at: 460)
        for packet in late {
            try studio.hear(packet, at: 465)
        }
        studio.take(until: 1_000)
        #expect(studio.sound(0..<400).isTone(of: 400))
        #expect(studio.isSilent(400..<1_000))
    }

    @Test mutating func `What came ahead of its time is forgotten by a pause`() throws {
        try studio.listen(to: &speaker, 0..<400)
        // Two packets before they can have been said: their sender's clock is ahead.
        try studio.hear(speaker.packet(), at: 405)
        try studio.hear(speaker.packet(), at: 405)
        studio.pause(at: 410)
        studio.take(until: 600)
        #expect(studio.isSilent(410..<600))
    }

    @Test mutating func `What was said in the pause and comes after the resume captures nothing`() throws {
        try studio.listen(to: &speaker, 0..<400)
        studio.pause(at: 400)
        try studio.listen(to: &speaker, 400..<740)
        let late = [speaker.packet(), speaker.packet(), speaker.packet()]
        studio.resume(at: 800)
        for packet in late {
            try studio.hear(packet, at: 815)
        }
        try studio.listen(to: &speaker, 800..<1_000)
        studio.take(until: 1_000)
        #expect(studio.isSilent(400..<800))
        #expect(studio.sound(800..<1_000).isTone(of: 400))
    }

    @Test mutating func `A recording that begins paused captures from its resume on`() throws {
        studio = Studio(isPaused: true)
        try studio.listen(to: &speaker, 0..<300)
        studio.resume(at: 300)
        try studio.listen(to: &speaker, 300..<600)
        studio.take(until: 600)
        #expect(studio.isSilent(0..<300))
        #expect(studio.sound(300..<600).isTone(of: 400))
    }

    @Test mutating func `A pause on top of a pause changes nothing`() throws {
        studio.pause(at: 100)
        studio.pause(at: 200)
        studio.resume(at: 300)
        studio.resume(at: 400)
        try studio.listen(to: &speaker, 300..<500)
        studio.take(until: 500)
        #expect(studio.sound(300..<500).isTone(of: 400))
    }
}
