import TLibrary
import Testing

@testable import callcontrol

@Suite struct `The lamps of a session` {
    private let call = ConnectionID(rawValue: 0xAB)
    private var lamps = RecordingIndicators()

    private func event(_ lamp: String, _ message: MessageNumber = .eventAttachedDataChanged) -> Event {
        var event = Event(message)
        event.thisDN = "5001"
        event.connID = call
        event.userData = ["GSIP_RECORD": .string(lamp)]
        return event
    }

    private func snapshot(_ lamp: String) -> Event {
        var event = Event(.eventRegistered)
        event.thisDN = "5001"
        event.extensions = ["calls": .list([call.description: ["user-data": ["GSIP_RECORD": .string(lamp)]]])]
        return event
    }

    private func shown(_ changes: [RecordingIndicators.Change]) -> [RecordingIndicator] { changes.map(\.lamp) }

    @Test mutating func `are unknown while the connection is lost, and known again when the session goes on`() {
        #expect(shown(lamps.changes(by: event("On"))) == [.on])
        #expect(lamps.linkLost() == [.init(dn: "5001", call: call, lamp: .unknown)])
        #expect(lamps.linkLost().isEmpty, "they are that already")
        #expect(shown(lamps.sessionResumed()) == [.on])
        #expect(shown(lamps.changes(by: event("Paused"))) == [.paused])
    }

    @Test mutating func `do not come on by events that are read after the loss`() {
        _ = lamps.changes(by: event("Paused"))
        _ = lamps.linkLost()
        #expect(lamps.changes(by: event("On")).isEmpty)
        #expect(shown(lamps.sessionResumed()) == [.on])
    }

    @Test mutating func `are cleared by a new session, whose snapshot shows those there are`() {
        _ = lamps.changes(by: event("On"))
        _ = lamps.linkLost()
        lamps.sessionReplaced()
        #expect(lamps.changes(by: event("Paused")).isEmpty, "the old session's, and late")
        #expect(shown(lamps.sessionBegan()) == [.cleared])
        #expect(shown(lamps.changes(by: snapshot("On"))) == [.on])
    }

    @Test mutating func `stay unknown where the connection is lost again before the new session is read`() {
        _ = lamps.changes(by: event("On"))
        _ = lamps.linkLost()
        lamps.sessionReplaced()
        #expect(lamps.linkLost().isEmpty)
        #expect(shown(lamps.sessionBegan()) == [.cleared])
        #expect(lamps.changes(by: snapshot("On")).isEmpty)
        #expect(shown(lamps.sessionResumed()) == [.on])
    }

    @Test mutating func `of a call that is over are shown no more`() {
        _ = lamps.changes(by: event("On"))
        #expect(shown(lamps.changes(by: event("Off", .eventReleased))) == [.off])
        #expect(lamps.linkLost().isEmpty && lamps.sessionBegan().isEmpty)
    }
}
