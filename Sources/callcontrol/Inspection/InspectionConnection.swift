import CallControl
import Synchronization

/// One connection of the inspection port: what happens on its stream. Every member is called on its shard and from no
/// actor.
final class InspectionConnection: ByteStreamHandler {
    private let link: InspectionLink
    private let desk: InspectionDesk

    init(_ stream: any ByteStream, on shard: any Shard, desk: InspectionDesk) {
        link = InspectionLink(stream, on: ShardSeat(shard))
        self.desk = desk
    }

    func begin() {
        let mayStay = desk.connections.add(1, ordering: .relaxed).newValue <= InspectionDesk.connectionLimit
        link.enter(()) { link, _ in link.begin() }
        guard !mayStay else { return }
        // Not from inside the listener, which is still opening the stream.
        _ = link.seat.shard.after(.zero) { [link] in link.enter(()) { link, _ in link.turnAway() } }
    }

    func received(_ bytes: Span<UInt8>) {
        link.enter(bytes) { link, bytes in link.append(bytes) }
        goOn()
    }

    func becameWritable() {
        link.enter(()) { link, _ in link.writeOn() }
        goOn()
    }

    func closed() {
        link.enter(()) { link, _ in link.closed() }
        desk.connections.subtract(1, ordering: .relaxed)
    }

    /// Answers the next request, where one is whole and the one before it is answered.
    private func goOn() {
        guard let request = link.enter((), { link, _ in link.next() }) else { return }
        if let answer = desk.answer(request, later: { self.answer($0) }) { self.answer(answer) }
    }

    private func answer(_ answer: HTTPAnswer) {
        let isMore = link.enter(answer) { link, answer in link.answer(copy answer) }
        // One answer a turn: whoever asks without end leaves the others theirs.
        if isMore { _ = link.seat.shard.after(.zero) { self.goOn() } }
    }
}
