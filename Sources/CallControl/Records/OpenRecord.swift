import CallModel
import TLibrary

/// The record of a recording that is not over.
struct OpenRecord: Sendable {
    private enum Capture {
        /// Not confirmed yet.
        case none
        case on(since: Moment)
        case not(since: Moment, RecordingRecord.Gap.Why)
    }

    private(set) var record: RecordingRecord
    private var capture = Capture.none
    private var isFirstWish = true
    private var listBytes = 0
    /// What the media server has shown to be true, until the change that comes of it.
    private var proof: MediaProof?
    private var prover: RecordingRecord.MediaServer?

    init(_ id: RecordingID, of call: CallIdentity, anchor: DirectoryNumber, agentID: String, at moment: Moment) {
        record = RecordingRecord(id, of: call, anchor: anchor, agentID: agentID, at: moment)
    }

    /// Takes what happened, `server` being the media server that it is about.
    mutating func take(_ transition: RecordingRecord.Transition, _ server: RecordingRecord.MediaServer?) {
        record.ended = transition.moment
        var kept = transition
        switch transition.event {
        case .wished(let state, let cause, let requester):
            kept.event = .wished(state, cause, by: wished(state, cause, requester))
        case .answered(.started(_, let proof), _, _):
            self.proof = proof
            prover = server
        case .changed(let change): changed(change, at: transition.moment)
        case .over(let ending): end(ending, at: transition.moment)
        case .sent(.start, _, _), .sent(.startPaused, _, _): record.mediaServer = server
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

    private mutating func changed(_ change: RecordingTransition.Change, at moment: Moment) {
        record.endCause = change.cause
        record.reason = change.reason
        if let name = change.newFile, let prover { begin(name, at: prover, moment) }
        switch (change.state, capture) {
        case (.on, .on), (.paused, .not(_, .paused)), (.off, .not(_, .lost)), (.off, .none): break
        case (.on, _):
            close(at: moment)
            capture = .on(since: moment)
        case (.paused, _):
            close(at: moment)
            capture = .not(since: moment, .paused)
        case (.off, _):
            close(at: moment)
            capture = .not(since: moment, .lost)
        }
    }

    private mutating func begin(_ name: String, at server: RecordingRecord.MediaServer, _ moment: Moment) {
        guard record.files.count < RecordingRecord.limit else {
            record.omitted.files += 1
            return
        }
        record.files.append(RecordingRecord.File(name: name, mediaServer: server, proof: proof, began: moment))
        proof = nil
    }

    private mutating func close(at moment: Moment) {
        switch capture {
        case .none: break
        case .on(let since): record.captured += moment.monotonic - since.monotonic
        case .not(let since, let why):
            let gap = RecordingRecord.Gap(from: since, to: moment, why: why)
            // What ends a recording takes no time.
            guard gap.length > .zero else { break }
            record.uncaptured += gap.length
            if record.gaps.count < RecordingRecord.limit {
                record.gaps.append(gap)
            } else {
                record.omitted.gaps += 1
            }
        }
        capture = .none
    }

    private mutating func end(_ ending: RecordingRecord.Ending, at moment: Moment) {
        close(at: moment)
        record.ending = ending
    }

    /// How it ends by what its call says: where no file began, it never did.
    func ending(_ ending: RecordingTransition.Ending) -> RecordingRecord.Ending {
        switch ending {
        case .stopped: record.files.isEmpty ? .neverBegan : .ended
        case .notStopped: .notConfirmed
        }
    }
}
