import CallModel
package import EventLoops
import TLibrary

/// A call: an actor on its shard, around the machine that decides. It takes a step, then carries out the whole outcome,
/// before the next step; nothing comes in meanwhile (Architecture, rule 4).
package actor Call: LoopBound {
    package static let rank = 30

    private let desk: CallDesk
    nonisolated let connection: ConnectionID
    private var machine: CallMachine
    /// Bytes of user data that are counted among those of all calls.
    private var countedUserData = 0

    package nonisolated var seat: ShardSeat { desk.seat }

    init(_ identity: CallIdentity, desk: CallDesk) {
        self.desk = desk
        connection = identity.connection
        machine = CallMachine(identity, rules: desk.rules)
    }

    init(_ consultation: NewConsultation, desk: CallDesk) {
        self.desk = desk
        connection = consultation.identity.connection
        machine = CallMachine(consultation, rules: desk.rules)
        countedUserData = machine.userDataSize
        desk.userData.add(countedUserData)
    }

    /// Takes one input. Says what is left to be done for it, and whether nothing will come of the call any more.
    func take(_ input: CallInput) -> CallAftermath {
        guard machine.isRelevant(input) else { return CallAftermath() }
        let available = desk.media.available(to: desk.seat.shard.index)
        let agents = input.mayAddParties ? desk.agents.enter(()) { board, _ in board.table } : AgentMap()
        let moment = desk.moment
        var step = machine.take(
            input, at: moment, available: available, agents: agents, userDataFree: desk.userData.free)
        if step.lacksUserData { desk.userData.recordLimitReached() }
        countUserData(isFinished: step.outcome.isFinished)
        if !step.outcome.transitions.isEmpty { step.happened(at: desk.seat.shard.exactMoment) }
        execute(step.outcome)
        desk.counters.note(step.outcome, of: input, on: desk.seat.shard, at: moment)
        return CallAftermath(dealings: step.outcome.dealings, isFinished: step.outcome.isFinished)
    }

    private func countUserData(isFinished: Bool) {
        let size = isFinished ? 0 : machine.userDataSize
        guard size != countedUserData else { return }
        desk.userData.add(size - countedUserData)
        countedUserData = size
    }

    var snapshot: CallSnapshot { machine.snapshot }

    var status: CallStatus { machine.status }

    /// Whether a recording goes on, or a command for one is under way.
    var isBusy: Bool { !machine.recordingsAreQuiet }

    private func execute(_ outcome: borrowing CallOutcome) {
        outcome.joined.forEach { move($0, isThere: true) }
        outcome.left.forEach { move($0, isThere: false) }
        if outcome.reply != nil || !outcome.events.isEmpty || !outcome.results.isEmpty || !outcome.again.isEmpty {
            desk.notifier.enter(outcome) { notifier, outcome in notifier.tell(outcome) }
        }
        if !outcome.transitions.isEmpty {
            keep(outcome.transitions)
            desk.watch?.enter(outcome.transitions) { watch, transitions in
                watch.note(transitions, in: self.connection)
            }
        }
        if let session = outcome.inherited {
            for server in desk.media.servers { server.inherit(session, of: connection, on: desk.seat.shard) }
        }
        var full = MediaServerSet()
        for seat in outcome.seats where !desk.media.count(seat) { full.insert(seat.server) }
        outcome.media.forEach { command in
            if full.contains(command.server), case .start = command.verb {
                desk.reports.report(MediaReport(answering: copy command, .refused(command.id, .refused)))
            } else if let mailbox = desk.mailbox(of: command.connection) {
                mailbox.post(.command(copy command))
            } else {
                desk.media.servers[command.server].perform(copy command, on: desk.seat.shard)
            }
        }
        if let command = outcome.switching {
            desk.telephony.perform(command, on: desk.seat.shard)
        }
        for path in outcome.paths {
            if let mailbox = desk.mailbox(of: path.connection) {
                mailbox.post(.path(path))
            } else {
                desk.telephony.carry(path, to: desk.media.servers, on: desk.seat.shard)
            }
        }
        outcome.deadlines.forEach { deadline in
            let due = DueDeadline(
                at: desk.seat.shard.now + deadline.after, connection: connection, deadline: deadline.0)
            desk.deadlines.enter(due) { deadlines, due in deadlines.add(copy due) }
        }
    }
}

/// What is left to be done for an input once its call has carried out the rest.
struct CallAftermath: Sendable {
    /// With other calls, mostly nothing.
    var dealings: [InterCallEffect] = []
    /// Nothing will come of the call any more.
    var isFinished = false
}

extension Call {
    /// What is told of a recording stays together, where it began.
    private func keep(_ transitions: [RecordingTransition]) {
        guard let keeper = desk.keeper else { return }
        guard transitions.contains(where: { desk.mailbox(of: $0.call.connection) != nil }) else {
            return keeper.enter(transitions) { keeper, transitions in keeper.take(transitions) }
        }
        for transition in transitions {
            if let mailbox = desk.mailbox(of: transition.call.connection) {
                mailbox.post(.transition(transition))
            } else {
                keeper.enter([transition]) { keeper, transitions in keeper.take(transitions) }
            }
        }
    }

    private func move(_ index: Directory.Index, isThere: Bool) {
        let presence = PartyPresenceChange(connection: connection, index: index, isThere: isThere)
        desk.notifier.enter(presence) { notifier, presence in notifier.note(presence) }
    }
}

/// What a call needs to carry out its outcomes: the same for all calls of a shard.
final class CallDesk: Sendable {
    let seat: ShardSeat
    private let mailboxes: [Mailbox]
    let rules: CallPolicy
    let notifier: Notifier
    /// `nil`: no records are kept.
    let keeper: RecordAggregator?
    /// `nil`: nobody looks in.
    let watch: IntrospectionIndex?
    let deadlines: DeadlineQueue
    let agents: AgentReplica
    let telephony: any Switch
    let media: MediaServerPool
    /// What the engine itself says in a media server's place.
    let reports: MediaReports
    let userData: UserDataTotal
    let counters: ShardCounters

    init(
        seat: ShardSeat, mailboxes: [Mailbox], rules: CallPolicy, notifier: Notifier, keeper: RecordAggregator?,
        watch: IntrospectionIndex?, deadlines: DeadlineQueue, agents: AgentReplica, telephony: any Switch,
        media: MediaServerPool, reports: MediaReports, userData: UserDataTotal, counters: ShardCounters
    ) {
        self.seat = seat
        self.mailboxes = mailboxes
        self.rules = rules
        self.notifier = notifier
        self.keeper = keeper
        self.watch = watch
        self.deadlines = deadlines
        self.agents = agents
        self.telephony = telephony
        self.media = media
        self.reports = reports
        self.userData = userData
        self.counters = counters
    }

    /// Where a recording began is where its media server's driver knows it; `nil`: here.
    func mailbox(of connection: ConnectionID) -> Mailbox? {
        let home = Router.home(of: connection, among: mailboxes.count)
        return home == seat.shard.index ? nil : mailboxes[home]
    }

    var moment: Timestamp {
        Timestamp(monotonic: seat.shard.now, wallMicroseconds: seat.shard.wallTime.microseconds)
    }
}
