import CallModel
import Logging

/// What an engine's exchanges are made from.
struct EnginePlan {
    var configuration: EngineConfiguration
    var shards: [any Shard]
    var inboxes: [Inbox]
    var rules: CallRules
    var server: ServerIdentity
    var telephony: any Switch
    var media: MediaServerBoard
    /// Where the records of recordings go; `nil`: none are kept.
    var records: (any RecordSink)?
    var reports: MediaReports
    var calls: Room
    var agents = AgentBook()
    var book: SessionBook
    var unopened: UnopenedConnections
    var openings: Openings
    var userData: UserDataTotal
    var backlog: BacklogTotal
    var counters: EngineCounters
    /// Whether somebody looks in: then each shard keeps what that needs.
    var isInspected: Bool
    var logger: Logger
    /// ConnIDs of one run of the server begin where those of an earlier run cannot have come: at its start time.
    var firstConnection: UInt64
}
