/// A call whose media the server carries, as two parties who never fall silent.
struct CarriedCall: Sendable {
    enum Recording: Sendable {
        case on, paused
    }

    let fromTag: String
    let toTag: String
    let began: Duration
    var metadata = ""
    /// `nil`: nothing is recorded.
    var recording: Recording?
    /// Its files, the latest last.
    var files: [String] = []
    /// The server writes to the latest.
    var isOpen: Bool { recording != nil }
    /// Whether audio gets into the file.
    var isCaptured = false
    /// Who speaks nevertheless.
    var isSilent = false

    mutating func record(_ recording: Recording?) {
        self.recording = recording
        isCaptured = recording == .on
    }

    /// Two parties, 50 packets a second each.
    func packets(at now: Duration) -> Int {
        isSilent ? 0 : Int((now - began) / .milliseconds(10))
    }
}

extension CarriedCall {
    /// What a `query` says, with the keys in the order, and at the places, that the real one has them.
    func description(at now: Duration, showsMetadata: Bool) -> [Bencode.Entry] {
        let packets = packets(at: now)
        let counts: Bencode = .dictionary([
            "packets": .integer(packets), "bytes": .integer(172 * packets), "errors": .integer(0),
        ])
        let none: Bencode = .dictionary(["packets": .integer(0), "bytes": .integer(0), "errors": .integer(0)])
        var entries: [Bencode.Entry] = [
            .init(key: "created", value: .integer(1_795_399_955)), .init(key: "created_us", value: .integer(692_290)),
            .init(key: "last signal", value: .integer(1_795_399_955)),
            .init(key: "last redis update", value: .integer(0)),
        ]
        if showsMetadata, !metadata.isEmpty { entries.append(.init(key: "metadata", value: .text(metadata))) }
        entries += [
            .init(key: "SSRC", value: .dictionary([Bencode.Entry]())),
            .init(
                key: "tags",
                value: .dictionary([
                    .init(key: fromTag, value: party(fromTag, other: toTag, counts)),
                    .init(key: toTag, value: party(toTag, other: fromTag, counts)),
                ])),
            .init(key: "totals", value: .dictionary(["RTP": counts, "RTCP": none])),
        ]
        if let recording {
            let isOn = recording == .on ? 1 : 0
            let state: Bencode = .dictionary(["call recording": .integer(isOn), "forwarding": .integer(0)])
            entries.append(.init(key: "recording", value: state))
        }
        return entries
    }

    /// Has a `recording` of its own, which says nothing of what is recorded.
    private func party(_ tag: String, other: String, _ counts: Bencode) -> Bencode {
        let subscription: Bencode = .list([.dictionary(["tag": .text(other), "type": .text("offer/answer")])])
        let stream: Bencode = .dictionary([
            "local port": .integer(46_224), "endpoint": .dictionary(["family": .text("IPv4")]),
            "flags": .list([.text("RTP"), .text("filled")]), "stats": counts,
        ])
        let media: Bencode = .dictionary([
            "index": .integer(1), "type": .text("audio"), "protocol": .text("RTP/AVP"), "streams": .list([stream]),
        ])
        var entries: [Bencode.Entry] = [
            .init(key: "tag", value: .text(tag)), .init(key: "created", value: .integer(1_795_399_955)),
            .init(key: "subscriptions", value: subscription), .init(key: "medias", value: .list([media])),
        ]
        if recording != nil {
            let state: Bencode = .dictionary(["excluded": .integer(0), "forwarding": .integer(0)])
            entries.append(.init(key: "recording", value: state))
        }
        return .dictionary(entries)
    }
}
