import CallModel
import TLibrary

/// Fans out what happens in a shard's calls, and what other shards send for this shard's sessions.
///
/// An event is encoded once for each DN; each session registered there gets the same bytes, but for the answering copy,
/// which has the ReferenceID of its request (WireFormat, "Events").
package actor Notifier: ShardBound {
    package static let rank = 40

    package nonisolated let seat: ShardSeat
    private let inboxes: [Inbox]
    private var encoder: EventEncoder
    /// By the DN's place in the directory.
    private var audiences: [Audience]
    private var outboxes: [ClientID: Outbox] = [:]
    /// The one that was looked up last: what goes to one client comes in rows.
    private var lastOutbox: Outbox?
    /// The DN that a session is registering: while its snapshot is under way, something may be held for it.
    private var registering: [ClientID: Directory.Index] = [:]
    /// One frame at a time; keeps its room.
    private var frame: [UInt8] = []
    private var copy: [UInt8] = []
    /// The same frame as all hold it together whose events are kept one by one; made for the first of them.
    private var shared: SharedEvent?
    private let limits: EngineConfiguration.Limits
    private let total: BacklogTotal
    private let counters: ShardCounters

    init(
        on seat: ShardSeat, inboxes: [Inbox], directory: Directory, server: ServerIdentity,
        limits: EngineConfiguration.Limits, total: BacklogTotal, counters: ShardCounters
    ) {
        self.seat = seat
        self.inboxes = inboxes
        self.limits = limits
        self.total = total
        self.counters = counters
        encoder = EventEncoder(seat.shard, shardCount: inboxes.count, server: server)
        audiences = Array(repeating: Audience(), count: directory.entries.count)
    }

    // MARK: - From calls

    /// What a step of a call has to say, in this order.
    func tell(_ outcome: borrowing CallOutcome) {
        outcome.reply.visit { reply($0) }
        outcome.events.forEach { announce(copy $0) }
        for answer in outcome.again { tellAgain(answer) }
        outcome.results.forEach { tell($0) }
    }

    private func announce(_ event: CallEvent) {
        if event.isAnswer, let asker = event.asker, let repeatable = asker.repeatable {
            remember(FirstAnswer(event), of: repeatable, to: asker, about: event.facts.identity.connection)
        }
        switch event.audience {
        case .party(let party): announce(event, to: party)
        case .everyParty:
            let parties = event.facts.parties
            for place in parties.indices { announce(event, to: parties[place]) }
        }
    }

    private func announce(_ event: CallEvent, to party: Party) {
        let audience = party.index.rawValue
        let answers = event.isAnswer && event.asker?.thisDN == party.dn ? event.asker : nil
        // Who asked gets the answer, even having given the DN up meanwhile.
        guard answers != nil || audiences.span[audience].isInterested else { return }
        frame.removeAll(keepingCapacity: true)
        _ = encoder.encode(event, for: party, into: &frame)
        counters.eventsEncoded.add()
        let connection = event.facts.identity.connection
        deliver(to: party.index, about: connection, from: seat.shard.index, answers)
        let here = seat.shard.index
        let askerShard = answers?.client.shard ?? here
        guard audiences.span[audience].hasOtherShards || askerShard != here else { return }
        let parcel = EventParcel(
            index: party.index, connection: connection, origin: here, frame: frame, answers: answers)
        for shard in inboxes.indices
        where shard != here && (shard == askerShard || audiences[audience].sessions(on: shard) > 0) {
            inboxes[shard].post(.event(parcel))
        }
    }

    func reply(_ reply: borrowing CallReply) {
        frame.removeAll(keepingCapacity: true)
        _ = encoder.encode(reply, into: &frame)
        counters.eventsEncoded.add()
        send(to: reply.asker.client, about: reply.connection, isFirst: true)
        if case .refused(let refused) = reply.content, let limit = refused.limit { counters.refused(limit).add() }
        guard let repeatable = reply.asker.repeatable else { return }
        remember(FirstAnswer(reply.content), of: repeatable, to: reply.asker, about: reply.connection)
    }

    /// A call remembers its own answers.
    private func remember(
        _ answer: FirstAnswer?, of repeatable: RepeatableRequest, to asker: Asker, about connection: ConnectionID
    ) {
        guard let answer, repeatable.scope != .call || repeatable.connection != connection else { return }
        inboxes.remember(answer, of: repeatable, to: asker)
    }

    private func tellAgain(_ answer: RepeatedAnswer) {
        switch answer {
        case .reply(let reply): self.reply(reply)
        case .event(let event): answerAgain(event)
        }
    }

    /// An event for its asker alone.
    private func answerAgain(_ event: CallEvent) {
        guard case .party(let party) = event.audience, let asker = event.asker else {
            preconditionFailure("An event that is made anew has one party and an asker.")
        }
        frame.removeAll(keepingCapacity: true)
        _ = encoder.encode(event, for: party, into: &frame)
        counters.eventsEncoded.add()
        makeCopy(answering: asker.reference)
        swap(&frame, &copy)
        send(to: asker.client, about: event.facts.identity.connection, isFirst: true)
    }

    /// An agent's event once more, for one who asked again.
    func answerAgain(_ event: [UInt8], to asker: Asker) {
        frame.removeAll(keepingCapacity: true)
        FrameWriter.appendCopy(of: event.span, withReference: asker.reference, to: &frame)
        send(to: asker.client, isFirst: true)
    }

    private func tell(_ result: borrowing RecordingRequestResult) {
        frame.removeAll(keepingCapacity: true)
        _ = encoder.encode(result, into: &frame)
        counters.eventsEncoded.add()
        send(to: result.asker.client, about: result.connection, isFirst: false)
    }

    func note(_ presence: Presence) {
        if presence.isThere {
            audiences[presence.index.rawValue].calls.insert(presence.connection)
        } else {
            audiences[presence.index.rawValue].calls.remove(presence.connection)
        }
    }

    // MARK: - Of agents

    func frame(of change: AgentChange, askedBy asker: Asker) -> [UInt8] {
        var bytes: [UInt8] = []
        _ = encoder.agent(change, askedBy: asker, into: &bytes)
        counters.eventsEncoded.add()
        return bytes
    }

    /// An agent's event, for the sessions of this shard on its DN. One that has not got its snapshot yet, gets what the
    /// event says with that.
    func tell(_ news: AgentNews) {
        frame.removeAll(keepingCapacity: true)
        frame.append(contentsOf: news.frame)
        for subscriber in audiences[news.index.rawValue].subscribers where !subscriber.isNew {
            let isAnswer = news.asker.client == subscriber.outbox.client
            hand(to: subscriber.outbox, answering: isAnswer ? news.asker.reference : nil)
        }
        shared = nil
    }

    // MARK: - From sessions

    func answer(_ note: SessionNote, to client: ClientID) {
        frame.removeAll(keepingCapacity: true)
        switch note {
        case .refused(let refusal): _ = encoder.error(refusal, into: &frame)
        case .linkConnected(let reference, let sessionID):
            _ = encoder.linkConnected(reference, sessionID: sessionID, into: &frame)
        case .serverInfo(let request): _ = encoder.serverInfo(request, into: &frame)
        case .unregistered(let request): _ = encoder.unregistered(request, into: &frame)
        case .address(let answer): _ = encoder.address(answer, into: &frame)
        case .link(let message): message.encode(to: &frame)
        }
        counters.eventsEncoded.add()
        send(to: client, isFirst: note.isAnswer, isCounted: note.isCounted)
    }

    func farewell(reason: String) -> [UInt8] {
        var bytes: [UInt8] = []
        _ = encoder.linkDisconnected(reason: reason, into: &bytes)
        return bytes
    }

    func linkConnected(_ reference: ReferenceID, sessionID: String) -> [UInt8] {
        var bytes: [UInt8] = []
        _ = encoder.linkConnected(reference, sessionID: sessionID, into: &bytes)
        counters.eventsEncoded.add()
        return bytes
    }

    func admit(_ outbox: Outbox) {
        outboxes[outbox.client] = outbox
    }

    /// A session is gone: nothing is sent to it any more.
    func dismiss(_ client: ClientID, from indices: [Directory.Index]) {
        outboxes[client] = nil
        lastOutbox = nil
        for index in indices { audiences[index.rawValue].remove(client) }
        registering[client] = nil
    }

    func unsubscribe(_ client: ClientID, from index: Directory.Index) {
        audiences[index.rawValue].remove(client)
    }

    var clients: [Outbox] {
        outboxes.values.sorted { $0.client.rawValue < $1.client.rawValue }
    }

    // MARK: - From other shards

    func take(_ parcel: EventParcel) {
        frame.removeAll(keepingCapacity: true)
        frame.append(contentsOf: parcel.frame)
        deliver(to: parcel.index, about: parcel.connection, from: parcel.origin, parcel.answers)
    }

    func take(_ parcel: AnswerParcel) {
        frame.removeAll(keepingCapacity: true)
        frame.append(contentsOf: parcel.frame)
        send(to: parcel.client, about: parcel.connection, isFirst: parcel.isFirst)
    }

    // MARK: - Registrations

    /// A session of `claim.client`'s shard hears of the DN from now on. Says which calls are there at this
    /// moment, of which its snapshot will tell.
    func takeInterest(_ claim: Claim, isNew: Bool) -> Census {
        if isNew { audiences[claim.index.rawValue].add(sessionOf: claim.client.shard, of: inboxes.count) }
        return Census(
            client: claim.client, index: claim.index, origin: seat.shard.index,
            calls: claim.wantsCalls ? audiences[claim.index.rawValue].sortedCalls : [])
    }

    func endInterest(in index: Directory.Index, of shard: Int) {
        audiences[index.rawValue].remove(sessionOf: shard)
    }

    func calls(on index: Directory.Index) -> [ConnectionID] {
        audiences[index.rawValue].sortedCalls
    }

    /// What `census.origin` sends from now on reaches the session, but for the calls that it has still to describe.
    func begin(_ census: Census) {
        guard let outbox = outboxes[census.client] else { return }
        audiences[census.index.rawValue].begin(census, for: outbox)
        registering[census.client] = census.index
    }

    /// Calls were described, in a part that is not written yet: their events are held until it is.
    func hold(_ part: SnapshotPart) {
        audiences[part.index.rawValue].hold(part)
    }

    /// A part of a snapshot is written: what was held behind it follows.
    func letGo(_ written: WrittenPart) {
        if written.isLast { registering[written.client] = nil }
        let held = audiences[written.index.rawValue].letGo(written)
        guard let outbox = outboxes[written.client] else { return }
        for event in held {
            frame.removeAll(keepingCapacity: true)
            frame.append(contentsOf: event.event.bytes)
            shared = event.event
            switch event.kind {
            case .event(let answers): hand(to: outbox, answering: answers)
            case .reply(let isFirst): handReply(to: outbox, isFirst: isFirst)
            }
        }
        shared = nil
    }

    // MARK: - Delivery

    /// Hands the frame to the sessions of this shard on a DN. The request that it answers is answered whether its session
    /// is one of them or not: what is not sent for a registration whose snapshot will tell it anyway, is sent as an answer.
    private func deliver(
        to index: Directory.Index, about connection: ConnectionID, from origin: Int, _ answers: Asker?
    ) {
        let place = index.rawValue
        var isAnswered = answers?.client.shard != seat.shard.index
        for subscriber in audiences.span[place].subscribers.indices {
            let outbox = audiences.span[place].subscribers[subscriber].outbox
            let reference = answers?.client == outbox.client ? answers?.reference : nil
            switch audiences.span[place].subscribers[subscriber].passage(of: connection, from: origin) {
            case .open: tell(outbox, about: connection, answering: reference)
            case .held: hold(.event(answers: reference), about: connection, for: outbox, on: index)
            case .none: if reference != nil { tell(outbox, about: connection, answering: reference) }
            }
            if reference != nil { isAnswered = true }
        }
        if !isAnswered, let answers, let outbox = outbox(of: answers.client) {
            tell(outbox, about: connection, answering: answers.reference)
        }
        shared = nil
    }

    private func tell(_ outbox: Outbox, about connection: ConnectionID, answering reference: ReferenceID?) {
        let kind = HeldEvent.Kind.event(answers: reference)
        guard let index = placeOfHeld(kind, about: connection, for: outbox.client) else {
            return hand(to: outbox, answering: reference)
        }
        hold(kind, about: connection, for: outbox, on: index)
    }

    /// What a session hears of a call follows what is held of it, on whichever DN: so its order is that of the call.
    private func placeOfHeld(
        _ kind: HeldEvent.Kind, about connection: ConnectionID, for client: ClientID
    ) -> Directory.Index? {
        guard !registering.isEmpty, let index = registering[client] else { return nil }
        return audiences[index.rawValue].holds(connection, kind, for: client) ? index : nil
    }

    private func hold(
        _ kind: HeldEvent.Kind, about connection: ConnectionID, for outbox: Outbox, on index: Directory.Index
    ) {
        let event = HeldEvent(event: shareFrame(), connection: connection, kind: kind)
        guard !audiences[index.rawValue].hold(event, for: outbox.client, upTo: limits.backlogBytes) else { return }
        outbox.enter(()) { outbox, _ in outbox.condemn() }
    }

    private func hand(to outbox: Outbox, answering reference: ReferenceID?) {
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

    private func shareFrame() -> SharedEvent {
        if let shared { return shared }
        let event = SharedEvent(copying: frame.span, in: total)
        shared = event
        return event
    }

    private func makeCopy(answering reference: ReferenceID) {
        copy.removeAll(keepingCapacity: true)
        FrameWriter.appendCopy(of: frame.span, withReference: reference, to: &copy)
    }

    private func outbox(of client: ClientID) -> Outbox? {
        if let lastOutbox, lastOutbox.client == client { return lastOutbox }
        lastOutbox = outboxes[client]
        return lastOutbox
    }

    /// Hands the frame to one session, on whichever shard it lives. `connection`: the call that says it.
    private func send(
        to client: ClientID, about connection: ConnectionID = .none, isFirst: Bool, isCounted: Bool = true
    ) {
        guard client.shard == seat.shard.index else {
            let parcel = AnswerParcel(client: client, connection: connection, frame: frame, isFirst: isFirst)
            return inboxes[client.shard].post(.answer(parcel))
        }
        guard let outbox = outbox(of: client) else { return }
        let kind = HeldEvent.Kind.reply(isFirst: isFirst)
        if let index = placeOfHeld(kind, about: connection, for: client) {
            hold(kind, about: connection, for: outbox, on: index)
        } else {
            handReply(to: outbox, isFirst: isFirst, isCounted: isCounted)
        }
        shared = nil
    }

    private func handReply(to outbox: Outbox, isFirst: Bool, isCounted: Bool = true) {
        let isTaken =
            isFirst
            ? outbox.enter(frame.span) { outbox, frame in outbox.appendAnswer(frame) }
            : outbox.enter(frame.span) { outbox, frame in outbox.append(frame) }
        if !isTaken { keep(for: outbox, isAnswer: isFirst, isCounted: isCounted) }
    }
}

/// A DN came into a call, or left it.
struct Presence: Sendable {
    var connection: ConnectionID
    var index: Directory.Index
    var isThere: Bool
}
