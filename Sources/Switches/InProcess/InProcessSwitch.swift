public import CallControl
public import CallModel
public import EventLoops
import RTPAudio
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

    let directory: Directory
    let lines: LineUsage
    /// Whoever changes a call reports it before somebody else changes it: so reports come in the order of the changes.
    let book = Locked<SwitchCallTable>(SwitchCallTable())
    private let audio: Audio
    private let ports = Locked<[SwitchPort?]>([])
    private let voices = Locked<[ToneGenerator?]>([])

    /// `lines` are the calls at once on an extension or ACD position; beyond them the DN is busy.
    public init(_ configuration: EngineConfiguration, lines: Int = 10, audio: Audio = .none) {
        directory = configuration.directory
        self.lines = LineUsage(directory, limit: lines)
        self.audio = audio
    }

    public func attach(to shard: any EventLoop, port: SwitchPort) {
        ports.withLock { ports in
            while ports.count <= shard.index { ports.append(nil) }
            ports[shard.index] = port
        }
        guard audio == .tones else { return }
        let room = ToneGenerator(on: shard)
        voices.withLock { voices in
            while voices.count <= shard.index { voices.append(nil) }
            voices[shard.index] = room
        }
    }

    public func perform(_ command: SwitchCommand, on shard: any EventLoop) {
        guard let port = ports.withLock({ $0[shard.index] }) else {
            preconditionFailure("The switch was not attached to the shard of this call.")
        }
        let answer = Answer(command: command, port: port)
        book.withLock { book in
            do throws(RequestError) {
                try execute(command.verb, in: &book, answer)
            } catch {
                answer.first(.refused(error))
            }
        }
    }

    /// The reports about one command: the first of them answers it.
    struct Answer {
        let command: SwitchCommand
        let port: SwitchPort

        var connection: ConnectionID { command.connection }

        func first(_ event: SwitchReport.Event) {
            port.report(SwitchReport(answering: command, event))
        }

        func then(_ event: SwitchReport.Event, of other: ConnectionID? = nil) {
            port.report(SwitchReport(following: command, of: other ?? connection, event))
        }
    }

    private func execute(
        _ verb: SwitchCommand.Verb, in book: inout SwitchCallTable, _ answer: Answer
    ) throws(RequestError) {
        switch verb {
        case .make(let from, let to): try make(from, to, isPredictive: false, in: &book, answer)
        case .predict(let from, let to): try make(from, to, isPredictive: true, in: &book, answer)
        case .answer(let dn): try self.answer(dn, in: &book, answer)
        case .release(let dn): try release(dn, in: &book, answer)
        case .hold(let dn): try change(dn, from: .established, to: .held, .held(dn), in: &book, answer)
        case .retrieve(let dn): try change(dn, from: .held, to: .established, .retrieved(dn), in: &book, answer)
        case .route(let from, let to, _): try route(from, to, in: &book, answer)
        case .clear(let dn, let state): try clear(dn, state, in: &book, answer)
        case .redirect(let from, let to):
            try move(from, to, whileIn: .ringing, in: &book, answer) { .redirected(from: from, to: to, state: $0) }
        case .transfer(let from, let to):
            try move(from, to, whileIn: .established, in: &book, answer) { .transferred(from: from, to: to, state: $0) }
        case .add(let dn, let dealer): try add(dn, by: dealer, in: &book, answer)
        case .remove(let dn, let dealer): try remove(dn, by: dealer, in: &book, answer)
        case .consult(let dn, let to, let other): try consult(dn, to, in: other, &book, answer)
        case .merge(let other, let dealer, let merging): try merge(other, by: dealer, merging, in: &book, answer)
        case .alternate(let dn, let other): try alternate(dn, to: other, in: &book, answer)
        case .reconnect(let dn, let other): try reconnect(dn, to: other, in: &book, answer)
        }
    }

    // MARK: - Media

    public func carry(_ path: MediaRoute, on shard: any EventLoop) {
        guard audio == .tones, let room = voices.withLock({ $0[shard.index] }) else { return }
        let pitches = ToneRoute(
            path: path, anchorPitch: path.anchor.flatMap(pitch(of:)), otherPitch: path.other.flatMap(pitch(of:)))
        room.enter(pitches) { room, path in room.carry(path) }
    }

    public func sources(of path: MediaRoute, on shard: any EventLoop) -> MediaSources {
        guard audio == .tones, let room = voices.withLock({ $0[shard.index] }) else { return path.sources }
        return MediaSources(
            anchor: path.anchor.flatMap { _ in room.source }, other: path.other.flatMap { _ in room.source })
    }

    private func pitch(of dn: DirectoryNumber) -> Int? {
        directory.index(of: dn).map { RTPToneSender.pitch(ofPlace: $0.rawValue) }
    }
}
