public import CallControl
public import CallModel
public import EventLoops
import Switches
public import TLibrary

/// The in-process switch, as one whose calls are carried by a media server: a test tells it where.
public final class SessionSwitch: Switch {
    private let calls: InProcessSwitch
    private let port = Locked<SwitchPort?>(nil)

    public init(_ configuration: EngineConfiguration) {
        calls = InProcessSwitch(configuration)
    }

    public func attach(to shard: any EventLoop, port: SwitchPort) {
        self.port.withLock { $0 = port }
        calls.attach(to: shard, port: port)
    }

    public func perform(_ command: SwitchCommand, on shard: any EventLoop) {
        calls.perform(command, on: shard)
    }

    /// Tells something of a call, such as its `media`. In a simulation as a part of it.
    public func report(_ event: SwitchReport.Event, of call: ConnectionID) {
        port.withLock { $0 }?.report(SwitchReport(connection: call, event: event))
    }
}
