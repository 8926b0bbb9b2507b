import CallControl
import CallModel
import TLibrary

/// Transfers and conferences of two steps, conferences of one, and what a DN does with two calls.
extension Scenario {
    private static let four = [
        Anchor("5001"), Anchor("5002"), Anchor("5002", in: .consult), Anchor("5003", in: .consult),
    ]

    private static let consulting = "5002 holds its call with 5001 and talks to 5003 in a consultation call."

    static var transfers: [Scenario] {
        let rings = Setup.consulting { .initiateTransfer($0) }
        let talks = rings + [.answer("5003", in: .consult)]
        return [
            Scenario(
                title: "RequestInitiateTransfer", situation: "5001 and 5002 are in a call.", before: Setup.talk,
                acts: [
                    ScenarioRequest("5002", .initiateTransfer(Destination(otherDN: "5003"))),
                    .answer("5003", in: .consult),
                ],
                anchors: [Anchor("5001"), Anchor("5002")]),
            Scenario(
                title: "RequestInitiateTransfer to a DN with `record: true`, and `record-consult-calls: true`",
                situation: "5001 and 5002 are in a call.", before: Setup.talk,
                acts: [
                    ScenarioRequest("5002", .initiateTransfer(Destination(otherDN: "5009"))),
                    .answer("5009", in: .consult),
                ],
                configure: { $0.recording.recordsConsultationCalls = true }),
            Scenario(
                title: "RequestInitiateTransfer to a busy DN",
                situation: "5001 and 5002 are in a call. All lines of 5003 are in use.",
                before: Setup.talk + busy,
                acts: [ScenarioRequest("5002", .initiateTransfer(Destination(otherDN: "5003")))],
                lines: 2),
            Scenario(
                title: "RequestCompleteTransfer", situation: consulting, before: talks,
                acts: [ScenarioRequest("5002") { .completeTransfer($0[.consult]) }], anchors: four, joins: true),
            Scenario(
                title: "RequestCompleteTransfer before it is answered",
                situation: "5002 holds its call with 5001 and calls 5003, which rings.", before: rings,
                acts: [ScenarioRequest("5002") { .completeTransfer($0[.consult]) }, .answer("5003")], anchors: four,
                joins: true),
            Scenario(
                title: "RequestReleaseCall in a consultation call", situation: consulting, before: talks,
                acts: [.release("5002", in: .consult)], anchors: four),
        ]
    }

    /// Two calls of 5003.
    private static let busy: [ScenarioRequest] = [.make("5003", "5009"), .make("5003", "5009")]

    static var conferences: [Scenario] {
        let talks = Setup.consulting { .initiateConference($0) } + [.answer("5003", in: .consult)]
        return [
            Scenario(
                title: "RequestSingleStepConference", situation: "5001 and 5002 are in a call.",
                before: Setup.talk,
                acts: [ScenarioRequest("5002", .singleStepConference(Destination(otherDN: "5003"))), .answer("5003")],
                anchors: [Anchor("5001"), Anchor("5002")]),
            Scenario(
                title: "RequestDeleteFromConference", situation: "5001, 5002 and 5003 are in a call.",
                before: Setup.conference, acts: [ScenarioRequest("5002", .deleteFromConference("5003"))],
                anchors: [Anchor("5001"), Anchor("5002"), Anchor("5003")]),
            Scenario(
                title: "RequestInitiateConference", situation: "5001 and 5002 are in a call.", before: Setup.talk,
                acts: [ScenarioRequest("5002", .initiateConference(Destination(otherDN: "5003")))],
                anchors: [Anchor("5001"), Anchor("5002")]),
            Scenario(
                title: "RequestCompleteConference", situation: consulting, before: talks,
                acts: [ScenarioRequest("5002") { .completeConference($0[.consult]) }], anchors: four, joins: true),
        ]
    }

    static var pairs: [Scenario] {
        let talks = Setup.consulting { .initiateTransfer($0) } + [.answer("5003", in: .consult)]
        let two = Setup.talk + [ScenarioRequest("5002", .holdCall), .make("5003", "5002"), .answer("5002", in: .other)]
        let both = [Anchor("5001"), Anchor("5002"), Anchor("5002", in: .other), Anchor("5003", in: .other)]
        let holding = "5002 holds its call with 5001, and talks to 5003, who has called it."
        return [
            Scenario(
                title: "RequestAlternateCall", situation: consulting, before: talks,
                acts: [ScenarioRequest("5002", in: .consult) { .alternateCall($0[.main]) }], anchors: four),
            Scenario(
                title: "RequestReconnectCall", situation: consulting, before: talks,
                acts: [ScenarioRequest("5002", in: .consult) { .reconnectCall($0[.main]) }], anchors: four),
            Scenario(
                title: "RequestMergeCalls, transfer", situation: holding, before: two,
                acts: [
                    ScenarioRequest("5002") { .mergeCalls(MergeCalls(previousConnection: $0[.other], type: .transfer)) }
                ],
                anchors: both, joins: true),
            Scenario(
                title: "RequestMergeCalls, conference", situation: holding, before: two,
                acts: [
                    ScenarioRequest("5002") {
                        .mergeCalls(MergeCalls(previousConnection: $0[.other], type: .conference))
                    }
                ],
                anchors: both, joins: true),
        ]
    }
}
