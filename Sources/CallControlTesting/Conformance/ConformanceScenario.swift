/// One thing that the contract of a media server's driver asks for, as a run of commands and a look at what became of
/// them (article Conformance).
public struct ConformanceScenario: Sendable, CustomStringConvertible {
    /// A sentence that holds for every driver.
    public let name: String
    private let body: @Sendable (ConformanceRun) async throws -> Void

    init(_ name: String, _ body: @escaping @Sendable (ConformanceRun) async throws -> Void) {
        self.name = name
        self.body = body
    }

    public var description: String { name }

    /// All of them; each is run on a stand of its own.
    public static let all = starting + pausing + stopping + crowds + orders

    /// Runs it, then stops what still lives, holds the reports against what was asked, and shuts the driver down.
    ///
    /// - Throws: ``ConformanceViolation``, or what the stand threw.
    public func run(on stand: any ConformanceFixture) async throws {
        let rehearsal = try await ConformanceRun(on: stand)
        do {
            try await body(rehearsal)
            try await rehearsal.stopAll()
            try await rehearsal.judgeReports()
        } catch var violation as ConformanceViolation {
            violation.scenario = name
            await rehearsal.close()
            throw violation
        } catch {
            await rehearsal.close()
            throw error
        }
        await rehearsal.close()
    }
}
