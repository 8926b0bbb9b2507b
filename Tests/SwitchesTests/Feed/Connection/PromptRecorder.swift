import CallControl
import CallModel
import EventLoops

/// A media server that confirms all before `perform` returns, and records nothing.
final class PromptRecorder: MediaServer {
    let name = "test"
    let capabilities = MediaCapabilities(pause: .silence, startsPaused: true)
    private let reports = Locked<MediaReports?>(nil)

    func attach(to shard: any EventLoop, server: Int, reports: MediaReports) { self.reports.withLock { $0 = reports } }

    func perform(_ command: MediaCommand, on shard: any EventLoop) {
        var event = MediaReport.Event.confirmed(command.id)
        if case .start(let order) = command.verb {
            event = .started(command.id, file: order.fileName, intake: nil, proof: .simulated)
        }
        reports.withLock { $0 }?.report(MediaReport(answering: command, event))
    }

    func shutDown() async {}
}
