import CallControl
import EventLoops
import RTPAudio

/// The audio in captured frames, brought to the timeline of one recording: a steady clock says where a stretch of speech
/// begins, its RTP timestamps say what follows.
///
/// Pure. In turn for each pcap file: ``begin(_:)``, then ``hear(_:link:stamped:into:)`` frame by frame; at last
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
    /// Packets that were captured so long after the end are no fault: the server had not heard of the stop.
    static let slack = Duration.seconds(2)

    private let order: ConversionJob
    private let anchor: Set<NetworkAddress>
    private let other: Set<NetworkAddress>
    private var ears = StereoReceiver<NetworkAddress>(timeline: Timeline(start: .zero, isPaused: false))
    private var clock: CaptureClock?
    private var now = Duration.zero
    private var taken = Duration.zero
    private(set) var counts = Counts()
    /// Of the anchor, and of the other side.
    private(set) var transcoders: (anchor: PayloadTranscoder, other: PayloadTranscoder)
    /// By how much the clock of the captures was set, file by file.
    private(set) var clockSteps: [Duration] = []

    init(of order: ConversionJob) {
        self.order = order
        anchor = Set(order.streams.anchor.compactMap(NetworkAddress.init))
        other = Set(order.streams.other.compactMap(NetworkAddress.init))
        transcoders = (
            PayloadTranscoder(codecs: order.streams.anchorCodecs), PayloadTranscoder(codecs: order.streams.otherCodecs)
        )
    }

    /// Of the anchor, and of the other side.
    var faults: [Track.Faults] { ears.timeline.faults }

    /// Goes on with another pcap file.
    mutating func begin(_ segment: ConversionJob.Segment) {
        endSegment()
        clock = CaptureClock(segment, of: order)
    }

    private mutating func endSegment() {
        if let clock { clockSteps.append(clock.step) }
        clock = nil
    }

    /// Takes out all that is left.
    mutating func finish(into frames: inout [Int16]) -> Int {
        endSegment()
        return ears.timeline.take(until: order.length, into: &frames)
    }

    /// Takes a frame. First takes out what nothing can belong to any more: interleaved frames, and then as many of
    /// silence as it says. Captures of several threads may overtake each other: the clock never falls.
    mutating func hear(
        _ frame: Span<UInt8>, link: CaptureLink, stamped wall: WallTime, into frames: inout [Int16]
    ) -> Int {
        guard let datagram = CapturedDatagram(frame, link: link) else {
            counts.unrelated += 1
            return advance(to: clock?.time(of: nil, rate: 1, stamped: wall) ?? .zero, into: &frames)
        }
        let payload = frame.extracting(datagram.payload)
        let side = side(of: datagram)
        let packet = payload.isControl ? nil : RTPPacket(payload)
        let rate = packet.flatMap { packet in side.flatMap { transcoder(of: $0).rate(of: packet) } }
        let time = clock?.time(of: rate == nil ? nil : packet, rate: rate ?? 1, stamped: wall) ?? .zero
        let silence = advance(to: time, into: &frames)
        guard let side else {
            counts.unrelated += 1
            return silence
        }
        guard time >= .zero - Self.slack, time <= order.length + Self.slack else {
            counts.outsideTime += 1
            return silence
        }
        guard !payload.isControl else { return silence }
        if hear(payload, packet, from: datagram.source, on: side) {
            switch side {
            case .anchor: counts.anchor += 1
            case .other: counts.other += 1
            }
        }
        return silence
    }

    private func transcoder(of side: ToneStreamID.Side) -> PayloadTranscoder {
        switch side {
        case .anchor: transcoders.anchor
        case .other: transcoders.other
        }
    }

    /// Says whether it is audio of that side.
    private mutating func hear(
        _ datagram: Span<UInt8>, _ packet: RTPPacket?, from source: NetworkAddress, on side: ToneStreamID.Side
    ) -> Bool {
        let transcoded: PayloadTranscoder.Output =
            if let packet {
                switch side {
                case .anchor: transcoders.anchor.transcode(packet, in: datagram)
                case .other: transcoders.other.transcode(packet, in: datagram)
                }
            } else {
                .asItIs
            }
        switch transcoded {
        case .asItIs: return ears.hear(datagram, from: source, on: side, now: now)
        case .datagram(let bytes): return ears.hear(bytes.span, from: source, on: side, now: now)
        case .nothing: return false
        }
    }

    private mutating func advance(to time: Duration, into frames: inout [Int16]) -> Int {
        now = max(now, min(time, order.length))
        guard now - taken >= Self.reach else {
            frames.removeAll(keepingCapacity: true)
            return 0
        }
        taken = now - Self.lookback
        return ears.timeline.take(until: taken, into: &frames)
    }

    /// A packet stands in the capture as it came in, sent by a side to the media server; or, where that is told to
    /// record what it sends, as it went out: from the media server to the side that hears it.
    private func side(of datagram: CapturedDatagram) -> ToneStreamID.Side? {
        if anchor.contains(datagram.destination) { return .anchor }
        if other.contains(datagram.destination) { return .other }
        if anchor.contains(datagram.source) { return .other }
        if other.contains(datagram.source) { return .anchor }
        return other.isEmpty ? .other : nil
    }
}

extension Span<UInt8> {
    /// Whether it is RTCP, by the types that RTP on the same port keeps clear of (RFC 5761, section 4).
    fileprivate var isControl: Bool { count >= 2 && (192...223).contains(self[1]) }
}
