import CallControl
import CallModel
import TLibrary

/// Keeps what an engine hands to the sink of its records.
final class RecordShelf: RecordSink {
    struct Note: Sendable {
        var call: ConnectionID
        var recording: RecordingID
        var transition: RecordingRecord.Transition
    }

    private struct State {
        var records: [RecordingRecord] = []
        var notes: [Note] = []
    }

    private let state = Locked<State>(State())

    var records: [RecordingRecord] { state.withLock { $0.records } }
    var notes: [Note] { state.withLock { $0.notes } }

    func note(_ transition: RecordingRecord.Transition, of recording: RecordingID, in call: CallIdentity) {
        let note = Note(call: call.connection, recording: recording, transition: transition)
        state.withLock { $0.notes.append(note) }
    }

    func keep(_ record: RecordingRecord) {
        state.withLock { $0.records.append(record) }
    }
}
