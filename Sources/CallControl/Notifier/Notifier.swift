import CallModel
package import EventLoops
import TLibrary

/// Fans out what happens in a shard's calls, and what other shards send for this shard's sessions.
///
/// An event is encoded once for each DN; each session registered there gets the same bytes, but for the answering copy,
/// which has the ReferenceID of its request (WireFormat, "Events").
package actor Notifier: LoopBound {
    package static let rank = 40

    package nonisolated let seat: ShardSeat
    let mailboxes: [Mailbox]
    private var encoder: EventEncoder
    /// By the DN's place in the directory.
    var audiences: [SubscriptionList]
    var outboxes: [ClientID: OutboundQueue] = [:]
    /// The one that was looked up last: what goes to one client comes in rows.
    var lastOutbox: OutboundQueue?
    /// The DN that a session is registering: while its snapshot is under way, something may be held for it.
    var registering: [ClientID: Directory.Index] = [:]
    /// One frame at a time; keeps its room.
    var frame: [UInt8] = []
    var copy: [UInt8] = []
    /// The same frame as all hold it together whose events are kept one by one; made for the first of them.
    var shared: SharedFrame?
    let round: WriteRound
    let limits: EngineConfiguration.Limits
    let total: BacklogMemory
    let counters: ShardCounters

    init(
        on seat: ShardSeat, mailboxes: [Mailbox], directory: Directory, server: ServerIdentity,
        round: WriteRound, limits: EngineConfiguration.Limits, total: BacklogMemory, counters: ShardCounters
    ) {
        self.seat = seat
        self.round = round
        self.mailboxes = mailboxes
        self.limits = limits
        self.total = total
        self.counters = counters
        encoder = EventEncoder(seat.shard, shardCount: mailboxes.count, server: server)
        audiences = Array(repeating: SubscriptionList(), count: directory.entries.count)
    }

    // MARK: - From calls

    /// What a step of a call has to say, in this order.
    func publish(_ effects: borrowing Effects, of call: borrowing CallMachine) {
        for index in effects.replies.indices { reply(effects.replies[index]) }
        for index in effects.events.indices {
            if let earlier = effects.events[index].earlier {
                announce(effects.events[index], of: earlier, call.recording(of: effects.events[index]))
            } else {
                announce(effects.events[index], of: call.facts, call.recording(of: effects.events[index]))
            }
        }
        for answer in effects.replays { replay(answer) }
        for index in effects.results.indices { tell(effects.results[index]) }
    }

    private func announce(
        _ event: borrowing CallEvent, of call: borrowing CallInfo, _ recording: borrowing RecordingInfo?
    ) {
        if event.isAnswer, let asker = event.asker, let repeatable = asker.repeatable {
            remember(
                CachedResponse(copy event, of: copy call), of: repeatable, to: asker, about: call.identity.connection)
        }
        switch event.audience {
        case .party(let party): announce(event, of: call, recording, to: party)
        case .everyParty:
            for index in call.parties.indices { announce(event, of: call, recording, to: call.parties[index]) }
        }
    }

    private func announce(
        _ event: borrowing CallEvent, of call: borrowing CallInfo, _ recording: borrowing RecordingInfo?,
        to party: borrowing Party
    ) {
        let audience = party.index.rawValue
        let answers = event.isAnswer && event.asker?.thisDN == party.dn ? event.asker : nil
        // Who asked gets the answer, even having given the DN up meanwhile.
        guard answers != nil || audiences.span[audience].isInterested else { return }
        frame.removeAll(keepingCapacity: true)
        _ = encoder.encode(event, of: call, recording, for: party, into: &frame)
        counters.eventsEncoded.add()
        let connection = call.identity.connection
        deliver(to: party.index, about: connection, from: seat.shard.index, answers)
        let here = seat.shard.index
        let askerShard = answers?.client.shard ?? here
        guard audiences.span[audience].hasOtherShards || askerShard != here else { return }
        let parcel = RemoteEvent(
            index: party.index, connection: connection, origin: here, frame: frame, answers: answers)
        for shard in mailboxes.indices
        where shard != here && (shard == askerShard || audiences[audience].sessions(on: shard) > 0) {
            mailboxes[shard].post(.event(parcel))
        }
    }

    func reply(_ reply: borrowing CallReply) {
        frame.removeAll(keepingCapacity: true)
        _ = encoder.encode(reply, into: &frame)
        counters.eventsEncoded.add()
        send(to: reply.asker.client, about: reply.connection, isFirst: true)
        if case .refused(let refused) = reply.content, let limit = refused.limit { counters.refused(limit).add() }
        guard let repeatable = reply.asker.repeatable else { return }
        remember(CachedResponse(reply.content), of: repeatable, to: reply.asker, about: reply.connection)
    }

    /// A call remembers its own answers.
    private func remember(
        _ answer: CachedResponse?, of repeatable: IdempotencyKey, to asker: RequestContext,
        about connection: ConnectionID
    ) {
        guard let answer, repeatable.scope != .call || repeatable.connection != connection else { return }
        mailboxes.remember(answer, of: repeatable, to: asker)
    }

    private func replay(_ answer: ReplayedResponse) {
        switch answer {
        case .reply(let reply): self.reply(reply)
        case .event(let event): answerAgain(event)
        }
    }

    /// An event for its asker alone.
    private func answerAgain(_ event: CallEvent) {
        guard case .party(let party) = event.audience, let asker = event.asker, let call = event.earlier else {
            preconditionFailure("An event that is made anew has one party, an asker, and what it shows.")
        }
        frame.removeAll(keepingCapacity: true)
        _ = encoder.encode(event, of: call, nil, for: party, into: &frame)
        counters.eventsEncoded.add()
        makeCopy(answering: asker.reference)
        swap(&frame, &copy)
        send(to: asker.client, about: call.identity.connection, isFirst: true)
    }

    /// An agent's event once more, for one who asked again.
    func answerAgain(_ event: [UInt8], to asker: RequestContext) {
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

    func note(_ presence: PartyPresenceChange) {
        if presence.isThere {
            audiences[presence.index.rawValue].calls.insert(presence.connection)
        } else {
            audiences[presence.index.rawValue].calls.remove(presence.connection)
        }
    }

    // MARK: - Of agents

    func frame(of change: AgentChange, askedBy asker: RequestContext) -> [UInt8] {
        var bytes: [UInt8] = []
        _ = encoder.agent(change, askedBy: asker, into: &bytes)
        counters.eventsEncoded.add()
        return bytes
    }

    /// An agent's event, for the sessions of this shard on its DN. One that has not got its snapshot yet, gets what the
    /// event says with that.
    func tell(_ news: AgentEvent) {
        frame.removeAll(keepingCapacity: true)
        frame.append(contentsOf: news.frame)
        for subscriber in audiences[news.index.rawValue].subscribers where !subscriber.isNew {
            let isAnswer = news.asker.client == subscriber.outbox.client
            hand(to: subscriber.outbox, answering: isAnswer ? news.asker.reference : nil)
        }
        shared = nil
    }

    // MARK: - From sessions

    func answer(_ note: SessionMessage, to client: ClientID) {
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

    func admit(_ outbox: OutboundQueue) {
        outboxes[outbox.client] = outbox
    }

    /// A session is gone: nothing is sent to it any more.
    func dismiss(_ client: ClientID, from indices: [Directory.Index]) {
        leavePage(client)
        outboxes[client] = nil
        lastOutbox = nil
        for index in indices { audiences[index.rawValue].remove(client) }
        registering[client] = nil
    }

    func unsubscribe(_ client: ClientID, from index: Directory.Index) {
        leavePage(client)
        audiences[index.rawValue].remove(client)
    }

    /// What comes on a page from now on is not for this session.
    func leavePage(_ client: ClientID) {
        outbox(of: client)?.enter(()) { outbox, _ in outbox.leavePage() }
    }

    var clients: [OutboundQueue] {
        outboxes.values.sorted { $0.client.rawValue < $1.client.rawValue }
    }

    // MARK: - From other shards

    func take(_ parcel: RemoteEvent) {
        frame.removeAll(keepingCapacity: true)
        frame.append(contentsOf: parcel.frame)
        deliver(to: parcel.index, about: parcel.connection, from: parcel.origin, parcel.answers)
    }

    func take(_ parcel: RemoteReply) {
        frame.removeAll(keepingCapacity: true)
        frame.append(contentsOf: parcel.frame)
        send(to: parcel.client, about: parcel.connection, isFirst: parcel.isFirst)
    }

    // MARK: - Registrations

    /// A session of `claim.client`'s shard hears of the DN from now on. Says which calls are there at this
    /// moment, of which its snapshot will tell.
    func takeInterest(_ claim: RegistrationRequest, isNew: Bool) -> CallListing {
        if isNew { audiences[claim.index.rawValue].add(sessionOf: claim.client.shard, of: mailboxes.count) }
        return CallListing(
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
    func begin(_ census: CallListing) {
        guard let outbox = outboxes[census.client] else { return }
        // What it hears from now on may have to wait for its snapshot.
        leavePage(census.client)
        audiences[census.index.rawValue].begin(census, for: outbox)
        registering[census.client] = census.index
    }

    /// Calls were described, in a part that is not written yet: their events are held until it is.
    func hold(_ part: SnapshotPage) {
        audiences[part.index.rawValue].hold(part)
    }

    /// A part of a snapshot is written: what was held behind it follows.
    func letGo(_ written: SnapshotPageSent) {
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
}

/// A DN came into a call, or left it.
struct PartyPresenceChange: Sendable {
    var connection: ConnectionID
    var index: Directory.Index
    var isThere: Bool
}
