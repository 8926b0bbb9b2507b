import CallControl
import CallModel
import EventLoops
import Foundation
import LibuvEventLoops
import Logging
import TLibrary
import TLibraryClient

/// A server and its T-Client in one process, over a real connection, with real audio and a real file.
struct Demo: Sendable {
    /// How long all of it may take.
    private static let longest = Duration.seconds(30)

    let directory: String
    let console: Console
    let logger: Logger

    /// Runs it. Throws a ``DemoFailure`` where what was shown is not as it should be.
    func run() async throws {
        let stage = DemoStage(console: console)
        let file = try await LibuvEventLoop.withLoops(count: 2, name: "demo", logger: logger) { loops in
            try await withThrowingTaskGroup(of: String?.self) { group in
                let (addresses, listening) = AsyncStream.makeStream(of: SocketAddress.self)
                group.addTask {
                    defer { listening.finish() }
                    try await Application.run(configuration, on: [loops[0]], logger: logger) { address, _ in
                        listening.yield(address)
                    }
                    return nil
                }
                group.addTask {
                    for await address in addresses { return try await play(stage, at: address, on: loops[1]) }
                    throw DemoFailure("The server did not start.")
                }
                group.addTask {
                    try await Task.sleep(for: Self.longest)
                    throw DemoFailure("It took longer than \(Self.longest).")
                }
                defer { group.cancelAll() }
                while let file = try await group.next() {
                    if let file { return file }
                }
                throw DemoFailure("The server ended.")
            }
        }
        try await judge("\(directory)/\(file).wav", stage.shown)
    }

    /// One agent, one routing point, one trunk, and recorders that hear tones.
    private var configuration: ServerConfiguration {
        var configuration = ServerConfiguration()
        configuration.listen = SocketAddress(host: "127.0.0.1", port: 0)
        configuration.shards = 1
        configuration.switch.audio = .tones
        configuration.mediaServers = [.builtIn(directory: directory)]
        configuration.engine.recording.fileName = FileNamePattern("demo_$AGENTDN$_$DATE$_$TIME$") ?? .standard
        configuration.engine.dns = [
            .init(DemoScript.agent, type: .extension), .init(DemoScript.routingPoint, type: .routingPoint),
            .init(DemoScript.trunk, type: .trunk),
        ]
        return configuration
    }

    private func play(_ stage: DemoStage, at address: SocketAddress, on loop: LibuvEventLoop) async throws -> String {
        try console.line("server on \(address), recordings in \(directory)")
        try console.line()
        let desk = try await TLibraryClient.connect(
            to: address, on: loop, applicationName: "demo-desk", logger: logger)
        let caller = try await TLibraryClient.connect(
            to: address, on: loop, applicationName: "demo-caller", logger: logger)
        let (events, script) = AsyncStream.makeStream(of: Event.self)
        let result: Result<String, any Error>
        do {
            result = .success(
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await stage.follow(desk, script) }
                    var play = DemoScript(caller: caller, desk: desk, stage: stage, events: events.makeAsyncIterator())
                    defer { group.cancelAll() }
                    return try await play.play()
                })
        } catch {
            result = .failure(error)
        }
        await caller.close()
        await desk.close()
        return try result.get()
    }

    // MARK: Was it as it should be?

    private func judge(_ path: String, _ shown: [(lamp: RecordingIndicator, time: Double)]) throws {
        guard shown.map(\.lamp) == [.on, .paused, .on, .off] else {
            let lamps = shown.map(\.lamp.rawValue).joined(separator: ", ")
            throw DemoFailure("The lamp was \(lamps); it should have been On, Paused, On, Off.")
        }
        guard let recording = Recording(path: path) else {
            throw DemoFailure("\(path) is not the recording that it should be.")
        }
        try console.line()
        try console.line(
            "\(path): \(Self.seconds(recording.length)), two channels of \(recording.rate) samples a second")
        try console.line()
        for line in Waveform(recording: recording, width: console.width).lines { try console.line(line) }
        try console.line()
        let times = shown.map { $0.time - shown[0].time }
        try judge(recording, "the first stretch", from: 0, to: times[1], isSilent: false)
        try judge(recording, "the pause", from: times[1], to: times[2], isSilent: true)
        try judge(recording, "the second stretch", from: times[2], to: times[3], isSilent: false)
        let pause = "\(Self.seconds(times[1])) to \(Self.seconds(times[2]))"
        try console.line("The pause, from \(pause), is silence in the file.")
    }

    private func judge(
        _ recording: Recording, _ name: String, from start: Double, to end: Double, isSilent: Bool
    ) throws {
        // What is said while an order is under way may fall on either side of it.
        let margin = min(0.5, (end - start) / 4)
        for (channel, side) in ["the anchor", "the other side"].enumerated() {
            let peak = recording.peak(channel: channel, from: start + margin, to: end - margin)
            if isSilent, peak > 0.001 { throw DemoFailure("\(side) is heard in \(name).") }
            if !isSilent, peak < 0.01 { throw DemoFailure("\(side) is not heard in \(name).") }
        }
    }

    private static func seconds(_ seconds: Double) -> String {
        let tenths = Int((seconds * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) s"
    }
}
