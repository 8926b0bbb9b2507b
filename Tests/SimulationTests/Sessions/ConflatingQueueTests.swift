import CallControlTesting
import TLibrary
import Testing

@testable import CallControl

/// The backlog of one session, held against what the protocol says of it, word by word.
struct ConflatingQueueTests {
    /// What the protocol says, with no thought of what it costs.
    private struct Said {
        struct Entry: Equatable {
            var number: UInt64
            var dn: Int
            var call: Int
            /// `nil`: no EventAttachedDataChanged; empty: without a recording.
            var recording: String?
            var reference: Int32
            var conflated: Int32 = 0
            var isTouched = false
        }

        var waiting: [Entry] = []
        var kept: [Entry] = []
        var isBehind = false

        mutating func append(_ new: Entry) {
            var new = new
            if isBehind, let recording = new.recording {
                waiting.removeAll { older in
                    guard !older.isTouched, older.dn == new.dn, older.call == new.call, older.reference == 0,
                        let its = older.recording, its.isEmpty || its == recording
                    else { return false }
                    new.conflated += older.conflated + 1
                    return true
                }
            }
            waiting.append(new)
        }
    }

    private struct Pair {
        var real = ConflatingQueue()
        var said = Said()
        let total = BacklogMemory(shards: 1, limit: .max)
        var number: UInt64 = 0
        /// What a client has received on the connection of now, and what it had to get.
        var wire: [UInt8] = []
        var expected: [Said.Entry] = []

        mutating func append(_ seed: inout SeededGenerator) {
            number += 1
            let recording: String? =
                switch seed.draw(below: 6) {
                case 0: nil
                case 1: "a-recording-with-a-long-name"
                case 2: "b"
                default: ""
                }
            let entry = Said.Entry(
                number: number, dn: seed.draw(below: 2), call: seed.draw(below: 3), recording: recording,
                reference: seed.oneIn(5) ? Int32(seed.draw(1...9)) : 0)
            said.append(entry)
            let event = SharedFrame(copying: ConflatingQueueTests.frame(entry).span, in: total)
            let reference = entry.reference == 0 ? nil : ReferenceID(rawValue: entry.reference)
            real.append(ConflatingQueue.Item(event: event, reference: reference), at: Int64(number))
        }

        /// The kernel takes some of what waits, or all.
        mutating func write(_ seed: inout SeededGenerator) {
            var bytes: [UInt8] = []
            real.fill(&bytes, upTo: .max)
            let count = seed.oneIn(3) ? bytes.count : seed.draw(0...bytes.count)
            _ = real.hand(count, at: Int64(number), keeps: true)
            wire += bytes[..<count]
            var left = wire.count - expected.reduce(0) { $0 + ConflatingQueueTests.size($1) }
            while let next = said.waiting.first, left >= ConflatingQueueTests.size(next) {
                left -= ConflatingQueueTests.size(next)
                said.kept.append(said.waiting.removeFirst())
                expected.append(next)
            }
            if left > 0 { said.waiting[0].isTouched = true }
            said.isBehind = count < bytes.count
            if said.isBehind { real.beginConflating() } else { real.endConflating() }
        }

        /// The connection is lost, and the client comes back.
        mutating func takeUp(_ seed: inout SeededGenerator) {
            real.loseConnection()
            let sent = real.sent
            let received = sent - UInt64(seed.draw(0...said.kept.count))
            #expect(real.canResume(from: received) && !real.canResume(from: sent + 1))
            real.rewind(to: received, at: Int64(number))
            said.waiting = said.kept.suffix(Int(sent - received)) + said.waiting
            for place in said.waiting.indices { said.waiting[place].isTouched = false }
            // What it has received need not be kept.
            said.kept = []
            said.isBehind = false
            (wire, expected) = ([], [])
        }

