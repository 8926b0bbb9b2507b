import CallModel
import TLibrary

/// A call: an actor on its shard, around the machine that decides. It takes a step, then carries out the whole outcome,
/// before the next step; nothing comes in meanwhile (Architecture, rule 4).
package actor Call: ShardBound {
    package static let rank = 30

    private let desk: CallDesk
    private var machine: CallMachine

    package nonisolated var seat: ShardSeat { desk.seat }

    init(_ identity: CallIdentity, desk: CallDesk) {
        self.desk = desk
        machine = CallMachine(identity, rules: desk.rules)
    }

    /// Takes one input. Says what the router must know of the call afterwards.
    func take(_ input: CallInput) -> Standing {
        let outcome = machine.step(input, at: desk.moment)
        carryOut(outcome)
        return Standing(hasEnded: machine.hasEnded, isFinished: outcome.isFinished)
    }

    var snapshot: CallSnapshot { machine.snapshot }

    /// Whether a recording goes on, or a command for one is under way.
    var isBusy: Bool { !machine.recordingsAreQuiet }

    struct Standing: Sendable {
        /// Its ConnID is unknown to clients.
        var hasEnded: Bool
        /// Nothing will come of it any more.
        var isFinished: Bool
    }

    private func carryOut(_ outcome: CallOutcome) {
        for index in outcome.joined { move(index, isThere: true) }
        for index in outcome.left { move(index, isThere: false) }
        if let reply = outcome.reply {
            desk.notifier.enter(reply) { notifier, reply in notifier.reply(reply) }
        }
        for event in outcome.events {
            desk.notifier.enter(event) { notifier, event in notifier.announce(event) }
        }
        for result in outcome.results {
            desk.notifier.enter(result) { notifier, result in notifier.tell(result) }
        }
        for command in outcome.media {
            desk.mediaServers[command.server].perform(command, on: desk.seat.shard)
        }
        if let command = outcome.switching {
            desk.telephony.perform(command, parties: machine.parties, on: desk.seat.shard)
        }
        for path in outcome.paths {
            desk.telephony.carry(path, on: desk.seat.shard)
        }
        for (deadline, delay) in outcome.deadlines {
            let due = DueDeadline(
                at: desk.seat.shard.now + delay, connection: machine.connection,
                deadline: deadline)
            desk.deadlines.enter(due) { deadlines, due in deadlines.add(due) }
        }
        if outcome.strayReports > 0 { desk.counters.strayReports.add(outcome.strayReports) }
    }
}

extension Call {
    private func move(_ index: Directory.Index, isThere: Bool) {
        let presence = Presence(connection: machine.connection, index: index, isThere: isThere)
        desk.notifier.enter(presence) { notifier, presence in notifier.note(presence) }
    }
}

/// What a call needs to carry out its outcomes: the same for all calls of a shard.
final class CallDesk: Sendable {
    let seat: ShardSeat
    let rules: CallRules
    let notifier: Notifier
    let deadlines: DeadlineQueue
    let telephony: any Switch
    let mediaServers: [any MediaServer]
    let counters: EngineCounters

    init(
        seat: ShardSeat, rules: CallRules, notifier: Notifier, deadlines: DeadlineQueue, telephony: any Switch,
        mediaServers: [any MediaServer], counters: EngineCounters
    ) {
        self.seat = seat
        self.rules = rules
        self.notifier = notifier
        self.deadlines = deadlines
        self.telephony = telephony
        self.mediaServers = mediaServers
        self.counters = counters
    }

    var moment: Moment {
        Moment(monotonic: seat.shard.now, wallMicroseconds: seat.shard.wallTime.microseconds)
    }
}
