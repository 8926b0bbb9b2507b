import TLibrary

/// The lamps of all calls on the DNs of a session, as far as the session tells them.
///
/// While there is no connection no lamp is known, whatever the events say that came before and are read late.
struct RecordingIndicators {
    private struct Place: Hashable {
        var dn: DirectoryNumber
        var call: ConnectionID
    }

    struct Change: Equatable {
        var dn: DirectoryNumber
        var call: ConnectionID
        var lamp: RecordingIndicator
    }

    private var lamps: [Place: RecordingIndicator] = [:]
    private var isLinked = true
    /// New sessions whose beginning has not been read among the events.
    private var sessionsToBegin = 0

    private var areKnown: Bool { isLinked && sessionsToBegin == 0 }

    /// The lamps that an event changes: of its call, or of those in its snapshot.
    mutating func changes(by event: Event) -> [Change] {
        let changes = take(event)
        return areKnown ? changes : []
    }

    private mutating func take(_ event: Event) -> [Change] {
        guard let dn = event.thisDN else { return [] }
        if let calls = event.extensions?.first("calls")?.list {
            return calls.compactMap { pair -> Change? in
                guard let call = ConnectionID(hex: pair.key) else { return nil }
                return change(dn, call, RecordingIndicator(pair.value.list?.first("user-data")?.list))
            }
        }
        guard let call = event.connID, event.userData != nil else { return [] }
        let changed = change(dn, call, RecordingIndicator(event.userData))
        if event.message == .eventReleased || event.message == .eventAbandoned {
            lamps[Place(dn: dn, call: call)] = nil
        }
        return changed.map { [$0] } ?? []
    }

    private mutating func change(_ dn: DirectoryNumber, _ call: ConnectionID, _ lamp: RecordingIndicator?) -> Change? {
        let place = Place(dn: dn, call: call)
        guard let lamp, lamps.updateValue(lamp, forKey: place) != lamp else { return nil }
        return Change(dn: dn, call: call, lamp: lamp)
    }

    // MARK: - The connection

    /// The connection is lost: each lamp is unknown.
    mutating func linkLost() -> [Change] {
        let wereKnown = areKnown
        isLinked = false
        return wereKnown ? all { _ in .unknown } : []
    }

    /// Connected again, and the session goes on: the lamps are as they were, and what was missed comes as events.
    mutating func sessionResumed() -> [Change] {
        isLinked = true
        return areKnown ? all { $0 } : []
    }

    /// Connected again, with a new session. Its beginning comes among the events.
    mutating func sessionReplaced() {
        isLinked = true
        sessionsToBegin += 1
    }

    /// A new session begins, and with it no lamp is left. A snapshot of each DN shows those there are.
    mutating func sessionBegan() -> [Change] {
        sessionsToBegin = max(0, sessionsToBegin - 1)
        defer { lamps = [:] }
        return all { _ in .cleared }
    }

    /// In an order that does not change.
    private func all(_ lamp: (RecordingIndicator) -> RecordingIndicator) -> [Change] {
        lamps.map { Change(dn: $0.key.dn, call: $0.key.call, lamp: lamp($0.value)) }
            .sorted { ($0.dn.text, $0.call.rawValue) < ($1.dn.text, $1.call.rawValue) }
    }
}
