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

    /// Answers what was asked, one request after the other; an answer that takes turns goes on from there.
    private func goOn() {
        while let request = link.enter((), { link, _ in link.next() }) {
            guard let answer = desk.answer(request, later: { self.answer($0) }) else { return }
            link.enter(answer) { link, answer in link.answer(copy answer) }
        }
    }

    private func answer(_ answer: HTTPAnswer) {
        link.enter(answer) { link, answer in link.answer(copy answer) }
        goOn()
    }
}
