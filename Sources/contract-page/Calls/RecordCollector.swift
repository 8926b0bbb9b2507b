import CallControl
import CallModel
import EventLoops

/// Keeps the records of a walkthrough's recordings.
final class RecordCollector: RecordSink {
    private let state = Locked<(records: [RecordingRecord], carried: Int)>(([], 0))

    /// Those that are over.
    var records: [RecordingRecord] { state.withLock { $0.records } }

    /// How many have gone on in another call.
    var carried: Int { state.withLock { $0.carried } }

    func note(_ transition: RecordingRecord.Transition, of recording: RecordingID, in call: CallIdentity) {
        if case .carried = transition.event { state.withLock { $0.carried += 1 } }
    }

    func keep(_ record: RecordingRecord) {
        state.withLock { $0.records.append(record) }
    }
}
