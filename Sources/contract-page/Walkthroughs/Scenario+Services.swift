import CallControl
import CallModel
import TLibrary

/// User data, recording, and queries.
extension Scenario {
    static var userData: [Scenario] {
        let talk = "5001 and 5002 are in a call."
        return [
            Scenario(
                title: "User data", situation: talk, before: Setup.talk,
                acts: [
                    ScenarioRequest("5002", .attachUserData(["topic": "billing"])),
                    ScenarioRequest("5002", .updateUserData(["topic": "card"])),
                    ScenarioRequest("5002", .attachUserData(["level": "gold"])),
                    ScenarioRequest("5002", .deletePair("topic")),
                    ScenarioRequest("5002", .deleteUserData),
                ],
                anchors: [Anchor("5001"), Anchor("5002")])
        ]
    }

    static var verbs: [Scenario] {
        let (talk, services) = ("5001 and 5002 are in a call.", PrivateMessages())
        let recorded = Setup.talk + [.record(services.start, "5002")]
        return [
            Scenario(
                title: "GSIP_RECORD_START, PAUSE, RESUME and STOP", situation: talk, before: Setup.talk,
                acts: [services.start, services.pause, services.resume, services.stop].map { .record($0, "5002") }),
            Scenario(
                title: "GSIP_RECORD_START before it is answered", situation: "5001 has called 5002, which rings.",
                before: [.make("5001", "5002")], acts: [.record(services.start, "5002"), .answer("5002")]),
            Scenario(
                title: "GSIP_RECORD_START that every media server refuses", situation: talk, before: Setup.talk,
                acts: [.record(services.start, "5002")], media: .refuses),
            Scenario(
                title: "GSIP_RECORD_START that is refused", situation: "\(talk) 5002 is recorded.", before: recorded,
                acts: [.record(services.start, "5002")]),
            Scenario(
                title: "GSIP_RECORD_PAUSE that the media server refuses", situation: "\(talk) 5002 is recorded.",
                before: recorded, acts: [.record(services.pause, "5002")], media: .refusesPauses),
            Scenario(
                title: "GSIP_RECORD_STOP by a supervisor", situation: "\(talk) 5002 is recorded.", before: recorded,
                acts: [.record(services.stop, "5003")]),
            Scenario(
                title: "GSIP_RECORD_PAUSE, and a DN with `record: true` joins",
                situation: "\(talk) 5002 is recorded. 5009 has the option `record`.", before: recorded,
                acts: [
                    .record(services.pause, "5002"),
                    ScenarioRequest("5002", .singleStepConference(Destination(otherDN: "5009"))),
                    .answer("5009"), .record(services.resume, "5009"),
                ]),
        ] + RecordingOptions.PauseLimitAction.allCases.map { limit($0, before: recorded, services.pause) }
    }

    private static func limit(
        _ action: RecordingOptions.PauseLimitAction, before: [ScenarioRequest], _ pause: Int32
    ) -> Scenario {
        Scenario(
            title: "GSIP_RECORD_PAUSE that reaches its limit, with `pause-limit-action: \(action.rawValue)`",
            situation: "5001 and 5002 are in a call. 5002 is recorded.", before: before,
            acts: [ScenarioRequest("5002", .privateService(pause), extensions: ["max-pause": 30])],
            later: (.seconds(35), "**30 seconds later**"),
            configure: { $0.recording.pauseLimitAction = action })
    }

    static var queries: [Scenario] {
        [
            Scenario(
                title: "RequestQueryCall", situation: "5001, 5002 and 5003 are in a call.",
                before: Setup.conference, acts: [ScenarioRequest("5002", .queryCall(.parties))])
        ]
    }
}
