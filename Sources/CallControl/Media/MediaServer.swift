public import CallModel

/// A driver for one media server.
///
/// The engine orders, the driver carries out, and its answer comes back through ``MediaReports`` in a later turn, never
/// from inside ``perform(_:on:)``. A driver reports a start as confirmed only when it has seen the recording exist
/// (Recording contract, "Confirmed means proved"); it never answers in place of its server.
public protocol MediaServer: Sendable {
    /// For logs and records, such as `built-in` or `rtpengine 127.0.0.1:2223`. Holds no secret.
    var name: String { get }

    var capabilities: MediaCapabilities { get }

    /// Called once for each shard, on it, before any command. `reports` stays good for as long as the engine runs.
    func attach(to shard: any Shard, server: Int, reports: MediaReports)

    /// Carries out one command, on the shard of its call. Must not block. A command with an id that was carried out
    /// already is answered again and does nothing.
    func perform(_ command: MediaCommand, on shard: any Shard)

    /// The engine is stopping: every recording has been told to stop, and `drain` has passed. Files are closed.
    func shutDown() async
}

/// Where drivers bring what their media servers say.
public struct MediaReports: Sendable {
    private let deliver: @Sendable (MediaReport) -> Void

    public init(deliver: @escaping @Sendable (MediaReport) -> Void) {
        self.deliver = deliver
    }

    /// Brings a report to its call, in a later turn of the call's shard. May be called on any thread.
    public func report(_ report: MediaReport) {
        deliver(report)
    }
}
