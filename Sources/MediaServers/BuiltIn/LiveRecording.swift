import CallControl
import CallModel

/// What the shard has of one recording: its ears, its timeline and its tape. Confined to its desk.
final class LiveRecording {
    private static let idsKept = 8

    let start: MediaCommand.ID
    let tape: Tape
    private let sockets: [any DatagramSocket]
    private var ears: Ears<SocketAddress>
    private(set) var hasAudio = false
    private var warnsOfNoAudio = false
    private var carriedOut: [MediaCommand.ID] = []

    init(start: MediaCommand.ID, tape: Tape, sockets: [any DatagramSocket], timeline: Timeline) {
        self.start = start
        self.tape = tape
        self.sockets = sockets
        ears = Ears(timeline: timeline)
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
    }

    func resume(now: Duration) {
        ears.timeline.resume(now: now)
    }

    func hear(_ datagram: Span<UInt8>, from address: SocketAddress, on side: VoiceID.Side, now: Duration) {
        if ears.hear(datagram, from: address, on: side, now: now) {
            hasAudio = true
        }
    }

    /// Hands the tape what is complete at `end`. The array is room to work in.
    func moveAudio(until end: Duration, by samples: inout [Int16]) {
        let silence = ears.timeline.take(until: end, into: &samples)
        tape.append(samples, silence: silence)
    }

    /// Whether there is news of the audio for the engine: none came within `proof`, or it came after that was told.
    func newsOfAudio(proof: Duration, now: Duration) -> Bool? {
        guard proof > .zero, tape.isOpen else { return nil }
        if hasAudio, warnsOfNoAudio {
            warnsOfNoAudio = false
            return true
        }
        if !hasAudio, !warnsOfNoAudio, now - ears.timeline.start >= proof {
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
