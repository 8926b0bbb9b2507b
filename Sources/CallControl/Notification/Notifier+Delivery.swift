import CallModel
import TLibrary

// How a frame reaches the sessions: those of one DN, or one alone.
extension Notifier {
    // MARK: - Delivery

    /// Hands the frame to the sessions of this shard on a DN.
    func deliver(
        to index: Directory.Index, about connection: ConnectionID, from origin: Int, _ answers: Asker?
    ) {
        let place = index.rawValue
        if audiences.span[place].subscribers.count == 1 {
            deliver(to: 0, on: place, about: connection, from: origin, answers)
        } else {
            putDown(on: place, answers)
            for subscriber in audiences.span[place].following.apart {
                deliver(to: subscriber, on: place, about: connection, from: origin, answers)
            }
        }
        shared = nil
    }

    private func deliver(
        to subscriber: Int, on audience: Int, about connection: ConnectionID, from origin: Int, _ answers: Asker?
    ) {
        let outbox = audiences.span[audience].subscribers[subscriber].outbox
        let reference = answers?.client == outbox.client ? answers?.reference : nil
        switch audiences.span[audience].subscribers[subscriber].passage(of: connection, from: origin) {
        case .open: hand(to: outbox, answering: reference)
        case .held:
            let event = HeldEvent(event: shareFrame(), answers: reference)
            if !audiences[audience].subscribers[subscriber].hold(event, upTo: limits.backlogBytes) {
                outbox.enter(()) { outbox, _ in outbox.condemn() }
            }
        case .none: break
        }
    }

    // MARK: - For many sessions at once

    /// Puts the frame on the DN's page for all who follow that, and finds who does not.
    private func putDown(on audience: Int, _ answers: Asker?) {
        writePagesWhereFull()
        if let answers { outbox(of: answers.client)?.enter(()) { outbox, _ in outbox.standApart() } }
        let known = audiences[audience].following.page
        let page = round.enter(known) { round, page in round.turn(to: page) }
        if page != known || !audiences[audience].following.isKnown {
            gatherFollowers(on: audience, page, askedBy: answers?.client)
        }
        let subscribers = audiences.span[audience].subscribers.count
        let followers = subscribers - audiences.span[audience].following.apart.count
        guard followers > 0 else { return }
        counters.eventsDelivered.add(followers)
        round.enter(frame.span) { round, frame in round.put(frame) }
    }

    /// From here on all follow the page who can.
    private func gatherFollowers(on audience: Int, _ page: TurnPages.Page, askedBy asker: ClientID?) {
        let place = round.enter(()) { round, _ in round.place }
        var apart: [Int] = []
        for subscriber in audiences.span[audience].subscribers.indices {
            let outbox = audiences.span[audience].subscribers[subscriber].outbox
            let may = audiences.span[audience].subscribers[subscriber].isThrough && outbox.client != asker
            let follows = outbox.enter((place, may)) { outbox, order in outbox.follow(order.0, if: order.1) }
            if !follows { apart.append(subscriber) }
        }
        audiences[audience].following = Following(page: page, apart: apart, isKnown: true)
    }

    /// A turn may bring more than should be in memory at once: what lies on pages is written in its midst.
    private func writePagesWhereFull() {
        let due = round.enter(()) { round, _ in round.dueWherePagesAreFull }
        guard !due.isEmpty else { return }
        for outbox in due { outbox.enter(()) { outbox, _ in outbox.write() } }
        round.enter(()) { round, _ in round.clearPages() }
    }

    // MARK: - To one session

    func hand(to outbox: Outbox, answering reference: ReferenceID?) {
        guard let reference else {
            if !outbox.enter(frame.span, { outbox, frame in outbox.append(frame) }) { keep(for: outbox) }
            return
        }
        if outbox.enter((), { outbox, _ in outbox.gathers }) {
            makeCopy(answering: reference)
            _ = outbox.enter(copy.span) { outbox, frame in outbox.appendAnswer(frame) }
        } else {
            keep(for: outbox, answering: reference, isAnswer: true)
        }
    }

    /// For a session whose events are kept one by one.
    private func keep(
        for outbox: Outbox, answering reference: ReferenceID? = nil, isAnswer: Bool = false, isCounted: Bool = true
    ) {
        let item = Backlog.Item(
            event: shareFrame(), reference: reference, answers: isAnswer ? 1 : 0, isCounted: isCounted)
        outbox.enter(item) { outbox, item in outbox.keep(copy item) }
    }

    func shareFrame() -> SharedEvent {
        if let shared { return shared }
        let event = SharedEvent(copying: frame.span, in: total)
        shared = event
        return event
    }

    func makeCopy(answering reference: ReferenceID) {
        copy.removeAll(keepingCapacity: true)
        FrameWriter.appendCopy(of: frame.span, withReference: reference, to: &copy)
    }

    func outbox(of client: ClientID) -> Outbox? {
        if let lastOutbox, lastOutbox.client == client { return lastOutbox }
        lastOutbox = outboxes[client]
        return lastOutbox
    }

    /// Hands the frame to one session, on whichever shard it lives.
    func send(to client: ClientID, isFirst: Bool, isCounted: Bool = true) {
        guard client.shard == seat.shard.index else {
            inboxes[client.shard].post(.answer(AnswerParcel(client: client, frame: frame, isFirst: isFirst)))
            return
        }
        guard let outbox = outbox(of: client) else { return }
        let isTaken =
            isFirst
            ? outbox.enter(frame.span) { outbox, frame in outbox.appendAnswer(frame) }
            : outbox.enter(frame.span) { outbox, frame in outbox.append(frame) }
        guard !isTaken else { return }
        keep(for: outbox, isAnswer: isFirst, isCounted: isCounted)
        shared = nil
    }
}
