public import CallModel
import Synchronization
import TLibrary

/// A switch without signalling: it carries out T-Library's call requests among the configured DNs at once, so that
/// clients, tests and load runs have calls to work on (Configuration, `switch`).
public final class InProcessSwitch: Switch {
    /// What parties say.
    public enum Audio: String, Sendable, CaseIterable {
        case none
        /// Each established party sends a G.711 tone of its own pitch to whoever records it.
        case tones
    }

    private let directory: Directory
    private let lines: LineBook
    private let audio: Audio
    private let ports = Locked<[SwitchPort?]>([])
    private let voices = Locked<[VoiceRoom?]>([])

    /// `lines` are the calls at once on an extension or ACD position; beyond them the DN is busy.
    public init(_ configuration: EngineConfiguration, lines: Int = 10, audio: Audio = .none) {
        directory = configuration.directory
        self.lines = LineBook(directory, limit: lines)
        self.audio = audio
    }

    public func attach(to shard: any Shard, port: SwitchPort) {
        ports.withLock { ports in
            while ports.count <= shard.index { ports.append(nil) }
            ports[shard.index] = port
        }
        guard audio == .tones else { return }
        let room = VoiceRoom(on: shard)
        voices.withLock { voices in
            while voices.count <= shard.index { voices.append(nil) }
            voices[shard.index] = room
        }
    }

    public func perform(_ command: SwitchCommand, on shard: any Shard) {
        guard let port = ports.withLock({ $0[shard.index] }) else {
            preconditionFailure("The switch was not attached to the shard of this call.")
        }
        let answer = Answer(command: command, port: port)
        switch command.verb {
        case .make(let from, let to): make(from, to, answer)
        case .answer(let dn): self.answer(dn, command.parties, answer)
        case .release(let dn): release(dn, command.parties, answer)
        case .hold(let dn): answer.first(.held(dn))
        case .retrieve(let dn): answer.first(.retrieved(dn))
        case .route(let from, let to, _): route(from, to, answer)
        }
    }

    /// The reports about one command: the first of them answers it.
    private struct Answer {
        let command: SwitchCommand
        let port: SwitchPort

        func first(_ event: SwitchReport.Event) {
            port.report(SwitchReport(connection: command.connection, command: command.id, event: event))
        }

        func then(_ event: SwitchReport.Event) {
            port.report(SwitchReport(connection: command.connection, event: event))
        }
    }

    private func make(_ from: DirectoryNumber, _ to: DirectoryNumber, _ answer: Answer) {
        guard let caller = directory.index(of: from) else {
            preconditionFailure("A call is made from a DN that was found in the directory.")
        }
        guard from != to, let called = directory.index(of: to) else {
            return answer.first(.refused(Refused(.badCalledDN, "OtherDN is no DN that can be called from ThisDN.")))
        }
        guard lines.take(caller) else {
            return answer.first(.refused(Refused(.originatorBusy, "All lines of ThisDN are in use.")))
        }
        guard lines.take(called) else {
            answer.first(.joined(from, role: .origination, state: .dialing))
            answer.then(.destinationBusy(from))
            lines.free(caller)
            return answer.then(.released(from, .busy))
        }
        let waits = directory[called].type.isWaitingPlace
        answer.first(.placed(from: from, to: to, state: waits ? .queued : .ringing))
        if directory[called].type == .routingPoint { answer.then(.routeRequested(at: to)) }
    }

    private func answer(_ dn: DirectoryNumber, _ parties: [Party], _ answer: Answer) {
        answer.first(.established(dn))
        for party in parties where party.state == .dialing { answer.then(.established(party.dn)) }
    }

    /// Takes a party out of its call. A call of fewer than two parties is none.
    private func release(_ dn: DirectoryNumber, _ parties: [Party], _ answer: Answer) {
        guard let leaving = parties.first(where: { $0.dn == dn }) else {
            return answer.first(.refused(Refused(.partyNotOnCall, "ThisDN is no party of this call.")))
        }
        lines.free(leaving.index)
        answer.first(.released(dn, .ok))
        let others = parties.filter { $0.dn != dn }
        guard others.count < 2 else { return }
        for other in others {
            lines.free(other.index)
            switch other.state {
            case .ringing, .queued: answer.then(.abandoned(other.dn))
            case .dialing, .established, .held: answer.then(.released(other.dn, .ok))
            }
        }
    }

    private func route(_ from: DirectoryNumber, _ to: DirectoryNumber, _ answer: Answer) {
        guard from != to, let target = directory.index(of: to) else {
            return answer.first(
                .refused(Refused(.badRouteDestination, "OtherDN is no DN that the call could be routed to.")))
        }
        guard lines.take(target) else {
            return answer.first(.refused(Refused(.dnBusy, "All lines of OtherDN are in use.")))
        }
        let waits = directory[target].type.isWaitingPlace
        answer.first(.routeUsed(at: from, to: to))
        answer.then(.diverted(from: from, to: to))
        answer.then(.joined(to, role: .destination, state: waits ? .queued : .ringing))
        if directory[target].type == .routingPoint { answer.then(.routeRequested(at: to)) }
    }

    public func carry(_ path: MediaPath, on shard: any Shard) {
        guard audio == .tones, let room = voices.withLock({ $0[shard.index] }) else { return }
        let pitches = SpokenPath(
            path: path, anchorPitch: path.anchor.flatMap(pitch(of:)), otherPitch: path.other.flatMap(pitch(of:)))
        room.enter(pitches) { room, path in room.carry(path) }
    }

    private func pitch(of dn: DirectoryNumber) -> Int? {
        directory.index(of: dn).map { ToneVoices.pitch(ofPlace: $0.rawValue) }
    }
}
