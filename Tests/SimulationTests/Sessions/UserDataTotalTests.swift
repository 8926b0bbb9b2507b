import CallControlTesting
import CallModel
import Logging
import TLibrary
import Testing

@testable import CallControl

/// The user data of all calls together has a limit, whatever way it grows in.
struct UserDataTotalTests {
    private static let warning = "user data of all calls is at its limit: requests that add some are refused"
    private static let notice = "user data of all calls is within its limit again"

    private func floor(
        _ total: Int, shards: Int = 1, seed: UInt64 = 1, _ configure: (inout EngineConfiguration) -> Void = { _ in }
    ) throws -> PhoneFixture {
        try PhoneFixture(seed: seed, shards: shards) {
            $0.limits.userDataTotal = total
            configure(&$0)
        }
    }

    /// A list of so many packed bytes.
    private func list(_ bytes: Int, _ key: String = "k") -> KeyValueList {
        [key: .string(String(repeating: "x", count: bytes - 7 - key.utf8.count))]
    }

    private func used(_ floor: PhoneFixture) -> Int { floor.served.engine.plan.userData.now }

    private func refusals(_ floor: PhoneFixture) -> Int {
        floor.served.engine.plan.counters.shards.reduce(0) { $0 + $1.refused(.userDataTotal).value }
    }

    @Test func `a request that would pass it gets 166 and changes nothing`() throws {
        let floor = try floor(1_000)
        let main = try floor.talk("trunk-1", "5001")
        let second = try floor.talk("trunk-2", "5002", as: "second")
        floor.ask(.attachUserData(list(600)), on: "5001", main)
        #expect(used(floor) == 600)
        #expect(floor.ask(.attachUserData(list(401)), on: "5002", second) == ["Error 5002 second 166 ref"])
        #expect(floor.ask(.updateUserData(list(401)), on: "5002", second) == ["Error 5002 second 166 ref"])
        #expect(used(floor) == 600 && refusals(floor) == 2 && floor.userData("5002", second) == [])
        floor.ask(.attachUserData(list(400)), on: "5002", second)
        #expect(used(floor) == 1_000)
        floor.ask(.updateUserData(list(100)), on: "5001", main)
        #expect(used(floor) == 500, "what takes away is always carried out")
        floor.ask(.deletePair("k"), on: "5001", main)
        floor.ask(.deleteUserData, on: "5002", second)
        #expect(used(floor) == 0)
    }

    @Test func `the end of a call gives back what it had`() throws {
        let floor = try floor(1_000)
        let main = try floor.talk("trunk-1", "5001")
        floor.ask(.attachUserData(list(900)), on: "5001", main)
        floor.record(on: "5001", main)
        floor.record(4_015, on: "5001", main)
        #expect(used(floor) == 900, "the engine's own pairs are not counted")
        floor.ask(.releaseCall, on: "5001", main)
        #expect(used(floor) == 0)
    }

    @Test func `a call is not made with more than there is room for`() throws {
        let floor = try floor(500)
        let large = MakeCall(otherDN: "5001", userData: list(501))
        #expect(floor.ask(.makeCall(large), on: "trunk-1").last?.contains("166") == true)
        let predictive = MakePredictiveCall(otherDN: "trunk-1", userData: list(501))
        #expect(floor.ask(.makePredictiveCall(predictive), on: "6900").last?.contains("166") == true)
        #expect(used(floor) == 0 && refusals(floor) == 2)
        floor.ask(.makeCall(MakeCall(otherDN: "5001", userData: list(500))), on: "trunk-1")
        #expect(used(floor) == 500)
    }

    @Test func `routes and moves bring theirs`() throws {
        let floor = try floor(500)
        let main = try floor.ring("trunk-1", "6000")
        let large = RouteCall(otherDN: "5001", userData: list(501))
        #expect(floor.ask(.routeCall(large), on: "6000", main) == ["Error 6000 main 166 ref"])
        floor.ask(.routeCall(RouteCall(otherDN: "5001", userData: list(300))), on: "6000", main)
        #expect(used(floor) == 300)
        floor.ask(.answerCall, on: "5001", main)
        let further = Destination(otherDN: "5002", userData: list(201, "l"))
        #expect(floor.ask(.singleStepTransfer(further), on: "5001", main) == ["Error 5001 main 166 ref"])
        floor.ask(.singleStepTransfer(Destination(otherDN: "5002", userData: list(200, "l"))), on: "5001", main)
        #expect(used(floor) == 500)
    }