        mutating func release(_ seed: inout SeededGenerator) {
            let count = seed.draw(0...said.kept.count)
            real.release(through: real.sent - UInt64(said.kept.count - count))
            said.kept.removeFirst(count)
        }
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func `drops what a newer change stands for, and nothing else`(seed: UInt64) throws {
        var seed = SeededGenerator(seed: seed)
        var pair = Pair()
        for _ in 0..<120 {
            switch seed.draw(below: 12) {
            case 0...7: pair.append(&seed)
            case 8, 9: pair.write(&seed)
            case 10: pair.release(&seed)
            default: if seed.oneIn(2) { pair.takeUp(&seed) }
            }
            let costs = { (entries: [Said.Entry]) in
                entries.reduce(0) { $0 + Self.size($1) + ConflatingQueue.placeCost }
            }
            #expect(pair.real.waitingCost == costs(pair.said.waiting))
            #expect(pair.real.keptCost == costs(pair.said.kept))
            let seen = Self.entries(in: pair.wire)
            #expect(seen == pair.expected.map(Seen.init))
        }
        var rest: [UInt8] = []
        pair.real.fill(&rest, upTo: .max)
        #expect(Self.entries(in: pair.wire + rest) == (pair.expected + pair.said.waiting).map(Seen.init))
    }

    @Test func `gives its memory back`() {
        let total = BacklogMemory(shards: 1, limit: .max)
        do {
            var seed = SeededGenerator(seed: 1)
            var backlog = ConflatingQueue()
            backlog.beginConflating()
            for number in 0..<10_000 {
                let entry = Said.Entry(
                    number: UInt64(number), dn: 0, call: seed.draw(below: 4), recording: "", reference: 0)
                backlog.append(
                    ConflatingQueue.Item(event: SharedFrame(copying: Self.frame(entry).span, in: total)), at: 0)
            }
            #expect(backlog.dropped == 9_996)
            #expect(backlog.footprint < 4_000)
            #expect(total.now > 0 && total.now < 2_000)
            backlog.removeAll()
        }
        #expect(total.now == 0)
    }

    // MARK: - Frames

    private struct Seen: Equatable {
        var number: UInt64?
        var reference: Int32
        var conflated: Int32

        init(_ entry: Said.Entry) {
            (number, reference, conflated) = (entry.number, entry.reference, entry.conflated)
        }

        init(_ event: Event) {
            number = event.sequenceNumber
            reference = event.referenceID?.rawValue ?? 0
            conflated = event.extensions?.first("conflated")?.integer ?? 0
        }
    }

    private static func frame(_ entry: Said.Entry) -> [UInt8] {
        var bytes: [UInt8] = []
        let message: MessageNumber = entry.recording == nil ? .eventHeld : .eventAttachedDataChanged
        FrameWriter.write(message, to: &bytes, capacity: 512) { frame in
            frame.connection(.connID, ConnectionID(rawValue: UInt64(entry.call + 1)))
            frame.directoryNumber(.thisDN, DirectoryNumber("500\(entry.dn)"))
            frame.list(.userData, ["number": .integer(Int32(entry.number))])
            if let recording = entry.recording, !recording.isEmpty {
                frame.list(.extensions) { $0.list("recording") { $0.string("id", recording) } }
            }
            frame.integer(.callType, 1)
            frame.long(.eventSequenceNumber, entry.number)
        }
        return bytes
    }

    private static func size(_ entry: Said.Entry) -> Int {
        let hasExtensions = entry.recording?.isEmpty == false
        return frame(entry).count + (entry.reference == 0 ? 0 : 7)
            + (entry.conflated == 0 ? 0 : hasExtensions ? 16 : 23)
    }

    private static func entries(in bytes: [UInt8]) -> [Seen] {
        var seen: [Seen] = []
        var place = 0
        var table = AttributeTable()
        while case .frame(let length) = FrameDecoder.split(bytes.span, at: place) {
            if let event = try? Event(decoding: bytes.span.extracting(place..<place + length), table: &table) {
                seen.append(Seen(event))
            }
            place += length
        }
        return seen
    }
}
