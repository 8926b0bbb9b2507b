import TLibrary

/// Calls that begin and are answered, and calls that end.
extension Scenario {
    static var beginnings: [Scenario] {
        [
            Scenario(
                title: "RequestMakeCall", situation: "5001 calls 5002.", before: [], acts: [.make("5001", "5002")]),
            Scenario(
                title: "RequestMakeCall to a busy DN", situation: "5002 and 5003 are in a call, and 5002 has one line.",
                before: [.make("5002", "5003"), .answer("5003")], acts: [.make("5001", "5002")], lines: 1),
            Scenario(
                title: "RequestMakeCall from a trunk",
                situation: "A customer calls; the call waits at 9000 for a route.",
                before: [], acts: Setup.queued),
            Scenario(
                title: "RequestAnswerCall", situation: "5001 has called 5002, which rings.",
                before: [.make("5001", "5002")], acts: [.answer("5002")],
                anchors: [Anchor("5001"), Anchor("5002")]),
            Scenario(
                title: "RequestMakePredictiveCall", situation: "6500 calls 5002 for an agent who is not chosen yet.",
                before: [], acts: [predict(timeout: nil), .answer("5002")], anchors: []),
            Scenario(
                title: "RequestMakePredictiveCall without an answer", situation: "6500 calls 5002.",
                before: [], acts: [predict(timeout: 20)], later: (.seconds(25), "**20 seconds later**")),
        ]
    }

    private static func predict(timeout: Int32?) -> ScenarioRequest {
        ScenarioRequest("6500", .makePredictiveCall(MakePredictiveCall(otherDN: "5002", timeout: timeout)), in: nil)
    }

    static var endings: [Scenario] {
        [
            Scenario(
                title: "RequestReleaseCall", situation: "5001 and 5002 are in a call.", before: Setup.talk,
                acts: [.release("5002")], anchors: [Anchor("5001"), Anchor("5002")]),
            Scenario(
                title: "RequestReleaseCall before it is answered", situation: "5001 has called 5002, which rings.",
                before: [.make("5001", "5002")], acts: [.release("5001")], anchors: [Anchor("5001"), Anchor("5002")]),
            Scenario(
                title: "RequestReleaseCall where it rings", situation: "5001 has called 5002, which rings.",
                before: [.make("5001", "5002")], acts: [.release("5002")], anchors: [Anchor("5001"), Anchor("5002")]),
            Scenario(
                title: "RequestReleaseCall in a conference", situation: "5001, 5002 and 5003 are in a call.",
                before: Setup.conference, acts: [.release("5002")],
                anchors: [Anchor("5001"), Anchor("5002"), Anchor("5003")]),
            Scenario(
                title: "RequestClearCall", situation: "5001, 5002 and 5003 are in a call.",
                before: Setup.conference, acts: [ScenarioRequest("5002", .clearCall)],
                anchors: [Anchor("5001"), Anchor("5002"), Anchor("5003")]),
        ]
    }

    static var pauses: [Scenario] {
        [
            Scenario(
                title: "RequestHoldCall and RequestRetrieveCall", situation: "5001 and 5002 are in a call.",
                before: Setup.talk, acts: [ScenarioRequest("5002", .holdCall), ScenarioRequest("5002", .retrieveCall)],
                anchors: [Anchor("5001"), Anchor("5002")])
        ]
    }

    /// A party's place is taken by another, in one step.
    static var replacements: [Scenario] {
        [
            Scenario(
                title: "RequestRouteCall", situation: "A customer's call waits at 9000 for a route.",
                before: Setup.queued, acts: [route([:]), .answer("5002")], anchors: [Anchor("trunk-1")]),
            Scenario(
                title: "RequestRouteCall that records the agent",
                situation: "A customer's call waits at 9000 for a route.",
                before: Setup.queued, acts: [route(["record": "destination"]), .answer("5002")]),
            Scenario(
                title: "RequestRouteCall that records the customer",
                situation: "A customer's call waits at 9000 for a route.",
                before: Setup.queued, acts: [route(["record": "source"]), .answer("5002")]),
            Scenario(
                title: "RequestRedirectCall", situation: "5001 has called 5002, which rings.",
                before: [.make("5001", "5002")],
                acts: [ScenarioRequest("5002", .redirectCall(Destination(otherDN: "5003")))],
                anchors: [Anchor("5001"), Anchor("5002")]),
            Scenario(
                title: "RequestSingleStepTransfer", situation: "5001 and 5002 are in a call.", before: Setup.talk,
                acts: [ScenarioRequest("5002", .singleStepTransfer(Destination(otherDN: "5003"))), .answer("5003")],
                anchors: [Anchor("5001"), Anchor("5002")]),
            Scenario(
                title: "RequestSingleStepTransfer to a DN with `record: true`",
                situation: "5001 and 5002 are in a call.", before: Setup.talk,
                acts: [ScenarioRequest("5002", .singleStepTransfer(Destination(otherDN: "5009"))), .answer("5009")]),
            Scenario(
                title: "RequestMuteTransfer", situation: "5001 and 5002 are in a call.", before: Setup.talk,
                acts: [ScenarioRequest("5002", .muteTransfer(Destination(otherDN: "5003")))],
                anchors: [Anchor("5001"), Anchor("5002")]),
        ]
    }

    private static func route(_ extensions: KeyValueList) -> ScenarioRequest {
        ScenarioRequest("9000", .routeCall(RouteCall(otherDN: "5002")), extensions: extensions)
    }
}
