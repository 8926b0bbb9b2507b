import CallControl
import CallControlTesting
import CallModel
import EventLoops
import LibuvEventLoops
import Logging
import MediaServers
import TLibrary
import TLibraryClient
import Testing

/// A whole engine on real loops, serving a T-Client over TCP, with daemons that carry the media of its calls.
struct RTPEngineServerFixture {
    let engine: CallControlEngine
    let telephony: SessionSwitch
    let desktop: Desktop

    /// Runs it until `body` is done; nothing is left running.
    static func run(
        on loops: [LibuvEventLoop], media: [any MediaServer], configure: (inout EngineConfiguration) -> Void = { _ in },
        _ body: (RTPEngineServerFixture) async throws -> Void
    ) async throws {
        let logger = Logger(label: "stage") { _ in SwiftLogNoOpLogHandler() }
        let configuration = configuration(configure)
        let telephony = SessionSwitch(configuration)
        let engine = try CallControlEngine(
            configuration: configuration, shards: [loops[0]], switch: telephony, mediaServers: media, logger: logger)
        let anyPort = SocketAddress(host: "127.0.0.1", port: 0)
        let server = TLibraryServer(engine: engine, listen: anyPort, logger: logger)
        let (addresses, found) = AsyncStream.makeStream(of: SocketAddress.self)
        async let life: Void = engine.run()
        async let service: Void = server.run { found.yield($0) }
        var failure: (any Error)?
        do {
            let address = try #require(await addresses.first { _ in true })
            let client = try await TLibraryClient.connect(
                to: address, on: loops[1], applicationName: "desktop", logger: logger)
            let desktop = Desktop(client)
            async let reading: Void = desktop.read()
            do {
                try await client.register(Desktop.dn)
                try await client.register(Desktop.other)
                try await body(RTPEngineServerFixture(engine: engine, telephony: telephony, desktop: desktop))
            } catch {
                failure = error
            }
            await client.close()
            try? await reading
        } catch {
            failure = failure ?? error
        }
        engine.shutDown()
        await life
        try? await service
        if let failure { throw failure }
    }

    private static func configuration(_ configure: (inout EngineConfiguration) -> Void) -> EngineConfiguration {
        var configuration = EngineConfiguration()
        configuration.dns = [.init(Desktop.dn, type: .extension), .init(Desktop.other, type: .extension)]
        configuration.drain = .seconds(2)
        configuration.recording.timeout = .milliseconds(700)
        configuration.recording.tries = 2
        configuration.recording.mediaProof = .milliseconds(500)
        configuration.recording.mediaRecovery = .seconds(2)
        configure(&configuration)
        return configuration
    }

    /// An established call of 5001 with 5002, whose media is carried in that session.
    func call(in session: MediaSession) async throws -> ConnectionID {
        let dialing = try await desktop.client.makeCall(from: Desktop.dn, to: Desktop.other)
        let call = try #require(dialing.connID)
        try await desktop.client.answer(call, at: Desktop.other)
        telephony.report(.media(Desktop.dn, session), of: call)
        try await leaveBacklog()
        return call
    }

    /// What the switch has told overtakes no request of a client: a request and its answer later it is known.
    func leaveBacklog() async throws {
        try await desktop.client.unregister(Desktop.other)
        try await desktop.client.register(Desktop.other)
    }

    /// Starts as soon as a server that was away counts as there again.
    func startAgain(_ call: ConnectionID) async throws -> RecordingOutcome {
        for _ in 0..<4_000 {
            let outcome = try await start(call)
            guard outcome.reason == "no-media-server" else { return outcome }
            try await Task.sleep(for: .milliseconds(25))
        }
        return try await start(call)
    }

    func start(_ call: ConnectionID) async throws -> RecordingOutcome {
        try await desktop.client.startRecording(call, at: Desktop.dn)
    }

    func pause(_ call: ConnectionID) async throws -> RecordingOutcome {
        try await desktop.client.pauseRecording(call, at: Desktop.dn)
    }

    func resume(_ call: ConnectionID) async throws -> RecordingOutcome {
        try await desktop.client.resumeRecording(call, at: Desktop.dn)
    }

    func stop(_ call: ConnectionID) async throws -> RecordingOutcome {
        try await desktop.client.stopRecording(call, at: Desktop.dn)
    }
}
