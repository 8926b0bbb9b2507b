public import EventLoops
public import TLibrary

/// What a media server says: the answer to a command, or what nobody asked for.
public struct MediaReport: Sendable, Equatable {
    public enum Event: Sendable, Equatable {
        /// A start that the driver has seen to be true: `file` is the name taken, without directory and extension;
        /// `intake` says where the driver takes the media of the two sides, if it takes it as RTP.
        case started(MediaCommand.ID, file: String, intake: RTPEndpoints?, proof: StartEvidence)
        /// A resume that goes on in a new file: what a driver whose pauses leave ``MediaCapabilities/Pause/segments``
        /// says in place of `confirmed`. `proof` is that of the new file.
        case resumed(MediaCommand.ID, file: String, proof: StartEvidence)
        /// A pause, a resume or a stop that was carried out. A stop is confirmed once the file is closed.
        case confirmed(MediaCommand.ID)
        /// A command that the media server turned down or that cannot be shown to have worked. Nothing changed.
        case refused(MediaCommand.ID, MediaFailure)
        /// The recording has ended at the media server though nobody asked for it.
        case ended
        /// The media server that has the recording is lost.
        case lost
        /// The sides from which no audio has arrived for the option `media-proof`; empty: all that are missed arrive again.
        case audio(missing: MediaSides)
        /// Codecs in which a side sends and which the driver does not decode, such as `g729/8000`: that audio is silence in
        /// the file. Each once for a recording.
        case undecoded(codecs: [String])
        /// Capture goes on, or has ended, by what the driver has seen of it.
        case evidence(CaptureEvidence)
        /// A side's audio comes from there, and came from elsewhere before.
        case source(MediaSides, SocketAddress)
    }

    public var connection: ConnectionID
    public var recording: RecordingID
    /// The place of the media server in the configuration's list.
    public var server: Int
    public var event: Event
    /// Of a recording that has ended by itself: why. Of a stop that is confirmed: why its file is cut short.
    public var failure: MediaFailure?

    /// The answer to a command.
    public init(answering command: MediaCommand, _ event: Event) {
        self.init(
            connection: command.connection, recording: command.recording, server: command.server, event: event)
    }

    public init(
        connection: ConnectionID, recording: RecordingID, server: Int, event: Event, failure: MediaFailure? = nil
    ) {
        self.failure = failure
        self.connection = connection
        self.recording = recording
        self.server = server
        self.event = event
    }
}

/// Where a media server that takes RTP wants the media of a recording: one address a side.
public struct RTPEndpoints: Sendable, Equatable {
    /// What the anchor party says; channel 1 of the file.
    public var anchor: SocketAddress
    /// What the other side says; channel 2 of the file.
    public var other: SocketAddress

    public init(anchor: SocketAddress, other: SocketAddress) {
        self.anchor = anchor
        self.other = other
    }
}

/// What a driver has seen before it confirmed that audio is captured. Told in the records.
public enum StartEvidence: String, Sendable, CaseIterable {
    /// The recording's file, there and open.
    case file
    /// The media server's own state, which says that it records.
    case query
    /// Packets of the call, counted by the media server after it had said yes: it kept no better proof.
    case packets
    /// None, and nothing is recorded: a simulated media server.
    case simulated
}

/// Why a media server did not do what it was asked.
public enum MediaFailure: Sendable, Equatable {
    /// It said no.
    case refused
    /// It said yes, and nothing is there to show for it.
    case notProved
    /// The disk has no room for the file, or the file is gone.
    case disk
}

/// What a kind of media server can do; told in the records of its recordings.
public struct MediaCapabilities: Sendable, Equatable {
    /// What a pause leaves in the file.
    public enum Pause: String, Sendable {
        /// Silence of the pause's length, as the vendor documents it.
        case silence
        /// Nothing: the file is shorter by the pause.
        case gap
        /// A new file for each stretch.
        case segments
    }

    public var pause: Pause
    /// Whether a start can be ordered to begin paused.
    public var startsPaused: Bool
    /// The evidence of capture that the driver reports for each recording (``MediaReport/Event/evidence(_:)``). `nil`: none,
    /// or for some recordings only; records then go by the indication until the first evidence of a recording.
    public var evidence: CaptureEvidence.Kind?

    public init(pause: Pause, startsPaused: Bool, evidence: CaptureEvidence.Kind? = nil) {
        self.pause = pause
        self.startsPaused = startsPaused
        self.evidence = evidence
    }
}
