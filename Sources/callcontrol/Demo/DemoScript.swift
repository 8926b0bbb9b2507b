import CallControl
import CallModel
import Logging
import TLibrary
import TLibraryClient

/// What happens in a demonstration: an inbound call from a trunk, its way to an agent, and its recording.
struct DemoScript {
    static let trunk: DirectoryNumber = "trunk-1"
    static let routingPoint: DirectoryNumber = "9000"
    static let agent = DemoStage.agent
    /// How long each stretch of the recording takes.
    static let stretch = Duration.seconds(2)

    /// The world outside: places the call and hangs up.
    let caller: TLibraryClient
    /// The agent's desk, whose events are shown.
    let desk: TLibraryClient
    let stage: DemoStage
    var events: AsyncStream<Event>.Iterator

    /// Plays it all, and returns the recorded file's name, without directory and extension.
    mutating func play() async throws -> String {
        try await desk.register(Self.routingPoint)
        try await desk.register(Self.agent)
        try await caller.register(Self.trunk)

        try await stage.say("a customer calls")
        try await caller.makeCall(
            from: Self.trunk, to: Self.routingPoint, extensions: ["ani": "15551234567", "dnis": "18005550100"])
        let call = try await connect()

        try await record("start the recording", lamp: .on) {
            try await $0.startRecording(call, at: Self.agent, id: "demo")
        }
        try await Task.sleep(for: Self.stretch)
        try await record("pause: the customer reads out a card number", lamp: .paused) {
            try await $0.pauseRecording(call, at: Self.agent)
        }
        try await Task.sleep(for: Self.stretch)
        try await record("resume", lamp: .on) { try await $0.resumeRecording(call, at: Self.agent) }
        try await Task.sleep(for: Self.stretch)
        let file = try await record("stop", lamp: .off) { try await $0.stopRecording(call, at: Self.agent) }

        try await stage.say("the agent hangs up")
        try await desk.release(call, at: Self.agent)
        _ = try await next(.eventReleased, at: Self.agent)
        return file
    }

    /// Routes the call, and answers it where it rings.
    private mutating func connect() async throws -> ConnectionID {
        let request = try await next(.eventRouteRequest, at: Self.routingPoint)
        guard let call = request.connID else { throw DemoFailure("EventRouteRequest came without a ConnID.") }
        try await stage.say("route it to the agent")
        try await desk.route(call, at: Self.routingPoint, to: Self.agent)
        _ = try await next(.eventRinging, at: Self.agent)
        try await stage.say("the agent answers")
        try await desk.answer(call, at: Self.agent)
        _ = try await next(.eventEstablished, at: Self.agent)
        return call
    }

    /// Asks, waits for the outcome and for the lamp that says the same, and returns the file's name.
    @discardableResult
    private mutating func record(
        _ text: String, lamp: RecordingIndicator, _ ask: (TLibraryClient) async throws -> RecordingOutcome
    ) async throws -> String {
        try await stage.say(text)
        let outcome = try await ask(desk)
        guard outcome.isDone else {
            throw DemoFailure("The recording did not do what was asked: \(outcome.result) \(outcome.reason ?? "").")
        }
        while true {
            let change = try await next(.eventAttachedDataChanged, at: Self.agent)
            guard RecordingIndicator(change.userData) == lamp else { continue }
            guard let file = change.userData?.first("GSIP_REC_FN")?.text else {
                throw DemoFailure("The lamp came without a file name.")
            }
            _ = try await next(.eventPrivateInfo, at: Self.agent)
            return file
        }
    }

    private mutating func next(_ message: MessageNumber, at dn: DirectoryNumber) async throws -> Event {
        while let event = await events.next(isolation: #isolation) {
            if event.message == message, event.thisDN == dn { return event }
        }
        throw DemoFailure("The session ended before \(message) came on \(dn).")
    }
}
