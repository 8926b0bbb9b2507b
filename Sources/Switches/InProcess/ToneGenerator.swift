import CallControl
import CallModel
import EventLoops
import RTPAudio

/// The voices of one shard's parties: a tone for each side of each recording that takes RTP.
actor ToneGenerator: LoopBound {
    static let rank = 60

    nonisolated let seat: ShardSeat
    /// `nil` where no socket could be had: then nobody is heard, and recordings warn that no media comes.
    private var voices: RTPToneSender?
    private var isTicking = false
    /// From where they are sent.
    nonisolated let source: SocketAddress?

    init(on shard: any EventLoop) {
        seat = ShardSeat(shard)
        let anyPort = SocketAddress(host: "127.0.0.1", port: 0)
        let socket = try? shard.openDatagramSocket(at: anyPort, received: { _, _ in })
        source = socket?.localAddress
        voices = socket.map { RTPToneSender(socket: $0) }
    }

    func carry(_ spoken: ToneRoute) {
        let path = spoken.path
        follow(spoken.anchorPitch, .anchor, to: path.intake.anchor, path)
        follow(spoken.otherPitch, .other, to: path.intake.other, path)
        tickLater()
    }

    private func follow(_ pitch: Int?, _ side: ToneStreamID.Side, to target: SocketAddress, _ path: MediaRoute) {
        let voice = ToneStreamID(connection: path.connection, recording: path.recording, side: side)
        if let pitch {
            voices?.speak(voice, pitch: pitch, to: target, now: seat.shard.now)
        } else {
            voices?.hush(voice)
        }
    }

    private func tickLater() {
        guard !isTicking, voices?.isSilent == false else { return }
        isTicking = true
        _ = seat.shard.after(.milliseconds(20)) { [self] in
            enter(()) { room, _ in room.tick() }
        }
    }

    private func tick() {
        isTicking = false
        voices?.tick(now: seat.shard.now)
        tickLater()
    }
}

/// A path of media with the pitches that its speakers have.
struct ToneRoute: Sendable {
    var path: MediaRoute
    var anchorPitch: Int?
    var otherPitch: Int?
}
