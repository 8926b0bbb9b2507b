import TLibrary
import Testing

@testable import callcontrol

@Suite struct `An event on a line` {
    @Test func `says when, what, where, which call, and what it says`() {
        var event = Event(.eventRinging)
        event.timeSeconds = 1_700_000_003
        event.timeMicroseconds = 45_678
        event.thisDN = "5001"
        event.connID = ConnectionID(rawValue: 0xAB)
        event.otherDN = "trunk-1"
        event.ani = "1555"
        event.dnis = "800"
        let line = EventLine(event: event)
        #expect(line.time == "22:13:23.045")
        #expect(line.text() == "EventRinging              5001      00000000000000ab  with trunk-1 from 1555 to 800")
    }

    @Test func `tells a recording's change, its cause and its file`() {
        var event = Event(.eventAttachedDataChanged)
        event.extensions = [
            "recording": [
                "id": "r1", "state": "off", "cause": "media-failure", "party": "5001", "file": "f_2",
                "reason": "timeout",
                "warning": "no-media",
            ]
        ]
        #expect(
            EventLine(event: event).saying
                == "recording r1 is off (media-failure), because timeout, warning no-media, file f_2")
    }

    @Test func `tells a refusal with its code, an outcome with its state, a receipt with what is wished`() {
        var event = Event(.eventError)
        event.errorCode = .alreadyInState
        event.errorMessage = "The recording is paused already."
        #expect(EventLine(event: event).saying == "refused: 43 The recording is paused already.")
        event = Event(.eventPrivateInfo)
        event.extensions = ["result": "failed", "state": "on", "reason": "timeout"]
        #expect(EventLine(event: event).saying == "failed, recording is on: timeout")
        event = Event(.eventACK)
        event.extensions = ["recordings": ["r1": "paused", "r2": "on"]]
        #expect(EventLine(event: event).saying == "accepted; r1 is to be paused; r2 is to be on")
    }

    @Test func `tells an agent's state, work mode and queue, in its events and in snapshots`() {
        var event = Event(.eventAgentLogin)
        event.agentID = "1001"
        #expect(EventLine(event: event).saying == "agent 1001 is logged in")
        event.message = .eventAgentNotReady
        event.agentWorkMode = .auxWork
        event.thisQueue = "70\u{1B}0"
        #expect(EventLine(event: event).saying == "agent 1001 is not ready, work mode aux-work, queue 70\u{FFFD}0")
        event.message = .eventAgentLogout
        event.agentWorkMode = AgentWorkMode(rawValue: 9)
        #expect(EventLine(event: event).saying == "agent 1001 is logged out, work mode 9, queue 70\u{FFFD}0")
        event = Event(.eventRegistered)
        let agent: KeyValueList = ["id": "1001", "state": "not-ready", "work-mode": 0]
        event.extensions = ["agent": .list(agent)]
        #expect(EventLine(event: event).saying == "agent 1001 is not ready")
        event.extensions = ["calls": [:], "agent": .list(agent)]
        #expect(EventLine(event: event).saying == "0 calls; agent 1001 is not ready")
    }

    @Test func `tells how a call moves: who came, left or brought it about, and which call it was`() {
        var event = Event(.eventPartyChanged)
        event.previousConnID = ConnectionID(rawValue: 0xAC)
        event.otherDN = "5001"
        event.thirdPartyDN = "5002"
        event.thirdPartyDNRole = .transferredBy
        #expect(EventLine(event: event).saying == "transferred by 5002, was call 00000000000000ac, with 5001")
        event.thirdPartyDNRole = .conferencedBy
        event.otherDN = nil
        #expect(EventLine(event: event).saying == "in a conference by 5002, was call 00000000000000ac")
        event = Event(.eventPartyAdded)
        event.thirdPartyDN = "5003"
        event.thirdPartyDNRole = .newParty
        #expect(EventLine(event: event).saying == "5003 came")
        event = Event(.eventPartyDeleted)
        event.thirdPartyDN = "5003"
        event.otherDN = "5001"
        event.callState = .dropped
        #expect(EventLine(event: event).saying == "5003 left, with 5001 (Dropped)")
        event = Event(.eventDiverted)
        event.thirdPartyDN = "5003"
        event.ani = "15"
        #expect(EventLine(event: event).saying == "on to 5003, from 15")
        event = Event(.eventDialing)
        event.conferenceConnID = ConnectionID(rawValue: 0xAB)
        event.otherDN = "5003"
        #expect(EventLine(event: event).saying == "consultation of call 00000000000000ab, with 5003")
    }

    @Test func `has no orders to the terminal in it, whatever a client sent`() {
        var event = Event(.eventRinging)
        event.ani = "\u{1B}[2J\u{202E}15\n55"
        #expect(EventLine(event: event).saying == "from \u{FFFD}[2J\u{FFFD}15\u{FFFD}55")
    }
}

@Suite struct `An event as JSON` {
    @Test func `has what the event has, and escapes what must be`() {
        var event = Event(.eventAttachedDataChanged)
        event.timeSeconds = 1_700_000_003
        event.timeMicroseconds = 45
        event.connID = ConnectionID(rawValue: 1)
        event.userData = ["GSIP_RECORD": "On", "k\"\n\u{1}": 5, "two": "a", "two": "b"]
        #expect(
            JSON(event).text == """
                {"event":"EventAttachedDataChanged","time":"2023-11-14T22:13:23.000045Z","connID":"0000000000000001",\
                "userData":{"GSIP_RECORD":"On","k\\"\\n\\u0001":5,"two":["a","b"]}}
                """)
    }
}

@Suite struct `A lamp` {
    private func event(
        _ message: MessageNumber, _ value: String?, call: UInt64 = 1, dn: DirectoryNumber = "5001"
    ) -> Event {
        var event = Event(message)
        event.thisDN = dn
        event.connID = ConnectionID(rawValue: call)
        event.userData = value.map { ["GSIP_RECORD": .string($0)] } ?? [:]
        return event
    }

    @Test func `is shown when it changes, of each call and DN for itself, in either spelling`() {
        var lamps = RecordingIndicators()
        func change(_ event: Event) -> [RecordingIndicator] { lamps.changes(by: event).map(\.lamp) }
        #expect(change(event(.eventEstablished, nil)) == [])
        #expect(change(event(.eventAttachedDataChanged, "On")) == [.on])
        #expect(change(event(.eventAttachedDataChanged, "ON")) == [])
        #expect(change(event(.eventAttachedDataChanged, "On", dn: "5002")) == [.on])
        #expect(change(event(.eventAttachedDataChanged, "Off", call: 2)) == [.off])
        #expect(change(event(.eventAttachedDataChanged, "PAUSED")) == [.paused])
        #expect(change(event(.eventReleased, "Off")) == [.off])
        #expect(change(event(.eventAttachedDataChanged, "Off")) == [.off])
    }

    @Test func `is read from the snapshot of a registration`() {
        var lamps = RecordingIndicators()
        var event = Event(.eventRegistered)
        event.thisDN = "5001"
        event.extensions = [
            "calls": [
                "00000000000000ab": ["user-data": ["GSIP_RECORD": "Paused"]], "nonsense": "x",
                "00000000000000ac": ["party-state": "held"],
            ]
        ]
        #expect(
            lamps.changes(by: event) == [
                RecordingIndicators.Change(dn: "5001", call: ConnectionID(rawValue: 0xAB), lamp: .paused)
            ])
    }
}
