import CallModel
import EventLoops
import TLibrary

/// The record of a recording that is not over.
struct RecordBuilder: Sendable {
    private(set) var record: RecordingRecord
    private var timeline = CaptureTimeline()
    private var lastStart: MediaCommand.ID?
    private var isFirstWish = true
    private var listBytes = 0
    /// What the media server has shown to be true, until the change that comes of it.
    private var proof: StartEvidence?
    private var prover: RecordingRecord.MediaServer?

    init(_ id: RecordingID, of call: CallIdentity, anchor: DirectoryNumber, agentID: String, at moment: Timestamp) {
        record = RecordingRecord(id, of: call, anchor: anchor, agentID: agentID, at: moment)
    }

    /// Takes what happened, `server` being the media server that it is about.
    mutating func take(_ transition: RecordingRecord.Transition, _ server: RecordingRecord.MediaServer?) {
        // Evidence comes as often as audio comes and goes: what follows from it is kept in its place.
        if case .evidence(let evidence) = transition.event { return timeline.take(evidence) }
        record.ended = transition.moment
        var kept = transition
        switch transition.event {
        case .wished(let state, let cause, let requester):
            kept.event = .wished(state, cause, by: wished(state, cause, requester))
        case .answered(.started(_, let proof), _, _):
            self.proof = proof
            prover = server
        case .answered(.undecoded(let codecs), _, _):
            let new = codecs.filter { !record.codecs.contains($0) }
            record.codecs += new.prefix(RecordingRecord.codecLimit - record.codecs.count)
        case .changed(let change): changed(change, at: transition.moment)
        case .over(let ending): end(ending, at: transition.moment)
        case .sent(.start, let id, _), .sent(.startPaused, let id, _):
            record.mediaServer = server
            // A repeated command has the same number.
            if id != lastStart { timeline.start(at: transition.moment) }
            lastStart = id
        case .sent, .answered, .evidence, .carried: break
        }
        if record.transitions.count < RecordingRecord.limit {
            record.transitions.append(kept)
        } else {
            record.omitted.transitions += 1
        }
    }

    /// The requester as it is kept: without its lists, where there are too many already.
    private mutating func wished(
        _ state: RecordingState, _ cause: RecordingCause, _ requester: RecordingRecord.Requester?
    ) -> RecordingRecord.Requester? {
        var kept = requester
        if let requester {
            let bytes = requester.reasons.packed.count + requester.extensions.packed.count
            if listBytes + bytes <= RecordingRecord.listLimit {
                listBytes += bytes
            } else {
                kept?.reasons = [:]
                kept?.extensions = [:]
                record.omitted.lists += 1
            }
        }
        if isFirstWish { (record.cause, record.requester) = (cause, kept) }
        if isFirstWish || state == .off { record.endCause = cause }
        isFirstWish = false
        return kept
    }

    // MARK: - What was captured

    private mutating func changed(_ change: RecordingTransition.Change, at moment: Timestamp) {
        record.endCause = change.cause
        record.reason = change.reason
        if let name = change.newFile, let prover { begin(name, at: prover, moment) }
        let wasAsked = change.cause != .mediaFailure && change.cause != .mediaReport
        timeline.indicate(change.state, at: moment, prover?.evidence, wasAsked: change.state != .off || wasAsked)
    }

    private mutating func begin(_ name: String, at server: RecordingRecord.MediaServer, _ moment: Timestamp) {
        guard record.files.count < RecordingRecord.limit else {
            record.omitted.files += 1
            return
        }
        record.files.append(RecordingRecord.File(name: name, mediaServer: server, proof: proof, began: moment))
        proof = nil
    }

    private mutating func end(_ ending: RecordingRecord.Ending, at moment: Timestamp) {
        timeline.end(at: moment)
        record.gaps = timeline.gaps
        record.omitted.gaps = timeline.omittedGaps
        record.captured = timeline.captured
        record.uncaptured = timeline.uncaptured
        record.evidence = timeline.evidence
        record.resolution = timeline.resolution
        record.ending = ending
    }

    /// Whether a start has been confirmed.
    var hasBegun: Bool { !record.files.isEmpty }

    /// The record as it stands where the first start is confirmed: what is known by then, and nothing that grows.
    var begun: RecordingRecord {
        var begun = record
        begun.transitions = []
        return begun
    }

    /// How it ends by what its call says: where no file began, it never did.
    func ending(_ ending: RecordingTransition.Ending) -> RecordingRecord.Ending {
        switch ending {
        case .stopped: record.files.isEmpty ? .neverBegan : .ended
        case .notStopped: .notConfirmed
        }
    }
}
