import CallControl
import RTPAudio
import Testing

@testable import MediaServers

/// No sample that is new is lost, and none is written twice: whatever streams do that arrive in order.
@Suite struct TimelineLossTests {
    private var studio = Studio()
    private var speaker = CountingSpeaker()

    /// What was said, in its order, and nothing else.
    private mutating func expectAll(until end: Int, sourceLocation: SourceLocation = #_sourceLocation) {
        // Somewhat later than the end: so much a file may be shorter.
        studio.take(until: end + 400)
        studio.takeRest(behind: end + 400)
        let heard = studio.heard()
        let isAll = heard == speaker.said
        #expect(heard.count == speaker.said.count, sourceLocation: sourceLocation)
        #expect(isAll, "what was heard is not what was said", sourceLocation: sourceLocation)
        #expect(studio.timeline.faults[0].outsideWindow == 0, sourceLocation: sourceLocation)
    }

    private mutating func listen(_ milliseconds: Range<Int>, delay: Int = 0) throws {
        for tick in stride(from: milliseconds.lowerBound, to: milliseconds.lowerBound + delay, by: 20) {
            studio.take(until: tick - 100)
        }
        for due in stride(from: milliseconds.lowerBound + 20, through: milliseconds.upperBound, by: 20) {
            try studio.hear(speaker.packet(), at: due + delay)
            studio.take(until: due + delay - 100)
        }
    }

    @Test(arguments: [100, 150, 300, 500, 1_000, 1_900, 2_000, 2_100, 5_000])
    mutating func `Audio that becomes later is in the file`(later: Int) throws {
        try listen(0..<1_000)
        try listen(1_000..<2_000, delay: later)
        expectAll(until: 2_000 + later)
    }

    /// Of a process that was stopped, while its sockets took what came.
    @Test(arguments: [100, 300, 1_000, 2_500, 5_000])
    mutating func `What comes while the loop stands still is in its place`(length: Int) throws {
        try listen(0..<1_000)
        for _ in 0..<length / 20 { try studio.hear(speaker.packet(), at: 1_000 + length) }
        try listen(1_000 + length..<2_000 + length)
        expectAll(until: 2_000 + length)
        #expect(!studio.hasGap(100..<1_900 + length))
    }

    @Test(arguments: [100, 300, 1_000, 2_000, 3_500, 7_000])
    mutating func `A burst is in the file, and what follows it`(length: Int) throws {
        try listen(0..<1_000)
        studio.take(until: 1_000 + length - 100)
        for _ in 0..<length / 20 { try studio.hear(speaker.packet(), at: 1_000 + length) }
        try listen(1_000 + length..<2_000 + length)
        expectAll(until: 2_000 + length)
    }

    @Test(arguments: [0, 1, 30, 63, 64, 65, 100, 1_000, 30_000, 40_000, 65_000] as [UInt16])
    mutating func `Sequence numbers that begin anew lose nothing`(sequence: UInt16) throws {
        try listen(0..<2_000)
        speaker.sequence = sequence
        try listen(2_000..<4_000)
        expectAll(until: 4_000)
    }

    @Test(arguments: [1, -1, 40, -40, 100, -100, 5_000] as [Int])
    mutating func `A sequence number that jumps loses nothing`(jump: Int) throws {
        try listen(0..<2_000)
        speaker.sequence &+= UInt16(truncatingIfNeeded: jump)
        try listen(2_000..<4_000)
        expectAll(until: 4_000)
    }

    @Test(arguments: [160, 480, 8_000, 20_000, 1 << 20, 0x8000_0000] as [UInt32])
    mutating func `Timestamps that jump ahead or back lose nothing`(jump: UInt32) throws {
        for (turn, step) in [jump, 0 &- jump, jump].enumerated() {
            try listen(turn * 1_000..<turn * 1_000 + 1_000)
            speaker.timestamp &+= step
        }
        try listen(3_000..<4_000)
        expectAll(until: 4_000)
    }

