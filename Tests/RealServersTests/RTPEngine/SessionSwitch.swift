import CallControl
import CallModel
import TLibrary

/// The in-process switch, as one whose calls are carried by a media server: it tells their sessions.
final class SessionSwitch: Switch {
    private let calls: InProcessSwitch
    private let port = Locked<SwitchPort?>(nil)

    init(_ configuration: EngineConfiguration) {
        calls = InProcessSwitch(configuration)
    }

    func attach(to shard: any Shard, port: SwitchPort) {
        self.port.withLock { $0 = port }
        calls.attach(to: shard, port: port)
    }

    func perform(_ command: SwitchCommand, on shard: any Shard) {
        calls.perform(command, on: shard)
    }

    func report(_ event: SwitchReport.Event, of call: ConnectionID) {
        port.withLock { $0 }?.report(SwitchReport(connection: call, event: event))
    }
}
