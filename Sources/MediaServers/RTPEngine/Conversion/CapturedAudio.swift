import CallControl

/// The audio in captured frames, brought to the timeline of one recording: the clock of the capture says where a stretch
/// of speech begins, its RTP timestamps say what follows.
///
/// Pure. In turn: ``advance(to:into:)``, then ``hear(_:link:at:)`` of the same moment, frame by frame; at last
/// ``finish(into:)``.
struct CapturedAudio {
    struct Counts: Equatable {
        /// Packets that are audio of the anchor, and of the other side.
        var anchor = 0
        var other = 0
        /// Datagrams that neither side sent.
        var unrelated = 0
        /// Captured before the recording began or after it ended.
        var outsideTime = 0
    }

    /// A packet may come so late and still find its place.
    static let lookback = Duration.milliseconds(300)
    /// What is older than this is taken out: well within the window of a ``Track``, also for a stream that runs ahead.
    private static let reach = Duration.milliseconds(420)
    /// The clocks of two machines agree to this.
    static let slack = Duration.seconds(2)

    private let began: WallTime
    private let length: Duration
    private let anchor: Set<NetworkAddress>
    private let other: Set<NetworkAddress>
    private var ears = Ears<NetworkAddress>(timeline: Timeline(start: .zero, isPaused: false))
    private var now = Duration.zero
    private var taken = Duration.zero
    private(set) var counts = Counts()

    init(of streams: RecordedStreams, began: WallTime, ended: WallTime) {
        self.began = began
        length = max(.zero, began.duration(to: ended))
        anchor = Set(streams.anchor.compactMap(NetworkAddress.init))
        other = Set(streams.other.compactMap(NetworkAddress.init))
    }

    /// Of the anchor, and of the other side.
    var faults: [Track.Faults] { ears.timeline.faults }

    /// Lets the clock run, and takes out what nothing can belong to any more: interleaved frames, and then as many of
    /// silence as it says. Captures of several threads may overtake each other: the clock never falls.
    mutating func advance(to time: WallTime, into frames: inout [Int16]) -> Int {
        now = max(now, min(began.duration(to: time), length))
        guard now - taken >= Self.reach else {
            frames.removeAll(keepingCapacity: true)
            return 0
        }
        taken = now - Self.lookback
        return ears.timeline.take(until: taken, into: &frames)
    }

    /// Takes out all that is left.
    mutating func finish(into frames: inout [Int16]) -> Int {
        ears.timeline.take(until: length, into: &frames)
    }

    mutating func hear(_ frame: Span<UInt8>, link: CaptureLink, at time: WallTime) {
        guard let datagram = CapturedDatagram(frame, link: link), let side = side(of: datagram) else {
            counts.unrelated += 1
            return
        }
        let age = began.duration(to: time)
        guard age >= .zero - Self.slack, age <= length + Self.slack else {
            counts.outsideTime += 1
            return
        }
        let payload = frame.extracting(datagram.payload)
        guard !payload.isControl, ears.hear(payload, from: datagram.source, on: side, now: now) else { return }
        switch side {
        case .anchor: counts.anchor += 1
        case .other: counts.other += 1
        }
    }

    /// A packet stands in the capture as it came in, sent by a side to the media server; or, where that is told to
    /// record what it sends, as it went out: from the media server to the side that hears it.
    private func side(of datagram: CapturedDatagram) -> VoiceID.Side? {
        if anchor.contains(datagram.destination) { return .anchor }
        if other.contains(datagram.destination) { return .other }
        if anchor.contains(datagram.source) { return .other }
        if other.contains(datagram.source) { return .anchor }
        return other.isEmpty ? .other : nil
    }
}

extension WallTime {
    fileprivate func duration(to later: WallTime) -> Duration {
        .microseconds(later.microseconds - microseconds)
    }
}

extension Span<UInt8> {
    /// Whether it is RTCP, by the types that RTP on the same port keeps clear of (RFC 5761, section 4).
    fileprivate var isControl: Bool { count >= 2 && (192...223).contains(self[1]) }
}
