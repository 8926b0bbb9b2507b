import CallControlTesting
import CallModel
import TLibrary

/// A random history: agents, a supervisor, a trunk and a router who do what such clients do, and some of it at the
/// wrong time, while media servers and lines fail. Its seed repeats it.
final class History {
    let plant: EngineFixture
    private(set) var desks: [ModelClient]
    /// Always keeps up, and so sees all that happens on every DN.
    let witness: SimulatedClient
    private let supervisor: ModelClient
    private let router: ModelClient
    private let trunk: ModelClient
    private var agents: [ModelClient]
    private var strangers: [SimulatedClient] = []
    private var seed: SeededGenerator
    /// What was not as it must be, one sentence each.
    private(set) var faults: [String] = []

    init(_ plant: EngineFixture) {
        self.plant = plant
        seed = SeededGenerator(seed: plant.simulation.seed ^ 0x5EED_0F_A11)
        witness = plant.connect("witness")
        witness.connection.widen(to: 1 << 30)
        for dn in EngineFixture.extensions + [
            EngineFixture.supervisor, EngineFixture.routingPoint, EngineFixture.trunk,
        ] { witness.register(dn) }
        plant.simulation.runUntilIdle()
        agents = EngineFixture.extensions.map { ModelClient(plant.connect("agent \($0)"), on: [$0]) }
        supervisor = ModelClient(plant.connect("supervisor"), on: [EngineFixture.supervisor] + EngineFixture.extensions)
        router = ModelClient(plant.connect("router"), on: [EngineFixture.routingPoint])
        trunk = ModelClient(plant.connect("trunk"), on: [EngineFixture.trunk])
        desks = agents + [supervisor, router, trunk]
    }

    /// So many things happen, then all calls end and everything comes to rest.
    func run(steps: Int) {
        plant.simulation.runUntilIdle()
        for _ in 0..<4 { makeCall() }
        for _ in 0..<steps {
            for desk in desks { desk.leaveBacklog() }
            act()
            pass()
        }
        settle()
        faults = findFaults() + plant.stop() + recordFaults
    }

    /// Some turns, or some time: requests overtake answers, and answers come before the next request.
    private func pass() {
        switch seed.draw(below: 4) {
        case 0: break
        case 1: for _ in 0..<seed.draw(1...40) { plant.simulation.step() }
        case 2: plant.simulation.runUntilIdle()
        default: plant.simulation.advance(by: seed.draw(.milliseconds(1)...Duration.seconds(2)))
        }
    }

    private func act() {
        switch seed.draw(below: 48) {
        case 36, 37, 38: consult()
        case 39, 40, 41, 42: joinCalls()
        case 43, 44, 45, 46: moveParty()
        case 47: if seed.oneIn(2) { predict() }
        case 0: makeCall()
        case 1...4: answer()
        case 5, 6: holdOrRetrieve()
        case 7: release()
        case 8, 9: route()
        case 10...24: record()
        case 25, 26: attachData()
        case 27, 28: mediaFault()
        case 29, 30: lineFault()
        case 31: wrongRequest()
        case 33: askAgain()
        case 34: registerAgain()
        case 32: if seed.oneIn(2) { comeLate() } else { attack() }
        default: break
        }
    }

    // MARK: Calls

    private func makeCall() {
        if seed.oneIn(2) {
            let target = seed.oneIn(2) ? EngineFixture.routingPoint : seed.pick(EngineFixture.extensions)
            let id: KeyValueList = ["request-id": .string("\(trunk.client.requests.count)")]
            trunk.client.send(
                .makeCall(MakeCall(otherDN: target)), thisDN: EngineFixture.trunk, extensions: seed.oneIn(2) ? id : [:])
        } else {
            let desk = seed.pick(agents)
            desk.client.send(.makeCall(MakeCall(otherDN: seed.pick(EngineFixture.extensions))), thisDN: desk.dns[0])
        }
    }

    /// What was asked under a request-id is asked again: the line may have been another then.
    private func askAgain() {
        let desk = seed.pick(desks)
        let asked = desk.client.requests.filter { $0.extensions.first("request-id") != nil }.suffix(3)
        guard let request = asked.isEmpty ? nil : seed.pick(Array(asked)) else { return }
        desk.client.send(
            request.operation, thisDN: request.thisDN, connection: request.connection, extensions: request.extensions)
    }

    private func ask(_ operation: Operation, on standing: ModelClient.Standing, by desks: [ModelClient]) {
        let legs = desks.flatMap { desk in desk.legs(standing).map { (desk, $0) } }
        guard !legs.isEmpty else { return }
        let (desk, leg) = seed.pick(legs)
        desk.client.send(operation, thisDN: leg.dn, connection: leg.connection)
    }

    private func answer() { ask(.answerCall, on: .ringing, by: seed.oneIn(6) ? [trunk] : agents) }
    private func release() { ask(.releaseCall, on: .established, by: agents + [trunk]) }

