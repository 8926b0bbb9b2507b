import CallControlTesting
import CallModel
import EventLoops
import TLibrary
import Testing

@testable import CallControl

/// A session that registers a DN again, or gives it up, while its requests are under way gets each answer once, and
/// what it knows of a call is right at every moment.
struct RegisteringAgainTests {
    /// Several calls ring at 5002, on as many shards as there are.
    private struct Fixture {
        let served: ServedSimulation
        let agent: SimulatedClient
        let callers: [SimulatedClient]
        let calls: [ConnectionID]

        init(shards: Int, seed: UInt64) throws {
            let callers: [DirectoryNumber] = ["5001", "5003", "5004", "5005"]
            served = try ServedSimulation(
                seed: seed, shards: shards, latency: .microseconds(10) ... .milliseconds(2),
                dns: (callers + ["5002"]).map { .init($0, type: .extension) },
                media: { [ScriptedMediaServer(in: $0, name: "media", script: .always(.confirm(after: .zero)))] })
            self.callers = callers.map { [served] in served.client("caller \($0)", on: [$0]) }
            for (caller, dn) in zip(self.callers, callers) {
                caller.send(.makeCall(MakeCall(otherDN: "5002")), thisDN: dn)
            }
            agent = served.client("agent", on: ["5002"])
            calls = self.callers.compactMap { $0.events(.eventDialing).first?.connID }
            try #require(calls.count == callers.count)
        }

        /// Asks for all of that of each call, without waiting for an answer.
        func ask(_ operations: [TLibrary.Operation]) -> [[ReferenceID]] {
            calls.map { call in operations.map { agent.send($0, thisDN: "5002", connection: call) } }
        }

        /// What snapshots and events have told the agent's client of a call, one after the other.
        func news(of call: ConnectionID) -> [News] {
            agent.events.compactMap { event in
                if event.connID == call { return .event(event) }
                guard event.message == .eventRegistered else { return nil }
                return event.extensions?.first("calls")?.list?.first(call.description)?.list.map(News.snapshot)
            }
        }
    }

    private enum News {
        case snapshot(KeyValueList)
        case event(Event)
    }

    @Test(arguments: [1, 4], 0..<32 as Range<UInt64>)
    func `what is asked before it is answered once, and the snapshot agrees`(shards: Int, seed: UInt64) throws {
        let scene = try Fixture(shards: shards, seed: seed)
        let asked = scene.ask([.answerCall]).joined()
        scene.agent.register("5002")
        scene.served.simulation.advance(by: .seconds(5))

        for (call, reference) in zip(scene.calls, asked) {
            #expect(scene.agent.answers(to: reference).map(\.message) == [.eventEstablished])
            var isAnswered = false
            for news in scene.news(of: call) {
                switch news {
                case .snapshot(let pairs):
                    #expect(pairs.first("party-state")?.text == (isAnswered ? "established" : "ringing"))
                case .event(let event): if event.message == .eventEstablished { isAnswered = true }
                }
            }
        }
    }

