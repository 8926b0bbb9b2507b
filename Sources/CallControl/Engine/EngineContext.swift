import CallModel
import EventLoops
import Logging

/// What an engine's exchanges are made from.
struct EngineContext {
    var configuration: EngineConfiguration
    var shards: [any EventLoop]
    var mailboxes: [Mailbox]
    var rules: CallPolicy
    var server: ServerIdentity
    var telephony: any Switch
    var media: MediaServerPool
    /// Where the records of recordings go; `nil`: none are kept.
    var records: (any RecordSink)?
    var reports: MediaReports
    var calls: CallLimiter
    var agents = AgentLoginLocks()
    var book: SessionRegistry
    var unopened: UnopenedConnections
    var openings: Openings
    var userData: UserDataTotal
    var backlog: BacklogMemory
    var counters: EngineCounters
    /// Whether somebody looks in: then each shard keeps what that needs.
    var isInspected: Bool
    var logger: Logger
    /// ConnIDs of one run of the server begin where those of an earlier run cannot have come: at its start time.
    var firstConnection: UInt64
}
