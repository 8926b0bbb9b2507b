import CallControl
import EventLoops
import Logging

/// Whether the peer is still there.
extension FeedClient {
    /// The peer has said whether it answers `ping`.
    func expectPeer(_ answers: Bool) {
        guard liveness.interval > .zero, answers else { return stopExpecting() }
        guard check == nil else { return }
        liveness.heard(at: seat.shard.now)
        checkPeer(after: liveness.interval)
    }

    func stopExpecting() {
        check?.cancel()
        check = nil
    }

    private func checkPeer(after delay: Duration) {
        check = seat.shard.after(delay) { [self] in
            enter(()) { feed, _ in feed.checkPeer() }
        }
    }

    private func checkPeer() {
        guard let stream, !isClosing else { return stopExpecting() }
        // What the peer sent waits to be read.
        if isHeldBack { liveness.heard(at: seat.shard.now) }
        switch liveness.look(at: seat.shard.now) {
        case .wait(let delay): checkPeer(after: delay)
        case .ping(let delay):
            if !outbox.isFull { outbox.append(FeedLine(notice: .ping).bytes, for: stream) }
            checkPeer(after: delay)
        case .lost:
            check = nil
            close(.silent, because: "the peer has sent nothing for twice the option keep-alive")
        }
    }
}