    /// Step by step, on one shard: a registration of 5001 again, with one call to be described.
    @Test func `whatever is held of a call, all that is told of it goes out in its order`() throws {
        let served = try ServedSimulation(dns: ["5001", "5002"].map { .init($0, type: .extension) })
        let agent = served.client("agent", on: ["5001", "5002"])
        let notifier = served.engine.exchanges[0].notifier
        let client = try #require(served.sessions.first?.client)
        let directory = served.engine.configuration.directory
        let (first, second) = try (#require(directory.index(of: "5001")), #require(directory.index(of: "5002")))
        let (call, other) = (ConnectionID(rawValue: 1), ConnectionID(rawValue: 2))
        let request = Request(.holdCall, reference: ReferenceID(rawValue: 77), thisDN: "5001", connection: call)
        let asker = RequestContext(request, from: client)

        /// Any event that carries a text.
        func frame(_ text: String) -> [UInt8] {
            notifier.enter(text) { notifier, text in notifier.farewell(reason: copy text) }
        }
        func event(_ text: String, of call: ConnectionID, on index: Directory.Index, answers: RequestContext? = nil) {
            let parcel = RemoteEvent(index: index, connection: call, origin: 0, frame: frame(text), answers: answers)
            notifier.enter(parcel) { notifier, parcel in notifier.take(copy parcel) }
        }
        func reply(_ text: String, of call: ConnectionID, isFirst: Bool = true) {
            let parcel = RemoteReply(client: client, connection: call, frame: frame(text), isFirst: isFirst)
            notifier.enter(parcel) { notifier, parcel in notifier.take(copy parcel) }
        }

        served.simulation.perform(on: served.simulation.shards[0]) {
            let census = CallListing(client: client, index: first, origin: 0, calls: [call])
            notifier.enter(census) { notifier, census in notifier.begin(copy census) }
            event("0 by the registration that was there", of: call, on: first)
            reply("1 reply", of: call)
            reply("5 outcome of what is in the snapshot", of: call, isFirst: false)
            event("2 answer", of: call, on: first, answers: asker)
            let part = SnapshotPage(
                client: client, index: first, origin: 0, pairs: [:], described: [call], rest: [],
                isForRegistration: true)
            notifier.enter(part) { notifier, part in notifier.hold(copy part) }
            reply("6 reply", of: call)
            event("7 event", of: call, on: first)
            reply("3 reply of another call", of: other)
            event("8 event on the other DN", of: call, on: second)
            event("4 event of another call on the other DN", of: other, on: second)
            event("9 answer", of: call, on: first, answers: asker)
            let written = SnapshotPageSent(client: client, index: first, isLast: true)
            notifier.enter(written) { notifier, written in notifier.letGo(written) }
            event("A event", of: call, on: first)
        }
        served.simulation.advance(by: .seconds(1))
        let heard = agent.events(.eventLinkDisconnected)
        let texts = heard.compactMap { $0.extensions?.first("reason")?.text }
        #expect(texts.map { $0.first.map(String.init) } == "0123456789A".map(String.init))
        #expect(heard.compactMap(\.referenceID) == [request.reference, request.reference])
    }

    @Test(arguments: [1, 2, 4], 0..<64 as Range<UInt64>)
    func `a call that ends meanwhile is told to have ended`(shards: Int, seed: UInt64) throws {
        let scene = try Fixture(shards: shards, seed: seed)
        _ = scene.ask([.answerCall])
        scene.served.simulation.advance(by: .seconds(5))
        scene.agent.register("5002")
        for (caller, dn) in zip(scene.callers, ["5001", "5003", "5004", "5005"] as [DirectoryNumber]) {
            guard let call = caller.events(.eventDialing).first?.connID else { continue }
            caller.send(.releaseCall, thisDN: dn, connection: call)
        }
        scene.served.simulation.advance(by: .seconds(5))

        let released = scene.agent.events(.eventReleased).compactMap(\.connID)
        #expect(Set(released) == Set(scene.calls) && released.count == scene.calls.count)
    }

    @Test(arguments: [1, 4], 0..<32 as Range<UInt64>)
    func `what a recording does is seen before it is told as an outcome`(shards: Int, seed: UInt64) throws {
        let scene = try Fixture(shards: shards, seed: seed)
        let asked = scene.ask(Array(repeating: .answerCall, count: 180) + [.privateService(4_013)]).compactMap(\.last)
        scene.agent.register("5002")
        scene.served.simulation.advance(by: .seconds(5))

        for (call, reference) in zip(scene.calls, asked) {
            #expect(scene.agent.answers(to: reference).map(\.message) == [.eventACK, .eventPrivateInfo])
            var lamp: String?
            for news in scene.news(of: call) {
                switch news {
                case .snapshot(let pairs): lamp = pairs.first("user-data")?.list?.first("GSIP_RECORD")?.text
                case .event(let event) where event.message == .eventPrivateInfo: #expect(lamp == "On")
                case .event(let event): lamp = event.userData?.first("GSIP_RECORD")?.text ?? lamp
                }
            }
        }
    }

    @Test(arguments: [1, 4], 0..<32 as Range<UInt64>)
    func `without a snapshot no event is missed`(shards: Int, seed: UInt64) throws {
        let scene = try Fixture(shards: shards, seed: seed)
        _ = scene.ask([.answerCall])
        scene.served.simulation.advance(by: .seconds(5))
        let dns: [DirectoryNumber] = ["5001", "5003", "5004", "5005"]
        for value in 0..<8 {
            for (place, call) in scene.calls.enumerated() {
                scene.callers[place].send(
                    .updateUserData(["Value": .string("\(value)")]), thisDN: dns[place], connection: call)
            }
        }
        scene.agent.send(.registerAddress(.share), thisDN: "5002", extensions: ["snapshot": .string("none")])
        scene.served.simulation.advance(by: .seconds(5))

        for call in scene.calls {
            let values = scene.agent.events(.eventAttachedDataChanged).filter { $0.connID == call }
                .compactMap { $0.userData?.first("Value")?.text }
            #expect(values == (0..<8).map { "\($0)" })
        }
        #expect(scene.agent.events(.eventRegistered).last?.extensions?.first("calls") == nil)
    }

    @Test(arguments: [1, 4], 0..<8 as Range<UInt64>)
    func `who gives the DN up before the answer gets it all the same`(shards: Int, seed: UInt64) throws {
        let scene = try Fixture(shards: shards, seed: seed)
        let asked = scene.ask([.answerCall]).joined()
        scene.agent.send(.unregisterAddress, thisDN: "5002")
        scene.served.simulation.advance(by: .seconds(5))
        let holds = scene.ask([.holdCall]).joined()
        scene.served.simulation.advance(by: .seconds(5))

        #expect(asked.map { scene.agent.answers(to: $0).map(\.message) }.allSatisfy { $0 == [.eventEstablished] })
        #expect(holds.allSatisfy { scene.agent.answers(to: $0).first?.errorCode == .notRegistered })
        #expect(scene.served.sessions.allSatisfy { $0.outstanding == 0 })
    }
}