    @Test(arguments: [(ConsultUserData.separate, 400), (.inherited, 700), (.joint, 700 + 100)])
    func `a consultation call counts with its copy`(option: ConsultUserData, whole: Int) throws {
        let consult = TLibrary.Operation.initiateTransfer(Destination(otherDN: "5002", userData: list(100, "c")))
        let roomy = try floor(10_000) { $0.consultUserData = option }
        let main = try roomy.talk("trunk-1", "5001")
        roomy.ask(.attachUserData(list(300)), on: "5001", main)
        roomy.ask(consult, on: "5001", main)
        #expect(used(roomy) == whole)

        let tight = try floor(whole - 1 - (option == .joint ? 100 : 0)) { $0.consultUserData = option }
        let other = try tight.talk("trunk-1", "5001")
        tight.ask(.attachUserData(list(300)), on: "5001", other)
        #expect(tight.ask(consult, on: "5001", other) == ["Error 5001 main 166 ref"])
        #expect(used(tight) == 300 && refusals(tight) == 1)
    }

    @Test func `what is shared counts for each call that has it`() throws {
        let floor = try floor(1_000) { $0.consultUserData = .joint }
        let main = try floor.talk("trunk-1", "5001")
        let consult = try floor.consult("5001", "5002", main)
        #expect(floor.ask(.attachUserData(list(501)), on: "5002", consult) == ["Error 5002 consult 166 ref"])
        floor.ask(.attachUserData(list(500)), on: "5002", consult)
        #expect(used(floor) == 1_000)
    }

    @Test func `two calls that become one give back what they had twice`() throws {
        let floor = try floor(700) { $0.mergedUserData = .mergedOverMain }
        let main = try floor.talk("trunk-1", "5001")
        floor.ask(.attachUserData(list(300)), on: "5001", main)
        let consult = try floor.consult("5001", "5002", main)
        floor.ask(.attachUserData(list(400, "c")), on: "5002", consult)
        floor.ask(.completeTransfer(consult), on: "5001", main)
        #expect(floor.userData("trunk-1", main).map { $0.prefix(1) } == ["k", "c"] && used(floor) == 700)
    }

    @Test func `a merge loses nothing where its copies pass the limit, and what follows is refused`() throws {
        let floor = try floor(900) {
            $0.consultUserData = .joint
            $0.mergedUserData = .mergedOverMain
        }
        let second = try floor.talk("trunk-2", "5001", as: "second")
        floor.ask(.attachUserData(list(200, "s")), on: "5001", second)
        floor.ask(.holdCall, on: "5001", second)
        let main = try floor.talk("trunk-1", "5001")
        floor.ask(.attachUserData(list(300)), on: "5001", main)
        let consult = try floor.consult("5001", "5002", main)
        #expect(used(floor) == 800, "the consultation call shares the main call's")

        floor.ask(.mergeCalls(MergeCalls(previousConnection: second, type: .conference)), on: "5001", main)
        for (dn, call) in [("trunk-1", main), ("trunk-2", main), ("5002", consult)] as [(DirectoryNumber, ConnectionID)]
        {
            #expect(floor.userData(dn, call).map { $0.prefix(1) } == ["k", "s"], "\(dn)")
        }
        #expect(used(floor) == 1_000 && refusals(floor) == 0)
        #expect(floor.ask(.attachUserData(list(20, "l")), on: "5001", main) == ["Error 5001 main 166 ref"])
        floor.ask(.clearCall, on: "5001", main)
        floor.ask(.clearCall, on: "5002", consult)
        #expect(used(floor) == 0)
    }