    private func holdOrRetrieve() {
        if seed.oneIn(2) {
            ask(.holdCall, on: .established, by: agents)
        } else {
            ask(.retrieveCall, on: .held, by: agents)
        }
    }

    private func route() {
        guard let leg = router.legs(.asksForRoute).first else { return }
        var extensions: KeyValueList = [:]
        if seed.oneIn(2) { extensions.append("record", .string(seed.pick(["source", "destination"]))) }
        router.client.send(
            .routeCall(RouteCall(otherDN: seed.pick(EngineFixture.extensions))), thisDN: leg.dn,
            connection: leg.connection, extensions: extensions)
    }

    // MARK: Calls that move

    private func destination() -> Destination {
        let data: KeyValueList = seed.oneIn(2) ? ["Moved": .string("\(seed.draw(below: 100))")] : [:]
        return Destination(
            otherDN: seed.oneIn(8) ? EngineFixture.routingPoint : seed.pick(EngineFixture.extensions), userData: data)
    }

    private func consult() {
        ask(
            seed.oneIn(2) ? .initiateTransfer(destination()) : .initiateConference(destination()), on: .established,
            by: agents)
    }

    /// A DN that is in two calls makes one of them, or goes from one to the other.
    private func joinCalls() {
        let pairs = (agents + [trunk]).flatMap { desk in desk.pairs.map { (desk, $0) } }
        guard !pairs.isEmpty else { return }
        let (desk, (dn, first, second)) = seed.pick(pairs)
        let operation: Operation =
            switch seed.draw(below: 6) {
            case 0, 1: .completeTransfer(second)
            case 2: .completeConference(second)
            case 3: .mergeCalls(MergeCalls(previousConnection: second, type: seed.oneIn(2) ? .transfer : .conference))
            case 4: .alternateCall(second)
            default: .reconnectCall(second)
            }
        desk.client.send(operation, thisDN: dn, connection: first)
    }

    private func moveParty() {
        switch seed.draw(below: 8) {
        case 0, 1: ask(.singleStepTransfer(destination()), on: .established, by: agents)
        case 2: ask(.muteTransfer(destination()), on: .established, by: agents)
        case 3, 4: ask(.singleStepConference(destination()), on: .established, by: agents)
        case 5: ask(.redirectCall(destination()), on: .ringing, by: agents)
        case 6: ask(.deleteFromConference(seed.pick(EngineFixture.extensions)), on: .established, by: agents)
        default: if seed.oneIn(3) { ask(.clearCall, on: .established, by: agents + [trunk]) }
        }
    }

    private func predict() {
        let target = seed.oneIn(2) ? EngineFixture.trunk : seed.pick(EngineFixture.extensions)
        router.client.send(
            .makePredictiveCall(MakePredictiveCall(otherDN: target, timeout: Int32(seed.draw(0...20)))),
            thisDN: EngineFixture.routingPoint)
    }

    // MARK: Recordings

    private func record() {
        let desk = seed.oneIn(3) ? supervisor : seed.pick(agents)
        guard !desk.openCalls.isEmpty else { return }
        let call = seed.pick(desk.openCalls)
        let service = verb(for: desk.lamp(of: call))
        var extensions: KeyValueList = [:]
        if service == 4_013, seed.oneIn(2) {
            extensions.append("record", .string(seed.pick(["source", "destination"])))
        } else if service != 4_013, seed.oneIn(3), !desk.recordings.isEmpty {
            extensions.append("id", .string(seed.pick(desk.recordings)))
        }
        if service == 4_015, seed.oneIn(3) { extensions.append("max-pause", .integer(Int32(seed.draw(1...4)))) }
        // Now and then under a request-id, with which it is carried out once, however often it is asked.
        if seed.oneIn(4) { extensions.append("request-id", .string("\(desk.client.requests.count)")) }
        // Now and then twice, or followed at once by another wish: which is then judged against what was asked for.
        for _ in 0..<(seed.oneIn(4) ? 2 : 1) { desk.client.ask(service, of: call, as: desk.dns[0], extensions) }
        if seed.oneIn(3) { desk.client.ask(Int32(seed.draw(4_014...4_016)), of: call, as: desk.dns[0]) }
    }

    /// Mostly what makes sense by the lamp: START, or one of STOP, PAUSE and RESUME.
    private func verb(for lamp: String?) -> Int32 {
        if seed.oneIn(6) { return Int32(seed.draw(4_013...4_016)) }
        return switch lamp {
        case "On": seed.oneIn(3) ? 4_014 : 4_015
        case "Paused": seed.oneIn(3) ? 4_014 : 4_016
        default: 4_013
        }
    }

