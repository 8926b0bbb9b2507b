import CallModel
import EventLoops
import TLibrary

// How a frame reaches the sessions: those of one DN, or one alone.
extension Notifier {
    // MARK: - Delivery

    /// Hands the frame to the sessions of this shard on a DN. The request that it answers is answered whether its session
    /// is one of them or not: what is not sent for a registration whose snapshot will tell it anyway, is sent as an answer.
    func deliver(
        to index: Directory.Index, about connection: ConnectionID, from origin: Int, _ answers: RequestContext?
    ) {
        let place = index.rawValue
        var isAnswered = answers?.client.shard != seat.shard.index
        switch audiences.span[place].subscribers.count {
        case 0: break
        case 1: if deliver(to: 0, on: index, about: connection, from: origin, answers) { isAnswered = true }
        default:
            putDown(on: place, answers)
            for subscriber in audiences.span[place].following.apart
            where deliver(to: subscriber, on: index, about: connection, from: origin, answers) {
                isAnswered = true
            }
        }
        if !isAnswered, let answers, let outbox = outbox(of: answers.client) {
            tell(outbox, about: connection, answering: answers.reference)
        }
        shared = nil
    }

    /// Says whether it is the session that asked.
    private func deliver(
        to subscriber: Int, on index: Directory.Index, about connection: ConnectionID, from origin: Int,
        _ answers: RequestContext?
    ) -> Bool {
        let place = index.rawValue
        let outbox = audiences.span[place].subscribers[subscriber].outbox
        let reference = answers?.client == outbox.client ? answers?.reference : nil
        switch audiences.span[place].subscribers[subscriber].passage(of: connection, from: origin) {
        case .open: tell(outbox, about: connection, answering: reference)
        case .held: hold(.event(answers: reference), about: connection, for: outbox, on: index)
        case .none: if reference != nil { tell(outbox, about: connection, answering: reference) }
        }
        return reference != nil
    }

    private func tell(_ outbox: OutboundQueue, about connection: ConnectionID, answering reference: ReferenceID?) {
        let kind = DeferredEvent.Kind.event(answers: reference)
        guard let index = placeOfHeld(kind, about: connection, for: outbox.client) else {
            return hand(to: outbox, answering: reference)
        }
        hold(kind, about: connection, for: outbox, on: index)
    }

    /// What a session hears of a call follows what is held of it, on whichever DN: so its order is that of the call.
    private func placeOfHeld(
        _ kind: DeferredEvent.Kind, about connection: ConnectionID, for client: ClientID
    ) -> Directory.Index? {
        guard !registering.isEmpty, let index = registering[client] else { return nil }
        return audiences[index.rawValue].holds(connection, kind, for: client) ? index : nil
    }

    private func hold(
        _ kind: DeferredEvent.Kind, about connection: ConnectionID, for outbox: OutboundQueue, on index: Directory.Index
    ) {
        let event = DeferredEvent(event: shareFrame(), connection: connection, kind: kind)
        guard !audiences[index.rawValue].hold(event, for: outbox.client, upTo: limits.backlogBytes) else { return }
        outbox.enter(()) { outbox, _ in outbox.markSlow() }
    }

    // MARK: - For many sessions at once

    /// Puts the frame on the DN's page for all who follow that, and finds who does not.
    private func putDown(on audience: Int, _ answers: RequestContext?) {
        writePagesWhereFull()
        if let answers { outbox(of: answers.client)?.enter(()) { outbox, _ in outbox.detachFromFanOut() } }
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
    private func gatherFollowers(on audience: Int, _ page: FanOutBuffers.FanOutBuffer, askedBy asker: ClientID?) {
        let place = round.enter(()) { round, _ in round.place }
        var apart: [Int] = []
        for subscriber in audiences.span[audience].subscribers.indices {
            let outbox = audiences.span[audience].subscribers[subscriber].outbox
            // Of who registers a DN something may be held, behind which all else of its call comes.
            let isHeld = !registering.isEmpty && registering[outbox.client] != nil
            let may = audiences.span[audience].subscribers[subscriber].isThrough && outbox.client != asker && !isHeld
            let follows = outbox.enter((place, may)) { outbox, order in outbox.follow(order.0, if: order.1) }
            if !follows { apart.append(subscriber) }
        }
        audiences[audience].following = FanOutCache(page: page, apart: apart, isKnown: true)
    }

    /// A turn may bring more than should be in memory at once: what lies on pages is written in its midst.
    private func writePagesWhereFull() {
        let followers = round.enter(()) { round, _ in round.takeFollowersOfFullPages() }
        guard !followers.isEmpty else { return }
        for outbox in followers { outbox.enter(()) { outbox, _ in outbox.flushInLine() } }
        round.enter(()) { round, _ in round.clearPages() }
    }

    // MARK: - To one session

    func hand(to outbox: OutboundQueue, answering reference: ReferenceID?) {
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
        for outbox: OutboundQueue, answering reference: ReferenceID? = nil, isAnswer: Bool = false,
        isCounted: Bool = true
    ) {
        let item = ConflatingQueue.Item(
            event: shareFrame(), reference: reference, answers: isAnswer ? 1 : 0, isCounted: isCounted)
        outbox.enter(item) { outbox, item in outbox.keep(copy item) }
    }

    func shareFrame() -> SharedFrame {
        if let shared { return shared }
        let event = SharedFrame(copying: frame.span, in: total)
        shared = event
        return event
    }

    func makeCopy(answering reference: ReferenceID) {
        copy.removeAll(keepingCapacity: true)
        FrameWriter.appendCopy(of: frame.span, withReference: reference, to: &copy)
    }

    func outbox(of client: ClientID) -> OutboundQueue? {
        if let lastOutbox, lastOutbox.client == client { return lastOutbox }
        lastOutbox = outboxes[client]
        return lastOutbox
    }

    /// Hands the frame to one session, on whichever shard it lives. `connection`: the call that says it.
    func send(
        to client: ClientID, about connection: ConnectionID = .none, isFirst: Bool, isCounted: Bool = true
    ) {
        guard client.shard == seat.shard.index else {
            let parcel = RemoteReply(client: client, connection: connection, frame: frame, isFirst: isFirst)
            return mailboxes[client.shard].post(.answer(parcel))
        }
        guard let outbox = outbox(of: client) else { return }
        let kind = DeferredEvent.Kind.reply(isFirst: isFirst)
        if let index = placeOfHeld(kind, about: connection, for: client) {
            hold(kind, about: connection, for: outbox, on: index)
        } else {
            handReply(to: outbox, isFirst: isFirst, isCounted: isCounted)
        }
        shared = nil
    }

    func handReply(to outbox: OutboundQueue, isFirst: Bool, isCounted: Bool = true) {
        let isTaken =
            isFirst
            ? outbox.enter(frame.span) { outbox, frame in outbox.appendAnswer(frame) }
            : outbox.enter(frame.span) { outbox, frame in outbox.append(frame) }
        if !isTaken { keep(for: outbox, isAnswer: isFirst, isCounted: isCounted) }
    }
}