    @Test mutating func `Another source loses nothing`() throws {
        for turn in 0..<6 {
            speaker.source &+= 1
            speaker.timestamp = .random(in: .min ... .max)
            speaker.sequence = .random(in: .min ... .max)
            try listen(turn * 500..<turn * 500 + 500, delay: turn * 7)
        }
        expectAll(until: 3_200)
    }

    @Test mutating func `A stray packet between others loses nothing`() throws {
        try listen(0..<500)
        var stray = Speaker(pitch: 900, source: 99)
        _ = try studio.hear(stray.packet(samples: 0), at: 505)
        try studio.hear([0x80, 101, 0, 1, 0, 0, 0, 1, 0, 0, 0, 9, 1, 2], at: 507)
        try listen(500..<1_000)
        expectAll(until: 1_000)
    }

    /// A clock that is off by one part in a hundred, for a minute, both ways.
    @Test(arguments: [-200, 200])
    mutating func `A sender whose clock drifts loses nothing`(drift: Int) throws {
        for packet in 1...3_000 {
            let moment = packet * (20_000 + drift) / 1_000
            try studio.hear(speaker.packet(), at: moment)
            studio.take(until: moment - 100)
        }
        expectAll(until: 3_000 * (20_000 + drift) / 1_000)
    }

    @Test(arguments: [80, 240, 320, 1_600, 4_000])
    mutating func `Packets of any length are whole in the file`(samples: Int) throws {
        for packet in 1...200 {
            let moment = packet * samples / 8
            try studio.hear(speaker.packet(samples: samples), at: moment)
            for tick in stride(from: moment, to: moment + samples / 8, by: 20) { studio.take(until: tick - 100) }
        }
        expectAll(until: 200 * samples / 8)
    }

    @Test(arguments: [0, 80] as [UInt32])
    mutating func `Timestamps that count too little lose nothing`(step: UInt32) throws {
        for packet in 1...200 {
            try studio.hear(speaker.packet(), at: packet * 20)
            speaker.timestamp &-= 160 - step
            studio.take(until: packet * 20 - 100)
        }
        expectAll(until: 4_000)
    }

    @Test(arguments: 0..<12)
    mutating func `Whatever happens in order, nothing is lost`(seed: UInt64) throws {
        var chance = SeededChance(seed: seed)
        var now = 0
        for _ in 0..<20 {
            switch chance.next(below: 8) {
            case 0: speaker.sequence = UInt16(truncatingIfNeeded: chance.next())
            case 1: speaker.timestamp &+= UInt32(chance.next(below: 60_000))
            case 2: speaker.source &+= 1
            case 3: now += chance.next(below: 3_000)
            case 4:
                for _ in 0..<chance.next(below: 60) { try studio.hear(speaker.packet(), at: now) }
            default: break
            }
            // A burst may not stand more than the window ahead: time goes by.
            let length = 20 * (60 + chance.next(below: 60))
            studio.take(until: now - 100)
            try listen(now..<now + length, delay: chance.next(below: 30))
            now += length
            now += 2_000
            studio.take(until: now - 100)
        }
        expectAll(until: now + 4_000)
    }
}

/// Who says a sequence of samples that never repeats for long, so that each is known again.
struct CountingSpeaker {
    var source: UInt32 = 7
    var sequence: UInt16 = 65_500
    var timestamp: UInt32 = 0xFFFF_F000
    /// What was said so far, as a file has it.
    private(set) var said: [Int16] = []
    private var count = 0

    mutating func packet(samples: Int = 160) -> [UInt8] {
        let head = RTPPacket(
            payloadType: G711.pcmu.payloadType, sequence: sequence, timestamp: timestamp,
            synchronizationSource: source)
        var datagram = [UInt8](repeating: 0, count: RTPPacket.headerLength)
        head.write(over: &datagram)
        for _ in 0..<samples {
            // Neither of the two bytes that are silence.
            let byte = UInt8(count * 31 / 7 % 126)
            datagram.append(byte)
            said.append(G711.pcmu.decode(byte))
            count += 1
        }
        sequence &+= 1
        timestamp &+= UInt32(samples)
        return datagram
    }
}

struct SeededChance {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
    }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }

    mutating func next(below bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
