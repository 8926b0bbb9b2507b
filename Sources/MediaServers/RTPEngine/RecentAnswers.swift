import CallModel
import DequeModule
import TLibrary

/// The answers to the latest commands: one that is repeated after its answer is answered again, and not done twice.
struct RecentAnswers: Sendable {
    private struct Key: Hashable {
        var connection: ConnectionID
        var command: MediaCommand.ID
    }

    /// Far more than can be answered before a repeat that was on its way has come.
    static let limit = 4_096

    private var order: Deque<Key> = []
    private var events: [Key: MediaReport.Event] = [:]

    func answer(to command: MediaCommand) -> MediaReport.Event? {
        events[Key(connection: command.connection, command: command.id)]
    }

    mutating func note(_ event: MediaReport.Event, for connection: ConnectionID) {
        guard let command = event.answers else { return }
        let key = Key(connection: connection, command: command)
        guard events.updateValue(event, forKey: key) == nil else { return }
        order.append(key)
        if order.count > Self.limit { events[order.removeFirst()] = nil }
    }
}

/// The latest of some call-ids.
struct RecentCallIDs: Sendable {
    /// A call is over long before so many have come after it.
    static let limit = 16_384

    private var order: Deque<String> = []
    private var members: Set<String> = []

    func contains(_ callID: String) -> Bool {
        members.contains(callID)
    }

    mutating func insert(_ callID: String) {
        guard members.insert(callID).inserted else { return }
        order.append(callID)
        if order.count > Self.limit { members.remove(order.removeFirst()) }
    }
}

extension MediaReport.Event {
    /// The command that it answers; `nil`: none.
    var answers: MediaCommand.ID? {
        switch self {
        case .started(let id, _, _, _), .resumed(let id, _, _), .confirmed(let id), .refused(let id, _): id
        case .ended, .lost, .audio, .evidence, .source, .undecoded: nil
        }
    }
}
