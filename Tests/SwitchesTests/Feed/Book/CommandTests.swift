import CallModel
import TLibrary
import Testing

@testable import Switches

@Suite struct `A command to a peer` {
    private static let route = SwitchCommand.Verb.route(from: "9000", to: "5001", .unknown)

    private func waiting() -> FeedFixture {
        let scene = FeedFixture()
        scene.hear(FeedFixture.queued)
        return scene
    }

    @Test func `is one line, with its id and its call`() throws {
        let scene = waiting()
        _ = try scene.ask(Self.route)
        _ = try scene.ask(.release("9000"))
        let lines = scene.lines.map { String(decoding: $0.bytes, as: UTF8.self) }
        #expect(
            lines == [
                #"{"call":"A","command":"route","from":"9000","id":1,"to":"5001"}"# + "\n",
                #"{"call":"A","command":"release","dn":"9000","id":2}"# + "\n",
            ])
    }

    @Test func `route answers whoever asked, and the call leaves its routing point`() throws {
        let scene = waiting()
        let id = try scene.ask(Self.route)
        let told = scene.hear([#"{"event":"done","id":\#(id)}"#, FeedFixture.event("ringing", "5001")])
        #expect(
            told.events == [
                .routeUsed(at: "9000", to: "5001"), .diverted(from: "9000", to: "5001"),
                .joined("5001", role: .destination, state: .ringing),
            ])
        #expect(told.answers == [1] && told.first?.command != nil)
    }

    @Test(arguments: [
        FeedFixture.event("ringing", "5001"), FeedFixture.event("answered", "5001"),
        #"{"event":"diverted","call":"A","from":"9000","to":"5001"}"#,
    ])
    func `route is done when its target is reached, and its answer tells nothing more`(event: String) throws {
        let scene = waiting()
        let id = try scene.ask(Self.route)
        let told = scene.hear([event])
        #expect(told.events.prefix(2) == [.routeUsed(at: "9000", to: "5001"), .diverted(from: "9000", to: "5001")])
        #expect(told.answers == [1])
        #expect(scene.hear(#"{"event":"done","id":\#(id)}"#).isEmpty && scene.faults.isEmpty)
        #expect(scene.remembered == 0)
    }

    @Test(arguments: [true, false])
    func `release answers once, whichever comes first, the event or the answer`(eventIsFirst: Bool) throws {
        let scene = FeedFixture.talking()
        let id = try scene.ask(.release("5001"))
        let lines = [FeedFixture.event("released", "5001"), #"{"event":"done","id":\#(id)}"#]
        let told = scene.hear(eventIsFirst ? lines : lines.reversed())
        #expect(told.events == [.released("5001", .ok), .released("T1", .ok)])
        #expect(told.answers == [1] && told.first?.command != nil)
        #expect(scene.faults.isEmpty)
    }

    @Test(arguments: [
        (SwitchCommand.Verb.hold("5001"), "held", SwitchReport.Event.held("5001")),
        (.retrieve("T1"), "retrieved", .retrieved("T1")),
    ])
    func `hold and retrieve too`(verb: SwitchCommand.Verb, name: String, event: SwitchReport.Event) throws {
        for eventIsFirst in [true, false] {
            let scene = FeedFixture.talking()
            scene.hear(FeedFixture.event("held", "T1"))
            let id = try scene.ask(verb)
            let dn = if case .hold = verb { "5001" } else { "T1" }
            let lines = [FeedFixture.event(name, dn), #"{"event":"done","id":\#(id)}"#]
            let told = scene.hear(eventIsFirst ? lines : lines.reversed())
            #expect(told.events == [event] && told.answers == [1])
        }
    }

    @Test func `answer establishes both`() throws {
        let scene = FeedFixture()
        scene.hear(FeedFixture.rings)
        let id = try scene.ask(.answer("5001"))
        let told = scene.hear([#"{"event":"done","id":\#(id)}"#])
        #expect(told.events == [.established("5001"), .established("T1")] && told.answers == [1])
    }

    @Test func `is refused with the peer's code and words, made fit to be shown`() throws {
        let scene = waiting()
        let id = try scene.ask(Self.route)
        let told = scene.hear([#"{"event":"refused","id":\#(id),"code":231,"text":"all\u0000 busy"}"#])
        #expect(told.events == [.refused(RequestError(.dnBusy, "all  busy"))] && told.answers == [1])
        let next = try scene.ask(Self.route)
        let bare = scene.hear([#"{"event":"refused","id":\#(next)}"#])
        #expect(bare.refusals == [.unsupportedOperation])
    }

    @Test func `is not sent where it cannot be carried out`() {
        let scene = waiting()
        #expect(scene.refusal(.make(from: "5001", to: "5002")) == .unsupportedOperation)
        #expect(scene.refusal(Self.route, of: 7) == .invalidConnectionID)
        #expect(scene.refusal(.route(from: "9000", to: "4711", .unknown)) == .badRouteDestination)
        #expect(scene.refusal(.route(from: "9000", to: "9000", .unknown)) == .badRouteDestination)
        scene.hear(#"{"event":"hello","commands":["release","dance"]}"#)
        #expect(scene.refusal(Self.route) == .unsupportedOperation)
        #expect(scene.refusal(.release("9000")) == nil)
        _ = scene.lose()
        #expect(scene.refusal(.release("9000")) == .noSwitch)
    }

    @Test func `that is not answered in time is refused, and counts where it is carried out late`() throws {
        let scene = waiting()
        let id = try scene.ask(Self.route)
        #expect(scene.expire(id).refusals == [.timeout])
        #expect(scene.expire(id).isEmpty)
        let second = try scene.ask(Self.route)
        #expect(scene.expire(second).answers == [2])
        let late = scene.hear([#"{"event":"done","id":\#(second)}"#])
        #expect(late.events == [.routeUsed(at: "9000", to: "5001"), .diverted(from: "9000", to: "5001")])
        #expect(late.answers.isEmpty && scene.lateAnswers == 1)
        scene.hear(#"{"event":"done","id":\#(id)}"#)
        #expect(scene.faults == [.strayAnswer], "the call remembers the last one of its kind")
    }

    @Test func `that has expired frees its place, and of each kind a call remembers the last one`() throws {
        let scene = FeedFixture(commandLimit: 2)
        scene.hear(FeedFixture.queued)
        for _ in 0..<50 {
            for verb in [Self.route, .release("9000")] { #expect(scene.expire(try scene.ask(verb)).count == 1) }
        }
        #expect(scene.remembered == 2)
        scene.hear(FeedFixture.event("ringing", "5001"))
        #expect(scene.expire(try scene.ask(.hold("T1"))).count == 1)
        #expect(scene.remembered == 3)
        scene.hear(FeedFixture.ends)
        #expect(scene.remembered == 0)
    }

    @Test func `that an event has carried out late is not followed again by its answer`() throws {
        let scene = waiting()
        let id = try scene.ask(Self.route)
        _ = scene.expire(id)
        #expect(scene.hear(FeedFixture.event("ringing", "5001")).count == 3)
        #expect(scene.hear(#"{"event":"done","id":\#(id)}"#).isEmpty)
        #expect(scene.faults.isEmpty && scene.remembered == 0)
    }

    @Test func `is answered when its call ends, its connection is lost, or its party has left`() throws {
        let ended = waiting()
        let id = try ended.ask(Self.route)
        #expect(ended.hear([FeedFixture.ends]).refusals == [.invalidConnectionID])
        #expect(ended.hear(#"{"event":"done","id":\#(id)}"#).isEmpty && ended.faults.isEmpty)

        let lost = waiting()
        _ = try lost.ask(Self.route)
        #expect(lost.lose().refusals == [.noSwitch])
        #expect(lost.calls == 1 && lost.remembered == 0)

        let left = waiting()
        let release = try left.ask(.release("9000"))
        left.hear(#"{"event":"diverted","call":"A","from":"9000","to":"5001"}"#)
        #expect(left.hear([#"{"event":"done","id":\#(release)}"#]).answers == [1])
    }

    @Test func `finds no room beyond the limit, and room again once others are answered or their calls end`() throws {
        let scene = FeedFixture(commandLimit: 2)
        scene.hear(FeedFixture.queued)
        let first = try scene.ask(Self.route)
        let second = try scene.ask(.release("9000"))
        #expect(scene.refusal(.hold("T1")) == .tooManyRequests)
        _ = scene.expire(first)
        let third = try scene.ask(.hold("T1"))
        #expect(scene.refusal(.hold("T1")) == .tooManyRequests)
        scene.hear(#"{"event":"refused","id":\#(second)}"#)
        _ = try scene.ask(.hold("T1"))
        scene.hear(FeedFixture.ends)
        _ = scene.expire(third)
        _ = scene.expire(4)
        #expect(scene.remembered == 0)
    }
}