    @Test func `a merge loses nothing where another request takes the space meanwhile`() throws {
        var crossed = 0
        for seed in UInt64(0)..<8 {
            let floor = try floor(700, shards: 4, seed: seed) { $0.mergedUserData = .mergedOverMain }
            let total = floor.served.engine.plan.userData
            let main = try floor.talk("trunk-1", "5001")
            floor.ask(.attachUserData(list(300)), on: "5001", main)
            floor.ask(.holdCall, on: "5001", main)
            let other = floor.served.client("other", on: ["trunk-2"])
            floor.settle()
            other.send(.makeCall(MakeCall(otherDN: "5001", userData: list(400, "c"))), thisDN: "trunk-2")
            floor.settle()
            let second = try #require(other.events(.eventDialing).last?.connID)
            floor.ask(.answerCall, on: "5001", second)
            let merge = MergeCalls(previousConnection: second, type: .conference)
            floor.client.send(.mergeCalls(merge), thisDN: "5001", connection: main)
            // The second call has handed over what it had, and the main call, on another shard, has not taken it yet.
            guard floor.served.simulation.run(within: .seconds(1), until: { total.now == 300 }) else { continue }
            crossed += 1
            total.add(400)
            floor.settle()
            #expect(floor.userData("trunk-1", main).map { $0.prefix(1) } == ["k", "c"])
            #expect(total.now == 1_100, "over the limit by what the merge took along")
            #expect(floor.ask(.attachUserData(list(20, "l")), on: "trunk-1", main).last?.contains("166") == true)
            total.add(-400)
            floor.ask(.clearCall, on: "trunk-2", main)
            #expect(total.now == 0)
        }
        #expect(crossed > 0)
    }

    @Test(arguments: 0..<12 as Range<UInt64>)
    func `what is counted is what the calls have, and nothing is left at the end`(seed: UInt64) throws {
        let floor = try floor(3_000, shards: 1 + Int(seed % 3), seed: seed + 1) {
            $0.consultUserData = ConsultUserData.allCases[Int(seed % 3)]
            $0.mergedUserData = MergedUserData.allCases[Int(seed % 4)]
        }
        var random = SeededGenerator(seed: seed)
        for round in 0..<6 {
            let main = try floor.talk("trunk-1", "5001", as: "main \(round)")
            for _ in 0..<6 {
                let change = list(20 + Int(random.next() % 900), "k\(random.next() % 3)")
                floor.ask(random.next() % 2 == 0 ? .attachUserData(change) : .updateUserData(change), on: "5001", main)
                #expect(used(floor) == size(floor))
            }
            floor.ask(.initiateTransfer(Destination(otherDN: "5002", userData: list(50, "c"))), on: "5001", main)
            #expect(used(floor) == size(floor))
            if let consult = floor.client.events(.eventDialing).last?.connID, consult != main {
                floor.ask(.answerCall, on: "5002", consult)
                floor.ask(.attachUserData(list(100, "d")), on: "5002", consult)
                #expect(used(floor) == size(floor))
                if random.next() % 2 == 0 { floor.ask(.completeTransfer(consult), on: "5001", main) }
                #expect(used(floor) == size(floor) && used(floor) <= 3_000)
                floor.ask(.clearCall, on: "5002", consult)
                floor.ask(.clearCall, on: "5002", main)
            }
            floor.ask(.clearCall, on: "5001", main)
            #expect(used(floor) == 0)
        }
    }

    /// What all calls have, by the snapshots of their DNs.
    private func size(_ floor: PhoneFixture) -> Int {
        var sizes: [String: Int] = [:]
        for dn in ["trunk-1", "5001", "5002"] as [DirectoryNumber] {
            let asked = floor.client.register(dn)
            floor.settle()
            for event in floor.client.answers(to: asked) {
                for call in event.extensions?.first("calls")?.list ?? [:] {
                    sizes[call.key] = call.value.list?.first("user-data")?.list?.packed.count
                }
            }
        }
        return sizes.values.reduce(0, +)
    }

    @Test func `the log tells both edges once`() throws {
        let log = KeptLines()
        let total = UserDataTotal(limit: 1_000, logger: Logger(label: "user data") { _ in log })
        total.add(990)
        #expect(total.free == 10)
        total.recordLimitReached()
        total.recordLimitReached()
        total.add(-10)
        #expect(log.lines == [Self.warning])
        total.add(-100)
        total.add(-100)
        #expect(log.lines == [Self.warning, Self.notice])
        let none = UserDataTotal(limit: 0, logger: Logger(label: "user data") { _ in log })
        none.add(1 << 40)
        #expect(none.free > 1 << 60 && log.lines.count == 2)
    }
}
