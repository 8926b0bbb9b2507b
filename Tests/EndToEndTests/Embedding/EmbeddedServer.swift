// The code between the two marks is the listing of the article Embedding, byte for byte: scripts/docs copies it.
// listing: begin
import CallControl
import CallModel
import EventLoops
import LibuvEventLoops
import Logging
import ServiceLifecycle
import Synchronization
import TLibrary

/// Your telephony: reports the calls of your PBX, and carries out the requests of T-Clients there.
final class PBX: Switch {
    private let port = Mutex<SwitchPort?>(nil)

    func attach(to shard: any EventLoop, port: SwitchPort) { self.port.withLock { $0 = port } }

    /// A customer calls: 5001 rings. `nil`: the engine does not run yet, or its limit of calls is reached.
    func callComesIn(from number: String) -> ConnectionID? {
        guard let call = port.withLock({ $0 })?.begin(.init(callType: .inbound, ani: number)) else { return nil }
        say(.placed(from: "trunk-1", to: "5001", state: .ringing), of: call)
        return call
    }

    func perform(_ command: SwitchCommand, on shard: any EventLoop) {
        let others = command.parties.map(\.dn)
        switch command.verb {
        case .answer(let dn):
            say(SwitchReport(answering: command, .established(dn)))
            for other in others where other != dn { say(.established(other), of: command.connection) }
        case .release(let dn):
            say(SwitchReport(answering: command, .released(dn, .ok)))
            for other in others where other != dn { say(.released(other, .ok), of: command.connection) }
        default:
            let refused = RequestError(.unsupportedOperation, "This PBX does not do that.")
            say(SwitchReport(answering: command, .refused(refused)))
        }
    }

    private func say(_ event: SwitchReport.Event, of call: ConnectionID) {
        say(SwitchReport(connection: call, event: event))
    }

    private func say(_ report: SwitchReport) { port.withLock { $0 }?.report(report) }
}

/// The driver of your recorder. This one records nothing; a real one confirms what it has verified.
final class Recorder: MediaServer {
    let name = "example"
    let capabilities = MediaCapabilities(pause: .silence, startsPaused: true)
    private let reports = Mutex<MediaReports?>(nil)

    func attach(to shard: any EventLoop, server: Int, reports: MediaReports) { self.reports.withLock { $0 = reports } }

    func perform(_ command: MediaCommand, on shard: any EventLoop) {
        var event = MediaReport.Event.confirmed(command.id)
        if case .start(let order) = command.verb {
            event = .started(command.id, file: order.fileName, intake: nil, proof: .file)
        }
        reports.withLock { $0 }?.report(MediaReport(answering: command, event))
    }

    func shutDown() async {}
}

/// The engine and its T-Library server, as one of your services.
struct RecordingService: Service {
    let pbx = PBX()
    var address = SocketAddress(host: "127.0.0.1", port: 8000)
    var onListening: @Sendable (SocketAddress) -> Void = { _ in }

    func run() async throws {
        let logger = Logger(label: "recording")
        var configuration = EngineConfiguration()
        configuration.dns = [.init("5001", type: .extension), .init("trunk-1", type: .trunk)]
        try await LibuvEventLoop.withLoops(count: 2, name: "shard", logger: logger) { [configuration] loops in
            let engine = try CallControlEngine(
                configuration: configuration, shards: loops, switch: pbx, mediaServers: [Recorder()], logger: logger)
            let server = TLibraryServer(engine: engine, listen: address, logger: logger)
            try await withGracefulShutdownHandler {
                async let life: Void = engine.run()
                try await server.run(onListening: onListening)
                await life
            } onGracefulShutdown: {
                engine.shutDown()
            }
        }
    }
}
// listing: end
