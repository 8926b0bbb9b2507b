import CallControl
import EventLoops

/// One connection of the inspection port: what happens on its stream. Every member is called on its shard and from no
/// actor.
final class HTTPConnectionHandler: ByteStreamHandler {
    private let link: HTTPConnection
    private let desk: AdminRequestHandler

    init(_ stream: any ByteStream, on shard: any EventLoop, desk: AdminRequestHandler) {
        link = HTTPConnection(stream, on: ShardSeat(shard))
        self.desk = desk
    }

    func begin() {
        link.enter(()) { link, _ in link.begin() }
        guard let other = desk.connections.open(self) else { return }
        // Not from inside the listener, which is still opening the stream.
        _ = link.seat.shard.after(.zero) { other.giveWay() }
    }

    private func giveWay() {
        link.enter(()) { link, _ in link.giveWay() }
    }

    func received(_ bytes: Span<UInt8>) {
        link.enter(bytes) { link, bytes in link.append(bytes) }
        goOn()
    }

    func becameWritable() {
        link.enter(()) { link, _ in link.writeOn() }
        goOn()
        noteProgress()
    }

    func closed() {
        link.enter(()) { link, _ in link.closed() }
        desk.connections.close(self)
    }

    private func noteProgress() {
        desk.connections.progress(of: self, isIdle: link.enter(()) { link, _ in link.isIdle })
    }

    /// Answers the next request, where one is whole and the one before it is answered.
    private func goOn() {
        guard let request = link.enter((), { link, _ in link.next() }) else { return }
        if let answer = desk.answer(request, on: self, later: { self.answer($0) }) { self.answer(answer) }
    }

    private func answer(_ answer: HTTPResponse) {
        let isMore = link.enter(answer) { link, answer in link.answer(copy answer) }
        noteProgress()
        // One answer a turn: whoever asks without end leaves the others theirs.
        if isMore { _ = link.seat.shard.after(.zero) { self.goOn() } }
    }
}
