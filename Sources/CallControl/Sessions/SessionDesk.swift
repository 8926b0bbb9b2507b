import CallModel
import EventLoops
import Logging
import TLibrary

/// What all sessions of a shard share.
final class SessionDesk: Sendable {
    let seat: ShardSeat
    let configuration: EngineConfiguration
    let directory: Directory
    let notifier: Notifier
    let router: Router
    let agents: AgentReplica
    let mailboxes: [Mailbox]
    let book: SessionRegistry
    let openings: Openings
    let counters: ShardCounters
    let logger: Logger
    /// Whether somebody wants to know the sessions' ApplicationNames.
    let keepsRecords: Bool

    init(
        seat: ShardSeat, configuration: EngineConfiguration, directory: Directory, notifier: Notifier,
        router: Router, agents: AgentReplica, mailboxes: [Mailbox], book: SessionRegistry, openings: Openings,
        counters: ShardCounters, logger: Logger, keepsRecords: Bool
    ) {
        self.seat = seat
        self.configuration = configuration
        self.directory = directory
        self.notifier = notifier
        self.router = router
        self.agents = agents
        self.mailboxes = mailboxes
        self.book = book
        self.openings = openings
        self.counters = counters
        self.logger = logger
        self.keepsRecords = keepsRecords
    }

    /// Whether a request must be put off, and for about how many milliseconds: so long as what waits now takes, where a
    /// shard takes 500 inputs in one.
    func sheds(_ request: Request) -> Int32? {
        let home = Router.home(of: request.connection, among: mailboxes.count)
        let target = request.message == .requestMakeCall ? mailboxes[seat.shard.index] : mailboxes[home]
        let limit = configuration.limits.mailbox
        let waiting = max(target.waiting, mailboxes[seat.shard.index].waiting)
        guard waiting > limit else { return nil }
        counters.requestsPutOff.add()
        if target.beginsShedding() {
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
