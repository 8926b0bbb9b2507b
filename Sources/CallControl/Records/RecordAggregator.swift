import CallModel
import DequeModule
import EventLoops
import TLibrary

/// Gathers what happens to the recordings of a shard's calls, and hands it on: each transition as it comes, and each
/// recording's whole when it is over.
actor RecordAggregator: LoopBound {
    static let rank = 45

    struct Key: Hashable {
        var call: ConnectionID
        var recording: RecordingID
    }

    /// Of so many sessions that are gone the names are still known: a route's recording may begin long after it.
    private static let keptNames = 1_024

    nonisolated let seat: ShardSeat
    private let sink: any RecordSink
    private let servers: [RecordingRecord.MediaServer]
    private var open: [Key: RecordBuilder] = [:]
    private var names: [ClientID: String] = [:]
    private var gone: Deque<ClientID> = []
    private var isClosed = false

    init(on seat: ShardSeat, sink: any RecordSink, media: MediaServerPool) {
        self.seat = seat
        self.sink = sink
        servers = media.servers.map { RecordingRecord.MediaServer($0.name, $0.capabilities) }
    }

    // MARK: - From calls

    func take(_ transitions: borrowing [RecordingTransition]) {
        guard !isClosed else { return }
        for place in transitions.indices { take(transitions[place]) }
    }

    private func take(_ transition: RecordingTransition) {
        let key = Key(call: transition.call.connection, recording: transition.recording)
        if case .began(let anchor, let agentID) = transition.event {
            open[key] = RecordBuilder(
                transition.recording, of: transition.call, anchor: anchor, agentID: agentID, at: transition.moment)
            return
        }
        guard let event = event(transition.event, of: key) else { return }
        let told = RecordingRecord.Transition(moment: transition.moment, event: event)
        let server = transition.event.server.map { servers[$0] }
        let hadBegun = open[key]?.hasBegun ?? false
        open[key]?.take(told, server)
        sink.note(told, of: transition.recording, in: transition.call)
        if !hadBegun, let whole = open[key], whole.hasBegun { sink.begin(whole.begun) }
        if case .over = event, let whole = open.removeValue(forKey: key) { sink.keep(whole.record) }
    }

    /// What happened, with names in place of numbers; `nil`: nothing is kept of that recording.
    private func event(_ event: RecordingTransition.Event, of key: Key) -> RecordingRecord.Transition.Event? {
        guard open[key] != nil else { return nil }
        return switch event {
        case .began: nil
        case .wished(let wish): .wished(wish.target, wish.cause, by: wish.asker.map(requester))
        case .sent(let command): .sent(command.verb, command.id, to: servers[command.server].name)
        case .answered(let answer): .answered(answer.word, answer.command, by: servers[answer.server].name)
        case .changed(let change): .changed(change)
        case .evidence(let evidence): .evidence(evidence)
        case .carried(let call): .carried(to: call)
        case .over(let ending): open[key].map { .over($0.ending(ending)) }
        }
    }

    private func requester(_ asker: RequestContext) -> RecordingRecord.Requester {
        RecordingRecord.Requester(asker, application: names[asker.client] ?? "")
    }

    // MARK: - From sessions

    /// A session was opened; its requests come after this.
    func know(_ client: ClientID, as application: String) {
        names[client] = application
    }

    /// A session is gone; its last requests have come.
    func forget(_ client: ClientID) {
        gone.append(client)
        if gone.count > Self.keptNames, let first = gone.popFirst() { names[first] = nil }
    }

    // MARK: - The end

    /// The engine's drain is over: what has not come to its end is kept as not finished, and nothing after it.
    func close(at moment: Timestamp) {
        isClosed = true
        for (key, var whole) in open.sorted(by: { $0.key < $1.key }) {
            let told = RecordingRecord.Transition(moment: moment, event: .over(.notFinished))
            whole.take(told, nil)
            sink.note(told, of: key.recording, in: whole.record.call)
            sink.keep(whole.record)
        }
        open = [:]
    }
}

extension RecordAggregator.Key: Comparable {
    static func < (left: RecordAggregator.Key, right: RecordAggregator.Key) -> Bool {
        (left.call.rawValue, left.recording.text) < (right.call.rawValue, right.recording.text)
    }
}

extension RecordingTransition.Event {
    /// The place of the media server that it is about.
    fileprivate var server: Int? {
        switch self {
        case .sent(let command): command.server
        case .answered(let answer): answer.server
        case .began, .wished, .evidence, .changed, .carried, .over: nil
        }
    }
}
