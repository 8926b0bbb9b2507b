import TLibrary

/// Starts that were given up, at media servers that may carry them out yet: each is told to stop until it confirms
/// (Recording contract, "When the media server fails").
struct OrphanedStarts: Sendable, Equatable {
    struct OrphanedStart: Sendable, Equatable {
        /// The call by which the media server knows the recording.
        var origin: ConnectionID
        var recording: RecordingID
        var server: Int
        var command: MediaCommand.ID
        /// Counts once the call has ended; until then it is repeated as often as it takes.
        var triesLeft: Int

        var name: RecordingKey { RecordingKey(origin: origin, recording: recording) }
    }

    /// A media server that starts what nobody asked for does not make a call grow without bound.
    static let limit = 64

    private var list: [OrphanedStart] = []

    var isEmpty: Bool { list.isEmpty }

    /// Whether that media server is being told to stop the recording: a start there now would be stopped with it.
    func covers(_ recording: RecordingKey, at server: Int) -> Bool {
        list.contains { $0.name == recording && $0.server == server }
    }

    func awaits(_ command: MediaCommand.ID, of origin: ConnectionID) -> Bool {
        list.contains { $0.command == command && $0.origin == origin }
    }

    /// Beyond the limit it is told once, and forgotten.
    mutating func add(_ cleanUp: OrphanedStart) {
        if list.count < Self.limit { list.append(cleanUp) }
    }

    /// What is to be sent once more; `nil`: nothing, for nobody waits for that answer any more.
    mutating func repeated(
        _ command: MediaCommand.ID, of origin: ConnectionID, callHasEnded: Bool
    ) -> OrphanedStart? {
        guard let place = list.firstIndex(where: { $0.command == command && $0.origin == origin }) else { return nil }
        if callHasEnded {
            list[place].triesLeft -= 1
            guard list[place].triesLeft > 0 else {
                list.remove(at: place)
                return nil
            }
        }
        return list[place]
    }

    mutating func confirm(_ command: MediaCommand.ID, of origin: ConnectionID) {
        list.removeAll { $0.command == command && $0.origin == origin }
    }

    mutating func forget(server: Int) {
        list.removeAll { $0.server == server }
    }

    /// Takes out those of a recording, for the call that it moves to.
    mutating func take(of recording: RecordingKey) -> [OrphanedStart] {
        let taken = list.filter { $0.name == recording }
        list.removeAll { $0.name == recording }
        return taken
    }
}
