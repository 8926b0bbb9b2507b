import TLibrary
import Testing

@testable import CallModel

/// By configuration, by routing, by request: which of them wins (Recording contract, "Three ways to start").
struct ThreeWaysTests {
    @Test func `the option records its DN once it is established, whoever calls whom`() {
        let called = CallFixture().ring("5101")
        #expect(called.report(.established("5101")).commands == ["start 0"])
        let change = called.confirm()
        #expect(change.notices.map(\.cause) == [.configuration] && change.changes.map(\.thirdParty) == [nil])
        #expect(change.notices.map(\.party) == ["5101"] && change.results.isEmpty)

        let calling = CallFixture().ring("5001", from: "T2")
        #expect(calling.report(.established("5001")).media.isEmpty)
        #expect(calling.report(.established("T2")).commands == ["start 0"])
    }

    @Test func `both sides of a call can have the option`() {
        let scene = CallFixture().talk("5101", from: "T2")
        #expect(scene.commands == ["start 0", "start 0"])
        #expect(scene.notices.map(\.party) == ["5101", "T2"])
    }

    @Test func `a route records the caller at once where the caller is established`() {
        let scene = CallFixture().queue()
        scene.report(.established("T1"))
        scene.ask(.routeCall(RouteCall(otherDN: "5001")), on: "8000", ["RECORD": "Source", "id": "mine", "dest": "d"])
        let used = scene.switchAnswers(.routeUsed(at: "8000", to: "5001"))
        #expect(used.commands == ["start 0"] && scene.lastCommand.recording.text == "mine")
        #expect(scene.lastCommand.order?.destination == "d" && scene.lastCommand.order?.anchor == "T1")
        let change = scene.confirm()
        #expect(change.notices.map(\.cause) == [.routing] && change.changes.map(\.thirdParty) == ["8000"])
    }

    @Test func `a route to an agent arms the agent's recording`() {
        let scene = CallFixture().queue().route(["record": "destination"])
        #expect(scene.sent.isEmpty && scene.notices.map(\.party) == ["5001"])
        #expect(scene.report(.established("5001")).commands == ["start 0"])
    }

    @Test func `destination stays armed over further routing points`() {
        let scene = CallFixture().queue().route(to: "8001", ["record": "destination", "id": "mine"])
        scene.report(.routeRequested(at: "8001"))
        #expect(scene.notices.isEmpty)
        #expect(scene.ask(.start, on: "T1", ["id": "mine"]).refusal == .invalidAttribute, "the id is given away")
        scene.route(from: "8001", to: "5001").answer()
        #expect(scene.lastCommand.recording.text == "mine" && scene.lastCommand.order?.anchor == "5001")
    }

    @Test func `another route with record takes its place`() {
        let scene = CallFixture().queue().route(to: "8001", ["record": "destination"])
        scene.route(from: "8001", to: "5001", ["record": "source"]).answer()
        #expect(scene.notices.map(\.party) == ["T1"])
    }

    @Test func `it is dropped when the target fails, and another target is not recorded`() {
        let unanswered = CallFixture().queue().route(["record": "destination"])
        _ = unanswered.join("5002", role: .destination)
        unanswered.report(.released("5001", .noAnswer))
        #expect(unanswered.notices.isEmpty)
        let busy = CallFixture().queue().route(to: "8001", ["record": "destination"])
        busy.report(.destinationBusy("T1"))
        busy.route(from: "8001", to: "5001").answer()
        #expect(busy.sent.isEmpty)
        let unreached = CallFixture().queue().route(to: "8001", ["record": "destination"])
        #expect(unreached.report(.targetFailed("5002")).events.isEmpty)
        unreached.route(from: "8001", to: "5001").answer()
        #expect(unreached.sent.isEmpty)
    }

    @Test func `a bad record value leaves the call unrouted`() {
        let scene = CallFixture().queue()
        for value: KeyValue in ["both", "", 1, [:]] {
            let outcome = scene.ask(.routeCall(RouteCall(otherDN: "5001")), on: "8000", ["record": value])
            #expect(outcome.refusal == .invalidAttribute && outcome.switching == nil)
        }
        #expect(scene.ask(.routeCall(RouteCall(otherDN: "5001")), on: "8000", ["id": "no good"]).switching != nil)
    }

    @Test func `disable stops that side now, and keeps options from starting it`() {
        let now = CallFixture().queue()
        now.report(.established("T1"))
        now.ask(.start, on: "T1")
        now.confirm()
        now.ask(.routeCall(RouteCall(otherDN: "5101")), on: "8000", ["record": "disable_source"])
        #expect(now.switchAnswers(.routeUsed(at: "8000", to: "5101")).commands == ["stop 0"])
        let change = now.confirm()
        #expect(change.notices.map(\.cause) == [.routing] && change.changes.map(\.thirdParty) == ["8000"])

        let later = CallFixture().queue().route(to: "5101", ["record": "Disable_Destination"]).answer("5101")
        #expect(later.sent.isEmpty)
        #expect(later.ask(.start, on: "5101").commands == ["start 0"], "a request is explicit")
        #expect(
            CallFixture().queue().route(to: "5101", ["record": "disable_source"]).answer("5101").commands == ["start 0"]
        )
    }

    @Test func `a STOP by request is sticky for its DN, against options alone`() {
        let scene = CallFixture().ring("5101").join("5002")
        scene.report(.established("5101"))
        scene.confirm()
        scene.ask(.stop)
        scene.confirm()
        scene.report(.released("5101", .ok))
        scene.report(.joined("5101", role: .destination, state: .ringing))
        #expect(scene.report(.established("5101")).media.isEmpty, "the option does not start it again")
        #expect(scene.ask(.start, on: "5101").commands == ["start 0"])
    }

    @Test func `hold and retrieve neither pause, stop nor start a recording`() {
        let scene = CallFixture().ring("5101").answer("5101")
        scene.confirm()
        #expect(scene.report(.held("5101")).media.isEmpty && scene.report(.retrieved("5101")).media.isEmpty)
        #expect(scene.lamp == "On")
        scene.ask(.stop)
        scene.confirm()
        #expect(scene.report(.held("5101")).media.isEmpty && scene.report(.retrieved("5101")).media.isEmpty)
    }

    @Test func `what was asked for before beats the option`() {
        let scene = CallFixture().ring("5101")
        scene.ask(.start, on: "5101", ["id": "mine"])
        #expect(scene.report(.established("5101")).commands == ["start 0"])
        #expect(scene.notices.map(\.id.text) == ["mine"])
    }

    @Test func `without media servers no option and no route records`() {
        let scene = CallFixture(servers: []).queue().route(to: "5101", ["record": "destination"]).answer("5101")
        #expect(scene.sent.isEmpty && scene.notices.isEmpty)
    }

    @Test func `an id is given away by the request, not by the switch's answer`() {
        let scene = CallFixture().queue()
        scene.ask(.routeCall(RouteCall(otherDN: "5001")), on: "8000", ["record": "source", "id": "mine"])
        #expect(scene.ask(.start, on: "T1", ["id": "mine"]).refusal == .invalidAttribute)
        scene.switchAnswers(.refused(RequestError(.badRouteDestination, "No such DN.")))
        #expect(scene.ask(.start, on: "T1", ["id": "mine"]).refusal == nil, "the route came to nothing")
    }

    @Test func `once the server stops nothing begins any more`() {
        let scene = CallFixture().ring("5101")
        scene.step(.shutdown)
        #expect(scene.report(.established("5101")).media.isEmpty)
        #expect(scene.ask(.start, on: "5101").refusal == .unsupportedOperation)
    }
}
