public import CallModel
public import EventLoops
public import TLibrary

/// What carries out calls: the telephony below the engine.
///
/// The engine asks it for what T-Clients request, and hears from it what became of calls. Answers come back through
/// ``SwitchPort`` in a later turn; a switch whose network is slow answers when it knows.
public protocol Switch: Sendable {
    /// Called once for each shard, on it, before any command. `port` stays good for as long as the engine runs.
    func attach(to shard: any EventLoop, port: SwitchPort)

    /// Carries out one command, on the shard of its call. Must not block. What it cannot do it refuses,
    /// with T-Library's code for the reason.
    func perform(_ command: SwitchCommand, on shard: any EventLoop)

    /// Sends the media of a call's parties to a recorder that takes RTP, or no longer, where nobody speaks on the path.
    /// A switch whose media goes another way ignores it.
    func carry(_ path: MediaRoute, on shard: any EventLoop)

    /// From where the speakers of a path send their audio. A switch that has told it of its parties, or does not know it,
    /// need not implement this.
    func sources(of path: MediaRoute, on shard: any EventLoop) -> MediaSources
}

extension Switch {
    public func carry(_ path: MediaRoute, on shard: any EventLoop) {}

    public func sources(of path: MediaRoute, on shard: any EventLoop) -> MediaSources { path.sources }

    /// Tells a path to the switch, and to the media server that takes it.
    func carry(_ path: MediaRoute, to servers: [any MediaServer], on shard: any EventLoop) {
        carry(path, on: shard)
        guard servers.indices.contains(path.server) else { return }
        var path = path
        path.sources = sources(of: path, on: shard)
        servers[path.server].follow(path, on: shard)
    }
}

/// Where a switch brings what it has to say. Its members may be called on any thread.
public struct SwitchPort: Sendable {
    /// A call that did not arise by a T-Client's request.
    public struct ExternalCall: Sendable {
        public var callType: CallType
        /// The calling and the dialled number; empty where not known.
        public var ani: String
        public var dnis: String

        public init(callType: CallType, ani: String = "", dnis: String = "") {
            self.callType = callType
            self.ani = ani
            self.dnis = dnis
        }
    }

    private let deliver: @Sendable (SwitchReport) -> Void
    private let deliverTogether: @Sendable ([SwitchReport]) -> Void
    private let arrive: @Sendable (ExternalCall) -> ConnectionID?

    private let run: @Sendable (Int, @escaping @Sendable () -> Void) -> Void

    /// `deliver` takes reports and `arrive` calls of the network, from any thread; `deliverTogether` takes reports of one
    /// call, `nil` one by one; `run` runs work on the shard of that index, in a later turn.
    public init(
        deliver: @escaping @Sendable (SwitchReport) -> Void,
        deliverTogether: (@Sendable ([SwitchReport]) -> Void)? = nil,
        arrive: @escaping @Sendable (ExternalCall) -> ConnectionID?,
        run: @escaping @Sendable (Int, @escaping @Sendable () -> Void) -> Void = { _, _ in }
    ) {
        self.deliver = deliver
        self.deliverTogether = deliverTogether ?? { reports in reports.forEach(deliver) }
        self.arrive = arrive
        self.run = run
    }

    /// Brings a report to its call, in a later turn of the call's shard. Reports of one call from one thread keep their
    /// order.
    public func report(_ report: SwitchReport) {
        deliver(report)
    }

    /// Brings reports of one call to it in one turn: what the first of them causes, such as the answer of a media server,
    /// is taken after the last. For what one event of the network means.
    ///
    /// - Precondition: all reports are of the same connection.
    public func report(together reports: [SwitchReport]) {
        guard reports.count > 1 else { return reports.forEach(deliver) }
        precondition(reports.allSatisfy { $0.connection == reports[0].connection }, "reports of one call come together")
        deliverTogether(reports)
    }

    /// Begins a call that the network brings, without parties yet: the reports that follow bring them. `nil`: the
    /// engine has as many calls as it may have.
    public func begin(_ arrival: ExternalCall) -> ConnectionID? {
        arrive(arrival)
    }

    /// Runs `work` in a later turn of `shard`, from no actor, after what was run so before: for a switch whose connection
    /// lives on one shard, and its calls on all. May be called on any thread.
    public func later(on shard: any EventLoop, _ work: @escaping @Sendable () -> Void) {
        run(shard.index, work)
    }
}
