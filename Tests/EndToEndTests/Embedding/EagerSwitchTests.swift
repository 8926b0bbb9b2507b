import CallControl
import CallModel
import EventLoops
import LibuvEventLoops
import Logging
import TLibrary
import TestSupport
import Testing

/// Brings calls as soon as it is attached to its first shard.
private final class EagerSwitch: Switch {
    private let state = Locked<(attached: Set<Int>, early: Int)>(([], 0))

    func attach(to shard: any EventLoop, port: SwitchPort) {
        let isFirst = state.withLock { state in
            state.attached.insert(shard.index)
            return state.attached.count == 1
        }
        guard isFirst, let session = MediaSession(callID: "old", fromTag: "a") else { return }
        for _ in 0..<8 {
            guard let call = port.begin(.init(callType: .inbound)) else { return }
            for event: SwitchReport.Event in [
                .placed(from: "trunk-1", to: "5001", state: .ringing), .inherited("5001", session),
                .established("5001"), .established("trunk-1"),
            ] {
                port.report(SwitchReport(connection: call, event: event))
            }
        }
    }

    func perform(_ command: SwitchCommand, on shard: any EventLoop) { note(shard) }

    func carry(_ path: MediaRoute, on shard: any EventLoop) { note(shard) }

    private func note(_ shard: any EventLoop) {
        state.withLock { state in
            if !state.attached.contains(shard.index) { state.early += 1 }
        }
    }

    var early: Int { state.withLock { $0.early } }
}

/// Counts what it is asked on a shard that it is not attached to yet.
private final class WatchfulServer: MediaServer {
    let name = "watchful"
    let capabilities = MediaCapabilities(pause: .silence, startsPaused: true)
    private let state = Locked(State())

    private struct State {
        var reports: [Int: MediaReports] = [:]
        var early = 0
        var inherited = 0
        var started = 0
    }

    func attach(to shard: any EventLoop, server: Int, reports: MediaReports) {
        state.withLock { $0.reports[shard.index] = reports }
    }

    func perform(_ command: MediaCommand, on shard: any EventLoop) {
        let reports = asked(on: shard)
        guard case .start(let order) = command.verb else {
            reports?.report(MediaReport(answering: command, .confirmed(command.id)))
            return
        }
        state.withLock { $0.started += 1 }
        let somewhere = SocketAddress(host: "127.0.0.1", port: 9)
        let event = MediaReport.Event.started(
            command.id, file: order.fileName, intake: RTPEndpoints(anchor: somewhere, other: somewhere),
            proof: .simulated)
        reports?.report(MediaReport(answering: command, event))
    }

    func inherit(_ session: MediaSession, of connection: ConnectionID, on shard: any EventLoop) {
        _ = asked(on: shard)
        state.withLock { $0.inherited += 1 }
    }

    private func asked(on shard: any EventLoop) -> MediaReports? {
        state.withLock { state in
            if state.reports[shard.index] == nil { state.early += 1 }
            return state.reports[shard.index]
        }
    }

    func shutDown() async {}

    var counts: [Int] { state.withLock { [$0.early, $0.inherited, $0.started] } }
}

struct EagerSwitchTests {
    @Test func `calls that come while the engine begins find all of it there`() async throws {
        var configuration = EngineConfiguration()
        configuration.dns = [.init("5001", type: .extension, record: true), .init("trunk-1", type: .trunk)]
        let logger = Logger(label: "eager") { _ in SwiftLogNoOpLogHandler() }
        for _ in 0..<50 {
            let (telephony, media) = (EagerSwitch(), WatchfulServer())
            try await LibuvEventLoop.withLoops(count: 4, name: "eager", logger: logger) { [configuration] loops in
                let engine = try CallControlEngine(
                    configuration: configuration, shards: loops, switch: telephony, mediaServers: [media],
                    logger: logger)
                async let life: Void = engine.run()
                _ = try await holdsEventually { media.counts[2] >= 8 }
                engine.shutDown()
                await life
            }
            #expect(media.counts == [0, 8, 8])
            #expect(telephony.early == 0)
        }
    }
}
