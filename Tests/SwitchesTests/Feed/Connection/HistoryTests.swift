import CallControlTesting
import CallModel
import TLibrary
import Testing

/// Random calls of a peer whose connection breaks at any moment: once it has told its list, the engine knows just what
/// the peer knows.
@Suite struct `A history of a feed` {
    /// What the peer knows of its calls.
    private struct PeerCalls {
        /// By name: the state of each party, the caller first.
        var calls: [String: [(dn: String, state: String)]] = [:]
        private var last = 0

        /// Something happens; the lines that tell of it.
        mutating func happen(_ seed: inout SeededGenerator) -> [String] {
            let names = calls.keys.sorted()
            guard names.count > 3 || (!names.isEmpty && seed.draw(below: 3) > 0) else { return [begin(&seed)] }
            let name = names[seed.draw(below: names.count)]
            let parties = calls[name] ?? []
            switch seed.draw(below: 5) {
            case 0:
                calls[name] = nil
                return [#"{"event":"end","call":"\#(name)"}"#]
            case 1:
                guard parties.count == 2, parties[1].state == "queued" else { return hold(name, &seed) }
                let target = "500\(1 + seed.draw(below: 3))"
                calls[name] = [parties[0], (target, "ringing")]
                return [
                    #"{"event":"diverted","call":"\#(name)","from":"9000","to":"\#(target)"}"#,
                    tell("ringing", name, target),
                ]
            case 2:
                guard parties.count > 1, parties[1].state == "ringing" else { return hold(name, &seed) }
                calls[name] = parties.map { ($0.dn, "established") }
                return [tell("answered", name, parties[1].dn)]
            default:
                return hold(name, &seed)
            }
        }

        private mutating func begin(_ seed: inout SeededGenerator) -> String {
            last += 1
            let isQueued = seed.draw(below: 2) == 0
            let to = isQueued ? "9000" : "500\(1 + seed.draw(below: 3))"
            calls["\(last)"] = [("T\(1 + seed.draw(below: 2))", "dialing"), (to, isQueued ? "queued" : "ringing")]
            return begin("\(last)")
        }

        private func begin(_ name: String) -> String {
            let parties = calls[name] ?? []
            return #"{"event":"begin","call":"\#(name)","type":"inbound","ani":"\#(name)","#
                + #""from":"\#(parties[0].dn)","to":"\#(parties[1].dn)"}"#
        }

        private mutating func hold(_ name: String, _ seed: inout SeededGenerator) -> [String] {
            let place = seed.draw(below: 2)
            guard let party = calls[name]?[place] else { return [] }
            switch party.state {
            case "established": calls[name]?[place].state = "held"
            case "held": calls[name]?[place].state = "established"
            default: return []
            }
            return [tell(party.state == "held" ? "retrieved" : "held", name, party.dn)]
        }

        private func tell(_ event: String, _ name: String, _ dn: String) -> String {
            #"{"event":"\#(event)","call":"\#(name)","dn":"\#(dn)"}"#
        }

        var list: [String] {
            let lines = calls.keys.sorted().flatMap { name -> [String] in
                let parties = calls[name] ?? []
                let isAnswered = ["established", "held"].contains(parties[1].state)
                let holds = parties.filter { $0.state == "held" }.map { tell("held", name, $0.dn) }
                return [begin(name)] + (isAnswered ? [tell("answered", name, parties[1].dn)] : []) + holds
            }
            return [SimulatedPeer.hello, #"{"event":"sync"}"#] + lines + [#"{"event":"synced"}"#]
        }

        var picture: Set<String> {
            Set(calls.flatMap { name, parties in parties.map { "\(name) \($0.dn) \($0.state)" } })
        }
    }

    /// What a client that has just come sees on all DNs.
    private func picture(of client: SimulatedClient) -> Set<String> {
        var picture: Set<String> = []
        for event in client.events(.eventRegistered) {
            for pair in event.extensions?.first("calls")?.list ?? [:] {
                guard let call = pair.value.list else { continue }
                let ani = call.first("ani")?.text ?? "-"
                picture.insert("\(ani) \(event.thisDN?.text ?? "-") \(call.first("party-state")?.text ?? "-")")
            }
        }
        return picture
    }

    @Test(arguments: 0..<25 as Range<UInt64>) func `ends in agreement`(seed: UInt64) throws {
        let plant = try FeedEngineFixture(seed: seed, shards: 1 + Int(seed % 4))
        var calls = PeerCalls()
        for _ in 0..<12 {
            for _ in 0..<plant.simulation.draw({ $0.draw(below: 12) }) {
                let lines = plant.simulation.draw { calls.happen(&$0) }
                if plant.peer.isConnected { plant.peer.say(lines, in: plant.simulation) }
                if plant.simulation.draw({ $0.draw(below: 3) }) == 0 { plant.simulation.step() }
            }
            // What is on its way is lost or not.
            plant.peer.close(in: plant.simulation)
            for _ in 0..<plant.simulation.draw({ $0.draw(below: 6) }) {
                _ = plant.simulation.draw { calls.happen(&$0) }
            }
            plant.peer.greet(with: calls.list)
            plant.wait(.seconds(12))
            let client = plant.client()
            #expect(picture(of: client) == calls.picture, "seed \(seed)")
            #expect(client.faults.isEmpty)
        }
    }
}
