import CallModel
package import EventLoops
import TLibrary

/// A call: an actor on its shard, around the machine that decides. It takes a step, then applies its effects, before the
/// next step; nothing comes in meanwhile (Architecture, rule 4).
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
        machine = CallMachine(identity)
    }

    init(_ consultation: NewConsultation, desk: CallDesk) {
        self.desk = desk
        connection = consultation.identity.connection
        machine = CallMachine(consultation)
        countedUserData = machine.userDataSize
        desk.userData.add(countedUserData)
    }

    /// Takes one input, and applies what it asks for, but for the interactions with other calls.
    func handle(_ input: borrowing CallInput, _ turn: inout CallTurn) {
        guard machine.isRelevant(input) else { return }
        begin(&turn)
        if input.mayAddParties { turn.environment.agents = desk.agents.enter(()) { board, _ in board.table } }
        machine.handle(input, in: turn.environment, &turn.effects)
        end(&turn)
        if case .media(let report) = copy input { desk.counters.note(report, turn.effects, on: desk.seat.shard) }
    }

    /// The same of a request that cannot be asked again and begins no consultation call.
    func handle(_ request: borrowing Request, from client: ClientID, _ turn: inout CallTurn) {
        begin(&turn)
        machine.handle(request, from: client, in: turn.environment, &turn.effects)
        end(&turn)
    }

    /// The same of a media server's report.
    func handle(_ report: borrowing MediaReport, _ turn: inout CallTurn) {
        begin(&turn)
        machine.handle(report, in: turn.environment, &turn.effects)
        end(&turn)
        desk.counters.note(report, turn.effects, on: desk.seat.shard)
    }

    private func begin(_ turn: inout CallTurn) {
        turn.environment.moment = desk.moment
        turn.environment.available = desk.media.available(to: desk.seat.shard.index)
        turn.environment.userDataFree = desk.userData.free
    }

    private func end(_ turn: inout CallTurn) {
        if turn.effects.lacksUserData { desk.userData.recordLimitReached() }
        countUserData(isFinished: turn.effects.isFinished)
        if !turn.effects.transitions.isEmpty { turn.effects.happened(at: desk.seat.shard.exactMoment) }
        apply(&turn.effects)
        desk.counters.note(turn.effects, at: turn.environment.moment)
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

    private func apply(_ effects: inout Effects) {
        if !effects.joined.isEmpty { for index in effects.joined { move(index, isThere: true) } }
        if !effects.left.isEmpty { for index in effects.left { move(index, isThere: false) } }
        if !effects.replies.isEmpty || !effects.events.isEmpty || !effects.results.isEmpty || !effects.replays.isEmpty {
            desk.notifier.enter(machine, &effects) { notifier, call, effects in notifier.publish(effects, of: call) }
        }
        if !effects.transitions.isEmpty {
            keep(effects.transitions)
            desk.watch?.enter(effects.transitions) { watch, transitions in
                watch.note(transitions, in: self.connection)
            }
        }
        if let session = effects.inherited {
            for server in desk.media.servers { server.inherit(session, of: connection, on: desk.seat.shard) }
        }
        var full = MediaServerSet()
        for seat in effects.seats where !desk.media.count(seat) { full.insert(seat.server) }
        for index in effects.media.indices { send(effects.media[index], full) }
        for command in effects.switchCommands { desk.telephony.perform(command, on: desk.seat.shard) }
        if !effects.paths.isEmpty { carry(effects.paths) }
        for (deadline, after) in effects.deadlines {
            let due = DueDeadline(at: desk.seat.shard.now + after, connection: connection, deadline: deadline)
            desk.deadlines.enter(due) { deadlines, due in deadlines.add(copy due) }
        }
    }

    private func carry(_ paths: [MediaRoute]) {
        for path in paths {
            if let mailbox = desk.mailbox(of: path.connection) {
                mailbox.post(.path(path))
            } else {
                desk.telephony.carry(path, to: desk.media.servers, on: desk.seat.shard)
            }
        }
    }

    private func send(_ command: borrowing MediaCommand, _ full: MediaServerSet) {
        if full.contains(command.server), case .start = command.verb {
            desk.reports.report(MediaReport(answering: copy command, .refused(command.id, .refused)))
        } else if let mailbox = desk.mailbox(of: command.connection) {
            mailbox.post(.command(copy command))
        } else {
            desk.media.servers[command.server].perform(copy command, on: desk.seat.shard)
        }
    }
}

/// What the calls of a shard take their steps in, and what a step appends to.
struct CallTurn: ~Copyable, Sendable {
    var environment: CallEnvironment
    var effects = Effects()

    init(_ policy: CallPolicy) {
        environment = CallEnvironment(policy, at: Timestamp(monotonic: .zero, wallMicroseconds: 0))
    }
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
