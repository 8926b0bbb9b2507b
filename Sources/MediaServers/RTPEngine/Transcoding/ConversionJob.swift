import CallControl
import CallModel
import EventLoops
import TLibrary

/// What becomes one WAV file: a recording at one media server, from its start to its stop. Times are those of a steady
/// clock, since the start command.
struct ConversionJob: Sendable {
    /// A pcap file of the recording.
    struct Segment: Sendable, Equatable {
        var path: String
        /// When its start was sent.
        var began: Duration
        /// The same by this machine's clock, with which its packets are stamped where the media server has that clock too.
        var wallTime: WallTime
        /// When its first packet came, as far as its growth has shown.
        var firstPacket: ClosedRange<Duration>?
        /// Bytes that the recording has, of a file that may have been written to later; `nil`: all.
        var length: Int?
    }

    /// For the log.
    var connection: ConnectionID
    /// In the order in which they were begun: one, or one for each stretch between pauses.
    var segments: [Segment]
    /// From the start command to the stop command.
    var length: Duration
    /// Stretches in which nothing was captured, as seen: pauses, and times without packets.
    var quiet: [Range<Duration>] = []
    var streams: RecordedStreams
    /// Where the WAV file goes: beside the pcap files.
    var directory: String
    /// Proposed, without extension: `NAME.wav`, and a tail where a file of that name exists (Recording contract,
    /// "The indication").
    var name: String
}

/// One moment by two clocks.
struct ClockReading: Sendable, Equatable {
    /// The shard's, which is never set.
    var steady: Duration
    var wall: WallTime
}
