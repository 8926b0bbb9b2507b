import CallControl
import CallModel
import TLibrary

/// What becomes one WAV file: a recording at one media server, from its start to its stop.
struct ConversionOrder: Sendable {
    /// For the log.
    var connection: ConnectionID
    /// The paths of its pcap files, in the order in which they were begun: one, or one for each stretch between pauses.
    var segments: [String]
    /// When its start and its stop were sent, on the clock that the media server's captures are stamped with.
    var began: WallTime
    var ended: WallTime
    var streams: RecordedStreams
    /// Where the WAV file goes: beside the pcap files.
    var directory: String
    /// Proposed, without extension: `NAME.wav`, and a tail where a file of that name exists (Recording contract,
    /// "The indication").
    var name: String
}
