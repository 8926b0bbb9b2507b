import Foundation
import Testing
@Test func many() async throws {
    let e = ProcessInfo.processInfo.environment
    let from = UInt64(e["FROM"]!)!, to = UInt64(e["TO"]!)!
    await withTaskGroup { g in
        for half in 0..<2 as Range<UInt64> {
            g.addTask {
                for seed in from..<to where seed % 2 == half { for n in 1...4 {
                    let h = History(try! Plant(seed: seed, shards: n)); h.run(steps: 60)
                    if !h.faults.isEmpty { print("SEED", seed, n, h.faults.prefix(2)) }
                } }
            }
        }
    }
}
