public import CallControl
public import CallModel
public import TLibrary

/// What the author of a media server's driver puts under ``ConformanceScenario``s: the driver, the media that it needs,
/// and the truth, found by other means than the driver's word (article Conformance).
///
/// A stand serves one run of one scenario, on a shard that nothing else uses. Its members are called one at a time, on
/// the caller's thread and never on the shard.
public protocol ConformanceFixture {
    /// Where the driver is attached and its commands are given.
    var shard: FixtureLoop { get }

    /// How long a scenario waits for what must come, such as an answer: beyond all tries of the driver.
    var patience: Duration { get }

    /// How many recordings are made at once where a scenario makes many.
    var crowd: Int { get }

    /// Whether the media server can pause at all, as it is set up. Where it cannot, every pause is refused.
    var canPause: Bool { get }

    /// Whether a call that was recorded can be recorded again. Where it cannot, a start after a stop is refused.
    var canRecordAgain: Bool { get }

    /// A driver of the stand's media server, not attached to a shard yet. All that a stand makes are of the same server,
    /// as those of two engines would be.
    func makeDriver() async throws -> any MediaServer

    /// A call begins, in which both sides speak from now on. Where the media server carries the audio of calls itself:
    /// the session of the party that will be recorded.
    func beginCall(_ connection: ConnectionID) async throws -> MediaSession?

    /// The call is over.
    func endCall(_ connection: ConnectionID) async throws

    /// A driver that takes RTP has told where: both sides of the recording speak to there from now on.
    func sendAudio(of recording: FixtureRecording, to intake: RTPEndpoints) async throws

    /// Whether audio that is spoken now gets into the recording's file. `nil`: the stand cannot tell.
    func isCapturing(_ recording: FixtureRecording) async throws -> Bool?

    /// The files of the recordings that the media server keeps, without directory and extension. `nil`: it keeps none.
    func files() async throws -> [String]?

    /// Whether the media server has let go of a file. `nil`: the stand cannot tell.
    func isClosed(_ file: String) async throws -> Bool?
}

extension ConformanceFixture {
    public var patience: Duration { .seconds(20) }
    public var crowd: Int { 24 }
    public var canPause: Bool { true }
    public var canRecordAgain: Bool { true }
    public func endCall(_ connection: ConnectionID) async throws {}
    public func sendAudio(of recording: FixtureRecording, to intake: RTPEndpoints) async throws {}
    public func isCapturing(_ recording: FixtureRecording) async throws -> Bool? { nil }
    public func files() async throws -> [String]? { nil }
    public func isClosed(_ file: String) async throws -> Bool? { nil }
}

/// A recording that a scenario has ordered.
public struct FixtureRecording: Hashable, Sendable {
    public let connection: ConnectionID
    public let recording: RecordingID
    /// As ``ConformanceFixture/beginCall(_:)`` gave it.
    public let session: MediaSession?
    /// The file that was confirmed last; empty: none yet.
    public internal(set) var file = ""

    init(_ connection: ConnectionID, _ recording: RecordingID, _ session: MediaSession?) {
        self.connection = connection
        self.recording = recording
        self.session = session
    }
}
