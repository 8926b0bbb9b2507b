import CallControl
import CallModel
import EventLoops
import RTPAudio

/// What the shard has of one recording: its two sides, its timeline and its tape. Confined to its desk.
final class ActiveRecording {
    private static let idsKept = 8

    let start: MediaCommand.ID
    let tape: RecordingWriter
    private var anchor: SideIntake
    private var other: SideIntake
    private var ears: StereoReceiver<SocketAddress>
    private var watch: AudioWatch
    private var carriedOut: [MediaCommand.ID] = []

    init(
        start: MediaCommand.ID, tape: RecordingWriter, anchor: SideIntake, other: SideIntake,
        ears: StereoReceiver<SocketAddress>,
        mediaProof: Duration
    ) {
        self.start = start
        self.tape = tape
        self.anchor = anchor
        self.other = other
        self.ears = ears
        watch = AudioWatch(proof: mediaProof, since: ears.timeline.start)
    }

    var faults: [Track.Faults] { ears.timeline.faults }

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
        ears.timeline.pause(now: now)
        tape.pause()
    }

    func resume(now: Duration) {
        guard ears.timeline.isPaused else { return }
        ears.timeline.resume(now: now)
        watch.begin(at: now)
    }

    /// Says where a side's audio comes from, if that is another place than before.
    func hear(
        _ datagram: Span<UInt8>, from address: SocketAddress, on side: ToneStreamID.Side, now: Duration
    ) -> SocketAddress? {
        guard let packet = RTPPacket(datagram) else {
            ears.timeline.count(\.malformed, of: side)
            return nil
        }
        guard admits(packet, from: address, on: side) else {
            ears.timeline.count(\.otherSource, of: side)
            return nil
        }
        let hearing = ears.hear(packet, in: datagram, from: address, on: side, now: now)
        guard hearing != .nothing else { return nil }
        switch side {
        case .anchor: anchor.hear(now: now)
        case .other: other.hear(now: now)
        }
        return hearing == .newSource ? address : nil
    }

    private func admits(_ packet: RTPPacket, from address: SocketAddress, on side: ToneStreamID.Side) -> Bool {
        switch side {
        case .anchor: anchor.admits(packet, from: address)
        case .other: other.admits(packet, from: address)
        }
    }

    /// The switch tells who speaks: somebody else is heard from wherever he comes.
    func follow(_ path: MediaRoute) {
        if anchor.follow(path.anchor, from: path.sources.anchor) { ears.releaseSource(of: .anchor) }
        if other.follow(path.other, from: path.sources.other) { ears.releaseSource(of: .other) }
    }

    /// Hands the tape what is complete at `end`. The array is room to work in.
    func moveAudio(until end: Duration, now: Duration, by samples: inout [Int16]) {
        let silence = ears.timeline.take(until: end, into: &samples)
        tape.append(samples, silence: silence, heard: captured(by: now), now: now)
    }

    /// Hands it all that is there.
    func moveRest(now: Duration, by samples: inout [Int16]) {
        moveAudio(until: now, now: now, by: &samples)
        ears.timeline.takeRest(behind: now, into: &samples)
        tape.appendRest(samples)
    }

    /// When audio that is captured came last, if that is new; before a pause ended it was not captured.
    private func captured(by now: Duration) -> Duration? {
        guard !ears.timeline.isPaused else { return nil }
        let heard = [anchor.heard, other.heard].compactMap(\.self).max()
        return heard.flatMap { $0 >= ears.timeline.captureBegin ? $0 : nil }
    }

    /// The sides from which no audio comes, where there is news of that for the engine. Nothing is missed in a pause.
    func newsOfAudio(now: Duration) -> MediaSides? {
        guard tape.isOpen, !ears.timeline.isPaused else { return nil }
        return watch.look(anchor: anchor.heard, other: other.heard, now: now)
    }

    func closeSockets(_ ports: PortKeeper) {
        ports.close(anchor.socket, streams: anchor.streams)
        ports.close(other.socket, streams: other.streams)
    }
}
