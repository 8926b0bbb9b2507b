public import TLibrary

/// The options of the recording service. Named after T-Library's options where it has one; defaults as documented in
/// the Configuration article.
public struct RecordingOptions: Sendable, Equatable {
    /// How `GSIP_RECORD` is spelt.
    public enum IndicationValues: String, Sendable, CaseIterable {
        /// On, Off, Paused: as the vendor documents it.
        case documented
        /// ON, OFF, PAUSED: as live systems have been seen to send.
        case upper
    }

    /// What becomes of a recording whose pause cannot be had.
    public enum PauseFailure: String, Sendable, CaseIterable {
        /// It is stopped: better no audio than audio that was not to be captured.
        case stop
        /// The pause is repeated until it is confirmed.
        case keepTrying = "keep-trying"
    }

    /// What happens to a recording that was paused for longer than its limit.
    public enum PauseLimitAction: String, Sendable, CaseIterable {
        case warn, resume, stop
    }

    public var fileName = FileNamePattern.standard
    public var recordsConsultationCalls = false
    public var recordsAfterMerge = false
    public var indicationValues = IndicationValues.documented
    /// Whether the outcome of a request is told by EventPrivateInfo.
    public var outcomeEvents = true
    /// Seconds; 0: none.
    public var pauseLimit = 0
    public var pauseLimitAction = PauseLimitAction.warn
    /// Whether a recording that the option `record` of a DN begins in a call paused by request begins paused.
    public var pauseCoversJoiners = true
    public var privateMessages = PrivateMessages()
    /// Recordings of one call in its life.
    public var limit = 64
    /// Recordings of one call that are not over.
    public let liveLimit = 16

    /// How long one try of a command waits for its answer.
    public var timeout = Duration.milliseconds(2000)
    /// How often a command is sent before it counts as not answered; at least 1.
    public var tries = 3
    /// How long audio may stay away before a warning goes out; zero: no warning.
    public var mediaProof = Duration.seconds(5)
    /// How long the search for another media server may take once one is lost.
    public var mediaRecovery = Duration.seconds(30)
    public var pauseFailure = PauseFailure.stop

    public init() {}

    /// The option `pause-limit`; `nil`: none.
    var longestPause: Duration? { pauseLimit > 0 ? .seconds(pauseLimit) : nil }
}
