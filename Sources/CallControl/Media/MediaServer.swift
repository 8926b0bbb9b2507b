public import CallModel
public import EventLoops
public import TLibrary

/// A driver for one media server.
///
/// The engine orders, the driver carries out, and its answer comes back through ``MediaReports`` in a later turn, never
/// from inside ``perform(_:on:)``. A driver reports a start as confirmed only when it has seen the recording exist
/// (Recording contract, "Confirmed means verified"); it never answers in place of its server.
public protocol MediaServer: Sendable {
    /// For logs and records, such as `built-in` or `rtpengine 127.0.0.1:2223`. Holds no secret.
    var name: String { get }

    var capabilities: MediaCapabilities { get }

    /// Called once for each shard, on it, before any command. `reports` stays good for as long as the engine runs.
    func attach(to shard: any EventLoop, server: Int, reports: MediaReports)

    /// Carries out one command, on the shard of its call. Must not block. A command with an id that was carried out
    /// already is answered again and does nothing.
    func perform(_ command: MediaCommand, on shard: any EventLoop)

    /// A party's media that lived before this engine did: what is recorded of it nobody here asked for, and nobody's
    /// lamp shows. It is stopped, before any start of it. A server whose recordings end with the program ignores it.
    func inherit(_ session: MediaSession, of connection: ConnectionID, on shard: any EventLoop)

    /// Who speaks on the two sides of a recording, and from where, as far as the switch knows; on the shard of the call in
    /// which it began. A driver that does not receive RTP itself ignores it.
    func follow(_ path: MediaRoute, on shard: any EventLoop)

    /// The engine is stopping: every recording has been told to stop, and `drain` has passed. Files are closed.
    func shutDown() async
}

extension MediaServer {
    public func inherit(_ session: MediaSession, of connection: ConnectionID, on shard: any EventLoop) {}

    public func follow(_ path: MediaRoute, on shard: any EventLoop) {}
}

/// Where drivers bring what their media servers say.
public struct MediaReports: Sendable {
    private let deliver: @Sendable (MediaReport) -> Void
    private let reach: @Sendable (MediaReachability) -> Void
    private let run: @Sendable (Int, @escaping @Sendable () -> Void) -> Void

    /// `reach` takes what is told of whole servers, `run` runs work on the shard of that index, in a later turn.
    public init(
        deliver: @escaping @Sendable (MediaReport) -> Void,
        reach: @escaping @Sendable (MediaReachability) -> Void = { _ in },
        run: @escaping @Sendable (Int, @escaping @Sendable () -> Void) -> Void = { _, _ in }
    ) {
        self.deliver = deliver
        self.reach = reach
        self.run = run
    }

    /// Brings a report to its call, in a later turn of the call's shard. May be called on any thread.
    public func report(_ report: MediaReport) {
        deliver(report)
    }

    /// Whether a media server answers, as seen from one shard. One that does not gets no new recordings from there until
    /// it does; one of which nothing was told counts as reachable. On that shard. The recordings that a lost server has
    /// are told as `lost`, each for itself.
    public func tell(_ reachability: MediaReachability) {
        reach(reachability)
    }

    /// Runs `work` in a later turn of `shard`, from no actor, after what was run so before: the way back for what a
    /// driver's own threads have found. May be called on any thread.
    public func later(on shard: any EventLoop, _ work: @escaping @Sendable () -> Void) {
        run(shard.index, work)
    }
}

/// Whether one media server answers to one shard.
public struct MediaReachability: Sendable, Equatable {
    /// The place of the media server in the configuration's list.
    public var server: Int
    /// The index of the shard that finds so.
    public var shard: Int
    public var isReachable: Bool

    public init(server: Int, shard: Int, isReachable: Bool) {
        self.server = server
        self.shard = shard
        self.isReachable = isReachable
    }
}
