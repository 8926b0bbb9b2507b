import CallControlTesting
import CallModel
import TLibrary
import Testing
@Test func dbg() throws {
    for seed in 0..<12 as Range<UInt64> {
        let clock = ContinuousClock(); let start = clock.now
        let h = History(try Plant(seed: seed, shards: 2)); h.run(steps: 60)
        let views = h.desks.flatMap { CallView.all(of: $0.client) }
        let calls = Set(views.map(\.connection))
        let truth = calls.map { Truth(of: $0, from: h.plant.media, timeout: Plant.timeout).changes.count }.reduce(0, +)
        let ev = h.desks.flatMap { $0.client.events }
        var kinds: [String: Int] = [:]
        for e in ev { kinds["\(e.message)", default: 0] += 1 }
        var errs: [String: Int] = [:]
        for e in ev where e.message == .eventError { errs["\(e.errorCode?.rawValue ?? -1)", default: 0] += 1 }
        var res: [String: Int] = [:]
        for e in ev where e.message == .eventPrivateInfo { res["\(e.extensions?.first("result")?.text ?? "") \(e.extensions?.first("reason")?.text ?? "")", default: 0] += 1 }
        print("SEED", seed, "calls", calls.count, "truth", truth, "changes", views.map(\.changes.count).reduce(0, +), "conflated", views.count(where: \.hasConflated), "turns", h.plant.simulation.trace.count, "stalled", h.desks.count(where: \.hasStalled), "kept", h.desks.count(where: \.client.keptSession), "linkconn", kinds["EventLinkConnected"] ?? 0, "virtual", h.plant.simulation.now, clock.now - start)
        print(kinds.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " "))
        print("errors", errs, "results", res)
    }
}
