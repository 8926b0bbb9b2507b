import CallControl
import CallModel

/// What the shard has of one recording: its ears, its timeline and its tape. Confined to its desk.
final class LiveRecording {
    /// Where a side's audio comes from. Others are not heard for as long as it speaks, so that a stray stream does not
    /// mix with it.
    private struct Source {
        var address: SocketAddress
        var heard: Duration
    }

    private static let latch = Duration.seconds(1)
    private static let idsKept = 8

    let start: MediaCommand.ID
    let tape: Tape
    private let sockets: [any DatagramSocket]
    private var timeline: Timeline
    private var anchorSource: Source?
    private var otherSource: Source?
    private(set) var hasAudio = false
    private var warnsOfNoAudio = false
    private var carriedOut: [MediaCommand.ID] = []

    init(start: MediaCommand.ID, tape: Tape, sockets: [any DatagramSocket], timeline: Timeline) {
        self.start = start
        self.tape = tape
        self.sockets = sockets
        self.timeline = timeline
    }

    var faults: [Track.Faults] { timeline.faults }

    /// Whether a command is new. The ids of the last few are kept: the engine repeats none but its last one.
    func isNew(_ id: MediaCommand.ID) -> Bool {
        guard !carriedOut.contains(id) else { return false }
        if carriedOut.count == Self.idsKept {
            carriedOut.removeFirst()
        }
        carriedOut.append(id)
        return true
    }

    func pause(now: Duration) {
        timeline.pause(now: now)
    }

    func resume(now: Duration) {
        timeline.resume(now: now)
    }

    func hear(_ datagram: Span<UInt8>, from address: SocketAddress, on side: VoiceID.Side, now: Duration) {
        guard let packet = RTPPacket(datagram) else {
            timeline.count(\.malformed, of: side)
            return
        }
        guard listens(to: address, on: side, now: now) else {
            timeline.count(\.otherSource, of: side)
            return
        }
        guard timeline.receive(packet, in: datagram, from: side, now: now) else { return }
        hasAudio = true
        switch side {
        case .anchor: anchorSource = Source(address: address, heard: now)
        case .other: otherSource = Source(address: address, heard: now)
        }
    }

    private func listens(to address: SocketAddress, on side: VoiceID.Side, now: Duration) -> Bool {
        let source =
            switch side {
            case .anchor: anchorSource
            case .other: otherSource
            }
        guard let source else { return true }
        return source.address == address || now - source.heard >= Self.latch
    }

    /// Hands the tape what is complete at `end`. The array is room to work in.
    func moveAudio(until end: Duration, by samples: inout [Int16]) {
        let silence = timeline.take(until: end, into: &samples)
        tape.append(samples, silence: silence)
    }

    /// Whether there is news of the audio for the engine: none came within `proof`, or it came after that was told.
    func newsOfAudio(proof: Duration, now: Duration) -> Bool? {
        guard proof > .zero, tape.isOpen else { return nil }
        if hasAudio, warnsOfNoAudio {
            warnsOfNoAudio = false
            return true
        }
        if !hasAudio, !warnsOfNoAudio, now - timeline.start >= proof {
            warnsOfNoAudio = true
            return false
        }
        return nil
    }

    func closeSockets() {
        for socket in sockets {
            socket.close()
        }
    }
}
