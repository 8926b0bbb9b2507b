import CallControl
import RTPAudio
import Testing

@testable import MediaServers

/// A timeline that is fed by hand: times are milliseconds since the recording's start.
struct Studio: CustomTestStringConvertible {
    var timeline: Timeline
    private var channels: [[Int16]] = [[], []]

    init(isPaused: Bool = false) {
        timeline = Timeline(start: .seconds(100), isPaused: isPaused)
    }

    var testDescription: String { "\(length) frames" }

    static func time(_ milliseconds: Int) -> Duration { .seconds(100) + .milliseconds(milliseconds) }

    mutating func hear(_ datagram: [UInt8], _ side: ToneStreamID.Side = .anchor, at milliseconds: Int) throws {
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

    /// What stands behind a stop at that time.
    mutating func takeRest(behind milliseconds: Int) {
        var frames: [Int16] = []
        timeline.takeRest(behind: Self.time(milliseconds), into: &frames)
        for channel in 0...1 {
            channels[channel] += stride(from: channel, to: frames.count, by: 2).map { frames[$0] }
        }
    }

    /// The samples of a channel, from 1, that are no silence.
    func heard(channel: Int = 1) -> [Int16] { channels[channel - 1].filter { $0 != 0 } }

    /// Whether channel 1 is silent for a packet's length somewhere between two moments.
    func hasGap(_ milliseconds: Range<Int>) -> Bool {
        stride(from: milliseconds.lowerBound, to: milliseconds.upperBound - 20, by: 5).contains {
            isSilent($0..<$0 + 20)
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

    @Test(arguments: [160, 300, 500, 1_000, 2_000, 5_000])
    mutating func `A speaker whose timestamps stood still for a while is heard from the first word on`(gap: Int) throws
    {
        try studio.listen(to: &speaker, 0..<200)
        studio.take(until: 200 + gap - 80)
        try studio.listen(to: &speaker, 200 + gap..<1_400 + gap)
        studio.take(until: 1_400 + gap)
        #expect(studio.isSilent(200..<200 + gap))
        #expect(studio.sound(200 + gap..<1_400 + gap).isTone(of: 400))
        #expect(studio.timeline.faults[0].isEmpty)
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

    @Test mutating func `Comfort noise is no sound, and no fault`() throws {
        var datagram = speaker.packet()
        datagram[1] = 13
        let packet = try #require(rtpPacket(of: datagram))
        let isHeard = studio.timeline.receive(packet, in: datagram.span, from: .anchor, now: Studio.time(20))
        #expect(isHeard)
        studio.take(until: 100)
        #expect(studio.isSilent(0..<100) && studio.timeline.faults[0].isEmpty)
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

    /// What was said in the pause must not be heard behind it, by whatever delay it comes.
    @Test(arguments: [20, 60, 100, 200, 400])
    mutating func `What was said in the pause captures nothing however late it comes`(delay: Int) throws {
        try studio.listen(to: &speaker, 0..<400)
        studio.pause(at: 400)
        try studio.listen(to: &speaker, 400..<800)
        let late = (0..<delay / 20).map { _ in speaker.packet() }
        let resume = 800 + delay
        studio.resume(at: resume)
        studio.take(until: resume - 80)
        for packet in late { try studio.hear(packet, at: resume + 5) }
        for due in stride(from: resume + 20, through: resume + 400, by: 20) {
            try studio.hear(speaker.packet(), at: due)
            studio.take(until: due - 100)
        }
        studio.take(until: resume + 400)
        #expect(studio.isSilent(400..<resume))
        #expect(studio.sound(resume..<resume + 400).isTone(of: 400))
    }

    /// A burst puts audio behind its time. Were a pause to keep that, its end would be heard after the resume.
    @Test mutating func `A stream that a burst put behind its time is back in time after a pause`() throws {
        try studio.listen(to: &speaker, 0..<400)
        studio.take(until: 1_300)
        for _ in 0..<50 { try studio.hear(speaker.packet(), at: 1_400) }
        studio.pause(at: 1_500)
        for due in stride(from: 1_420, through: 1_540, by: 20) {
            try studio.hear(speaker.packet(), at: max(due, 1_501))
        }
        let late = [speaker.packet(), speaker.packet(), speaker.packet()]
        studio.resume(at: 1_600)
        for packet in late { try studio.hear(packet, at: 1_615) }
        for due in stride(from: 1_620, through: 2_000, by: 20) {
            try studio.hear(speaker.packet(), at: due)
            studio.take(until: due - 100)
        }
        studio.take(until: 2_000)
        #expect(studio.isSilent(1_500..<1_600))
        #expect(studio.sound(1_600..<2_000).isTone(of: 400))
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
