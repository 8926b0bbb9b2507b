import CallControl
import CallControlTesting
import CallModel
import EventLoops
import TLibrary

/// One call as one client saw it at one DN.
struct CallView {
    /// A change of the indication, as EventAttachedDataChanged told it.
    struct Change {
        var recording: String
        var state: String
        var reason: String?
        var warning: String?
        /// GSIP_RECORD and GSIP_REC_FN after it.
        var lamp: String?
        var file: String?
        /// When the server made it, since the simulation's start.
        var time: Duration?
    }

    let client: String
    let dn: DirectoryNumber
    let connection: ConnectionID
    var events: [Event] = []
    /// Whether a change of a later time of the DN in the call stands for others, which may be of this time.
    var isStoodForLater = false

    var name: String { "\(client) on \(dn), call \(connection)" }

    var changes: [Change] {
        events.compactMap { event in
            guard let recording = Self.recording(in: event) else { return nil }
            return Change(
                recording: recording.first("id")?.text ?? "", state: recording.first("state")?.text ?? "",
                reason: recording.first("reason")?.text, warning: recording.first("warning")?.text,
                lamp: Self.lamp(in: event), file: event.userData?.first("GSIP_REC_FN")?.text,
                time: Self.time(of: event))
        }
    }

    static func recording(in event: Event) -> KeyValueList? {
        guard event.message == .eventAttachedDataChanged else { return nil }
        return event.extensions?.first("recording")?.list
    }

    static func lamp(in event: Event) -> String? {
        event.userData?.first("GSIP_RECORD")?.text
    }

    /// When the server made the first and the last event, since the simulation's start.
    var span: ClosedRange<Duration>? {
        guard let first = events.first.flatMap(Self.time), let last = events.last.flatMap(Self.time) else { return nil }
        return first...max(first, last)
    }

    static func time(of event: Event) -> Duration? {
        guard let seconds = event.timeSeconds, let microseconds = event.timeMicroseconds else { return nil }
        let epoch = Simulation.Options().epoch.microseconds
        return .microseconds(Int64(seconds) * 1_000_000 + Int64(microseconds) - epoch)
    }

    /// Whether the DN is out of the call: where it comes back, what it sees is another view.
    private var isOver: Bool {
        [.eventReleased, .eventAbandoned, .eventDiverted].contains(events.last?.message)
    }

    /// All calls that a client saw, at each of its DNs.
    ///
    /// `whole`: with all its times in a call as one view.
    static func all(of client: SimulatedClient, whole: Bool = false) -> [CallView] {
        var views: [CallView] = []
        for event in client.events.flatMap(callEvents) {
            guard let dn = event.thisDN, let connection = event.connID else { continue }
            if let index = views.lastIndex(where: { $0.dn == dn && $0.connection == connection }),
                whole || !views[index].isOver
            {
                views[index].events.append(event)
            } else {
                views.append(CallView(client: client.name, dn: dn, connection: connection, events: [event]))
            }
        }
        for (place, view) in views.enumerated() {
            views[place].isStoodForLater = views[place...].contains {
                $0.dn == view.dn && $0.connection == view.connection && $0.hasConflated
            }
        }
        return views
    }

    /// The event, where it is about a call; of a snapshot, one EventRegistered for each call in it.
    private static func callEvents(_ event: Event) -> [Event] {
        guard event.message == .eventRegistered else { return isCallEvent(event.message) ? [event] : [] }
        return (event.extensions?.first("calls")?.list ?? [:]).map { pair in
            var snapshot = event
            snapshot.connID = ConnectionID(hex: pair.key)
            snapshot.userData = pair.value.list?.first("user-data")?.list
            snapshot.sequenceNumber = nil
            return snapshot
        }
    }

    static func isCallEvent(_ message: MessageNumber) -> Bool {
        (57...72).contains(message.rawValue) || message == .eventAttachedDataChanged
    }
}
