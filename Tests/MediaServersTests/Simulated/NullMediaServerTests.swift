import CallModel
import LibuvEventLoops
import Logging
import MediaServers
import TLibrary
import Testing

@Suite struct NullMediaServerTests {
    private let order = MediaCommand.Verb.start(StartParameters(fileName: "call", anchor: "5001", callUUID: "U"))

    private func withDesk(
        delay: Duration = .zero, failEvery: Int = 0, _ body: @Sendable (MediaFixture, RecordingID) async throws -> Void
    ) async throws {
        let recording = try #require(RecordingID("rec-1"))
        let logger = Logger(label: "simulated") { _ in SwiftLogNoOpLogHandler() }
        let server = NullMediaServer(delay: delay, failEvery: failEvery, logger: logger)
        try await LibuvEventLoop.withLoops(count: 1, name: "simulated", logger: logger) { loops in
            let loop = try #require(loops.first)
            let desk = MediaFixture(loop: loop, server: server)
            await desk.attach()
            try await body(desk, recording)
        }
    }

    @Test(arguments: [Duration.zero, .milliseconds(30)])
    func `Every command is confirmed, and nothing is recorded`(delay: Duration) async throws {
        try await withDesk(delay: delay) { [order] desk, recording in
            guard case (.started(_, "call", nil, .simulated), _) = try await desk.ask(order, recording) else {
                Issue.record("a start that is not confirmed")
                return
            }
            for verb in [MediaCommand.Verb.pause, .resume, .stop] {
                guard case (.confirmed, _) = try await desk.ask(verb, recording) else {
                    Issue.record("a command that is not confirmed")
                    return
                }
            }
        }
    }

    @Test func `Each so many-th command is refused`() async throws {
        try await withDesk(failEvery: 3) { [order] desk, recording in
            var refused: [Bool] = []
            for verb in [order] + Array(repeating: .pause, count: 6) {
                let answer = try await desk.ask(verb, recording).answer
                if case .refused = answer { refused.append(true) } else { refused.append(false) }
            }
            #expect(refused == [false, false, true, false, false, true, false])
        }
    }
}
