import CallControlTesting
import Testing

@Suite struct FaultyDriverTests {
    private func violations(of fault: FaultyDriver.Fault?) async throws -> [ConformanceViolation] {
        var found: [ConformanceViolation] = []
        for scenario in ConformanceScenario.all {
            do {
                try await scenario.run(on: FaultyFixture(driver: FaultyDriver(fault)))
            } catch let violation as ConformanceViolation {
                found.append(violation)
            }
        }
        return found
    }

    @Test func `A driver without a fault passes every scenario`() async throws {
        let found = try await violations(of: nil)
        #expect(found.map(\.description) == [])
    }

    @Test(arguments: FaultyDriver.Fault.allCases)
    func `A driver's fault is found, and told in one sentence`(fault: FaultyDriver.Fault) async throws {
        let found = try await violations(of: fault)
        #expect(!found.isEmpty)
        let sentences = found.map(\.description)
        #expect(sentences.allSatisfy { $0.contains(": ") && !$0.contains("\n") })
    }
}