    private func attachData() {
        let desk = seed.pick(agents)
        guard let leg = desk.legs(.established).first else { return }
        let pairs: KeyValueList = ["Account": .string("\(seed.draw(below: 1_000))")]
        desk.client.send(.updateUserData(pairs), thisDN: leg.dn, connection: leg.connection)
    }

    /// What is refused: a call that is over, a DN of others, a service that does not exist.
    private func wrongRequest() {
        let desk = seed.pick(agents)
        let call = desk.calls.isEmpty ? ConnectionID(rawValue: 1) : seed.pick(desk.calls)
        switch seed.draw(below: 3) {
        case 0: desk.client.ask(4_013, of: call, as: seed.pick(EngineFixture.extensions))
        case 1: desk.client.ask(4_099, of: call, as: desk.dns[0])
        default: desk.client.send(.retrieveCall, thisDN: desk.dns[0], connection: call)
        }
    }

    // MARK: Strangers

    /// A client that comes in the middle of calls, and begins with a snapshot.
    private func comeLate() {
        desks.append(ModelClient(plant.connect("late \(desks.count)"), on: [seed.pick(EngineFixture.extensions)]))
    }

    /// With requests under way or not; what the snapshot tells must go with all that is seen before and after it.
    private func registerAgain() {
        let desk = seed.pick(desks)
        let none: KeyValueList = seed.oneIn(3) ? ["snapshot": .string("none")] : [:]
        desk.client.send(.registerAddress(.share), thisDN: seed.pick(desk.dns), extensions: none)
    }

    /// A client that opens a session and then sends what was a sound request before some of its bytes were changed.
    private func attack() {
        let stranger = plant.connect("stranger")
        stranger.register(seed.pick(EngineFixture.extensions))
        for operation in [.answerCall, .privateService(4_015), .routeCall(RouteCall(otherDN: "5001"))] as [Operation] {
            let request = Request(
                operation, reference: ReferenceID(rawValue: 9), thisDN: seed.pick(EngineFixture.extensions),
                connection: seed.pick(agents.flatMap(\.calls) + [ConnectionID(rawValue: 1)]),
                extensions: ["record": .string("source"), "params": .list(["a": .integer(1)])])
            var bytes: [UInt8] = []
            request.encode(to: &bytes)
            for _ in 0..<seed.draw(1...4) { bytes[seed.draw(below: bytes.count)] = UInt8(seed.draw(0...255)) }
            stranger.send(bytes: bytes)
        }
        strangers.append(stranger)
    }

    // MARK: Faults

    private func mediaFault() {
        let server = seed.pick(plant.media)
        switch seed.draw(below: 6) {
        case 0:
            let live = server.live
            guard !live.isEmpty else { return }
            let recording = seed.pick(live)
            server.end(recording.recording, of: recording.connection)
        case 1: server.lose()
        case 2: server.restore()
        case 3: server.follow(seed.pick([.always(.loseAnswer), .always(.loseCommand), .always(.refuse(after: .zero))]))
        case 4: server.follow(plant.script)
        default:
            for live in server.live {
                server.reportAudio(isPresent: seed.oneIn(2), of: live.recording, in: live.connection)
                guard server.capabilities.evidence != nil else { continue }
                server.reportEvidence(isCapturing: seed.oneIn(2), of: live.recording, in: live.connection)
            }
        }
    }

    private func lineFault() {
        let desk = seed.oneIn(2) ? supervisor : seed.pick(desks)
        switch seed.draw(below: 13) {
        case 0...2: for desk in desks { desk.client.resume() }
        case 3...8:
            desk.client.stall()
            desk.hasStalled = true
        case 9: desk.cut()
        case 10: for desk in desks { desk.reconnect(plant) }
        case 11: if seed.oneIn(2) { desk.comeAgain(plant) } else { desk.acknowledge(all: seed.oneIn(2)) }
        default: desk.client.connection.trickle()
        }
    }

    // MARK: The end

    private func settle() {
        for stranger in strangers { stranger.connection.cut() }
        for desk in desks {
            desk.client.resume()
            plant.simulation.runUntilIdle()
            desk.reconnect(plant)
        }
        for server in plant.media {
            server.restore()
            server.follow(.sound)
        }
        for _ in 0..<20 {
            plant.simulation.advance(by: .seconds(1))
            for desk in desks { desk.leaveBacklog() }
            let open = desks.flatMap { desk in desk.legs.map { (desk, $0) } }
            if open.isEmpty { break }
            for (desk, entry) in open where desk !== supervisor {
                let isWaiting = entry.standing == .asksForRoute
                let operation: Operation =
                    isWaiting ? .routeCall(RouteCall(otherDN: EngineFixture.extensions[0])) : .releaseCall
                desk.client.send(operation, thisDN: entry.leg.dn, connection: entry.leg.connection)
            }
        }
        plant.simulation.advance(by: .seconds(60))
        for desk in desks { desk.leaveBacklog() }
    }
}
