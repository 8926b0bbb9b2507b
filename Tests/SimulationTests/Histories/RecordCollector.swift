import CallControl
import CallModel
import EventLoops
import TLibrary

/// Keeps what an engine hands to the sink of its records.
final class RecordCollector: RecordSink {
    struct Note: Sendable {
        var call: ConnectionID
        var recording: RecordingID
        var transition: RecordingRecord.Transition
    }

    private struct State {
        var begun: [RecordingRecord] = []
        var records: [RecordingRecord] = []
        var notes: [Note] = []
    }

    private let state = Locked<State>(State())

    /// As they were when their first start was confirmed.
    var begun: [RecordingRecord] { state.withLock { $0.begun } }
    var records: [RecordingRecord] { state.withLock { $0.records } }
    var notes: [Note] { state.withLock { $0.notes } }

    func note(_ transition: RecordingRecord.Transition, of recording: RecordingID, in call: CallIdentity) {
        let note = Note(call: call.connection, recording: recording, transition: transition)
        state.withLock { $0.notes.append(note) }
    }

    func begin(_ record: RecordingRecord) {
        state.withLock { $0.begun.append(record) }
    }

    func keep(_ record: RecordingRecord) {
        state.withLock { $0.records.append(record) }
    }
}

/// A recording went on in another call, which its own had become part of.
struct Carriage {
    var recording: String
    var origin: ConnectionID
    var from: ConnectionID
    var to: ConnectionID
    var time: Duration
}

extension RecordCollector {
    /// In the order in which they happened to each recording.
    var carriages: [Carriage] {
        var carriages: [Carriage] = []
        for note in notes {
            guard case .carried(let call) = note.transition.event else { continue }
            let before = carriages.last { $0.origin == note.call && $0.recording == note.recording.text }
            carriages.append(
                Carriage(
                    recording: note.recording.text, origin: note.call, from: before?.to ?? note.call,
                    to: call.connection, time: note.transition.moment.monotonic))
        }
        return carriages
    }
}
