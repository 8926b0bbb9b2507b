package import CallModel
package import TLibrary

/// Names one voice of the in-process switch: one side of one recording of one call.
package struct ToneStreamID: Hashable, Sendable {
    package enum Side: Hashable, Sendable {
        /// What the anchor says; channel 1 of the recording.
        case anchor
        /// What the other side says; channel 2.
        case other
    }

    package var connection: ConnectionID
    package var recording: RecordingID
    package var side: Side

    package init(connection: ConnectionID, recording: RecordingID, side: Side) {
        self.connection = connection
        self.recording = recording
        self.side = side
    }
}
