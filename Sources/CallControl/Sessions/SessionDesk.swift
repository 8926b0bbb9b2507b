import CallModel
import Logging
import TLibrary

/// What all sessions of a shard share.
final class SessionDesk: Sendable {
    let seat: ShardSeat
    let configuration: EngineConfiguration
    let directory: Directory
    let notifier: Notifier
    let router: Router
    let agents: AgentBoard
    let inboxes: [Inbox]
    let book: SessionBook
    let openings: Openings
    let counters: ShardCounters
    let logger: Logger
    /// Whether somebody wants to know the sessions' ApplicationNames.
    let keepsRecords: Bool

    init(
        seat: ShardSeat, configuration: EngineConfiguration, directory: Directory, notifier: Notifier,
        router: Router, agents: AgentBoard, inboxes: [Inbox], book: SessionBook, openings: Openings,
        counters: ShardCounters, logger: Logger, keepsRecords: Bool
    ) {
        self.seat = seat
        self.configuration = configuration
        self.directory = directory
        self.notifier = notifier
        self.router = router
        self.agents = agents
        self.inboxes = inboxes
        self.book = book
        self.openings = openings
        self.counters = counters
        self.logger = logger
        self.keepsRecords = keepsRecords
    }

    /// Whether a request must be put off, and for about how many milliseconds: so long as what waits now takes, where a
    /// shard takes 500 inputs in one.
    func putsOff(_ request: Request) -> Int32? {
        let home = Router.home(of: request.connection, among: inboxes.count)
        let target = request.message == .requestMakeCall ? inboxes[seat.shard.index] : inboxes[home]
        let limit = configuration.limits.inbox
        let waiting = max(target.waiting, inboxes[seat.shard.index].waiting)
        guard waiting > limit else { return nil }
        counters.requestsPutOff.add()
        if target.beginsPuttingOff() {
            logger.warning(
                "A shard has more to do than it can: new work is refused.",
                metadata: ["shard": "\(target.shard.index)", "inputs": "\(waiting)"])
        }
        return Int32(clamping: max(10, waiting / 500))
    }

    /// What the descriptions of calls may take of a frame, beside all else that is in it.
    func roomForCalls(_ request: Request) -> Int {
        configuration.limits.frame - 512 - AgentState.maximumSize - request.thisDN.text.utf8.count
    }
}
