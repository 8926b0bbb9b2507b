import CallControl
import CallControlTesting
import CallModel
import EventLoops
import TLibrary
import Testing

/// Reports recordings for calls that are not there, and for media servers that are not in the list.
private final class ConfusedDriver: MediaServer {
    let name = "confused"
    let capabilities = MediaCapabilities(pause: .silence, startsPaused: true)
    private let reports = Locked<MediaReports?>(nil)

    func attach(to shard: any EventLoop, server: Int, reports: MediaReports) {
        self.reports.withLock { $0 = reports }
    }

    func perform(_ command: MediaCommand, on shard: any EventLoop) {
        guard let reports = reports.withLock({ $0 }) else { return }
        for server in [-1, 1, 7_000] {
            for connection in [command.connection, ConnectionID(rawValue: 99), .none] {
                let event = MediaReport.Event.started(command.id, file: "wrong", intake: nil, proof: .simulated)
                reports.report(
                    MediaReport(connection: connection, recording: command.recording, server: server, event: event))
            }
        }
        if case .start(let order) = command.verb {
            reports.report(
                MediaReport(
                    answering: command, .started(command.id, file: order.fileName, intake: nil, proof: .simulated)))
        } else {
            reports.report(MediaReport(answering: command, .confirmed(command.id)))
        }
    }

    func shutDown() async {}
}

struct ConfusedDriverTests {
    @Test(arguments: [1, 4])
    func `a driver that names media servers that are not there harms nobody`(shards: Int) throws {
        let served = try ServedSimulation(
            shards: shards, dns: [.init("5001", type: .extension), .init("5002", type: .extension)],
            media: { _ in [ConfusedDriver()] })
        let client = served.client(on: ["5001", "5002"])
        client.send(.makeCall(MakeCall(otherDN: "5002")), thisDN: "5001")
        served.simulation.advance(by: .seconds(1))
        let call = try #require(client.events(.eventDialing).first?.connID)
        client.send(.answerCall, thisDN: "5002", connection: call)
        client.ask(4_013, of: call, as: "5001")
        client.ask(4_014, of: call, as: "5001")
        served.simulation.advance(by: .seconds(5))
        let lamps = client.events(.eventAttachedDataChanged).filter { $0.thisDN == "5001" }
            .compactMap { $0.userData?.first("GSIP_RECORD") }
        #expect(lamps == [.string("On"), .string("Off")])
    }
}
