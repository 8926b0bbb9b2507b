import TLibrary

/// Calls that begin and are answered, and calls that end.
extension Walkthrough {
    static var beginnings: [Walkthrough] {
        [
            Walkthrough(
                title: "RequestMakeCall", situation: "5001 calls 5002.", before: [], acts: [.make("5001", "5002")]),
            Walkthrough(
                title: "RequestMakeCall to a busy DN", situation: "5002 and 5003 are in a call, and 5002 has one line.",
                before: [.make("5002", "5003"), .answer("5003")], acts: [.make("5001", "5002")], lines: 1),
            Walkthrough(
                title: "RequestMakeCall from a trunk",
                situation: "A customer calls; the call waits at 9000 for a route.",
                before: [], acts: Situation.queued),
            Walkthrough(
                title: "RequestAnswerCall", situation: "5001 has called 5002, which rings.",
                before: [.make("5001", "5002")], acts: [.answer("5002")],
                anchors: [Anchor("5001"), Anchor("5002")]),
            Walkthrough(
                title: "RequestMakePredictiveCall", situation: "6500 calls 5002 for an agent who is not chosen yet.",
                before: [], acts: [predict(timeout: nil), .answer("5002")], anchors: []),
            Walkthrough(
                title: "RequestMakePredictiveCall that nobody answers", situation: "6500 calls 5002.",
                before: [], acts: [predict(timeout: 20)], later: (.seconds(25), "**20 seconds later**")),
        ]
    }

    private static func predict(timeout: Int32?) -> Ask {
        Ask("6500", .makePredictiveCall(MakePredictiveCall(otherDN: "5002", timeout: timeout)), in: nil)
    }

    static var endings: [Walkthrough] {
        [
            Walkthrough(
                title: "RequestReleaseCall", situation: "5001 and 5002 are in a call.", before: Situation.talk,
                acts: [.release("5002")], anchors: [Anchor("5001"), Anchor("5002")]),
            Walkthrough(
                title: "RequestReleaseCall before it is answered", situation: "5001 has called 5002, which rings.",
                before: [.make("5001", "5002")], acts: [.release("5001")], anchors: [Anchor("5001"), Anchor("5002")]),
            Walkthrough(
                title: "RequestReleaseCall where it rings", situation: "5001 has called 5002, which rings.",
                before: [.make("5001", "5002")], acts: [.release("5002")], anchors: [Anchor("5001"), Anchor("5002")]),
            Walkthrough(
                title: "RequestReleaseCall in a conference", situation: "5001, 5002 and 5003 are in a call.",
                before: Situation.conference, acts: [.release("5002")],
                anchors: [Anchor("5001"), Anchor("5002"), Anchor("5003")]),
            Walkthrough(
                title: "RequestClearCall", situation: "5001, 5002 and 5003 are in a call.",
                before: Situation.conference, acts: [Ask("5002", .clearCall)],
                anchors: [Anchor("5001"), Anchor("5002"), Anchor("5003")]),
        ]
    }

    static var pauses: [Walkthrough] {
        [
            Walkthrough(
                title: "RequestHoldCall and RequestRetrieveCall", situation: "5001 and 5002 are in a call.",
                before: Situation.talk, acts: [Ask("5002", .holdCall), Ask("5002", .retrieveCall)],
                anchors: [Anchor("5001"), Anchor("5002")])
        ]
    }

    /// A party's place is taken by another, in one step.
    static var replacements: [Walkthrough] {
        [
            Walkthrough(
                title: "RequestRouteCall", situation: "A customer's call waits at 9000 for a route.",
                before: Situation.queued, acts: [route([:]), .answer("5002")], anchors: [Anchor("trunk-1")]),
            Walkthrough(
                title: "RequestRouteCall that records the agent",
                situation: "A customer's call waits at 9000 for a route.",
                before: Situation.queued, acts: [route(["record": "destination"]), .answer("5002")]),
            Walkthrough(
                title: "RequestRouteCall that records the customer",
                situation: "A customer's call waits at 9000 for a route.",
                before: Situation.queued, acts: [route(["record": "source"]), .answer("5002")]),
            Walkthrough(
                title: "RequestRedirectCall", situation: "5001 has called 5002, which rings.",
                before: [.make("5001", "5002")], acts: [Ask("5002", .redirectCall(Destination(otherDN: "5003")))],
                anchors: [Anchor("5001"), Anchor("5002")]),
            Walkthrough(
                title: "RequestSingleStepTransfer", situation: "5001 and 5002 are in a call.", before: Situation.talk,
                acts: [Ask("5002", .singleStepTransfer(Destination(otherDN: "5003"))), .answer("5003")],
                anchors: [Anchor("5001"), Anchor("5002")]),
            Walkthrough(
                title: "RequestSingleStepTransfer to a DN with `record: true`",
                situation: "5001 and 5002 are in a call.", before: Situation.talk,
                acts: [Ask("5002", .singleStepTransfer(Destination(otherDN: "5009"))), .answer("5009")]),
            Walkthrough(
                title: "RequestMuteTransfer", situation: "5001 and 5002 are in a call.", before: Situation.talk,
                acts: [Ask("5002", .muteTransfer(Destination(otherDN: "5003")))],
                anchors: [Anchor("5001"), Anchor("5002")]),
        ]
    }

    private static func route(_ extensions: KeyValueList) -> Ask {
        Ask("9000", .routeCall(RouteCall(otherDN: "5002")), extensions: extensions)
    }
}
