public import CallModel

/// Where the records of recordings go: what an embedding server gives to its engine (article Records).
///
/// Called on the shard of the recording's call, in the order in which things happened to it. Must not block: what takes
/// time belongs on a thread of the sink's own.
public protocol RecordSink: Sendable {
    /// Something happened to a recording, now. Nothing is left out here, however long the recording.
    func note(_ transition: RecordingRecord.Transition, of recording: RecordingID, in call: CallIdentity)

    /// The first start of a recording is confirmed: its record as far as it is known by then, without transitions. Comes
    /// once, before ``keep(_:)``, and not at all for a recording that never begins.
    func begin(_ record: RecordingRecord)

    /// A recording is over, or the engine is: each that began comes once, and nothing is noted of it any more.
    func keep(_ record: RecordingRecord)
}

extension RecordSink {
    public func note(_ transition: RecordingRecord.Transition, of recording: RecordingID, in call: CallIdentity) {}
    public func begin(_ record: RecordingRecord) {}
}
