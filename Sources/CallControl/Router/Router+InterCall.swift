import CallModel
import EventLoops
import TLibrary

/// What calls have to do with one another, on one shard or between two.
extension Router {
    /// Carries out what a step of a call has left to do, in its order, before anything else is taken on this shard.
    func execute(_ dealings: [InterCallEffect], of connection: ConnectionID) {
        for dealing in dealings {
            switch dealing {
            case .begin(let consultation): begin(consultation)
            case .write(let letter, let other): send(letter, to: other)
            case .forward(let carried, let other):
                forward(carried, to: other)
                tellOrigins(of: carried, goingTo: other)
            case .forget(let carried):
                forget(carried)
                for mailbox in mailboxes where mailbox.shard.index != seat.shard.index {
                    mailbox.post(.forget(carried))
                }
            case .take(let input):
                if let call = call(of: connection) { step(call, connection, input) }
            }
        }
    }

    private func send(_ letter: InterCallMessage, to connection: ConnectionID) {
        let home = Self.home(of: connection, among: mailboxes.count)
        guard home == seat.shard.index else { return mailboxes[home].post(.letter(letter, to: connection)) }
        take(letter, to: connection)
    }

    func take(_ letter: InterCallMessage, to connection: ConnectionID) {
        if let call = call(of: connection) {
            step(call, connection, .letter(letter))
        } else if case .handOver(let order) = letter {
            send(.handedOver(MergedCallState(from: connection)), to: order.main)
        }
    }

    func step(_ call: Call, _ connection: ConnectionID, _ report: MediaReport) {
        call.enter(report, &turn) { call, report, turn in call.handle(report, &turn) }
        finish(connection)
    }

    // MARK: - Recordings whose call has become part of another

    func forward(_ carried: [RecordingKey], to connection: ConnectionID) {
        for recording in carried { forwards[recording] = connection }
    }

    private func tellOrigins(of carried: [RecordingKey], goingTo connection: ConnectionID) {
        for recording in carried {
            let home = Self.home(of: recording.origin, among: mailboxes.count)
            if home != seat.shard.index { mailboxes[home].post(.forward([recording], to: connection)) }
        }
    }

    func forget(_ carried: RecordingKey) {
        forwards[carried] = nil
    }

    /// `false`: it is about no recording that went elsewhere.
    func forward(_ report: MediaReport) -> Bool {
        let name = RecordingKey(origin: report.connection, recording: report.recording)
        guard let connection = forwards[name] else { return false }
        let home = Self.home(of: connection, among: mailboxes.count)
        if home == seat.shard.index {
            take(report, to: connection)
        } else {
            mailboxes[home].post(.forwarded(report, to: connection))
        }
        return true
    }

    /// What was sent here for a call of this shard; its recording may have gone on meanwhile.
    func take(_ report: MediaReport, forwardedTo connection: ConnectionID) {
        if !forward(report) { take(report, to: connection) }
    }

    private func take(_ report: MediaReport, to connection: ConnectionID) {
        if let call = call(of: connection) {
            step(call, connection, report)
        } else {
            takeUnknown(report)
        }
    }
}
