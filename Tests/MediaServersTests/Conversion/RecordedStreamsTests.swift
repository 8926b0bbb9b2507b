import CallControlTesting
import CallModel
import EventLoops
import Testing

@testable import MediaServers

/// A value in bencode, to be asked of a media server that is not there. (A macro of Testing takes no `Span`.)
indirect enum Answer {
    case number(Int)
    case text(String)
    case list([Answer])
    case pairs([(String, Answer)])

    var bytes: [UInt8] {
        switch self {
        case .number(let number): [UInt8]("i\(number)e".utf8)
        case .text(let text): [UInt8]("\(text.utf8.count):\(text)".utf8)
        case .list(let values): [UInt8(ascii: "l")] + values.flatMap(\.bytes) + [UInt8(ascii: "e")]
        case .pairs(let pairs):
            [UInt8(ascii: "d")] + pairs.flatMap { Answer.text($0.0).bytes + $0.1.bytes } + [UInt8(ascii: "e")]
        }
    }

    /// A stream as rtpengine tells of it.
    static func stream(_ host: String, _ port: Int, flags: String...) -> Answer {
        .pairs([
            ("local port", .number(port)), ("local address", .text(host)), ("family", .text("IPv4")),
            ("endpoint", .pairs([("address", .text("192.0.2.7")), ("port", .number(4_000))])),
            ("flags", .list((flags + ["filled"]).map(Answer.text))),
            ("stats", .pairs([("packets", .number(66))])),
        ])
    }

    static func media(_ type: String, codec: String = "PCMU/8000", _ streams: Answer...) -> Answer {
        .pairs([
            ("index", .number(1)), ("type", .text(type)), ("codec", .text(codec)), ("streams", .list(streams)),
            ("flags", .list([.text("initialized"), .text("send")])),
        ])
    }

    static func query(_ tags: (String, [Answer])...) -> Answer {
        .pairs([
            ("created", .number(1_795_399_119)), ("SSRC", .pairs([])),
            (
                "tags",
                .pairs(
                    tags.map { tag, medias in
                        (tag, .pairs([("tag", .text(tag)), ("medias", .list(medias))]))
                    })
            ),
            ("totals", .pairs([("RTP", .pairs([("packets", .number(132))]))])), ("result", .text("ok")),
        ])
    }
}

private func streams(in bytes: [UInt8], from: String = "ft", to: String = "tt") throws -> RecordedStreams? {
    let session = try #require(MediaSession(callID: "c", fromTag: from, toTag: to))
    return RecordedStreams(query: bytes.span, of: session)
}

private func addresses(_ texts: String...) -> Set<SocketAddress> {
    Set(texts.compactMap { SocketAddress($0) })
}

@Suite struct RecordedStreamsTests {
    private let answer = Answer.query(
        (
            "ft",
            [
                .media(
                    "audio", .stream("127.0.0.1", 21_126, flags: "RTP"), .stream("127.0.0.1", 21_127, flags: "RTCP")),
                .media("video", .stream("127.0.0.1", 21_130, flags: "RTP")),
            ]
        ),
        ("tt", [.media("audio", .stream("::1", 21_114, flags: "RTP", "RTCP"))]),
        ("moh", [.media("audio", .stream("127.0.0.1", 21_200, flags: "RTP"))])
    ).bytes

    @Test func `The sides of a session are told by the server's own addresses for their audio`() throws {
        let caller = try #require(try streams(in: answer))
        #expect(caller.anchor == addresses("127.0.0.1:21126"))
        #expect(caller.other == addresses("[::1]:21114"))
        let callee = try #require(try streams(in: answer, from: "tt", to: "ft"))
        #expect(callee.anchor == caller.other)
        #expect(callee.other == caller.anchor)
    }

    @Test(arguments: ["", "gone"])
    func `Where the other party's tag is not known the other side is all but the anchor`(tag: String) throws {
        let found = try #require(try streams(in: answer, to: tag))
        #expect(found.anchor == addresses("127.0.0.1:21126"))
        #expect(found.other == addresses("[::1]:21114", "127.0.0.1:21200"))
    }

    @Test func `An answer without the call's media tells nothing`() throws {
        let refusal = Answer.pairs([("error-reason", .text("Unknown call-id")), ("result", .text("error"))])
        #expect(try streams(in: refusal.bytes) == RecordedStreams())
        #expect(try streams(in: answer, from: "gone")?.anchor == [])
        for port in [-1, 0, 65_536, .max] {
            let odd = Answer.query(("ft", [.media("audio", .stream("127.0.0.1", port, flags: "RTP"))]))
            let read = try #require(try streams(in: odd.bytes))
            #expect(read.anchor.isEmpty && read.other.isEmpty)
        }
    }

    @Test func `An answer that is cut anywhere is none`() throws {
        for length in 0..<answer.count {
            #expect(try streams(in: Array(answer.prefix(length))) == nil)
        }
    }

    @Test func `20,000 damaged answers all come out as something`() throws {
        var generator = SeededGenerator(seed: 0x7412_1B5E_ED00_000A)
        var whole = 0
        for _ in 0..<20_000 {
            var bytes = answer
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[place] = .random(in: .min ... .max, using: &generator)
                case 1: bytes.remove(at: place)
                default: bytes.insert(UInt8(ascii: "d"), at: place)
                }
            }
            whole += try streams(in: bytes) == nil ? 0 : 1
        }
        #expect((1..<20_000).contains(whole))
    }
}
